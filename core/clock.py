"""The time, asked in one place, so that tests can set it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """Return the calendar day in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()
