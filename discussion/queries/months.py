"""A month of days: which have a listing, whether the member has read it, and why others have none."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from core import limits
from core.among import among
from core.changes import Version
from core.keeping import remembered
from discussion.models import Seen
from groups.models import Group, Membership
from papers.models import Listing
from papers.queries import why_no_listing, with_last_position

_MONDAY_FIRST = calendar.Calendar(firstweekday=calendar.MONDAY)
DAYS = 30  # the latest ones, of which a list of recent days and those since the last visit are taken


@dataclass(frozen=True, slots=True)
class CalendarDay:
    day: date
    has_listing: bool
    is_finished: bool  # the member has seen all entries of all its listings
    reason: str  # why there is none: "weekend", or a holiday's name; empty for an ordinary day


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: list[list[CalendarDay | None]]  # from Monday on; None where the days of other months are

    @property
    def last(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def before(self) -> date:
        """Return a day of the month before."""
        return self.first - timedelta(days=1)

    @property
    def after(self) -> date:
        """Return a day of the month after."""
        return self.last + timedelta(days=1)

    @property
    def holidays(self) -> list[CalendarDay]:
        """Return the days on which arXiv has no listing though it is no weekend."""
        days = [day for week in self.weeks for day in week if day]
        return [one for one in days if one.reason not in ("", "weekend")]


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A listing: its id, its day, and the position of its last entry (0 when it is empty)."""

    listing: int
    day: date
    last: int


@remembered(limits.DAYS_REMEMBERED)
def listed_days(version: str, group: Group, followed: tuple[str, ...], first: date | None) -> list[ListedDay]:
    """Return the group's listings of a month and those of the latest days, the newest first, in one statement."""
    listings = Listing.objects.shown().filter(category__in=followed)
    wanted = Q(announced_on__in=listings.order_by("-announced_on").values("announced_on").distinct()[:DAYS])
    if first:
        wanted |= Q(announced_on__range=(first, Month(first, []).last))
    found = with_last_position(listings.filter(wanted).order_by("-announced_on"))
    return [ListedDay(pk, day, last or 0) for pk, day, last in found.values_list("pk", "announced_on", "last_position")]


@remembered(limits.LISTS_REMEMBERED)
def seen_of(version: Version, membership: Membership, listings: frozenset[int]) -> dict[int, int]:
    """Map the ids of listings to the position up to which the member has seen them, in one statement."""
    seen = Seen.objects.filter(among("listing", listings), member=membership.user_id)
    return dict(seen.values_list("listing", "position"))


def month_of(first: date, listed: Iterable[ListedDay], seen: Mapping[int, int]) -> Month:
    """Arrange a month's listings as a calendar."""
    finished: dict[date, bool] = {}
    for one in (one for one in listed if first <= one.day <= Month(first, []).last):
        finished[one.day] = finished.get(one.day, True) and seen.get(one.listing, 0) >= one.last
    weeks = _MONDAY_FIRST.monthdatescalendar(first.year, first.month)
    return Month(first, [[_day(one, finished) if one.month == first.month else None for one in week] for week in weeks])


def _day(day: date, finished: dict[date, bool]) -> CalendarDay:
    return CalendarDay(day, day in finished, finished.get(day, False), why_no_listing(day))


@dataclass(frozen=True, slots=True)
class LatestDays:
    """The latest days with a listing, the newest first, and those that came since the member's last visit."""

    days: list[date]
    new: list[date]  # after the newest day of which the member has seen something; none before the first visit


def latest_days(
    version: Version, membership: Membership, listed: Iterable[ListedDay], seen: Mapping[int, int]
) -> LatestDays:
    """Tell the latest days from those that came since the last visit.

    In one statement for whoever has seen none of them, else in none.
    """
    days = list(dict.fromkeys(one.day for one in listed))[:DAYS]
    visit = max((one.day for one in listed if one.listing in seen), default=None) or _last_visit(version, membership)
    return LatestDays(days=days, new=[day for day in days if visit is not None and day > visit])


@remembered(limits.LISTS_REMEMBERED)
def _last_visit(version: Version, membership: Membership) -> date | None:
    visited = Seen.objects.filter(member=membership.user_id, listing__category__in=membership.group.categories)
    newest = visited.order_by("-listing__announced_on").values_list("listing__announced_on", flat=True)
    return newest.first()
