"""arXiv's pages that list papers, as a browser saves them: new submissions of a day, or those of recent days.

    <h3>Showing new listings for Friday, 17 March 2023</h3>
    <dl id="articles"> <h3>New submissions (showing 6 of 6 entries)</h3>
      <dt> <a href="/abs/2303.09323" title="Abstract">arXiv:2303.09323</a> (cross-list from cs.LG) </dt>
      <dd> <div class="list-title">…</div> <div class="list-authors">…</div> … <p class="mathjax">Abstract</p> </dd>

Pages saved before 2024 say "New submissions for Fri, 17 Mar 23" instead, and pages of recent days have a heading
a day.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree

from core.categories import is_listing_name
from core.html_reading import has_class, is_html, parsed, text_of
from core.ids import ArxivId
from papers.parsers.list_page.entries import Term, described, term_of
from papers.parsers.record import (
    UNCLOSED,
    Data,
    Gathering,
    Reading,
    Record,
    Unreadable,
    clip,
    decode_page,
    fold_space,
    sensible,
)

NAME = "html-list"

_QUOTED = 60  # characters of a wrong value shown in a problem
_SHOWN_IDS = 5  # in a note
_CENTURY = 91  # arXiv opened in 1991, so a two-digit year of 91 or more is of the last century

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATED = re.compile(
    r"(?:Showing new listings|New submissions|Cross-lists|Replacements) for (.+)"
    r"|((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\b.*)",
    re.IGNORECASE,
)
_DATE = re.compile(r"[a-z]{3,9}\.?,? ([0-9]{1,2}) ([a-z]{3})[a-z]*\.? ([0-9]{4}|[0-9]{2})\b", re.IGNORECASE)
_SECTION = re.compile(r"(new|cross|replace)(?:ment)?(?: submissions|-lists|s)", re.IGNORECASE)
_SHOWING = re.compile(
    r"\(?(?:continued, )?showing (?:first |last )?([0-9,]{1,9}) of ([0-9,]{1,9}) entries", re.IGNORECASE
)
_TOTAL = re.compile(r"\btotal of ([0-9,]{1,9}) entries(?! for)", re.IGNORECASE)
_NO_UPDATES = re.compile(r"no updates (?:today|for this time period)", re.IGNORECASE)

_PAGE_LINKS = ("recent-", "new-")  # begins the id of a link to another page of the listing
_LISTING = re.compile(
    r"/list/([a-z-]{1,20}(?:\.[A-Za-z-]{1,20})?)/(?:new|recent|pastweek|current|[0-9]{4}(?:-[0-9]{2})?)\b"
)


def detect(head: str) -> bool:
    """Say whether a text is a page at all; any other page than arXiv's lists is refused when it is read."""
    return is_html(head)


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read a page; `category` and `date` win over what it says, as an admin's correction does.

    Raises Unreadable for a page that lists nothing.
    """
    text, problem = decode_page(data)
    page = _Page(Gathering(Reading(NAME)))
    if problem:
        page.gathering.reading.problems.append(problem)
    root = parsed(text)
    if root is not None:
        page.take(root)
    if not page.is_list:
        raise Unreadable("This page has no arXiv entries.")
    return page.finish(text, category, date)


@dataclass(slots=True)
class _Section:
    """What stands under one heading: how many entries it announces, of how many, and how many were found."""

    name: str
    announce_type: str | None = None
    announces: int | None = None
    of: int | None = None
    found: int = 0
    first: int | None = None  # the number that the page gives to its first entry


@dataclass(slots=True)
class _Page:
    """The state of reading one page element by element."""

    gathering: Gathering
    is_list: bool = False
    category: str | None = None
    total: int = 0
    announce_type: str | None = None
    day: datetime.date | None = None
    headed: dict[datetime.date, str] = field(default_factory=dict)  # the days and their headings
    sections: list[_Section] = field(default_factory=list)
    term: Term | None = None
    position: int = 0
    last: tuple[int, str] = (1, "")
    incomplete: list[str] = field(default_factory=list)
    days: dict[str, str | None] = field(default_factory=dict)  # by the identity of the paper

    def take(self, root: etree._Element) -> None:
        self.category, link = _category(root)
        if self.category:
            self.gathering.reading.show("category", link)
        for element in root.iter("h2", "h3", "dt", "dd"):
            if element.tag == "dt":
                self._close(None)
                self.term = term_of(element)
            elif element.tag == "dd":
                self._close(element)
            else:
                self._take_heading(element)
        self._close(None)
        self.total = _total(root)
        if not self.is_list:
            self.is_list = _NO_UPDATES.search(fold_space(" ".join(root.itertext()))) is not None

    # --- headings

    def _take_heading(self, element: etree._Element) -> None:
        heading = fold_space(text_of(element))
        section = _SECTION.match(heading)
        dated = _DATED.fullmatch(heading)
        if dated:
            self._take_day(element, heading, dated[1] or dated[2])
        if section:
            self.announce_type = section[1].lower()
        elif not dated:
            return
        self._close(None)
        self.is_list = True
        showing = _SHOWING.search(heading)
        name = heading[: showing.start()].strip() if showing else heading
        counts = (_number(showing[1]), _number(showing[2])) if showing else (None, None)
        self.sections.append(_Section(name, self.announce_type if section else None, *counts))

    def _take_day(self, element: etree._Element, heading: str, said: str) -> None:
        found = _DATE.match(said)
        self.day = _date(found) if found else None
        if self.day:
            self.headed.setdefault(self.day, heading)
            return
        reason = f"unreadable date: ‹{clip(said, _QUOTED)}›"
        self.gathering.report(reason, line=element.sourceline, text=heading)

    # --- entries

    def _close(self, description: etree._Element | None) -> None:
        """Close the entry that a `dt` began, with its `dd`; without one it was cut."""
        term, self.term = self.term, None
        if term is None:
            return
        self.position += 1
        self.is_list = True
        self.last = line, quoted = term.line, term.text
        if description is None:
            self.gathering.report(UNCLOSED, line=line, text=quoted, position=self.position)
        paper = self.gathering.paper(term.id_said, line=line, text=quoted, position=self.position)
        if self.sections:
            section = self.sections[-1]
            section.first = section.first or term.number
            section.found += 1
        if paper:
            self.gathering.add(self._record(paper, term, description), line=line, text=quoted)
            self.days.setdefault(paper.identity, self.day.isoformat() if self.day else None)

    def _record(self, paper: ArxivId, term: Term, element: etree._Element | None) -> Record:
        description = described(element)
        if not description.names_all:
            self.incomplete.append(paper.identity)
        return Record(
            self.position,
            paper.identity,
            paper.version,
            description.title,
            description.abstract,
            description.authors,
            next(iter(description.categories), None),
            description.categories,
            self._type_of(term),
            comments=description.comments,
            journal_ref=description.journal_ref,
            doi=description.doi,
        )

    def _type_of(self, term: Term) -> str | None:
        """Return what the section and the words beside the id say; a page of recent days has no sections."""
        crossed = "cross-list" in term.beside
        if self.announce_type == "replace" or "(replaced" in term.beside:
            return "replace-cross" if crossed else "replace"
        return "cross" if crossed else self.announce_type

    # --- the page as a whole

    def finish(self, text: str, category: str | None, date: datetime.date | None) -> Reading:
        """Return what was read."""
        if self.gathering.reading.entries and _is_cut(text):
            line, quoted = self.last
            self.gathering.report(UNCLOSED, line=line, text=quoted, position=self.position)
        reading = self.gathering.reading
        reading.category = self.category
        reading.stated = _stated(self.sections, self.total)
        reading.notes.extend(self._notes())
        days = set(self.days.values())
        if len(days) > 1 and date is None:
            for key, record in self.gathering.records.items():
                self.gathering.records[key] = record._replace(announced_on=self.days[key])
            known = sorted(day for day in days if day)
            reading.notes.append(f"The entries were announced on {len(known)} days, from {known[0]} to {known[-1]}.")
            return self.gathering.finish(category, date)
        said = days.pop() if len(days) == 1 else None
        only = next(iter(self.headed)) if len(self.headed) == 1 else None
        reading.date = datetime.date.fromisoformat(said) if said else only
        if reading.date:
            reading.show("date", self.headed[reading.date])
        return self.gathering.finish(category, date)

    def _notes(self) -> list[str]:
        notes = [note for section in self.sections if (note := _shortfall(section))]
        if not notes and self.total > self.position:
            notes.append(f"The page shows {self.position:,} of {self.total:,} entries; the rest is on further pages.")
        if self.incomplete:
            more = ", …" if len(self.incomplete) > _SHOWN_IDS else ""
            shown = ", ".join(self.incomplete[:_SHOWN_IDS]) + more
            notes.append(f"Not all authors are named in {len(self.incomplete)} of the entries: {shown}.")
        return notes


def _shortfall(section: _Section) -> str | None:
    if section.announces is None or section.of is None:
        return None
    if section.announces < section.of:
        return (
            f"“{section.name}”: the page shows {section.announces:,} of {section.of:,} entries; "
            "the rest is on further pages."
        )
    if section.found < section.announces:
        return f"“{section.name}”: of {section.announces:,} entries {section.found:,} were found: the page may be cut."
    return None


def _stated(sections: list[_Section], total: int) -> dict[str, int]:
    """Return how many entries the page says there are of each type.

    Headings say so today. Before 2024 pages had a total only, and numbers from which the sections' sizes follow;
    what the last section lacks may be of a type that the page no longer shows, unless that is the last type.
    """
    typed = [each for each in sections if each.announce_type]
    stated: dict[str, int] = {}
    for each in typed:
        if each.announce_type and each.of is not None:
            stated[each.announce_type] = max(each.of, stated.get(each.announce_type, 0))
    if stated or not typed or not total:
        return stated
    for each, following in pairwise(typed):
        if each.announce_type and each.first and following.first:
            stated[each.announce_type] = following.first - each.first
    last = typed[-1]
    if last.announce_type and last.first and (last.announce_type == "replace" or last.first + last.found > total):
        stated[last.announce_type] = total + 1 - last.first
    return {name: number for name, number in stated.items() if number >= 0}


def _is_cut(text: str) -> bool:
    """Say whether the page ends inside an entry; browsers and arXiv close them all."""
    lower = text.lower()
    return "</dt" in lower and lower.rfind("<dd") > lower.rfind("</dd")


def _number(said: str) -> int:
    return int(said.replace(",", "") or 0)


def _date(found: re.Match[str]) -> datetime.date | None:
    month, year = found[2].lower(), int(found[3])
    if len(found[3]) == 2:
        year += 1900 if year >= _CENTURY else 2000
    try:
        return sensible(datetime.date(year, _MONTHS.index(month) + 1, int(found[1])))
    except ValueError:
        return None


# --- from elements to fields ------------------------------------------------------------------------------


def _total(root: etree._Element) -> int:
    """Return how many entries there are on this page and the pages that follow it; 0 when it does not say."""
    places = (each for each in root.iter("div", "small") if each.tag == "small" or has_class(each, "paging"))
    found = (_TOTAL.search(fold_space(text_of(each))) for each in places)
    return max((_number(each[1]) for each in found if each), default=0)


def _category(root: etree._Element) -> tuple[str | None, str]:
    """Return the listing whose other pages this page links to, and such a link."""
    for href in _links_by_likelihood(root):
        found = _LISTING.search(href)
        if found and is_listing_name(found[1]):
            return found[1], found[0]
    return None, ""


def _links_by_likelihood(root: etree._Element) -> Iterator[str]:
    """Yield where the links lead, likely ones first and each kind when it is asked for: most pages need few."""
    yield from (link.get("href") or "" for link in root.iter("a") if (link.get("id") or "").startswith(_PAGE_LINKS))
    hrefs = [link.get("href") or "" for link in root.iter("a")]
    yield from (href for href in hrefs if "skip=" in href or "show=" in href)
    yield from hrefs
