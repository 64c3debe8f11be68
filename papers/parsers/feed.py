"""Feeds: arXiv's RSS 2.0 and Atom, its RDF of before 2024, and what others make of them.

What an entry says stands in elements today, stood in marks around title and abstract before, and copies keep
either: each thing is taken from the first place that has it. https://info.arxiv.org/help/rss_specifications.html
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from core.categories import is_category, is_listing_name, looks_like_category, paper_categories
from core.feed_marks import TYPES, split_prefix, split_suffix
from core.ids import ArxivId, find_arxiv_ids, find_doi, parse_arxiv_id
from core.names import name_of, split_authors
from core.scanning import end_of_turns
from core.xml_reading import BrokenXml, DamagedEntry, XmlElement, as_utf8, local_name, root_name, text_of, xml_elements
from papers.parsers.record import (
    NO_ABSTRACT,
    UNCLOSED,
    Data,
    Gathering,
    Reading,
    Record,
    Unreadable,
    clip,
    decode,
    decode_entities,
    fold_space,
    html_to_text,
    sensible,
)

COPY_NAME = "feed-copy"

_HEAD_CHARS = 64 * 1024
_OF_API = re.compile(r"<(?:[\w.-]{1,40}:)?(?:totalResults|primary_category)[\s>]")
_OWN_TITLE = re.compile(r"(.{1,400}?) updates on arXiv\.org", re.DOTALL)
_ERROR_TITLE = re.compile(r"Feed error for query\b")
_OWN_IN_HEAD = re.compile(
    r"<title[^<>]{0,80}>\s{0,80}(?:Feed error for query\b|[^<]{1,400}? updates on arXiv\.org)", re.DOTALL
)
_OAI_ID = re.compile(r"oai:arXiv\.org:(\S+)", re.IGNORECASE)
_ADDRESS = re.compile(r"arxiv\.org/(?:abs|pdf|html)/([^\s?#]+)", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\s[^<>]{0,2000}>([^<>]{0,500})</a\s*>", re.IGNORECASE)
_MAILBOX = re.compile(r"\S{1,100}@\S{1,100}\s{1,20}\((.+)\)")
_PARAGRAPH_TAG = re.compile(r"</?(?:(?:p|div)(?:\s[^<>]{0,200})?/?)?>", re.IGNORECASE)
_IN_OPENING = re.compile(r"\s+|<(?:p|div)(?:\s[^<>]{0,200})?>", re.IGNORECASE)
_COMMENTS = re.compile(r"comments?:\s*(.*)", re.IGNORECASE | re.DOTALL)
_LINK_LINE = re.compile(r"(?:(?:pdf|link|url)s?:.*|[^\s:]{0,20}://\S*)", re.IGNORECASE | re.DOTALL)
_ISO_DAY = re.compile(r"\s*([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_QUOTED = 60  # characters of a wrong value shown in a problem


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where a kind of feed says things, by the local names of its elements."""

    name: str
    title: str
    root: str
    entry: str
    channel: str
    dates: tuple[str, ...]
    about: str

    def detect(self, head: str) -> bool:
        """Say whether a text begins like arXiv's own feed of this kind."""
        return _dialect(head) is self and _OWN_IN_HEAD.search(head) is not None


RSS = Dialect("rss20", "RSS feed of arXiv", "rss", "item", "channel", ("pubDate", "lastBuildDate"), "description")
RDF = Dialect("rdf10", "RDF feed of arXiv (before 2024)", "RDF", "item", "channel", ("date",), "description")
ATOM = Dialect("atom-feed", "Atom feed of arXiv", "feed", "entry", "feed", ("updated",), "subtitle")
DIALECTS = (RSS, RDF, ATOM)


def detect(head: str) -> bool:
    """Say whether a text begins like any feed; an answer of arXiv's API is none."""
    return _dialect(head) is not None


def _dialect(head: str) -> Dialect | None:
    root = root_name(head)
    found = next((each for each in DIALECTS if each.root == root), None)
    return None if found is ATOM and _OF_API.search(head) else found


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read a feed of any kind; `category` and `date` win over its own."""
    text, not_utf8 = decode(as_utf8(bytes(data)))
    dialect = _dialect(text[:_HEAD_CHARS]) or ATOM
    feed = _Feed(dialect, Gathering(Reading(dialect.name)))
    if not_utf8:
        feed.gathering.reading.problems.append(not_utf8)
    around = ("title", dialect.about, *dialect.dates)
    try:
        for found in xml_elements(text, entry=dialect.entry, around=around, inside=(dialect.channel,)):
            feed.take(found)
    except BrokenXml as error:
        raise Unreadable(str(error)) from error
    return feed.finish(category, date)


@dataclass(frozen=True, slots=True)
class _Said:
    """What an element around the entries says."""

    line: int
    text: str


@dataclass(slots=True)
class _Feed:
    """The state of reading one feed; `said` has what stands around the entries."""

    dialect: Dialect
    gathering: Gathering
    said: dict[str, "_Said"] = field(default_factory=dict)
    is_own: bool = False
    not_all_named: int = 0

    def take(self, found: XmlElement | DamagedEntry) -> None:
        if isinstance(found, DamagedEntry):
            self.gathering.report(UNCLOSED, line=found.line, text=found.text, position=found.position)
        elif found.position is not None:
            self._take_entry(_Entry(found, found.position, own=self.is_own))
        elif found.name not in self.said:
            text = fold_space(text_of(found.element))
            self.said[found.name] = _Said(found.line, text)
            if found.name == "title":
                self.is_own = bool(_OWN_TITLE.match(text) or _ERROR_TITLE.match(text))

    def _take_entry(self, entry: "_Entry") -> None:
        line, text, position = entry.found.line, entry.quoted, entry.position
        paper = entry.paper() or self.gathering.paper(entry.wrong_id(), line=line, text=text, position=position)
        if not paper:
            return
        authors, notes = entry.authors()
        self.not_all_named += bool(notes)
        record = entry.record(paper, authors)
        if not record.abstract:
            self.gathering.report(NO_ABSTRACT, line=line, text=text, position=position)
        self.gathering.add(record, line=line, text=text)

    def finish(self, category: str | None, date: datetime.date | None) -> Reading:
        reading = self.gathering.reading
        title = self.said.get("title")
        if title and self.is_own:
            reading.category = self._category(title.text)
            reading.date = self._date()
        else:
            reading.format = COPY_NAME
        if title and _ERROR_TITLE.match(title.text):
            said = self.said.get(self.dialect.about, title)
            self.gathering.report(f"arXiv answered with an error: ‹{said.text}›", line=said.line, text=said.text)
        if self.not_all_named:
            reading.notes.append(f"Entries that do not name all their authors: {self.not_all_named}.")
        return self.gathering.finish(category, date)

    def _category(self, title: str) -> str | None:
        found = _OWN_TITLE.match(title)
        if not found:
            return None
        said = found[1].strip()
        if not looks_like_category(said):
            self.gathering.reading.notes.append(f"The feed is of several categories: {clip(said, _QUOTED)}.")
            return None
        self.gathering.reading.show("category", title)
        if not is_listing_name(said):
            self.gathering.reading.notes.append(f"‹{said}› is not a category of arXiv that we know.")
        return said

    def _date(self) -> datetime.date | None:
        """Return the day as it is written, whatever the zone; arXiv announces at the end of its own day."""
        said = next((self.said[name] for name in self.dialect.dates if name in self.said), None)
        date = _day(said.text) if said else None
        if said and date:
            self.gathering.reading.show("date", said.text)
        elif said:
            self.gathering.report(f"unreadable date: ‹{clip(said.text, _QUOTED)}›", line=said.line, text=said.text)
        return date


class _Entry:
    """One entry: its texts by the names of their elements, and the marks around title and abstract."""

    __slots__ = ("abstract", "found", "own", "position", "prefix", "suffix", "texts", "title")

    def __init__(self, found: XmlElement, position: int, *, own: bool) -> None:
        self.found, self.position, self.texts, self.own = found, position, found.texts, own
        self.title, self.suffix = split_suffix(self.texts.get("title", ""))
        source = self._first("description", "summary", "encoded", "content")
        start = end_of_turns(_IN_OPENING, source)
        abstract, self.prefix = split_prefix(source[start:])
        self.abstract = source[:start] + abstract

    def _first(self, *names: str) -> str:
        for name in names:
            if (text := self.texts.get(name, "")) and not text.isspace():
                return text
        return ""

    @property
    def quoted(self) -> str:
        return self.texts.get("title") or self._first("link", "guid", "id") or "(no title)"

    def paper(self) -> ArxivId | None:
        """Return the paper, with its version when any place has one."""
        papers = self._papers()
        first = next(papers, None)
        if first is None or first.version:
            return first
        return next((each for each in papers if each.version and each.identity == first.identity), first)

    def _papers(self) -> Iterator[ArxivId]:
        yield from filter(None, map(parse_arxiv_id, self._said_ids()))
        for place in self._places():
            yield from find_arxiv_ids(place)

    def wrong_id(self) -> str:
        """Return what stands where an id should; empty when there is nothing like one."""
        addresses = (found[1] for found in map(_ADDRESS.search, self._places()) if found)
        return next(iter([*self._said_ids(), *addresses]), "")

    def _said_ids(self) -> Iterator[str]:
        for place in self._places():
            if found := _OAI_ID.search(place):
                yield found[1]
        yield from (mark.paper for mark in (self.prefix, self.suffix) if mark)

    def _places(self) -> Iterator[str]:
        for name in ("guid", "id", "link"):
            yield self.texts.get(name, "")
        for link in self.found.children("link"):
            yield link.get("href", "")

    def authors(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names, and notes on those that are left out."""
        if creators := self.found.children("creator"):
            return _names_in([text_of(each) for each in creators])
        names = [text_of(name) for each in self.found.children("author") for name in each if local_name(name) == "name"]
        return _names_in(names or [self._mailbox()])

    def _mailbox(self) -> str:
        """Return the author of plain RSS, which is meant to be "address (Name)"."""
        said = self.texts.get("author", "").strip()
        found = _MAILBOX.fullmatch(said)
        return found[1] if found else ("" if "@" in said else said)

    def categories(self) -> tuple[str, ...]:
        codes = [text_of(each).strip() or each.get("term", "").strip() for each in self.found.children("category")]
        if self.suffix:
            codes.insert(0, self.suffix.primary_category or "")
        kept = paper_categories(codes)
        return kept if self.own else tuple(code for code in kept if is_category(code))

    def announce_type(self) -> str | None:
        said = self.texts.get("announce_type", "").strip()
        if said in TYPES:
            return said
        marks = (mark.announce_type for mark in (self.prefix, self.suffix) if mark)
        return next((each for each in marks if each), None)

    def record(self, paper: ArxivId, authors: tuple[str, ...]) -> Record:
        abstract, comments, named = _described(self.abstract, authors)
        categories = self.categories()
        return Record(
            self.position,
            paper.identity,
            paper.version,
            fold_space(decode_entities(self.title)),
            abstract or None,
            named or authors,
            categories[0] if categories else None,
            categories,
            self.announce_type(),
            comments=comments or None,
            journal_ref=fold_space(self._first("journal_reference", "journal_ref")) or None,
            doi=find_doi(self._first("DOI", "doi")),
            license=fold_space(self.texts.get("rights", "")) or None,
        )


def _names_in(sources: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names in texts that are a line of authors each, or links whose texts are the names."""
    names: list[str] = []
    notes: list[str] = []
    for source in sources:
        if linked := _ANCHOR.findall(source) if "<" in source else []:
            names += [name for name in (name_of(decode_entities(each)) for each in linked) if name]
            continue
        split, left_out = split_authors(decode_entities(source))
        names += split
        notes += left_out
    return tuple(names), tuple(notes)


def _described(source: str, authors: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    """Return abstract, comments and authors of a description; copies of feeds put all three in paragraphs."""
    if "<" not in source or not source.lstrip()[:4].lower().startswith(("<p", "<div")):
        return html_to_text(source), "", ()
    abstract, comments, named = [], "", authors[:0]
    for part in map(html_to_text, _PARAGRAPH_TAG.split(source)):
        if found := _COMMENTS.fullmatch(part):
            comments = fold_space(found[1])
        elif len(authors) == 1 and not named and part.startswith(authors[0]):
            named, _ = split_authors(part)
        elif part and not _LINK_LINE.fullmatch(part):
            abstract.append(part)
    return "\n\n".join(abstract), comments, named


def _day(said: str) -> datetime.date | None:
    found = _ISO_DAY.match(said)
    try:
        if found:
            return sensible(datetime.date(int(found[1]), int(found[2]), int(found[3])))
        return sensible(parsedate_to_datetime(said).date())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
