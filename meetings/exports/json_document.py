"""The agenda as JSON for other programs.

Names and meanings hold for as long as `schema` says 1; new names may come. static/schema/agenda-1.json says what there
is.
"""

import json
from typing import Any

from meetings.exports.sheet import AgendaSheet, SheetItem

SCHEMA = "reading-group/agenda/1"


def render(sheet: AgendaSheet) -> bytes:
    """Draw the agenda as JSON in UTF-8; minutes are whole, times are ISO 8601 with the group's offset."""
    return (json.dumps(_document(sheet), ensure_ascii=False, indent=2) + "\n").encode()


def _document(sheet: AgendaSheet) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "group": sheet.group,
        "meeting": {
            "title": sheet.title,
            "state": sheet.state,
            "starts_at": sheet.starts_at.isoformat(),
            "ends_at": sheet.ends_at.isoformat(),
            "zone": sheet.zone,
            "minutes": sheet.minutes,
            "planned_minutes": sheet.planned_minutes,
            "place": sheet.place,
            "link": sheet.link,
            "page": sheet.page,
            "uid": sheet.uid,
            "sequence": sheet.sequence,
            "changed_at": sheet.changed_at.isoformat(),
        },
        "items": [_item(item) for item in sheet.items],
    }


def _item(item: SheetItem) -> dict[str, Any]:
    return {
        "number": item.number,
        "kind": item.kind,
        "starts_at": item.starts_at.isoformat(),
        "minutes": item.minutes,
        "title": item.title,
        "presenter": item.presenter,
        "co_presenters": list(item.co_presenters),
        "roles": [{"role": role, "name": name} for role, name in item.roles],
        "authors": list(item.authors),
        "authors_known": item.authors_known,
        "source": item.source or None,
        "id": item.paper_id or None,
        "categories": list(item.categories),
        "year": item.year,
        "doi": item.doi or None,
        "journal": item.journal or None,
        "votes": item.votes,
        "reason": item.reason,
        "note": item.note,
        "cue": item.cue,
        "question": item.question,
        "summary": item.summary,
        "slides": item.slides,
        "paper_link": item.paper_link,
        "group_link": item.page_link,
    }
