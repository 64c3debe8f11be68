"""The daily listing in Markdown: a heading, then for each paper a numbered title, a link and its abstract.

    # ArXiv cs.CV --Thu, 1 Oct 2020
    ### 1.A title  [ :arrow_down: ](https://arxiv.org/pdf/2009.14798.pdf)
    >  Its abstract on one line.

It looks like Markdown and is read line by line: a renderer would take "1.3D Dense…" for a list and
eat the underscores of a formula.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from core import limits
from core.categories import is_listing_name, is_whole_archive
from core.ids import ArxivId, parse_arxiv_id
from papers.parsers.record import (
    NO_ABSTRACT,
    NO_ID,
    NO_TITLE,
    REPEATED,
    Data,
    Problem,
    Reading,
    Record,
    clip,
    decode,
    decode_entities,
    fit,
    fold_space,
    html_to_text,
    sensible,
)

NAME = "md-listing"

_LISTING = re.compile(r"#[ \t]+ArXiv[ \t]+(\S+)[ \t]+--(.*)", re.IGNORECASE)
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]+(?:-[a-z]+)?)?(?<!.{33})")
_DATE = re.compile(r"(?:([A-Za-z]+)\.?,?\s+)?([0-9]{1,2})\s+([A-Za-z]{3})[a-z]*\.?,?\s+([0-9]{4})")
_ENTRY = re.compile(r"###(?!#)\s*(?:([0-9]{1,9})\.)?(.*)")
_LINK = re.compile(r"\[\s*:arrow_down:\s*\]\(([^()\s]*)\)")
_PDF = re.compile(r"https?://(?:\w+\.)?arxiv\.org/(?:pdf|abs)/([^?#]*?)(?:\.pdf)?(?:[?#].*)?", re.IGNORECASE)
_HEADLESS = re.compile(r"^###\s*[0-9]+\..*\[ :arrow_down: \]\(https?://arxiv\.org/", re.MULTILINE)

_QUOTED = 60  # characters of a wrong value shown in a problem
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def detect(head: str) -> bool:
    """Say whether a text begins like this format; also when its heading was cut off."""
    return _LISTING.match(head.lstrip()) is not None or _HEADLESS.search(head) is not None


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read a listing; `category` and `date` win over its heading, as an admin's correction does."""
    text, not_utf8 = decode(data)
    listing = _Listing(Reading(NAME))
    if not_utf8:
        listing.reading.problems.append(not_utf8)
    for number, line in enumerate(text.split("\n"), start=1):
        if not listing.take(number, line):
            break
    return listing.finish(category, date)


@dataclass(slots=True)
class _Entry:
    """An entry while its lines are gathered; `heading` is kept to quote it in problems."""

    line: int
    position: int
    heading: str
    title: str
    paper: ArxivId | None
    abstract: list[str] = field(default_factory=list)


class _Kept(NamedTuple):
    """An entry before its announce type is known, which depends on all of them."""

    position: int
    paper: ArxivId
    title: str
    abstract: str

    def filled_from(self, later: "_Kept") -> "_Kept":
        version = self.paper.version or later.paper.version
        return _Kept(
            self.position,
            ArxivId(self.paper.identity, version),
            self.title or later.title,
            self.abstract or later.abstract,
        )


@dataclass(slots=True)
class _Listing:
    """The state of reading one file line by line."""

    reading: Reading
    heading: str | None = None
    entry: _Entry | None = None
    position: int = 0
    expected: int = 1
    stray: list[int] = field(default_factory=list)
    kept: dict[str, "_Kept"] = field(default_factory=dict)  # by the identity of the paper
    numbers: dict[int, int] = field(default_factory=dict)  # the number that the file gives to the entry at a position

    def take(self, number: int, line: str) -> bool:
        """Take one line; False when another listing begins and reading has to stop."""
        stripped = line.strip()
        if stripped.startswith(">") and self.entry:
            self.entry.abstract.append(stripped[1:].strip())
        elif found := _ENTRY.fullmatch(stripped):
            self._take_entry(number, stripped, found)
        elif found := _LISTING.fullmatch(stripped):
            return self._take_heading(number, stripped, found)
        elif stripped:
            self.stray.append(number)
        return True

    def _take_heading(self, number: int, line: str, found: re.Match[str]) -> bool:
        if self.heading is None:
            self.heading = line
            self._take_category(found[1])
            self._take_date(number, line, found[2].strip())
            return True
        if line == self.heading:
            return True
        self.reading.notes.append(
            f"Another listing begins at line {number} and was not read: upload it as a file of its own."
        )
        return False

    def _take_category(self, said: str) -> None:
        """Keep a code also when we do not know it, since arXiv adds some, if it has the shape of one."""
        if _CATEGORY.fullmatch(said):
            self.reading.category = said
            self.reading.show("category", self.heading or said)
        if not is_listing_name(said):
            self.reading.notes.append(f"‹{clip(said, _QUOTED)}› is not a category of arXiv that we know.")

    def _take_date(self, number: int, line: str, said: str) -> None:
        found = _DATE.fullmatch(said)
        date = _date(found) if found else None
        if not found or not date:
            self._report(number, line, f"unreadable date: ‹{clip(said, _QUOTED)}›")
            return
        self.reading.date = date
        self.reading.show("date", line)
        weekday = _WEEKDAYS[date.weekday()]
        if found[1] and found[1][:3].lower() != weekday:
            self.reading.notes.append(
                f"The heading says {found[1]}, but {date.day} {found[3]} {date.year} is a {weekday.title()}; "
                "the date was taken as written."
            )

    def _take_entry(self, number: int, line: str, found: re.Match[str]) -> None:
        self._close_entry()
        self.position += 1
        self._check_number(number, line, found[1])
        links = list(_LINK.finditer(found[2]))
        title = found[2][: links[-1].start()] if links else found[2]
        target = links[-1][1] if links else ""
        self.entry = _Entry(number, self.position, line, fold_space(decode_entities(title)), _paper_of(target))
        if not self.entry.paper:
            self._report(number, line, _reason_without_id(target), self.position)

    def _check_number(self, number: int, line: str, said: str | None) -> None:
        if said is None or int(said) != self.expected:
            reason = f"number out of order: expected {self.expected}, found {said or 'none'}"
            self._report(number, line, reason, self.position)
        self.numbers[self.position] = self.expected if said is None else int(said)
        self.expected = self.numbers[self.position] + 1

    def _close_entry(self) -> None:
        entry, self.entry = self.entry, None
        if not entry or not entry.paper:
            return
        self.reading.entries += 1
        kept = self._kept(entry, entry.paper)
        first = self.kept.get(entry.paper.identity)
        if first:
            self._report(entry.line, entry.heading, f"{REPEATED} {first.position}", entry.position)
        self.kept[entry.paper.identity] = first.filled_from(kept) if first else kept

    def _kept(self, entry: _Entry, paper: ArxivId) -> "_Kept":
        title = self._fit(entry, entry.title, limits.TITLE_CHARS, "title")
        source = "\n".join(line or "<br>" for line in entry.abstract)
        abstract = self._fit(entry, html_to_text(source), limits.ABSTRACT_CHARS, "abstract")
        if not title:
            self._report(entry.line, entry.heading, NO_TITLE, entry.position)
        if not abstract:
            self._report(entry.line, entry.heading, NO_ABSTRACT, entry.position)
        return _Kept(entry.position, paper, title, abstract)

    def _fit(self, entry: _Entry, text: str, length: int, what: str) -> str:
        fitted, problem = fit(text, length, what=what, line=entry.line, position=entry.position)
        if problem:
            self.reading.problems.append(problem)
        return fitted

    def _report(self, line: int, text: str, reason: str, position: int | None = None) -> None:
        self.reading.problems.append(Problem(line, position, text, reason))

    def finish(self, category: str | None, date: datetime.date | None) -> Reading:
        """Close the last entry, guess the announce types and return what was read."""
        self._close_entry()
        reading = self.reading
        reading.category = category or reading.category
        reading.date = date or reading.date
        reading.notes.extend(self._closing_notes())
        reading.records = self._typed_records()
        reading.problems.sort(key=lambda problem: problem.line or 0)
        return reading

    def _closing_notes(self) -> Iterator[str]:
        reading = self.reading
        if self.heading is None and not (reading.category and reading.date):
            yield "The heading with category and date is missing: please give both."
        if self.stray:
            lines = len(self.stray)
            yield f"Lines outside any entry were left out: {lines}, the first is line {self.stray[0]}."
        if repeats := reading.entries - len(self.kept):
            yield f"{repeats} repeated {'entry' if repeats == 1 else 'entries'} merged"

    def _typed_records(self) -> list[Record]:
        kept = list(self.kept.values())
        border = _first_cross_list(kept)
        if border is None:
            self.reading.notes.append(
                "The order of the ids does not show where the cross-lists begin, so the types are left open."
            )
            return [_record(each, None, None) for each in kept]
        self.reading.stated = self._stated(kept, border)
        category = self.reading.category
        primary = category if category and not is_whole_archive(category) else None
        new = [_record(each, "new", primary) for each in kept[:border]]
        return new + [_record(each, "cross", None) for each in kept[border:]]

    def _stated(self, kept: list[_Kept], border: int) -> dict[str, int]:
        """Return what the numbering states: entries up to the highest number, parted where the cross-lists begin.

        A file whose numbers do not rise, or of which half would be missing, states nothing; an entry that repeats
        another counts for none.
        """
        numbers = [*self.numbers.values()]
        highest = max(numbers, default=0)
        rises = all(before < after for before, after in pairwise(numbers))
        if not numbers or not rises or highest > 2 * len(numbers):
            return {}
        repeats = [each.position or 0 for each in self.reading.problems if each.reason.startswith(REPEATED)]
        if border == len(kept):
            return {"new": highest - len(repeats)}
        first = kept[border].position
        before = self.numbers[first] - 1
        of_new = sum(position < first for position in repeats)
        return {"new": before - of_new, "cross": highest - before - (len(repeats) - of_new)}


def _date(found: re.Match[str]) -> datetime.date | None:
    month = found[3].lower()
    if month not in _MONTHS:
        return None
    try:
        return sensible(datetime.date(int(found[4]), _MONTHS.index(month) + 1, int(found[2])))
    except ValueError:
        return None


def _paper_of(target: str) -> ArxivId | None:
    found = _PDF.fullmatch(target)
    return parse_arxiv_id(found[1]) if found else None


def _reason_without_id(target: str) -> str:
    found = _PDF.fullmatch(target)
    return f"not a valid arXiv id: ‹{clip(found[1], _QUOTED)}›" if found and found[1] else NO_ID


def _record(kept: _Kept, announce_type: str | None, primary: str | None) -> Record:
    return Record(
        kept.position,
        kept.paper.identity,
        kept.paper.version,
        kept.title,
        kept.abstract or None,
        primary_category=primary,
        categories=(primary,) if primary else (),
        announce_type=announce_type,
        inferred=announce_type is not None,
    )


def _first_cross_list(kept: list[_Kept]) -> int | None:
    """Return the index at which the cross-lists begin: the length when there are none, None when unclear.

    arXiv lists new submissions and then cross-lists, each block by falling id: the first id greater than its
    predecessor starts the second block. A second such step means that the order is another one.
    """
    order = [each.paper.sequence for each in kept]
    restarts = [index for index, (before, after) in enumerate(pairwise(order), start=1) if after > before]
    if len(restarts) > 1:
        return None
    return restarts[0] if restarts else len(kept)
