"""What every reader of a listing yields, and how all of them clean text.

A reader is a function `read(data, *, category, date) -> Reading`. It never raises on bad content: an entry
that cannot be read becomes a `Problem`, and the rest goes on.
"""

import datetime
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from mmap import mmap
from typing import NamedTuple, TypeAlias

from core import limits
from core.categories import looks_like_category
from core.ids import ArxivId, parse_arxiv_id
from core.names import split_authors
from core.scanning import holds_any

# A file too large for memory is mapped: bytes and mmap slice, index and `find` alike.
Data: TypeAlias = bytes | mmap

ANNOUNCE_TYPES = ("new", "cross", "replace", "replace-cross")

NO_ID = "no arXiv id found in this entry"
NO_TITLE = "entry has no title"
NO_ABSTRACT = "abstract is missing"
REPEATED = "repeated: already entry"
UNCLOSED = "entry ends before its closing mark"
NOT_UTF8 = "not UTF-8: read as Windows-1252"


class Unreadable(Exception):
    """Nothing in the file could be read as a listing; the message says to a person what was expected."""


class Record(NamedTuple):  # a frozen dataclass of as many fields would take five times as long to make
    """One entry of a listing. What the file does not say is None or empty."""

    position: int
    arxiv_id: str | None
    version: int | None = None
    title: str = ""
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    primary_category: str | None = None
    categories: tuple[str, ...] = ()
    announce_type: str | None = None
    inferred: bool = False
    comments: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    license: str | None = None
    announced_on: str | None = None  # yyyy-mm-dd, when the file says it entry by entry; records are kept as JSON
    openreview_id: str | None = None  # what names a paper of a conference that has neither arXiv id nor DOI

    def filled_from(self, later: "Record") -> "Record":
        """Return this record with its empty fields taken from a later mention of the same paper."""
        said = (mine if mine not in (None, "", ()) else other for mine, other in zip(self, later, strict=True))
        return Record._make(said)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the file that could not be read as expected; `line` counts from 1."""

    line: int | None
    position: int | None
    text: str
    reason: str

    def __post_init__(self) -> None:
        beginning = self.text[: 10 * limits.PROBLEM_TEXT_CHARS]  # a file may be one line, with many problems
        object.__setattr__(self, "text", clip(fold_space(beginning), limits.PROBLEM_TEXT_CHARS))
        object.__setattr__(self, "reason", fold_space(self.reason))  # it may quote the file, too


@dataclass(slots=True)
class Reading:
    """What one file says. `records` may be drawn once; all else is final when it is exhausted.

    `entries` counts what gave a record before repeated ids were merged, `records` yields what is left after.
    `stated` is what the file itself says it holds, by `new`, `cross` and `replace` (replaced cross-lists among
    them); `evidence` has the words of the file from which `category` and `date` were taken. `unconfirmed` are the
    ids that are known from bare numbers only: a person has to say whether they name papers.
    """

    format: str
    category: str | None = None
    date: datetime.date | None = None
    entries: int = 0
    stated: dict[str, int] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    records: Iterable[Record] = ()

    def show(self, what: str, words: str) -> None:
        """Keep the words of the file from which `what` (`category` or `date`) was taken."""
        self.evidence[what] = clip(fold_space(words), limits.EVIDENCE_CHARS)

    def batches(self, size: int) -> Iterator[list[Record]]:
        """Yield the records in lists of at most `size`, never holding more than one list."""
        drawn = iter(self.records)
        while batch := list(islice(drawn, size)):
            yield batch


@dataclass(slots=True)
class Gathering:
    """The records of one file while it is read: each within its limits, repeated ones merged into the first.

    What a repeated entry says of a newer version wins, unless `first_wins` as in lists that people keep.
    """

    reading: Reading
    records: dict[str, Record] = field(default_factory=dict)
    first_wins: bool = False

    def report(self, reason: str, *, line: int | None, text: str, position: int | None = None) -> None:
        self.reading.problems.append(Problem(line, position, text, reason))

    def paper(self, said: str, *, line: int | None, text: str, position: int) -> ArxivId | None:
        """Read the id of an entry, and report one that is missing or malformed."""
        paper = parse_arxiv_id(said)
        if not paper:
            wrong = clip(fold_space(said), _QUOTED)
            self.report(f"not a valid arXiv id: ‹{wrong}›" if wrong else NO_ID, line=line, text=text, position=position)
        return paper

    def add(self, record: Record, *, line: int, text: str) -> None:
        """Keep a record; `line` and `text`, where its entry begins, are quoted when something is wrong with it."""
        self.reading.entries += 1
        if not record.title:
            self.report(NO_TITLE, line=line, text=text, position=record.position)
        kept = self._fitted(record, line)
        key = record.arxiv_id or record.doi or record.openreview_id or f"entry {record.position}"
        first = self.records.setdefault(key, kept)
        if first is not kept:
            self.report(f"{REPEATED} {first.position}", line=line, text=text, position=record.position)
            newer = not self.first_wins and (kept.version or 0) > (first.version or 0)
            kept = kept._replace(position=first.position).filled_from(first) if newer else first.filled_from(kept)
            self.records[key] = kept

    def _fitted(self, record: Record, line: int) -> Record:
        """Return the record within its limits, and report what had to be cut."""
        if len(record.title) <= limits.TITLE_CHARS and len(record.abstract or "") <= limits.ABSTRACT_CHARS:
            return record if record.abstract != "" else record._replace(abstract=None)
        place = {"line": line, "position": record.position}
        title, too_long = fit(record.title, limits.TITLE_CHARS, what="title", **place)
        abstract, cut = fit(record.abstract or "", limits.ABSTRACT_CHARS, what="abstract", **place)
        self.reading.problems.extend(problem for problem in (too_long, cut) if problem)
        return record._replace(title=title, abstract=abstract or None)

    def finish(self, category: str | None, date: datetime.date | None) -> Reading:
        """Return what was read; a `category` and `date` that were given win over what the file says."""
        reading = self.reading
        reading.category = category or reading.category
        reading.date = date or reading.date
        if repeats := reading.entries - len(self.records):
            reading.notes.append(f"{repeats} repeated {'entry' if repeats == 1 else 'entries'} merged")
        reading.records = list(self.records.values())
        reading.problems.sort(key=lambda problem: problem.line or 0)
        return reading


def to_json(file: str, reading: Reading) -> dict[str, object]:
    """Return the object that `ingest --json` prints for a file; draws the records."""
    records = [record._asdict() for record in reading.records]
    for record in records:
        del record["openreview_id"]  # the keys are fixed, and other programs rely on them
    counted = Counter(record["announce_type"] or "unknown" for record in records)
    return {
        "file": file,
        "format": reading.format,
        "category": reading.category,
        "date": reading.date.isoformat() if reading.date else None,
        "entries": reading.entries,
        "counts": {name: counted[name] for name in (*ANNOUNCE_TYPES, "unknown")},
        "records": records,
        "problems": [asdict(problem) for problem in reading.problems],
        "notes": list(reading.notes),
    }


# --- text -------------------------------------------------------------------------------------------------

_QUOTED = 60  # characters of a wrong value shown in a problem
_LINE_END = re.compile(r"\r\n?")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_CONTROL_BYTES = bytes([*range(9), *range(14, 32), 127])
_UNPRINTABLE = bytes([*range(32), 127])
_LONG = 100  # characters
_C1 = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")
_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
# Bounded, so that a line of open tags costs no more than its length.
_ANCHOR = re.compile(r"<a\s([^<>]{0,2000})>([^<>]{0,500})</a\s{0,9}>", re.IGNORECASE)
_HREF = re.compile(r"""(?<![\w-])href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_URL_PLACEHOLDER = re.compile(r"this \w+ url", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LABEL = re.compile(r"([A-Z][A-Za-z]{1,20}(?:-[A-Za-z]{1,20})?)(?: \([^()]{0,40}\))?:")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi: ?)?(10\.[0-9]{4,9}/\S{1,200})", re.IGNORECASE)
_LABELS = {"title", "authors", "author", "categories", "comments", "report-no", "msc-class", "acm-class"}
_LABELS |= {"journal-ref", "doi", "license", "subj-class", "proxy", "from", "date"}
_MAY_PART = re.compile(r"\n\s")
_PARAGRAPH = re.compile(r"\n\s*\n|\n[ \t\u00a0]{2,}(?=\S)")


def decode(data: Data) -> tuple[str, Problem | None]:
    """Return the text of a file with `\\n` line ends in NFC, and the problem if it is not UTF-8.

    Control characters are left out: no listing means anything by them, and pages and terminals do.
    Raises Unreadable when the file holds NUL, which no listing does and PostgreSQL refuses.
    """
    raw = bytes(data)
    if b"\0" in raw:
        raise Unreadable("The file holds NUL characters, so it is not a text.")
    controls = holds_any(raw, _CONTROL_BYTES) or (not raw.isascii() and _C1.search(raw))
    try:
        text = _tidied(raw.decode())
        return _CONTROLS.sub("", text) if controls else text, None
    except UnicodeDecodeError as error:
        text = _CONTROLS.sub("", _tidied(raw.decode("cp1252", errors="replace")))
        line = _tidied(raw[: error.start].decode("cp1252", errors="replace")).count("\n") + 1
        return text, Problem(line, None, nth_line(text, line), NOT_UTF8)


def decode_page(data: Data) -> tuple[str, Problem | None]:
    """Decode a page in HTML. Raises Unreadable also for one that is too long to be read whole."""
    if len(data) > limits.PAGE_BYTES:
        raise Unreadable(
            f"A saved page may have {limits.PAGE_BYTES // 1024**2} MB; this one is larger. Save fewer days."
        )
    return decode(data)


def _tidied(text: str) -> str:
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text.lstrip("\ufeff"))


def sensible(day: datetime.date | None) -> datetime.date | None:
    """Return a day on which arXiv may have announced something, None for any other: a slip would stand as the last."""
    return day if day and limits.FIRST_YEAR <= day.year <= limits.LAST_YEAR else None


def nth_line(text: str, number: int) -> str:
    """Return a line by its number, counted from 1."""
    return next(islice(text.split("\n"), number - 1, None), "")


def clip(text: str, length: int) -> str:
    """Return the text, cut to at most `length` characters with an ellipsis as the last."""
    return text if len(text) <= length else text[: length - 1] + "…"


def fold_space(text: str) -> str:
    """Return the text on one line: white space (no-break space too) folded, control characters gone."""
    line = text.strip().replace("\n", " ")
    if _is_printable(line) and "  " not in line:  # no other white space is printable
        return line
    folded = " ".join(text.split())
    return folded if folded.isprintable() else " ".join(_CONTROLS.sub("", text).split())


def _is_printable(text: str) -> bool:
    """Say what `isprintable` does, which asks a table for each character: for long texts in ASCII bytes are faster."""
    if len(text) < _LONG or not text.isascii():
        return text.isprintable()
    source = text.encode()
    return len(source.translate(None, _UNPRINTABLE)) == len(source)


def fold_paragraphs(text: str) -> str:
    """Return a hard-wrapped text with one line a paragraph and an empty line between paragraphs.

    A single line break is a blank; an empty line, or an indented line after a break, starts a paragraph.
    """
    text = text.strip()
    if "\n" not in text or not _MAY_PART.search(text):
        return fold_space(text)
    folded = (fold_space(paragraph) for paragraph in _PARAGRAPH.split(text))
    return "\n\n".join(paragraph for paragraph in folded if paragraph)


def decode_entities(text: str) -> str:
    """Decode HTML entities once, and only those that end in a semicolon ("R&D" and TeX's "a & b" stay)."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def labelled_values(lines: Iterable[str]) -> dict[str, str]:
    """Read the "Label: value" lines of arXiv's plain texts; returns the values by label in small letters.

    An indented line continues a value, and so does one without a known label: a copy may have lost its blanks.
    """
    values: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        found = _LABEL.match(line)
        label = found[1].lower() if found else ""
        if found and label in _LABELS and label not in values:
            current = values[label] = [line[found.end() :]]
        elif found and "-" in label and label not in _LABELS:
            current = []  # a label that is not known here, and nothing that a title would begin a line with
        else:
            current.append(line)
    return {label: fold_space(" ".join(said)) for label, said in values.items()}


def labelled_record(position: int, paper: ArxivId, lines: Iterable[str]) -> tuple[Record, tuple[str, ...]]:
    """Return what the "Label: value" lines of an entry say, and the notes on its authors."""
    said = labelled_values(lines)
    codes = re.split(r"[\s,;]+", said.get("categories", ""))
    categories = tuple(dict.fromkeys(filter(looks_like_category, codes)))
    authors, notes = split_authors(said.get("authors") or said.get("author", ""))
    doi = _DOI.match(said.get("doi", ""))
    record = Record(
        position,
        paper.identity,
        paper.version,
        title=said.get("title", ""),
        authors=authors,
        primary_category=categories[0] if categories else None,
        categories=categories,
        comments=said.get("comments") or None,
        journal_ref=said.get("journal-ref") or None,
        doi=doi[1] if doi else None,  # the first, when there are several
        license=said.get("license") or None,
    )
    return record, notes


def html_to_text(source: str) -> str:
    """Return an abstract that arXiv's pages marked up as plain text.

    `<a href=…>this https URL</a>` becomes the address, `<br>` a paragraph break, entities are decoded once,
    and any other tag stays as the text that it is.
    """
    if "<" in source:
        linked = _ANCHOR.sub(lambda match: _link_text(match[1], match[2]), source)
        source = _BREAK.sub("\n\n", linked)
    return fold_paragraphs(decode_entities(source))


def _link_text(attributes: str, label: str) -> str:
    found = _HREF.search(attributes)
    address = next((group for group in found.groups() if group), "") if found else ""
    if not _ADDRESS.fullmatch(address):
        return label
    if _URL_PLACEHOLDER.fullmatch(label.strip()) or label.strip() in address:
        return address
    return f"{label} ({address})"


def fit(text: str, length: int, *, what: str, line: int, position: int) -> tuple[str, Problem | None]:
    """Return a text within its limit, with the problem to report when it had to be cut."""
    if len(text) <= length:
        return text, None
    reason = f"{what} is longer than {length:,} characters: the rest was left out"
    return clip(text, length), Problem(line, position, text, reason)
