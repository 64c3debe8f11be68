"""A month of days: which have a listing, whether the member has read it, and why others have none."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, Subquery

from discussion.models import Seen
from groups.models import Membership
from papers.models import Listing
from papers.queries import listings_between, why_no_listing

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


def month_of(membership: Membership, day: date) -> Month:
    """Gather the month in which a day is, in one statement."""
    first = day.replace(day=1)
    empty = Month(first, [])
    finished: dict[date, bool] = {}
    seen = Seen.objects.filter(member=membership.user, listing=OuterRef("pk")).values("position")
    listings = listings_between(membership.group.categories, first, empty.last).annotate(seen_to=Subquery(seen))
    for announced_on, last, seen_to in listings.values_list("announced_on", "last_position", "seen_to"):
        is_finished = (seen_to or 0) >= (last or 0)
        finished[announced_on] = finished.get(announced_on, True) and is_finished
    weeks = _MONDAY_FIRST.monthdatescalendar(first.year, first.month)
    return Month(first, [[_day(one, finished) if one.month == first.month else None for one in week] for week in weeks])


def _day(day: date, finished: dict[date, bool]) -> CalendarDay:
    return CalendarDay(day, day in finished, finished.get(day, False), why_no_listing(day))


@dataclass(frozen=True, slots=True)
class LatestDays:
    """The latest days with a listing, the newest first, and those that came since the member's last visit."""

    days: list[date]
    new: list[date]  # after the newest day of which the member has seen something; none before the first visit


def latest_days(membership: Membership) -> LatestDays:
    """Gather the latest days, in one statement."""
    categories = membership.group.categories
    visited = Seen.objects.filter(member=membership.user, listing__category__in=categories)
    newest = visited.order_by("-listing__announced_on").values("listing__announced_on")
    listings = Listing.objects.shown().filter(category__in=categories).order_by("-announced_on")
    found = list(listings.values_list("announced_on", Subquery(newest[:1])).distinct()[:DAYS])
    return LatestDays(
        days=[day for day, _ in found], new=[day for day, visit in found if visit is not None and day > visit]
    )
