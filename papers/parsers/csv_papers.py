"""CSV with a header, as libraries and reviews keep it (RFC 4180); comma, semicolon or tab part the cells.

    year,title,authors,link
    2016,Gaussian Error Linear Units,"Dan Hendrycks, Kevin Gimpel",http://arxiv.org/abs/1606.08415v1

Read by hand: a quote that is never closed must cost its own row only, and every row has its line.
"""

import datetime
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from core.categories import is_category, paper_categories
from core.ids import find_doi, parse_arxiv_id
from core.names import decode_tex_accents, split_authors, turned
from core.references import arxiv_id_in, joined_authors
from papers.parsers.record import (
    UNCLOSED,
    Data,
    Gathering,
    Reading,
    Record,
    Unreadable,
    decode,
    fold_paragraphs,
    fold_space,
    html_to_text,
    sensible,
)

NAME = "csv"

_DELIMITERS = ",;\t"
_LOOKED_AT = 20  # rows that may tell the format
_HEADER_CHARS = 1000
_QUOTED_CHARS = 100_000
_QUOTED = rf'[ ]*"(?P<quoted>(?:[^"]|""){{0,{_QUOTED_CHARS}}}+)"[ ]*'
_CELL = {
    mark: re.compile(rf"{_QUOTED}(?P<end>{mark}|\n|\Z)|(?P<plain>[^{mark}\n]*)(?P<stop>{mark}|\n|\Z)")
    for mark in _DELIMITERS
}
_OPENING = re.compile(r"\n*(?:sep=[,;\t]\n)?\n*", re.IGNORECASE)  # empty lines, and what Excel writes for itself
_LETTERS = re.compile(r"[^a-z]+")
_LIST = re.compile(r"\[\s*(?:'|\")")
_LISTED = re.compile(r"'([^']{1,300})'|\"([^\"]{1,300})\"")
_BETWEEN_CODES = re.compile(r"[\s,;'\"\[\]()]+")  # "Machine Learning (cs.LG)", "['cs.LG']"
_ALMOST_AN_ID = re.compile(r"[0-9]{4}\.[0-9]{3,6}(?:v[0-9]+)?")

# What columns are called, without blanks and signs; of several the first that is there is taken.
_COLUMNS = {
    "title": ("title", "papertitle", "articletitle", "documenttitle", "paper", "name"),
    "authors": ("authors", "author", "authorlist", "creators", "authornames"),
    "abstract": ("abstract", "summary", "abstractnote", "abstracttext"),
    "categories": ("categories", "subjects", "category", "terms"),
    "primary": ("primarysubject", "primarycategory", "primary", "primaryclass"),
    "comments": ("comments", "comment"),
    "journal_ref": ("journalref", "journal", "publicationtitle"),
    "doi": ("doi",),
}
_LINKS = (
    *("arxivid", "arxiv", "eprint", "id", "paperid", "entryid", "identifier"),
    *("link", "links", "url", "arxivurl", "arxivlink", "paperurl", "paperlink", "abs", "absurl"),
    *("pdf", "pdflink", "pdfurl", "href", "doi", "extra"),
)


def detect(head: str) -> bool:
    """Say whether a text has a header with a column that we know, and rows that name papers below it."""
    if head.lstrip().startswith(("<", "{", "[", "#", "|", "-", "@")):
        return False
    table = _Table.of(head)
    if not table or arxiv_id_in([table.header]) or "://" in table.header:
        return False
    rows = islice(table.rows(head), _LOOKED_AT)
    return any(table.id_said(row.cells) or find_doi(table.cell(row.cells, "doi")) for row in rows)


# What a person may choose another column for; the days of a table are nobody's guess.
FIELDS = {
    "title": "Title",
    "authors": "Authors",
    "abstract": "Abstract",
    "link": "arXiv id or link",
    "doi": "DOI",
    "categories": "Category",
    "date": "Announced on",
}
NO_COLUMN = -1


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a table's columns, and which of them, counted from 0, is taken for each of FIELDS."""

    names: tuple[str, ...]
    taken: Mapping[str, int]
    is_chosen: bool = False  # by a person

    @property
    def key(self) -> str:
        """Return what tables with the same header have in common."""
        return hashlib.sha256("\x1f".join(self.names).encode()).hexdigest()


def columns_of(text: str, choice: Mapping[str, int] | None = None) -> Columns | None:
    """Return the columns of a table and what they are taken for; None when it is no table that we know."""
    table = _Table.of(text, choice)
    if not table:
        return None
    taken = {**table.columns, "link": table.links[0] if table.links else NO_COLUMN}
    names = _first_row(table.header, table.delimiter).cells
    of_fields = {name: taken.get(name, NO_COLUMN) for name in FIELDS}
    return Columns(tuple(map(fold_space, names)), of_fields, is_chosen=table.is_chosen)


def read(
    data: Data,
    *,
    category: str | None = None,
    date: datetime.date | None = None,
    columns: Mapping[str, int] | None = None,
) -> Reading:
    """Read the rows in the order of the file; those without an arXiv id are named by their DOI, if by anything.

    `columns` maps each of FIELDS to the column that a person chose for it, NO_COLUMN for none. Raises Unreadable
    when the header names no column that we know.
    """
    text, not_utf8 = decode(data)
    gathering = Gathering(Reading(NAME), first_wins=True)
    if not_utf8:
        gathering.reading.problems.append(not_utf8)
    table = _Table.of(text, columns)
    if not table:
        raise Unreadable(f"The first line names no column that we know. Columns are: {', '.join(_COLUMNS)}, link.")
    for position, row in enumerate(table.rows(text), start=1):
        _take(gathering, table, row, position)
    return gathering.finish(category, date)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    first: str
    cells: tuple[str, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class _Table:
    """What the header says: how cells are parted, and which column is which."""

    delimiter: str
    header: str
    start: int
    line: int
    columns: Mapping[str, int]
    links: Sequence[int] = field(default=())
    is_chosen: bool = False  # by a person

    @classmethod
    def of(cls, text: str, choice: Mapping[str, int] | None = None) -> "_Table | None":
        """Read the header: the first line that is not empty; None when it names no column that we know."""
        opening = _OPENING.match(text)
        start = opening.end() if opening else 0
        found = text.find("\n", start)
        end = found if found >= 0 else len(text)
        header = text[start:end]
        if len(header) > _HEADER_CHARS:
            return None
        delimiter = max(_DELIMITERS, key=header.count)
        names = [_LETTERS.sub("", cell.lower()) for cell in _first_row(header, delimiter).cells]
        columns = {
            column: next(names.index(known) for known in called if known in names)
            for column, called in _COLUMNS.items()
            if not set(called).isdisjoint(names)
        }
        links = [names.index(known) for known in _LINKS if known in names]
        if len(names) < 2 or not columns:
            return None
        table = cls(delimiter, header, min(end + 1, len(text)), text.count("\n", 0, end) + 2, columns, links)
        return table.chosen(choice) if choice else table

    def chosen(self, choice: Mapping[str, int]) -> "_Table":
        """Return the table with the columns that a person chose in place of those that were guessed."""
        others = {name: at for name, at in self.columns.items() if name not in FIELDS and name != "primary"}
        columns = {name: at for name, at in choice.items() if name in FIELDS and at >= 0}
        links = [columns.pop("link")] if "link" in columns else []
        return replace(self, columns=others | columns, links=links, is_chosen=True)

    def rows(self, text: str) -> Iterator[_Row]:
        return _rows(text, self.start, self.line, self.delimiter)

    def cell(self, cells: Sequence[str], column: str) -> str:
        """Return what a row says in a column; empty when it, or the whole table, has no such column."""
        at = self.columns.get(column, len(cells))
        return cells[at].strip() if at < len(cells) else ""

    def id_said(self, cells: Sequence[str]) -> str:
        """Return the arXiv id of a row, from the columns of ids and links, else from an address anywhere in it."""
        links = [cells[at].strip() for at in self.links if at < len(cells)]
        bare = next(filter(parse_arxiv_id, links), "")
        said = bare or arxiv_id_in(links) or ("" if self.is_chosen else arxiv_id_in(self._others(cells)))
        return said or next(filter(_ALMOST_AN_ID.fullmatch, links), "")

    def _others(self, cells: Sequence[str]) -> Iterator[str]:
        texts = {self.columns.get(column) for column in ("title", "abstract", "comments")}
        return (cell for at, cell in enumerate(cells) if at not in texts)


def _first_row(text: str, delimiter: str) -> _Row:
    return next(_rows(text, 0, 1, delimiter), _Row(1, "", (), closed=True))


def _rows(text: str, start: int, line: int, delimiter: str) -> Iterator[_Row]:
    """Yield the rows that are not empty; a quote that does not end a cell properly is a letter like others."""
    at, cells, closed = start, [], True
    cell = _CELL[delimiter]
    while at < len(text) and (found := cell.match(text, at)):
        quoted = found["quoted"]
        cells.append(found["plain"] if quoted is None else quoted.replace('""', '"'))
        closed = closed and (quoted is not None or not cells[-1].lstrip().startswith('"') or cells[-1].count('"') > 1)
        at = found.end()
        if (found["end"] if quoted is not None else found["stop"]) != delimiter:
            if any(map(str.strip, cells)):
                yield _Row(line, text[start : min(at, start + 500)].partition("\n")[0], tuple(cells), closed)
            line += text.count("\n", start, at)
            start, cells, closed = at, [], True
    if cells and any(map(str.strip, cells)):  # the file ends with a delimiter
        yield _Row(line, text[start : start + 500].partition("\n")[0], tuple(cells), closed)


def _take(gathering: Gathering, table: _Table, row: _Row, position: int) -> None:
    if not row.closed:
        gathering.report(UNCLOSED, line=row.line, text=row.first, position=position)
    said, doi = table.id_said(row.cells), _doi(table.cell(row.cells, "doi"))
    paper = parse_arxiv_id(said)
    if not paper and (said or not doi):
        gathering.paper(said, line=row.line, text=row.first, position=position)
    if not paper and not doi and not table.cell(row.cells, "title"):
        return
    subjects = [table.cell(row.cells, column) for column in ("primary", "categories")]
    categories = tuple(filter(is_category, paper_categories(_BETWEEN_CODES.split(" ".join(subjects)))))
    record = Record(
        position,
        paper.identity if paper else None,
        paper.version if paper else None,
        title=fold_space(table.cell(row.cells, "title")),
        abstract=html_to_text(table.cell(row.cells, "abstract")) or None,
        authors=_authors(table.cell(row.cells, "authors")),
        primary_category=categories[0] if categories else None,
        categories=categories,
        comments=fold_paragraphs(table.cell(row.cells, "comments")) or None,
        journal_ref=fold_space(table.cell(row.cells, "journal_ref")) or None,
        doi=doi,
        announced_on=_day(table.cell(row.cells, "date")),
    )
    gathering.add(record, line=row.line, text=row.first)


def _day(said: str) -> str | None:
    """Return the day that a cell says as 2020-10-01, also with a time behind it."""
    try:
        day = datetime.date.fromisoformat(said[:10])
    except ValueError:
        return None
    return day.isoformat() if sensible(day) else None


def _doi(said: str) -> str | None:
    """Return the publisher's DOI; arXiv's own says no more than the id."""
    doi = find_doi(said)
    return None if doi is None or doi.lower().startswith("10.48550/arxiv.") else doi


def _authors(said: str) -> tuple[str, ...]:
    """Split "A, B", "B, A; D, C", "B, A and D, C" and "['A', 'B']"."""
    if _LIST.match(said):
        names = [found[1] or found[2] for found in _LISTED.finditer(said)]
        return tuple(filter(None, (decode_tex_accents(name) for name in names)))
    if ";" in said:
        names = [turned(" ".join(name.split())) for name in said.split(";")]
        return tuple(decode_tex_accents(name) for name in names if any(char.isalpha() for char in name))
    if " and " in said and all("," in name for name in said.split(" and ")):
        return joined_authors(said)[0]
    return split_authors(said)[0]
