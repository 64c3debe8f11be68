"""RIS, the tagged lines of reference managers: https://en.wikipedia.org/wiki/RIS_(file_format)

    TY  - JOUR
    TI  - A title
    AU  - Family, Given
    UR  - https://arxiv.org/abs/1606.08415
    ER  -

A line without a tag continues the value before it.
"""

import datetime
import re
from dataclasses import dataclass, field

from core.categories import looks_like_category
from core.ids import find_doi, parse_arxiv_id
from core.references import arxiv_id_in, joined_authors, unindented
from papers.parsers.record import (
    UNCLOSED,
    Data,
    Gathering,
    Reading,
    Record,
    decode,
    fold_paragraphs,
    fold_space,
)

NAME = "ris"

_TYPE = re.compile(r"^TY  -[ \u00a0]", re.MULTILINE)
_TAGGED = re.compile(r"([A-Z][A-Z0-9])  -(?:[ \u00a0](.*)|$)")
_SERVER = re.compile(r"arxiv|\bcorr\b", re.IGNORECASE)
_PRIMARY = re.compile(r"arxiv:\S{4,30} \[([A-Za-z.-]{2,30})\]", re.IGNORECASE)

_TITLES = ("TI", "T1", "CT")
_ABSTRACTS = ("AB", "N2")
_AUTHORS = ("AU", "A1")
_ADDRESSES = ("UR", "L1", "L2", "LK", "DO", "AN", "M1", "M3", "C7", "SP", "VL", "JO", "JF", "T2", "N1", "PB", "ID")


def detect(head: str) -> bool:
    """Say whether a text has the line that begins an entry."""
    return not head.lstrip().startswith(("<", "{", "[")) and _TYPE.search(head) is not None


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read the entries in the order of the file; those without an arXiv id are named by their DOI, if by anything."""
    text, not_utf8 = decode(data)
    file = _File(Gathering(Reading(NAME), first_wins=True))
    if not_utf8:
        file.gathering.reading.problems.append(not_utf8)
    for number, line in enumerate(text.split("\n"), start=1):
        file.take(number, line)
    file.end(closed=False)
    return file.gathering.finish(category, date)


@dataclass(slots=True)
class _Entry:
    """An entry while its lines are gathered; a tag may be said several times, each on several lines."""

    line: int
    first: str
    values: dict[str, list[list[str]]] = field(default_factory=dict)

    def said(self, *tags: str) -> str:
        """Return the value of the first of the tags that says anything."""
        return next(filter(None, self.all(*tags)), "")

    def all(self, *tags: str) -> list[str]:
        return ["\n".join(lines).strip() for tag in tags for lines in self.values.get(tag, ())]


@dataclass(slots=True)
class _File:
    """The state of reading one file line by line."""

    gathering: Gathering
    entry: _Entry | None = None
    value: list[str] = field(default_factory=list)
    position: int = 0

    def take(self, number: int, line: str) -> None:
        found = _TAGGED.match(line)
        if not found:
            self.value.append(line)
            return
        tag, said = found[1], found[2] or ""
        if tag == "TY":
            self.end(closed=False)
            self.position += 1
            self.entry = _Entry(number, line)
        elif tag == "ER":
            self.end(closed=True)
        self.value = [said]
        if self.entry:
            self.entry.values.setdefault(tag, []).append(self.value)

    def end(self, *, closed: bool) -> None:
        """Keep the entry that was open, if any."""
        entry, self.entry = self.entry, None
        if not entry:
            return
        first = entry.said(*_TITLES) or entry.first
        if not closed:
            self.gathering.report(UNCLOSED, line=entry.line, text=first, position=self.position)
        said, doi = arxiv_id_in(entry.all(*_ADDRESSES)), _doi(entry)
        paper = parse_arxiv_id(said)
        if not paper and (said or not doi):
            self.gathering.paper(said, line=entry.line, text=first, position=self.position)
        if paper or doi or entry.said(*_TITLES):
            identity, version = (paper.identity, paper.version) if paper else (None, None)
            self._keep(entry, Record(self.position, identity, version, doi=doi), first)

    def _keep(self, entry: _Entry, named: Record, first: str) -> None:
        authors, notes = joined_authors(" and ".join(entry.all(*_AUTHORS)))
        self.gathering.reading.notes.extend(f"Entry {self.position}: {note}" for note in notes)
        primary = _primary(entry)
        record = Record(
            self.position,
            named.arxiv_id,
            named.version,
            title=fold_space(entry.said(*_TITLES)),
            abstract=fold_paragraphs(unindented(entry.said(*_ABSTRACTS))) or None,
            authors=authors,
            primary_category=primary,
            categories=(primary,) if primary else (),
            journal_ref=_journal(entry),
            doi=named.doi,
        )
        self.gathering.add(record, line=entry.line, text=first)


def _doi(entry: _Entry) -> str | None:
    """Return the publisher's DOI; arXiv's own says no more than the id."""
    found = filter(None, map(find_doi, entry.all("DO")))
    return next((doi for doi in found if not doi.lower().startswith("10.48550/arxiv.")), None)


def _primary(entry: _Entry) -> str | None:
    """Return the category that managers write behind the id: "arXiv:1606.08415 [cs]" and "[cs.LG]"."""
    found = next(filter(None, map(_PRIMARY.search, entry.all(*_ADDRESSES))), None)
    return found[1] if found and "." in found[1] and looks_like_category(found[1]) else None


def _journal(entry: _Entry) -> str | None:
    journal = fold_space(entry.said("JO", "JF", "T2", "JA"))
    if not journal or _SERVER.search(journal):
        return None
    pages = "-".join(filter(None, [entry.said("SP"), entry.said("EP")]))
    year = entry.said("PY", "Y1")[:4]
    said = ", ".join(map(fold_space, filter(None, [journal, entry.said("VL"), pages])))
    return f"{said} ({year})" if year else said
