"""Answers of arXiv's API: an Atom feed of papers, without any announcement.

https://info.arxiv.org/help/api/user-manual.html#_details_of_atom_results_returned
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core import limits
from core.categories import paper_categories
from core.ids import ArxivId, find_arxiv_ids, find_doi, parse_arxiv_id
from core.names import name_of
from core.xml_reading import BrokenXml, DamagedEntry, XmlElement, as_utf8, local_name, root_name, text_of, xml_elements
from papers.parsers.record import (
    NO_ABSTRACT,
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

NAME = "atom-api"

_OF_API = re.compile(r"<(?:[\w.-]{1,40}:)?(?:totalResults|primary_category)[\s>]")
_ERROR = re.compile(r"arxiv\.org/api/errors\b", re.IGNORECASE)
_ADDRESS = re.compile(r"/abs/(.+)")
_ASKED = re.compile(r"\bid_list=([^&\s]+)")
_SHOWN_IDS = 20  # in a note


def detect(head: str) -> bool:
    """Say whether a text begins like an answer of the API; arXiv's announcements are Atom feeds too."""
    return root_name(head) == "feed" and _OF_API.search(head) is not None


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read an answer; it has neither category nor date of an announcement, unless they are given."""
    text, not_utf8 = decode(as_utf8(bytes(data)))
    answer = _Answer(Gathering(Reading(NAME)))
    if not_utf8:
        answer.gathering.reading.problems.append(not_utf8)
    around = ("title", "totalResults", "startIndex", "itemsPerPage")
    try:
        for found in xml_elements(text, entry="entry", around=around, inside=("feed",)):
            answer.take(found)
    except BrokenXml as error:
        raise Unreadable(str(error)) from error
    return answer.finish(category, date)


@dataclass(slots=True)
class _Answer:
    """The state of reading one answer; `said` has what stands around the entries."""

    gathering: Gathering
    said: dict[str, str] = field(default_factory=dict)
    errors: int = 0

    def take(self, found: XmlElement | DamagedEntry) -> None:
        if isinstance(found, DamagedEntry):
            self.gathering.report(UNCLOSED, line=found.line, text=found.text, position=found.position)
        elif found.position is None:
            self.said.setdefault(found.name, fold_space(text_of(found.element)))
        else:
            self._take_entry(found, found.position, found.texts)

    def _take_entry(self, found: XmlElement, position: int, texts: Mapping[str, str]) -> None:
        address, text = texts.get("id", ""), texts.get("title", "") or texts.get("id", "")
        if _ERROR.search(address):
            self.errors += 1
            said = fold_space(texts.get("summary", "") or text)
            self.gathering.report(f"arXiv answered with an error: ‹{said}›", line=found.line, text=said)
            return
        paper = _paper(address)
        if not paper:
            wrong = _ADDRESS.search(address)
            self.gathering.paper(wrong[1] if wrong else "", line=found.line, text=text, position=position)
            return
        record = _record(found, position, paper, texts)
        if not record.abstract:
            self.gathering.report(NO_ABSTRACT, line=found.line, text=text, position=position)
        self.gathering.add(record, line=found.line, text=text)

    def finish(self, category: str | None, date: datetime.date | None) -> Reading:
        notes = self.gathering.reading.notes
        unknown = self._unknown()
        if unknown:
            more = ", …" if len(unknown) > _SHOWN_IDS else ""
            notes.append(f"arXiv does not know {', '.join(unknown[:_SHOWN_IDS])}{more}.")
        total, start = self._number("totalResults"), self._number("startIndex")
        entries = self.gathering.reading.entries
        if total > entries and not self.errors:
            notes.append(f"The file has {entries:,} of {total:,} results, from number {start + 1:,} on.")
        return self.gathering.finish(category, date)

    def _unknown(self) -> list[str]:
        """Return the ids that were asked for and are missing, when the answer has room for all of them."""
        found = _ASKED.search(self.said.get("title", ""))
        asked = found[1].split(",") if found else []
        room = min(self._number("itemsPerPage"), limits.UPLOAD_ENTRIES)
        if self.errors or self._number("startIndex") or len(asked) > room:
            return []
        papers = ((said, parse_arxiv_id(said)) for said in asked)
        return [said for said, paper in papers if not paper or paper.identity not in self.gathering.records]

    def _number(self, name: str) -> int:
        said = self.said.get(name, "")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _paper(address: str) -> ArxivId | None:
    return next(find_arxiv_ids(address), None)


def _record(found: XmlElement, position: int, paper: ArxivId, texts: Mapping[str, str]) -> Record:
    terms = [fold_space(each.get("term") or "") for each in found.children("category")]
    primary = [fold_space(each.get("term") or "") for each in found.children("primary_category")]
    categories = paper_categories([*primary, *terms])
    names = [text_of(name) for each in found.children("author") for name in each if local_name(name) == "name"]
    return Record(
        position,
        paper.identity,
        paper.version,
        title=fold_space(decode_entities(texts.get("title", ""))),
        abstract=html_to_text(texts.get("summary", "").strip()) or None,
        authors=tuple(name for name in map(name_of, names) if name),
        primary_category=categories[0] if categories else None,
        categories=categories,
        comments=fold_space(texts.get("comment", "")) or None,
        journal_ref=fold_space(texts.get("journal_ref", "")) or None,
        doi=find_doi(texts.get("doi", "")),
        license=fold_space(texts.get("license", "") or texts.get("rights", "")) or None,
    )
