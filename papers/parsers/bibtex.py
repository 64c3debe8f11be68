"""BibTeX, as arXiv, reference managers and converters write it: https://www.bibtex.org/Format/

    @misc{key2016,
      title={A title with {CASE} kept}, author={Family, Given and {The X Collaboration}},
      eprint={1606.08415}, archivePrefix={arXiv}, primaryClass={cs.LG}
    }

Read by hand: a bad entry must cost no other, and every entry has its line. What stands outside entries is comment.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from core import limits
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

NAME = "bib"

_BEGINNING = re.compile(r"(?:^|(?<=\}))[ \t]*@([A-Za-z]{1,40})[ \t]*[{(]", re.MULTILINE)
_LIKE_AN_ENTRY = re.compile(r"^[ \t]*@[A-Za-z]{1,40}[ \t]*[{(]\s{0,20}[^\s,={}()]{1,300}\s{0,20}[,=]", re.MULTILINE)
_KEY = re.compile(r"\s*([^,={}\"\n]{0,300})(?:,|(?=[})\n]))")
_FIELD = re.compile(r"[\s,}]*([A-Za-z][\w:.-]{0,60})\s*=\s*")
_NAME = r"[ \t]*[A-Za-z][\w-]{0,40}[ \t]*=[ \t]*"
_NEXT_FIELD = re.compile(rf"\n{_NAME}[{{\"\w]|,{_NAME}[{{\"]")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_BRACE_OR_QUOTE = re.compile(r"\\.|[{}\"]", re.DOTALL)
_CLOSED_BY = {"{": (_BRACE, "}"), '"': (_BRACE_OR_QUOTE, '"')}
_BARE = re.compile(r"[^\s,{}()#\"]{1,200}")
_JOIN = re.compile(r"\s*#\s*")
_CLOSE = re.compile(r"[\s,]*[})]")

_IN_TITLE = re.compile(r"\$(?:\\.|[^$\\])*\$|\\[A-Za-z]+\*?\{|\\[{}]|\\.\{?|[{}]", re.DOTALL)

# Where an arXiv id may be said, in the order of trust.
_ADDRESSES = ("url", "doi", "journal", "note", "howpublished", "volume", "eid", "number", "pages", "publisher")


def detect(head: str) -> bool:
    """Say whether a text has an entry of BibTeX; other languages write `@media {` and `@decorator(`, too."""
    return not head.lstrip().startswith(("<", "{", "[")) and any(map(_is_entry, _LIKE_AN_ENTRY.finditer(head)))


def _is_entry(found: re.Match[str]) -> bool:
    return found[0].endswith(",") or "string" in found[0].lower()


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read the entries in the order of the file; those without an arXiv id are named by their DOI, if by anything."""
    text, not_utf8 = decode(data)
    file = _File(Gathering(Reading(NAME), first_wins=True))
    if not_utf8:
        file.gathering.reading.problems.append(not_utf8)
    for entry in _entries(text):
        file.take(entry)
    return file.gathering.finish(category, date)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry as it stands in the file: `body` is what follows its opening brace, up to the next entry."""

    kind: str
    line: int
    first: str
    body: str


def _entries(text: str) -> Iterator[_Entry]:
    line, counted = 1, 0
    skipped: int | None = 0  # None when a comment has no end, and none is looked for again
    starts = [*_BEGINNING.finditer(text)]
    for found, following in zip_longest(starts, starts[1:]):
        if found.start() < (skipped or 0):
            continue
        at = text.index("@", found.start())
        line += text.count("\n", counted, at)
        counted = at
        kind = found[1].lower()
        if kind != "comment":
            first = text[at : at + limits.PROBLEM_TEXT_CHARS].partition("\n")[0]
            yield _Entry(kind, line, first, text[found.end() : following.start() if following else len(text)])
        elif skipped is not None and found[0].endswith("{"):  # a comment may hold whole entries
            skipped = _after(_BRACE, text, found.end(), "}")


def _after(marks: re.Pattern[str], text: str, at: int, closing: str, limit: int | None = None) -> int | None:
    """Return the index behind the mark that closes what was opened before `at`; None when nothing does."""
    depth = 0
    for found in marks.finditer(text, at, len(text) if limit is None else limit):
        mark = found[0]
        if depth == 0 and mark == closing:
            return found.end()
        depth += (mark == "{") - (mark == "}")
    return None


@dataclass(slots=True)
class _Fields:
    """Reads `name = value` pairs. Cautious, a value ends at the latest where the next line looks like a field."""

    body: str
    macros: dict[str, str]
    cautious: bool = False
    values: dict[str, str] = field(default_factory=dict)
    closed: bool = True

    def read(self, at: int) -> "_Fields":
        while found := self._next(at):
            value, at = self._value(found.end())
            self.values.setdefault(found[1].lower(), value)
        self.closed = self.closed and _CLOSE.match(self.body, at) is not None
        return self

    def _next(self, at: int) -> re.Match[str] | None:
        """Return the next field; cautious, what stands before the next line that looks like one is left out."""
        found = _FIELD.match(self.body, at)
        if found or not self.cautious or _CLOSE.match(self.body, at):
            return found
        following = _NEXT_FIELD.search(self.body, at)
        return _FIELD.match(self.body, following.start()) if following else None

    def _value(self, at: int) -> tuple[str, int]:
        parts = []
        while True:
            part, at = self._part(at)
            parts.append(part)
            joint = _JOIN.match(self.body, at)
            if not joint:
                return "".join(parts), at
            at = joint.end()

    def _part(self, at: int) -> tuple[str, int]:
        opening = self.body[at : at + 1]
        if opening not in _CLOSED_BY:
            bare = _BARE.match(self.body, at)
            return (self.macros.get(bare[0].lower(), bare[0]), bare.end()) if bare else ("", at)
        following = _NEXT_FIELD.search(self.body, at) if self.cautious else None
        limit = following.start() if following else len(self.body)
        marks, closing = _CLOSED_BY[opening]
        end = _after(marks, self.body, at + 1, closing, limit)
        if end is None:
            self.closed = False
            return self.body[at + 1 : limit].rstrip("} ,\t\n"), limit
        return self.body[at + 1 : end - 1], end


@dataclass(slots=True)
class _File:
    """The state of reading one file entry by entry."""

    gathering: Gathering
    macros: dict[str, str] = field(default_factory=dict)
    position: int = 0

    def take(self, entry: _Entry) -> None:
        if entry.kind == "string":
            self.macros |= _Fields(entry.body, self.macros).read(0).values
        if entry.kind in ("string", "preamble"):
            return
        self.position += 1
        key = _KEY.match(entry.body)
        start = key.end() if key else 0
        fields = _Fields(entry.body, self.macros).read(start)
        if not fields.closed:
            self.gathering.report(UNCLOSED, line=entry.line, text=entry.first, position=self.position)
            fields = _Fields(entry.body, self.macros, cautious=True).read(start)
        self._keep(entry, fields.values, key[1].strip() if key else "")

    def _keep(self, entry: _Entry, values: dict[str, str], key: str) -> None:
        said, doi = _id_said(values, key), _doi(values.get("doi", ""))
        paper = parse_arxiv_id(said)
        if not paper and (said or not doi):
            self.gathering.paper(said, line=entry.line, text=entry.first, position=self.position)
        if not paper and not doi and not values.get("title"):
            return
        authors, notes = joined_authors(values.get("author", ""))
        self.gathering.reading.notes.extend(f"Entry {self.position}: {note}" for note in notes)
        primary = values.get("primaryclass", values.get("eprintclass", "")).strip()
        primary = primary if looks_like_category(primary) else ""
        record = Record(
            self.position,
            paper.identity if paper else None,
            paper.version if paper else None,
            title=fold_space(_without_case_braces(values.get("title", ""))),
            abstract=fold_paragraphs(unindented(values.get("abstract", ""))) or None,
            authors=authors,
            primary_category=primary or None,
            categories=(primary,) if primary else (),
            journal_ref=_journal(values),
            doi=doi,
        )
        self.gathering.add(record, line=entry.line, text=entry.first)


def _id_said(values: dict[str, str], key: str) -> str:
    """Return what the entry says its arXiv id is, valid or not; empty when it says nothing."""
    eprint = _eprint(values)
    said = eprint if parse_arxiv_id(eprint) else arxiv_id_in(values.get(name, "") for name in _ADDRESSES)
    if parse_arxiv_id(said):
        return said
    return key if parse_arxiv_id(key) else eprint or said


def _eprint(values: dict[str, str]) -> str:
    """Return the id in `eprint`: plain, as an address, or an old number whose archive stands beside it."""
    said = values.get("eprint", "").strip()
    archive = values.get("archiveprefix", values.get("eprinttype", "")).strip()
    if arxiv_id := arxiv_id_in([said]):
        return arxiv_id
    if archive.lower() not in ("", "arxiv"):
        old = f"{archive}/{said}"
        return old if parse_arxiv_id(old) else ""
    main = values.get("primaryclass", "").strip().partition(".")[0]
    if parse_arxiv_id(f"{main}/{said}"):
        return f"{main}/{said}"
    return said if archive or parse_arxiv_id(said) else ""


def _doi(said: str) -> str | None:
    """Return the publisher's DOI; arXiv's own says no more than the id."""
    doi = find_doi(said.replace("\\_", "_"))
    return None if doi is None or doi.lower().startswith("10.48550/arxiv.") else doi


def _journal(values: dict[str, str]) -> str | None:
    journal = fold_space(_without_case_braces(values.get("journal", values.get("journaltitle", ""))))
    if not journal or "arxiv" in journal.lower() or journal.lower() == "corr":
        return None
    rest = [values.get("volume", ""), values.get("pages", "")]
    year = values.get("year", values.get("date", "")[:4])
    said = ", ".join(filter(None, [journal, *map(fold_space, rest)]))
    return f"{said} ({fold_space(year)})" if year else said


def _without_case_braces(text: str) -> str:
    """Drop the braces that protect the case of letters; those of formulas and of TeX's commands stay."""
    parts: list[str] = []
    kept: list[bool] = []
    start = 0
    for found in _IN_TITLE.finditer(text):
        mark = found[0]
        parts.append(text[start : found.start()])
        start = found.end()
        if mark == "{":
            kept.append(text.startswith("\\", found.end()))
        elif mark.endswith("{") and mark != "\\{":
            kept.append(True)
        elif mark == "}":
            parts.append("}" if kept and kept.pop() else "")
            continue
        parts.append("" if mark == "{" and not kept[-1] else mark)
    return "".join([*parts, text[start:]])
