"""The agenda as one plain value: all that an export may know, and the words that every export shares.

A text in a sheet is one line: line breaks and tabs are spaces, control characters are gone, and marks that
override the direction of writing are shown, not obeyed, so that no title can reach out of its place in any
format. Addresses are http(s) and plain ASCII, or absent.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from core.wording import plural, wall_clock, wall_time

Kind = Literal["paper", "topic"]
State = Literal["planned", "published", "running", "closed", "cancelled"]

AUTHORS_UNKNOWN = "authors not in this listing"
PRESENTER_OPEN = "presenter open"
UNTITLED = "Untitled"

# As on the pages, overrides are shown; embeddings and isolates could spill into the text that follows, and
# go.
_DIRECTION = {0x202D: "[LRO]", 0x202E: "[RLO]"} | dict.fromkeys([*range(0x202A, 0x202D), *range(0x2066, 0x206A)])
_ADDRESS_CHARACTERS = ":/?#[]@!$&'()*+,;=%~-._"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetItem:
    """A line of the agenda: a paper, or a topic of the group's own. `title` keeps its TeX."""

    number: int
    kind: Kind
    title: str
    minutes: int
    starts_at: datetime  # aware; where the running clock stands when the item begins
    presenter: str | None = None
    co_presenters: tuple[str, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()  # in the discussion, in order: ("Sceptic", "Ben Cho")
    authors: tuple[str, ...] = ()
    authors_known: bool = True
    source: str = ""  # arxiv, doi, biorxiv, medrxiv, own; empty for a topic
    paper_id: str = ""  # the source's id: 2009.14798, hep-th/9901001, 10.1101/…
    paper_link: str | None = None  # the paper at its source
    page_link: str | None = None  # the paper in the group, absolute
    categories: tuple[str, ...] = ()  # primary first
    year: int | None = None
    doi: str = ""
    journal: str = ""
    votes: int | None = 0  # None while the reader may not know them
    reason: str = ""
    note: str = ""
    cue: str = ""  # what to read before, in the presenter's words
    question: str = ""  # theirs to everyone
    slides: str | None = None  # where they are
    summary: str = ""  # of the group's discussion; Markdown as typed

    def __post_init__(self) -> None:
        _clean(self, addresses={"paper_link", "page_link", "slides"})

    @property
    def identifier(self) -> str:
        """Return the id with its source, "arXiv:2009.14798"; empty when there is none to cite."""
        if not self.paper_id or self.source == "own":
            return ""
        return f"{'arXiv' if self.source == 'arxiv' else self.source}:{self.paper_id}"

    @property
    def presenter_shown(self) -> str:
        """Return the presenter, or that one is wanted; a topic needs none."""
        return self.presenter or (PRESENTER_OPEN if self.kind == "paper" else "")

    def authors_shown(self, limit: int | None = None, *, separator: str = ", ") -> str:
        """Return the authors, the first `limit` of them and how many more; a topic has none."""
        if self.kind == "topic":
            return ""
        if not self.authors_known:
            return AUTHORS_UNKNOWN
        shown = self.authors[:limit]
        more = len(self.authors) - len(shown)
        return separator.join((*shown, f"and {more:,} more") if more else shown)

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """Return who else has a part, and what presenter and organiser say: labels and texts, without what is empty."""
        said = [("Before the meeting", self.cue), ("To discuss", self.question), ("Note", self.note)]
        parts = [("Also presents", ", ".join(self.co_presenters)), *self.roles]
        return [(label, text) for label, text in (*parts, *said) if text]

    @property
    def because(self) -> str:
        """Return the votes and the reason in one line: "4 votes. Chosen by the organiser."."""
        votes = ""
        if self.kind == "paper" and self.votes is not None:
            votes = f"{plural(self.votes, 'vote', 'votes')}."
        return " ".join(part for part in (votes, self.reason) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaSheet:
    """A meeting's agenda. `state` and `sequence` tell a calendar whether, and how often, it has changed."""

    group: str
    title: str
    starts_at: datetime  # aware, in the group's zone
    zone: str  # IANA
    minutes: int
    state: State
    page: str  # the meeting's page, absolute
    uid: str  # the same for the whole life of the meeting
    sequence: int
    changed_at: datetime  # aware
    items: tuple[SheetItem, ...]
    place: str = ""
    link: str | None = None  # the video room
    template: str = ""  # the group's own form of the agenda in Markdown; empty for the standard one

    def __post_init__(self) -> None:
        _clean(self, addresses={"page", "link"}, as_it_is={"template"})

    @property
    def ends_at(self) -> datetime:
        """Return the end of the slot in the group's zone."""
        return later(self.starts_at, self.minutes, self.zone)

    @property
    def planned_minutes(self) -> int:
        """Return the minutes of all items together."""
        return sum(item.minutes for item in self.items)

    @property
    def spare_minutes(self) -> int:
        """Return the minutes that are left in the slot; negative when the items need more than there is."""
        return self.minutes - self.planned_minutes

    @property
    def when(self) -> str:
        """Return "Thu 26 Nov 2026, 15:00 Berlin, 60 minutes"."""
        return f"{self.begins}, {plural(self.minutes, 'minute', 'minutes')}"

    @property
    def begins(self) -> str:
        """Return "Thu 26 Nov 2026, 15:00 Berlin"."""
        return wall_clock(self.starts_at, self.zone)

    @property
    def balance(self) -> str:
        """Return one sentence on how the items fill the slot."""
        planned = f"{self.planned_minutes} of {plural(self.minutes, 'minute', 'minutes')} planned"
        if self.spare_minutes < 0:
            return f"{planned}, {-self.spare_minutes} too many."
        return f"{planned}, {self.spare_minutes} to spare." if self.spare_minutes else f"{planned}."

    @property
    def state_shown(self) -> str:
        """Return the sentence that a reader must not miss; empty for an agenda that holds."""
        sentences = {
            "planned": "Draft: this agenda is not published yet.",
            "cancelled": "This meeting is cancelled.",
        }
        return sentences.get(self.state, "")

    def clock(self, item: SheetItem) -> str:
        """Return "15:20": when the item begins, on the group's wall clock."""
        return wall_time(item.starts_at, self.zone)


def running_clock(starts_at: datetime, zone: str, minutes: Iterable[int]) -> list[datetime]:
    """Return when each item begins, one after the other, for items of so many `minutes`."""
    begins, spent = [], 0
    for length in minutes:
        begins.append(later(starts_at, spent, zone))
        spent += length
    return begins


def later(moment: datetime, minutes: int, zone: str) -> datetime:
    """Return the moment so many minutes later; counted in UTC, so that a clock change adds nothing."""
    return (moment.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))


def one_line(text: str) -> str:
    """Return the text in one line, without anything that a reader cannot see but a program would obey."""
    kept = (_replacement(character) for character in text.translate(_DIRECTION))
    return " ".join("".join(kept).split())


def many_lines(text: str) -> str:
    """Return the text with its line breaks, without what no XML may hold."""
    return "".join(_replacement(character) for character in re.sub(r"[^\S\n\t ]", " ", text))


def web_address(text: str) -> str | None:
    """Return the address with every odd character percent-encoded; None unless it is http or https."""
    address = quote(one_line(text), safe=_ADDRESS_CHARACTERS, errors="replace")
    return address if address.lower().startswith(("http://", "https://")) else None


def _replacement(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs" or ord(character) & 0xFFFE == 0xFFFE:  # half of a pair, or what no XML may hold
        return "\ufffd"
    return "" if category == "Cc" and not character.isspace() else character


def _cleaned(parts: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(
        one_line(one) if isinstance(one, str) else _cleaned(one) if isinstance(one, tuple) else one for one in parts
    )


def _clean(value: SheetItem | AgendaSheet, *, addresses: set[str], as_it_is: Collection[str] = ()) -> None:
    for name in (one.name for one in fields(value) if one.name not in as_it_is):
        content = getattr(value, name)
        if isinstance(content, str):
            cleaned: object = web_address(content) if name in addresses else one_line(content)
        elif isinstance(content, tuple):
            cleaned = _cleaned(content)
        else:
            continue
        object.__setattr__(value, name, cleaned or UNTITLED if name == "title" else cleaned)
