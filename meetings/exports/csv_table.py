"""The agenda as a table for spreadsheets: RFC 4180, one row an item, one header row.

UTF-8 *with* a byte order mark: without it Excel reads the file in the machine's old code page and spoils
every accent, and all other programs that we know skip it. A text that a spreadsheet would take for a formula
gets one apostrophe in front (OWASP, "CSV injection"), also behind a semicolon, since spreadsheets in many
countries part cells there.
"""

import csv
import re
from io import StringIO

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
    "paper_link",
    "group_link",
)

# What opens a formula or a DDE call, plain or full-width, also after blanks, quotes and marks that nobody
# sees.
_FORMULA = re.compile("(^|;)(?=[\\s\"'“”‘’\u200b-\u200f\u2060\ufeff]*[=+\\-@|＝＋－＠｜−﹢﹣﹦﹫])")


def render(sheet: AgendaSheet) -> bytes:
    """Draw the agenda as comma-separated values in UTF-8 with a byte order mark."""
    table = StringIO(newline="")
    writer = csv.writer(table, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    writer.writerows(_row(sheet, item) for item in sheet.items)
    return table.getvalue().encode("utf-8-sig")


def neutral(text: str) -> str:
    """Return the text so that no spreadsheet computes it."""
    return _FORMULA.sub(r"\1'", text)


def _row(sheet: AgendaSheet, item: SheetItem) -> list[str | int]:
    cells: list[str | int] = [
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
        item.paper_link or "",
        item.page_link or "",
    ]
    return [neutral(cell) if isinstance(cell, str) else cell for cell in cells]
