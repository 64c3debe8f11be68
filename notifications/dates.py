"""When a message may reach someone: pure, on the wall clock of their zone, through every change of the clocks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core import limits

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Hours:
    """When someone wants mail: outside `quiet_from` to `quiet_until`, and at weekends or not."""

    zone: str
    quiet_from: time = limits.QUIET_FROM
    quiet_until: time = limits.QUIET_UNTIL
    weekends: bool = False
    digest_day: int | None = None  # 0 is Monday


def humane(moment: datetime, hours: Hours) -> datetime:
    """Return the moment itself if mail is welcome then, else the next one at which it is, in UTC."""
    local = moment.astimezone(ZoneInfo(hours.zone))
    if not _is_quiet(local, hours):
        return moment.astimezone(UTC)
    ends = (_at(local.date() + timedelta(days=days), _morning(hours), hours.zone) for days in range(5))
    return next(end for end in ends if end > moment and not _is_quiet(end.astimezone(local.tzinfo), hours))


def digest_moment(moment: datetime, hours: Hours) -> datetime:
    """Return when the week's agenda is wanted that is ready at the moment: at once, or on the chosen day's morning."""
    if hours.digest_day is None:
        return humane(moment, hours)
    local = moment.astimezone(ZoneInfo(hours.zone))
    ahead = (hours.digest_day - local.weekday()) % 7
    if ahead == 0:
        return humane(moment, hours)
    return _at(local.date() + timedelta(days=ahead), _morning(hours), hours.zone)


def _is_quiet(local: datetime, hours: Hours) -> bool:
    clock, start, end = local.time(), hours.quiet_from, hours.quiet_until
    if local.weekday() >= _SATURDAY and not hours.weekends:
        return True
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end


def _morning(hours: Hours) -> time:
    """Return from when on mail is welcome; who has no quiet hours is spared the night of a weekend all the same."""
    return hours.quiet_until if hours.quiet_from != hours.quiet_until else limits.QUIET_UNTIL


def _at(day: date, clock: time, zone: str) -> datetime:
    """Return the wall clock's moment; of a clock time that a day skips, the moment just behind the gap."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)
