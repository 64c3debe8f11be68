"""The discussion as JSON for other programs; names and meanings hold as long as `schema` says 1."""

import json
from typing import Any

from discussion.exports.sheet import Said, TalkSheet

SCHEMA = "reading-group/discussion/1"


def render(sheet: TalkSheet) -> bytes:
    """Draw the discussion as JSON in UTF-8; times are ISO 8601 in UTC."""
    document = {
        "schema": SCHEMA,
        "group": sheet.group,
        "paper": {"title": sheet.title, "id": sheet.identifier or None, "link": sheet.paper_link},
        "page": sheet.page,
        "summary": _said(sheet.summary) if sheet.summary else None,
        "comments": [{**_said(one), "replies": [_said(reply) for reply in one.replies]} for one in sheet.comments],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _said(said: Said) -> dict[str, Any]:
    return {
        "who": said.who,
        "at": said.at.isoformat(),
        "edited_at": said.edited_at.isoformat() if said.edited_at else None,
        "label": said.label or None,
        "markdown": said.text,
        "link": said.link,
    }
