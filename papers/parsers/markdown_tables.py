"""Tables in Markdown that programs keep up to date, under a heading for each topic.

    |**2016-06-27**|**Title**|Dan Hendrycks et.al.|[1606.08415v1](http://arxiv.org/abs/1606.08415v1)|null|
    | **[Title](http://arxiv.org/abs/1606.08415v1)** | 2016-06-27 | <details>…<p>abstract</p></details> | comment |

The dates in them are of submission, not of announcement.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.ids import parse_arxiv_id
from core.markdown_reading import date_of, last_link, update_said, without_emphasis
from core.names import NOT_ALL_NAMED, split_authors
from core.references import arxiv_id_in
from papers.parsers.record import (
    Data,
    Gathering,
    Reading,
    Record,
    clip,
    decode,
    decode_entities,
    fold_space,
    html_to_text,
    sensible,
)

NAME = "md-table"

_RULE = re.compile(r"[\s|:-]*-{2,}[\s|:-]*")
_PIPE = re.compile(r"\\.|(?P<details><details\b)|(?P<pipe>\|)", re.IGNORECASE | re.DOTALL)
_SUMMARY = re.compile(r"<summary>[^<]{0,500}</summary>|</?(?:details|p)>", re.IGNORECASE)
_DATE = re.compile(r"\W*[0-9]{4}[-./][0-9]{2}[-./][0-9]{2}\W*")
_ADDRESS = "arxiv.org/"
_COLUMNS = {
    "title": ("title", "paper title", "paper", "name"),
    "authors": ("authors", "author"),
    "link": ("pdf", "link", "links", "arxiv", "url", "paper link", "arxiv id", "id"),
    "abstract": ("abstract", "summary"),
    "comments": ("comment", "comments"),
}
# What the columns are when their header was cut off: by the first cell, a date or a link.
_DATED = ("date", "title", "authors", "link", "code")
_LINKED = ("title", "date", "abstract", "comments")


def detect(head: str) -> bool:
    """Say whether a text has a row of a table with an address of arXiv's."""
    if head.lstrip().startswith(("<", "{", "[")):
        return False
    return any(_is_row(line) and line.count("|") >= 3 and _ADDRESS in line for line in head.split("\n"))


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read the rows in the order of the file; a paper under several headings is one record."""
    text, not_utf8 = decode(data)
    tables = _Tables(Gathering(Reading(NAME), first_wins=True))
    if not_utf8:
        tables.gathering.reading.problems.append(not_utf8)
    for number, line in enumerate(text.split("\n"), start=1):
        tables.take(number, line)
    if tables.partial:
        said = "1 entry names" if tables.partial == 1 else f"{tables.partial:,} entries name"
        tables.gathering.reading.notes.append(f"{said} the first authors only.")
    return tables.gathering.finish(category, date)


@dataclass(slots=True)
class _Tables:
    """The state of reading one file line by line; `columns` are those of the table that is being read."""

    gathering: Gathering
    columns: tuple[str, ...] = ()
    before: str = ""
    position: int = 0
    partial: int = 0
    said: str = ""

    def take(self, number: int, line: str) -> None:
        if not _is_row(line):
            self.columns = ()
            self._take_date(number, line)
        elif _RULE.fullmatch(line):
            self.columns = tuple(_column(cell) for cell in _cells(self.before))
        elif self.columns or _ADDRESS in line:
            self._take_row(number, line)
        self.before = line

    def _take_date(self, number: int, line: str) -> None:
        said = update_said(line)
        if not said or self.said or self.position:
            return
        self.said = said
        self.gathering.reading.date = sensible(date_of(said))
        if self.gathering.reading.date:
            self.gathering.reading.show("date", line)
        else:
            self.gathering.report(f"unreadable date: ‹{clip(said, 60)}›", line=number, text=line)

    def _take_row(self, number: int, line: str) -> None:
        cells = _cells(line)
        columns = self.columns or (_DATED if _DATE.fullmatch(cells[0]) else _LINKED)
        if "title" not in columns:
            return
        row = dict(zip(columns, _fitted(cells, columns), strict=False))
        self.position += 1
        places = [row.get("link", ""), row["title"]] if "title" in row else cells
        paper = self.gathering.paper(arxiv_id_in(places), line=number, text=line, position=self.position)
        if not paper:
            return
        authors, notes = split_authors(row.get("authors", ""))
        self.partial += NOT_ALL_NAMED in notes
        record = Record(
            self.position,
            paper.identity,
            paper.version,
            title=_title(row.get("title", "")),
            abstract=_plain(row.get("abstract", "")) or None,
            authors=authors,
            comments=_plain(row.get("comments", "")) or None,
        )
        self.gathering.add(record, line=number, text=line)


def _column(cell: str) -> str:
    said = without_emphasis(cell).lower()
    return next((column for column, names in _COLUMNS.items() if said in names), said)


def _cells(line: str) -> list[str]:
    cells = [cell.strip() for cell in _parts(line.strip())]
    return cells[1 : -1 if len(cells) > 2 and not cells[-1] else None]


def _parts(line: str) -> Iterator[str]:
    """Yield what stands between the pipes that part cells: neither escaped nor in what is folded."""
    start = folded = 0
    for found in _PIPE.finditer(line):
        if found.start() < folded:
            continue
        if found["details"] and folded >= 0:  # -1 once a fold has no end, and none is looked for again
            folded = line.find("</details>", found.end())
        elif found["pipe"]:
            yield line[start : found.start()]
            start = found.end()
    yield line[start:]


def _fitted(cells: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Return as many cells as there are columns: what is too many is of a title with a pipe in it."""
    more = len(cells) - len(columns)
    if more <= 0:
        return list(cells)
    at = columns.index("title")
    return [*cells[:at], "|".join(cells[at : at + more + 1]), *cells[at + more + 1 :]]


def _title(cell: str) -> str:
    bold = without_emphasis(cell)
    link = last_link(bold) if bold.endswith(")") else None
    label = link[1] if link and "://" in link[2] and not parse_arxiv_id(link[1]) else bold
    return fold_space(decode_entities(without_emphasis(label).replace("\\|", "|")))


def _plain(cell: str) -> str:
    said = html_to_text(_SUMMARY.sub("", cell).replace("\\|", "|"))
    return "" if said.lower() in ("null", "none") else said
