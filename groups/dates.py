"""When a group meets: a rule and a wall clock in, moments in UTC out.

The group's wall clock wins: a meeting at 15:00 stays at 15:00 when the clocks change. Two kinds of wall time
are odd:

- *Twice* (clocks go back): the first of the two is meant, as RFC 5545, section 3.3.5 says.
- *Never* (clocks go forward): the meeting moves on by the length of the gap, 02:30 to 03:30, same section.
  When the zone left out a whole day, that day has no meeting.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from core.wording import wall_clock

__all__ = ["FIRST_DAY", "Occurrence", "Term", "moment", "occurrences", "terms", "voting_closes_at", "wall_clock"]

# A Monday: rules such as "every second week" count from here unless the group says otherwise.
FIRST_DAY = date(2001, 1, 1)

# Of a rule, in a row: more than a year of daily meetings in breaks, and nobody plans further ahead.
FRUITLESS_DAYS = 2_000

_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
# The start time gives the hour, and the caller says how many: a rule that says either itself is refused.
_PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST"})


@dataclass(frozen=True, slots=True)
class Term:
    """What lies between two long breaks; the first term has no first day, and the present one no last day."""

    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A meeting to be: its day on the group's calendar, and its start in UTC."""

    day: date
    starts_at: datetime


def occurrences(
    rule: str,
    start_time: time,
    zone: str,
    *,
    after: datetime,
    count: int,
    first_day: date = FIRST_DAY,
    breaks: Sequence[tuple[date, date]] = (),
) -> list[Occurrence]:
    """List the next `count` meetings that start later than `after`, fewer when the rule runs out.

    `rule` is the text of an RFC 5545 recurrence rule ("FREQ=WEEKLY;BYDAY=TH") without COUNT, UNTIL or times
    of day; an empty one has no meetings, and any other is a ValueError. `first_day` is where INTERVAL counts
    from; `breaks` are pairs of first and last day on which there are none.
    """
    if not rule:
        return []
    the_day_before = after.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    days = _days(_recurrence(rule, first_day), from_day=the_day_before, breaks=breaks)
    found = (Occurrence(day, moment(day, start_time, zone)) for day in days)
    return list(islice((one for one in found if one.starts_at > after and _is_on_its_day(one, zone)), count))


def moment(day: date, start_time: time, zone: str) -> datetime:
    """Return the moment in UTC at which the zone's clock shows `start_time`; odd times as the module says."""
    return datetime.combine(day, start_time.replace(fold=0), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def terms(breaks: Sequence[tuple[date, date]], *, until: date, long: timedelta) -> list[Term]:
    """List the terms that had begun on the day `until`, the latest first; there are none without a long break.

    `breaks` are pairs of first and last day; those parted by no day are one. A break of `long` parts two terms.
    """
    joined: list[tuple[date, date]] = []
    for first, last in sorted(breaks):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            first, last = joined[-1][0], max(last, joined.pop()[1])
        joined.append((first, last))
    parting = [(first, last) for first, last in joined if last - first + timedelta(days=1) >= long and first <= until]
    begin: date | None = None
    found = []
    for first, last in parting:
        found.append(Term(begin, first - timedelta(days=1)))
        begin = last + timedelta(days=1)
    if begin and begin <= until:
        found.append(Term(begin, None))
    return found[::-1]


def voting_closes_at(starts_at: datetime, zone: str, *, hours_before: int) -> datetime:
    """Return the moment in UTC when the zone's clock is `hours_before` behind the start, never after it.

    Counted on the wall clock, so that "at midnight before the meeting" holds in the weeks of a clock change
    as well. Of an hour that comes twice the second is meant, unless the meeting begins before it; an hour
    that never comes closes as long before the start as the number says.
    """
    shown = starts_at.astimezone(ZoneInfo(zone)) - timedelta(hours=hours_before)
    first, second = (shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return second if second <= starts_at else first


def _recurrence(rule: str, first_day: date) -> rrule:
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    known = parts.get("FREQ") in _FREQUENCIES and parts.keys() <= _PARTS
    if not known or int(parts.get("INTERVAL", "1")) < 1:
        raise ValueError(f"Not a schedule that we can follow: {rule}")
    recurrence = rrulestr(rule.upper(), dtstart=datetime.combine(first_day, time.min))
    if not isinstance(recurrence, rrule):
        raise ValueError(f"Not one rule but several: {rule}")
    return recurrence


def _days(recurrence: rrule, *, from_day: date, breaks: Sequence[tuple[date, date]]) -> Iterator[date]:
    """Go through the days of a rule, and end when a break has swallowed `FRUITLESS_DAYS` in a row."""
    found = (one.date() for one in recurrence.xafter(datetime.combine(from_day, time.min), inc=True))
    in_breaks = 0
    for day in found:
        if not any(first <= day <= last for first, last in breaks):
            in_breaks = 0
            yield day
        elif (in_breaks := in_breaks + 1) > FRUITLESS_DAYS:
            return


def _is_on_its_day(occurrence: Occurrence, zone: str) -> bool:
    return occurrence.starts_at.astimezone(ZoneInfo(zone)).date() == occurrence.day
