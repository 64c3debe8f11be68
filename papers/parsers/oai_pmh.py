"""Harvests of arXiv by OAI-PMH, in its three forms of metadata: arXiv, arXivRaw and oai_dc.

https://info.arxiv.org/help/oa/index.html and https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType

from lxml import etree

from core.categories import paper_categories
from core.ids import find_arxiv_ids, find_doi, parse_arxiv_id
from core.names import name_of, split_authors, turned
from core.xml_reading import BrokenXml, DamagedEntry, XmlElement, as_utf8, local_name, root_name, text_of, xml_elements
from papers.parsers.record import (
    UNCLOSED,
    Data,
    Gathering,
    Reading,
    Record,
    Unreadable,
    decode,
    decode_entities,
    fold_space,
    html_to_text,
)

NAME = "oai"

_ROOT = "OAI-PMH"
_VERBS = ("ListRecords", "GetRecord")
_IDENTIFIER = re.compile(r"oai:arXiv\.org:(.+)", re.IGNORECASE)
_VERSION = re.compile(r"v([1-9][0-9]{0,3})")
_COMMENT = re.compile(r"Comments?:\s*(.*)", re.DOTALL)
_ADDRESS = re.compile(r"\s*(?:https?://|doi:)", re.IGNORECASE)


def detect(head: str) -> bool:
    """Say whether a text begins like an answer of an OAI-PMH server."""
    return root_name(head) == _ROOT


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read a harvest; its dates say when records changed, not when papers were announced."""
    text, not_utf8 = decode(as_utf8(bytes(data)))
    harvest = _Harvest(Gathering(Reading(NAME)))
    if not_utf8:
        harvest.gathering.reading.problems.append(not_utf8)
    around = ("responseDate", "error", "resumptionToken")
    try:
        for found in xml_elements(text, entry="record", around=around, inside=(_ROOT, *_VERBS)):
            harvest.take(found)
    except BrokenXml as error:
        raise Unreadable(str(error)) from error
    return harvest.finish(category, date)


@dataclass(slots=True)
class _Harvest:
    """The state of reading one answer."""

    gathering: Gathering
    deleted: int = 0
    not_all_named: int = 0
    goes_on: bool = False

    def take(self, found: XmlElement | DamagedEntry) -> None:
        if isinstance(found, DamagedEntry):
            self.gathering.report(UNCLOSED, line=found.line, text=found.text, position=found.position)
        elif found.name == "error":
            self._take_error(found)
        elif found.name == "resumptionToken":
            self.goes_on = bool(text_of(found.element).strip())
        elif found.position is not None:
            self._take_record(found, found.position)

    def _take_error(self, found: XmlElement) -> None:
        """Report an error, unless it is how the protocol says "nothing new"."""
        code = found.element.get("code") or ""
        if code != "noRecordsMatch":
            said = fold_space(text_of(found.element)) or code
            self.gathering.report(f"arXiv answered with an error: ‹{said}›", line=found.line, text=said)

    def _take_record(self, found: XmlElement, position: int) -> None:
        header = next(iter(found.children("header")), None)
        if header is not None and header.get("status") == "deleted":
            self.deleted += 1
            return
        metadata = next((each for outer in found.children("metadata") for each in outer), None)
        fields = _Fields(metadata if metadata is not None else found.element)
        said = _said_id(fields, header)
        text = fold_space(fields.first("title")) or said
        paper = parse_arxiv_id(said) or self.gathering.paper(said, line=found.line, text=text, position=position)
        if not paper:
            return
        record, notes = _READERS.get(fields.form, _from_dublin_core)(fields, Record(position, paper.identity))
        self.not_all_named += bool(notes)
        self.gathering.add(record, line=found.line, text=text)

    def finish(self, category: str | None, date: datetime.date | None) -> Reading:
        notes = self.gathering.reading.notes
        if self.deleted:
            notes.append(f"Deleted records left out: {self.deleted}.")
        if self.not_all_named:
            notes.append(f"Entries that do not name all their authors: {self.not_all_named}.")
        if self.goes_on:
            notes.append("This is one part of a longer list; arXiv has more records.")
        return self.gathering.finish(category, date)


class _Fields:
    """The metadata of a record, whose fields go by their local names."""

    def __init__(self, metadata: etree._Element) -> None:
        self.form = local_name(metadata)
        self.children: dict[str, list[etree._Element]] = {}
        for child in metadata:
            self.children.setdefault(local_name(child), []).append(child)

    def all(self, name: str) -> list[str]:
        return [text_of(child) for child in self.children.get(name, ())]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def line(self, name: str) -> str | None:
        return fold_space(decode_entities(self.first(name))) or None


def _said_id(fields: _Fields, header: etree._Element | None) -> str:
    """Return the id as it is written: in the metadata, in the header, or in an address."""
    if fields.first("id"):
        return fold_space(fields.first("id"))
    names = [text_of(each) for each in header if local_name(each) == "identifier"] if header is not None else []
    found = next(filter(None, map(_IDENTIFIER.search, names)), None)
    if found:
        return fold_space(found[1])
    addresses = (paper for each in fields.all("identifier") for paper in find_arxiv_ids(each))
    return next((paper.identity for paper in addresses), "")


def _from_arxiv(fields: _Fields, record: Record) -> tuple[Record, tuple[str, ...]]:
    people = [dict(_parts(author)) for outer in fields.children.get("authors", ()) for author in outer]
    names = (" ".join(person.get(part, "") for part in ("forenames", "keyname", "suffix")) for person in people)
    return _with_common(fields, record)._replace(authors=_names(names)), ()


def _parts(author: etree._Element) -> Iterable[tuple[str, str]]:
    return ((local_name(part), text_of(part)) for part in author)


def _from_raw(fields: _Fields, record: Record) -> tuple[Record, tuple[str, ...]]:
    said = [_VERSION.fullmatch(each.get("version") or "") for each in fields.children.get("version", ())]
    versions = [int(found[1]) for found in said if found]
    authors, notes = split_authors(fields.first("authors"))
    newest = max(versions, default=None)
    return _with_common(fields, record)._replace(version=newest, authors=authors), notes


def _with_common(fields: _Fields, record: Record) -> Record:
    categories = paper_categories(fields.first("categories").split())
    return record._replace(
        title=fields.line("title") or "",
        abstract=html_to_text(fields.first("abstract").strip()) or None,
        primary_category=categories[0] if categories else None,
        categories=categories,
        comments=fields.line("comments"),
        journal_ref=fields.line("journal-ref"),
        doi=find_doi(fields.first("doi")),
        license=fields.line("license"),
    )


def _from_dublin_core(fields: _Fields, record: Record) -> tuple[Record, tuple[str, ...]]:
    """Read the form for everybody; its subjects are names of categories, which we do not translate back."""
    descriptions = [(text, _COMMENT.match(text.strip())) for text in fields.all("description")]
    comments = [found[1] for _, found in descriptions if found]
    abstracts = [text for text, found in descriptions if not found]
    identifiers = fields.all("identifier")
    journals = [each for each in identifiers if not _ADDRESS.match(each) and each.strip()]
    return (
        record._replace(
            title=fields.line("title") or "",
            abstract=html_to_text(abstracts[0].strip()) or None if abstracts else None,
            authors=_names(map(turned, fields.all("creator"))),
            comments=fold_space(decode_entities(comments[0])) or None if comments else None,
            journal_ref=fold_space(journals[0]) if journals else None,
            doi=next(filter(None, map(find_doi, identifiers)), None),
            license=fields.line("rights"),
        ),
        (),
    )


def _names(written: Iterable[str]) -> tuple[str, ...]:
    """Return names without what collaborations leave beside them, such as a colon that stands as an author."""
    return tuple(name for name in map(name_of, written) if name)


_Reader = Callable[[_Fields, Record], tuple[Record, tuple[str, ...]]]
_READERS: MappingProxyType[str, _Reader] = MappingProxyType({"arXiv": _from_arxiv, "arXivRaw": _from_raw})
