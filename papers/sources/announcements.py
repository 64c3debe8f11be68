"""arXiv's calendar: on which days there is a listing, when it is out, and why there is none on others.

arXiv announces from Sunday to Thursday at 20:00 in its own zone; the listing carries the date of the day after, Monday
to Friday, and stands in the feeds from about midnight. https://info.arxiv.org/help/availability.html
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
ANNOUNCED = time(20, 0)  # on the evening before the listing's date
OUT = time(0, 20)  # on the listing's date; feeds are made around midnight
_HOLIDAYS = Path(__file__).parent / "holidays.json"
_SATURDAY = 5
_DAY = timedelta(days=1)


@cache
def holidays() -> dict[date, str]:
    """Map each evening without an announcement to its name; the file says which of them arXiv has confirmed."""
    said = json.loads(_HOLIDAYS.read_text(encoding="utf-8"))
    return {date.fromisoformat(day): name for kind in ("confirmed", "derived") for day, name in said[kind].items()}


def announced_at(day: date) -> datetime:
    """Return when the listing of this date is announced, in UTC."""
    return datetime.combine(day - _DAY, ANNOUNCED, EASTERN).astimezone(UTC)


def out_at(day: date) -> datetime:
    """Return when to look for the listing of this date for the first time, in UTC."""
    return datetime.combine(day, OUT, EASTERN).astimezone(UTC)


def why_none(day: date) -> str:
    """Return why no listing carries this date: "weekend", "holiday: Thanksgiving Day"; empty when one is expected."""
    if day.weekday() >= _SATURDAY:
        return "weekend"
    holiday = holidays().get(day - _DAY)
    return f"holiday: {holiday}" if holiday else ""


def is_expected(day: date) -> bool:
    """Say whether a listing of this date is expected."""
    return not why_none(day)


def newest_day(moment: datetime) -> date:
    """Return the date that a listing would carry which is out at this moment, expected or not."""
    local = moment.astimezone(EASTERN)
    return local.date() if local.time() >= OUT else local.date() - _DAY


def next_out(moment: datetime) -> datetime:
    """Return when, after this moment, the next listing is out, in UTC.

    A holiday counts as a day to look: some are derived, and arXiv moves one now and then.
    """
    day = newest_day(moment) + _DAY
    while day.weekday() >= _SATURDAY:
        day += _DAY
    return out_at(day)


def next_expected(moment: datetime) -> datetime:
    """Return when, after this moment, the next listing is out that arXiv is expected to make, in UTC."""
    out = next_out(moment)
    while not is_expected(newest_day(out)):
        out = next_out(out)
    return out


def next_expected_day(day: date) -> date:
    """Return the first date after `day` of which a listing is expected."""
    following = day + _DAY
    while not is_expected(following):
        following += _DAY
    return following


def expected_days(after: date, until: date) -> list[date]:
    """Return the dates of the listings expected after `after` and up to and with `until`, oldest first."""
    days = (after + _DAY * count for count in range(1, (until - after).days + 1))
    return [day for day in days if is_expected(day)]
