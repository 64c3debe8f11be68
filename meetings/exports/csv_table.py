"""The agenda as a table for spreadsheets: one row an item, one header row; see core.tables for the form."""

from core.tables import Cell, csv_table
from meetings.exports.sheet import AgendaSheet, SheetItem

COLUMNS = (
    "group",
    "meeting",
    "number",
    "kind",
    "starts_at",
    "minutes",
    "title",
    "presenter",
    "authors",
    "id",
    "categories",
    "votes",
    "reason",
    "note",
    "cue",
    "question",
    "summary",
    "paper_link",
    "group_link",
    "co_presenters",
    "roles",
    "slides",
)


def render(sheet: AgendaSheet) -> bytes:
    """Draw the agenda as comma-separated values in UTF-8 with a byte order mark."""
    return csv_table(COLUMNS, [_row(sheet, item) for item in sheet.items])


def _row(sheet: AgendaSheet, item: SheetItem) -> list[Cell]:
    return [
        sheet.group,
        sheet.title,
        item.number,
        item.kind,
        item.starts_at.isoformat(),
        item.minutes,
        item.title,
        item.presenter_shown,
        item.authors_shown(separator="; "),
        item.identifier,
        " ".join(item.categories),
        item.votes,
        item.reason,
        item.note,
        item.cue,
        item.question,
        item.summary,
        item.paper_link or "",
        item.page_link or "",
        "; ".join(item.co_presenters),
        "; ".join(f"{role}: {name}" for role, name in item.roles),
        item.slides or "",
    ]
