"""Any text that names papers of arXiv: ids, addresses and DOIs, several a line or one.

    https://arxiv.org/abs/1606.08415
    Gaussian Error Linear Units (Dan Hendrycks, Kevin Gimpel)

The records have the id alone, or title and authors where the line below an address has this form; what else is known
of the papers comes from arXiv.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from core import limits
from core.ids import ARXIV_ID_IN_TEXT, ArxivId, find_arxiv_ids, parse_arxiv_id
from core.names import split_authors
from papers.parsers.record import Data, Gathering, Reading, Record, clip, decode, fold_space

NAME = "paste"

NOT_ARXIV = "not an arXiv address"
_SHOWN_IDS = 20  # in a note

# Where an address holds an arXiv id right behind the path.
_PLACES = (
    r"arxiv\.org/(?:abs|pdf|html|format|ps|src|e-print)",
    r"alphaxiv\.org/(?:abs|overview|pdf)",
    r"huggingface\.co/papers",
    r"ar5iv\.(?:labs\.arxiv\.org|org)/(?:abs|html)",
    r"scirate\.com/arxiv",
    r"semanticscholar\.org/arxiv",
)
# Where addresses name papers that we cannot take; other addresses are none of our business.
_PAPERS_ELSEWHERE = r"(?:openreview\.net|paperswithcode\.com|biorxiv\.org|medrxiv\.org)(?![\w.-])"

_SCHEME = r"(?:https?://|(?<![\w./@-]))(?:[a-z]{2,8}\.)?"
_TARGET = r"[^\s<>\"'()\[\]{}|,;?#&*`]{1,120}"
_REST = r"(?:[?#&][^\s<>\"'()\[\]{}|,;]*)?"
_REFERENCE = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9])(?:"
    rf"(?i:{_SCHEME}(?:{'|'.join(_PLACES)}))/(?P<address>{_TARGET}){_REST}"
    rf"|(?i:(?<![\w.])10\.48550/arxiv\.)(?P<arxiv_doi>{_TARGET})"
    rf"|(?P<doi>(?<![\w.])10\.[0-9]{{4,9}}/[^\s<>\"]+)"
    rf"|(?P<doi_address>(?i:https?://(?:dx\.)?doi\.org/)(?!10\.48550/))"
    rf"|(?i:https?://doi\.org/)"
    rf"|(?P<elsewhere>(?i:{_SCHEME}{_PAPERS_ELSEWHERE}))[^\s<>\"|)\]]*"
    rf"|(?i:https?)://(?:(?!(?i:https?)://)[^\s<>\"|)\]])+"
    rf"|(?i:arxiv\s?:)\s{{0,3}}(?P<named>{_TARGET})"
    rf"|(?P<bare>{ARXIV_ID_IN_TEXT.pattern}))"
)
_WORTH_A_LOOK = re.compile(r"[0-9]{4}|[0-9]\.[0-9]|://|openreview|paperswithcode|rxiv", re.IGNORECASE)
_ENDING = re.compile(r"(?:\.(?:pdf|ps\.gz|ps|html))?\W*$", re.IGNORECASE)
_ALMOST_AN_ID = re.compile(r"[0-9]{3,6}\.[0-9]{3,7}(?:v[0-9]*)?|[A-Za-z.-]{2,20}/[0-9]{5,9}(?:v[0-9]*)?")
_NUMBER_ALONE = re.compile(r"\W*([0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?)\W*")
_EMPHASIS = re.compile(r"(?<!\w)_+|_+(?!\w)")
# "Title (names)" below an address, perhaps in emphasis; one name alone may be any remark.
_TITLE_AND_NAMES = re.compile(r"[*_#\s]{0,8}(\S.{6,400}?)[*_]{0,3}\s?\(([^()]{5,4000})\)[*_.\s]{0,8}")
_NAME = re.compile(r"(?:[^\W\d_]|[.'’-]){1,40}(?: (?:[^\W\d_]|[.'’-]){1,40}){1,5}")
_NAMES_MIN = 2
_DATA_FILE = re.compile(r"\s*(?:<(?:\?xml|!|(?:html|rss|feed|rdf:RDF|OAI-PMH)\b)|\{\s*\"|\[\s*\{)", re.IGNORECASE)
_SIGNS = {0x2010: "-", 0x2011: "-", 0x200B: "", 0x2060: "", 0xFEFF: ""}


def detect(head: str) -> bool:
    """Say whether a text names any paper of arXiv; a file of data that no other reader knows is no such text."""
    return not _DATA_FILE.match(head) and any(mention.paper for line in head.split("\n") for mention in _mentions(line))


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read the ids in order of first mention; the highest version that is asked for wins.

    Each paper counts as one entry, however often it is named.
    """
    paste = _Paste(Gathering(Reading(NAME)))
    text, not_utf8 = decode(data)
    if not_utf8:
        paste.gathering.reading.problems.append(not_utf8)
    for number, line in enumerate(text.split("\n"), start=1):
        mentions = [*_mentions(line)]
        for mention in mentions:
            paste.take(mention, number, line)
        paste.look_at(line, mentions)
    return paste.finish(category, date)


def almost_an_id(line: str) -> str | None:
    """Return what in a line stands where an arXiv id should and is none."""
    return next((mention.said for mention in _mentions(line) if mention.said and not mention.paper), None)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A place in a line that names a paper, or seems to; `sure` unless it is a bare number."""

    said: str
    paper: ArxivId | None
    sure: bool = True


def _mentions(line: str) -> Iterator[_Mention]:
    if not _WORTH_A_LOOK.search(line):
        return
    plain = _EMPHASIS.sub(" ", line.translate(_SIGNS))
    if "%2f" in plain.lower():  # mail programs wrap addresses into their own: …?url=https%3A%2F%2Farxiv.org%2F…
        plain = fold_space(unquote(plain))  # which may write control characters
    for found in _REFERENCE.finditer(plain):
        mention = _mention(found)
        if mention:
            yield mention
    alone = _NUMBER_ALONE.fullmatch(plain)
    if alone and not parse_arxiv_id(alone[1]):
        yield _Mention(alone[1], None)


def _mention(found: re.Match[str]) -> _Mention | None:
    if found["bare"]:
        paper = parse_arxiv_id(found["bare"])
        return _Mention(found["bare"], paper, sure="/" in found["bare"]) if paper else None
    if found["elsewhere"] or found["doi_address"]:
        return _Mention("", None)
    target = found["address"] or found["arxiv_doi"] or found["named"]
    if not target:
        return None
    said = _ENDING.sub("", target)
    paper = parse_arxiv_id(said) or next(find_arxiv_ids(said), None)
    if not paper and found["named"] and not _ALMOST_AN_ID.match(said):
        return None
    return _Mention(said, paper) if said else None


@dataclass(slots=True)
class _Paste:
    """The papers named so far."""

    gathering: Gathering
    papers: dict[str, ArxivId] = field(default_factory=dict)
    sure: set[str] = field(default_factory=set)
    repeats: int = 0
    above: str | None = None  # the paper that the last line which is not empty named, and no other
    titled: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def look_at(self, line: str, mentions: Sequence[_Mention]) -> None:
        """Take a title and names for the paper that the line above names."""
        if not line.strip():
            return
        above, self.above = self.above, None
        if mentions:
            only = mentions[0].paper if len(mentions) == 1 and mentions[0].sure else None
            self.above = only.identity if only else None
        elif above and (found := _TITLE_AND_NAMES.fullmatch(line)):
            names, _ = split_authors(found[2])
            if len(names) >= _NAMES_MIN and all(_NAME.fullmatch(name) for name in names):
                self.titled.setdefault(above, (fold_space(found[1]), names))

    def take(self, mention: _Mention, number: int, line: str) -> None:
        paper = mention.paper
        if not paper:
            reason = f"not a valid arXiv id: ‹{mention.said}›" if mention.said else NOT_ARXIV
            self.gathering.report(reason, line=number, text=line)
            return
        first = self.papers.setdefault(paper.identity, paper)
        self.repeats += first is not paper
        if (paper.version or 0) > (first.version or 0):
            self.papers[paper.identity] = paper
        if mention.sure:
            self.sure.add(paper.identity)

    def finish(self, category: str | None, date: datetime.date | None) -> Reading:
        """Return what was read."""
        reading = self.gathering.reading
        if self.repeats:
            reading.notes.append(f"{self.repeats} repeated {'entry' if self.repeats == 1 else 'entries'} merged")
        unsure = [identity for identity in self.papers if identity not in self.sure]
        if unsure:
            more = ", …" if len(unsure) > _SHOWN_IDS else ""
            shown = ", ".join(unsure[:_SHOWN_IDS]) + more
            reading.notes.append(f"Known from a bare number only, please check: {shown}.")
        reading.unconfirmed = unsure
        reading.category, reading.date, reading.entries = category, date, len(self.papers)
        reading.records = [
            self._record(position, paper) for position, paper in enumerate(self.papers.values(), start=1)
        ]
        return reading

    def _record(self, position: int, paper: ArxivId) -> Record:
        title, names = self.titled.get(paper.identity, ("", ()))
        return Record(position, paper.identity, paper.version, title=clip(title, limits.TITLE_CHARS), authors=names)
