"""The time, asked in one place, so that tests can set it."""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_CONTINENTS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def this_minute() -> datetime:
    """Return when the present minute began: what pages say of the time holds as long."""
    return now().replace(second=0, microsecond=0)


def today(zone: str) -> date:
    """Return the calendar day in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()


@cache
def zone_names() -> tuple[str, ...]:
    """List the IANA zones that people choose from: UTC, then those named by continent and city."""
    places = (name for name in available_timezones() if name.partition("/")[0] in _CONTINENTS and "/" in name)
    return ("UTC", *sorted(places))
