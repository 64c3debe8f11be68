"""A day's listings as on arXiv, with what the group has done with each paper."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from core import limits
from core.changes import UNKNOWN, Version
from core.errors import Invalid
from core.keeping import remembered
from discussion.queries.budget import VotingPage
from discussion.queries.months import Month, latest_days, listed_days, month_of, seen_of
from discussion.queries.rows import PaperRow, announced_rows
from groups.access import membership_for
from groups.models import Group, Membership
from papers.models import Entry
from papers.queries import (
    Completeness,
    completeness,
    day_listings,
    latest_day,
    neighbour_days,
    next_listing_day,
    why_no_listing,
)

if TYPE_CHECKING:
    from accounts.models import User

DAYS_SHOWN = 10  # in the list of recent days

_TYPES = Entry.AnnounceType
# arXiv's own order and words; the anchor is for the links above the list.
_SECTIONS = (
    ("new", "New", {_TYPES.NEW}),
    ("cross", "Cross-lists", {_TYPES.CROSS}),
    ("replace", "Replacements", {_TYPES.REPLACE, _TYPES.REPLACE_CROSS}),
    ("announced", "Announced", {_TYPES.UNKNOWN}),
)


@dataclass(frozen=True, slots=True)
class DaySection:
    anchor: str
    heading: str
    rows: list[PaperRow]


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many entries a section has, and how many its source says there are; None when it does not say."""

    anchor: str
    heading: str
    here: int
    stated: int | None


@dataclass(frozen=True, slots=True)
class DayPage(VotingPage):
    membership: Membership
    day: date | None  # null when the group's categories have no listing at all
    category: str
    categories: list[tuple[str, int]]  # the day's listings and how many entries each has
    sections: list[DaySection]
    counts: list[DayCount]  # in arXiv's order; of what is here, or should be
    missing: list[DayCount]  # those of which there should be more
    inferred: bool  # the types are guessed from the order of the ids
    previous: date | None
    next: date | None
    days: list[date]  # the latest days with a listing
    month: Month | None  # of the day that is shown, or another one that was asked for
    new_days: list[date]  # since the member's last visit, the newest first
    seen_to: int  # the position of the last entry that the member has seen

    @property
    def reason(self) -> str:
        """Return why no listing carries this date; empty when one is to be expected."""
        return why_no_listing(self.day) if self.day and self.month else ""

    @property
    def expected_next(self) -> date | None:
        """Return the date of the listing that is to be expected after this day."""
        return next_listing_day(self.day) if self.day and self.month else None

    @property
    def total(self) -> int:
        return sum(len(section.rows) for section in self.sections)

    @property
    def rows(self) -> list[PaperRow]:
        """Return the rows in the listing's order."""
        rows = [(row.entry.position, row) for section in self.sections for row in section.rows if row.entry]
        return [row for _, row in sorted(rows, key=lambda one: one[0])]

    @property
    def seen(self) -> int:
        """Return how many entries the member has seen."""
        rows = (row for section in self.sections for row in section.rows)
        return sum(row.entry.position <= self.seen_to for row in rows if row.entry)


def latest_listing_day(*, by: "User", slug: str, category: str = "") -> date | None:
    """Return the newest day with a listing that the group follows, or with one of that category of the group's."""
    followed = membership_for(by, slug).group.categories
    return latest_day([one for one in followed if not category or one == category])


@dataclass(frozen=True, slots=True)
class _Listed:
    """What is listed on a day, the same for all members of a group."""

    listing: int | None  # its id
    category: str  # the one that was asked for, when it has no listing
    categories: list[tuple[str, int]]
    entries: dict[str, list[int]]  # the ids of each section's, by its anchor
    whole: Completeness
    inferred: bool
    previous: date | None
    next: date | None


def day_page(
    *,
    by: "User",
    slug: str,
    day: date | None,
    category: str = "",
    month: date | None = None,
    version: Version = UNKNOWN,
) -> DayPage:
    """Gather a day for a member; without `category` the first of the group's categories that has a listing.

    `version` is that of the group's pages, if it is known.
    """
    membership = membership_for(by, slug)
    followed = tuple(membership.group.categories)
    if category and category not in followed:
        raise Invalid(f"The group does not follow this category. It follows: {', '.join(followed) or 'nothing yet'}.")
    listed = _listed(version.papers, membership.group, followed, day, category)
    sections = _sections(membership, listed, version)
    shown = month or day
    first = shown.replace(day=1) if day and shown and limits.FIRST_YEAR <= day.year <= limits.LAST_YEAR else None
    around = listed_days(version.papers, membership.group, followed, first)
    seen = seen_of(version, membership, frozenset({listed.listing or 0, *(one.listing for one in around)}))
    days = latest_days(version, membership, around, seen)
    counts = _counts(listed)
    return DayPage(
        membership=membership,
        day=day,
        category=listed.category,
        categories=listed.categories,
        sections=sections,
        counts=counts,
        missing=[one for one in counts if one.anchor in listed.whole.missing],
        inferred=listed.inferred,
        previous=listed.previous,
        next=listed.next,
        days=days.days[:DAYS_SHOWN],
        month=month_of(first, around, seen) if first else None,
        new_days=days.new,
        seen_to=seen.get(listed.listing or 0, 0),
    )


@remembered(limits.DAYS_REMEMBERED)
def _listed(version: str, group: Group, followed: tuple[str, ...], day: date | None, category: str) -> _Listed:
    """Gather the listing in three statements; `followed` are the group's categories, which change without it."""
    if day is None:
        return _Listed(None, category, [], {}, Completeness({}, {}), inferred=False, previous=None, next=None)
    listings = day_listings(followed, day)
    shown = next((one for one in listings if not category or one.listing.category == category), None)
    entries = shown.entries if shown else []
    previous, following = neighbour_days(followed, day)
    return _Listed(
        listing=shown.listing.pk if shown else None,
        category=shown.listing.category if shown else category,
        categories=[(one.listing.category, len(one.entries)) for one in listings],
        entries={anchor: [one.pk for one in entries if one.announce_type in types] for anchor, _, types in _SECTIONS},
        whole=completeness(shown.listing, entries) if shown else Completeness({}, {}),
        inferred=any(entry.inferred for entry in entries),
        previous=previous,
        next=following,
    )


def _sections(membership: Membership, listed: _Listed, version: Version) -> list[DaySection]:
    entries = [entry for section in listed.entries.values() for entry in section]
    rows = {row.entry.pk: row for row in announced_rows(membership, entries, version) if row.entry}
    sections = (
        DaySection(anchor, heading, [rows[one] for one in listed.entries.get(anchor, ()) if one in rows])
        for anchor, heading, _ in _SECTIONS
    )
    return [section for section in sections if section.rows]


def _counts(listed: _Listed) -> list[DayCount]:
    counts = (
        DayCount(anchor, heading, len(listed.entries.get(anchor, ())), listed.whole.stated_of(anchor))
        for anchor, heading, _ in _SECTIONS
    )
    return [one for one in counts if one.here or one.stated]
