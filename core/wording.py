"""Dates, times and numbers in the words of the screen."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

# The licences that arXiv offers: https://info.arxiv.org/help/license/index.html
_CREATIVE_COMMONS = re.compile(r"https?://creativecommons\.org/(?:licenses/([a-z-]+)|publicdomain/(zero))/([0-9.]+)/?")
_ARXIV_LICENSE = re.compile(r"https?://arxiv\.org/licenses/(?:nonexclusive-distrib|assumed)[\w.-]*(?:/[\w.-]+)?/?")


def day(value: date) -> str:
    """Return "Tuesday 25 November 2025"."""
    return f"{value:%A} {value.day} {value:%B %Y}"


def short_day(value: date) -> str:
    """Return "Tue 25 Nov"."""
    return f"{value:%a} {value.day} {value:%b}"


def wall_clock(moment: datetime, zone: str) -> str:
    """Return "Thu 26 Nov 2026, 15:00 Berlin": the zone's wall clock, and the zone by its city."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {city(zone)}"


def wall_day(moment: datetime, zone: str) -> str:
    """Return "Thursday 26 November 2026": the day on the zone's calendar."""
    return day(moment.astimezone(ZoneInfo(zone)).date())


def wall_time(moment: datetime, zone: str) -> str:
    """Return "15:00" on the zone's wall clock."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def city(zone: str) -> str:
    """Return the speaking part of an IANA zone: "Berlin", "New York", "UTC"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def license_words(license: str) -> str:
    """Return "CC BY 4.0" for the address of a licence that arXiv offers; others as they are."""
    commons = _CREATIVE_COMMONS.fullmatch(license)
    if commons:
        kind, _, version = commons.groups()
        return f"CC {kind.upper()} {version}" if kind else f"CC0 {version}"
    return "arXiv’s own, non-exclusive" if _ARXIV_LICENSE.fullmatch(license) else license


def plural(count: int, one: str, many: str) -> str:
    """Return "1 vote" or "7 votes"; thousands are set apart by commas."""
    return f"{count:,} {one if count == 1 else many}"


_IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def in_words(count: int) -> str:
    """Return "two" up to twelve, and digits beyond."""
    return _IN_WORDS[count] if 0 <= count < len(_IN_WORDS) else f"{count:,}"


def relative(moment: datetime, now: datetime) -> str:
    """Return "in 9 h", "3 min ago", "2 days ago": the distance between two moments, coarsely."""
    seconds = (moment - now).total_seconds()
    distance = abs(seconds)
    if distance < 60:
        return "now" if seconds >= 0 else "just now"
    for size, unit, many in ((86_400, "day", "days"), (3_600, "h", "h"), (60, "min", "min")):
        if distance >= size:
            count = int(distance // size)
            words = f"{count} {unit if count == 1 else many}"
            return f"in {words}" if seconds > 0 else f"{words} ago"
    raise AssertionError("unreachable: every distance of a minute or more has a unit")
