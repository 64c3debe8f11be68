"""Tables for spreadsheets, RFC 4180, in which no cell is ever computed."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

# What opens a formula or a DDE call, plain or full-width, also after blanks, quotes and marks that nobody sees;
# behind a semicolon too, since spreadsheets in many countries part cells there (OWASP, "CSV injection").
_FORMULA = re.compile("(^|;)(?=[\\s\"'“”‘’\u200b-\u200f\u2060\ufeff]*[=+\\-@|＝＋－＠｜−﹢﹣﹦﹫])")

Cell = str | int | None


def csv_table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Draw a table in UTF-8 with a byte order mark: Excel spoils every accent without it, and all others skip it."""
    table = StringIO(newline="")
    writer = csv.writer(table, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(header)
    writer.writerows([neutral(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return table.getvalue().encode("utf-8-sig")


def neutral(text: str) -> str:
    """Return the text so that no spreadsheet computes it."""
    return _FORMULA.sub(r"\1'", text)
