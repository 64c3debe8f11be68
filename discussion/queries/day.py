"""A day's listings as on arXiv, with what the group has done with each paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from core import limits
from core.errors import Invalid
from discussion.models import Seen
from discussion.queries.budget import VotingPage
from discussion.queries.months import Month, latest_days, month_of
from discussion.queries.rows import PaperRow, rows_for
from groups.access import membership_for
from groups.models import Membership
from papers.models import Entry
from papers.queries import (
    Completeness,
    DayListing,
    completeness,
    day_listings,
    earlier_versions,
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
        return sum(row.entry.position <= self.seen_to for row in self.rows if row.entry)


def latest_listing_day(*, by: "User", slug: str, category: str = "") -> date | None:
    """Return the newest day with a listing that the group follows, or with one of that category of the group's."""
    followed = membership_for(by, slug).group.categories
    return latest_day([one for one in followed if not category or one == category])


def day_page(*, by: "User", slug: str, day: date | None, category: str = "", month: date | None = None) -> DayPage:
    """Gather a day for a member; without `category` the first of the group's categories that has a listing."""
    membership = membership_for(by, slug)
    followed = membership.group.categories
    if category and category not in followed:
        raise Invalid(f"The group does not follow this category. It follows: {', '.join(followed) or 'nothing yet'}.")
    listings = day_listings(followed, day) if day else []
    shown = next((one for one in listings if not category or one.listing.category == category), None)
    previous, following = neighbour_days(followed, day) if day else (None, None)
    entries = shown.entries if shown else []
    whole = completeness(shown.listing, entries) if shown else Completeness({}, {})
    sections = _sections(membership, entries)
    latest = latest_days(membership)
    counts = _counts(sections, whole)
    return DayPage(
        membership=membership,
        day=day,
        category=shown.listing.category if shown else category,
        categories=[(one.listing.category, len(one.entries)) for one in listings],
        sections=sections,
        counts=counts,
        missing=[one for one in counts if one.anchor in whole.missing],
        inferred=any(entry.inferred for entry in entries),
        previous=previous,
        next=following,
        days=latest.days[:DAYS_SHOWN],
        month=month_of(membership, month or day) if day and limits.FIRST_YEAR <= day.year <= limits.LAST_YEAR else None,
        new_days=latest.new,
        seen_to=_seen_to(membership, shown),
    )


def _seen_to(membership: Membership, shown: DayListing | None) -> int:
    seen = Seen.objects.filter(member=membership.user, listing=shown.listing) if shown else Seen.objects.none()
    return seen.values_list("position", flat=True).first() or 0


def _sections(membership: Membership, entries: Sequence[Entry]) -> list[DaySection]:
    of_papers = {entry.paper_id: entry for entry in entries}
    rows = rows_for(membership, [entry.paper for entry in entries], of_papers, earlier_versions(entries))
    sections = (
        DaySection(anchor, heading, [row for row in rows if row.entry and row.entry.announce_type in types])
        for anchor, heading, types in _SECTIONS
    )
    return [section for section in sections if section.rows]


def _counts(sections: Sequence[DaySection], whole: Completeness) -> list[DayCount]:
    rows = {section.anchor: len(section.rows) for section in sections}
    counts = (
        DayCount(anchor, heading, rows.get(anchor, 0), whole.stated_of(anchor)) for anchor, heading, _ in _SECTIONS
    )
    return [one for one in counts if one.here or one.stated]
