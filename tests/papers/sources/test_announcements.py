"""arXiv's calendar, over weekends, holidays and changes of the clock."""

from datetime import UTC, date, datetime, timedelta

import pytest

from papers.sources import announcements


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 11, 25), ""),
        (date(2026, 11, 26), ""),  # announced on the evening before Thanksgiving Day
        (date(2026, 11, 27), "holiday: Thanksgiving Day"),
        (date(2026, 11, 28), "weekend"),
        (date(2026, 11, 29), "weekend"),
        (date(2026, 11, 30), ""),
        (date(2026, 6, 20), "weekend"),  # the day after a holiday that falls on a Friday
        (date(2026, 12, 30), "holiday: the days between the years"),
        (date(2027, 1, 1), "holiday: New Year’s Eve"),
        (date(2027, 1, 19), "holiday: Martin Luther King Jr. Day"),
        (date(2027, 7, 6), "holiday: Independence Day"),
    ],
)
def test_a_day_without_a_listing_has_a_reason(day: date, reason: str) -> None:
    assert announcements.why_none(day) == reason
    assert announcements.is_expected(day) is not bool(reason)


@pytest.mark.parametrize(
    ("day", "announced", "out"),
    [
        (date(2026, 7, 15), datetime(2026, 7, 15, 0, 0), datetime(2026, 7, 15, 4, 20)),
        (date(2026, 11, 25), datetime(2026, 11, 25, 1, 0), datetime(2026, 11, 25, 5, 20)),
        # The clocks of New York go forward on Sunday 8 March 2026 and back on Sunday 1 November 2026, at 2:00.
        (date(2026, 3, 9), datetime(2026, 3, 9, 0, 0), datetime(2026, 3, 9, 4, 20)),
        (date(2026, 3, 6), datetime(2026, 3, 6, 1, 0), datetime(2026, 3, 6, 5, 20)),
        (date(2026, 11, 2), datetime(2026, 11, 2, 1, 0), datetime(2026, 11, 2, 5, 20)),
        (date(2026, 10, 30), datetime(2026, 10, 30, 0, 0), datetime(2026, 10, 30, 4, 20)),
    ],
)
def test_times_follow_the_clock_of_new_york(day: date, announced: datetime, out: datetime) -> None:
    assert announcements.announced_at(day) == announced.replace(tzinfo=UTC)
    assert announcements.out_at(day) == out.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "newest", "following"),
    [
        (datetime(2026, 11, 25, 5, 19), date(2026, 11, 24), datetime(2026, 11, 25, 5, 20)),
        (datetime(2026, 11, 25, 5, 20), date(2026, 11, 25), datetime(2026, 11, 26, 5, 20)),
        (datetime(2026, 11, 26, 12, 0), date(2026, 11, 26), datetime(2026, 11, 27, 5, 20)),  # a holiday is looked at
        (datetime(2026, 11, 27, 12, 0), date(2026, 11, 27), datetime(2026, 11, 30, 5, 20)),
        (datetime(2026, 10, 31, 12, 0), date(2026, 10, 31), datetime(2026, 11, 2, 5, 20)),
    ],
)
def test_the_next_look_is_when_the_next_listing_is_out(moment: datetime, newest: date, following: datetime) -> None:
    assert announcements.newest_day(moment.replace(tzinfo=UTC)) == newest
    assert announcements.next_out(moment.replace(tzinfo=UTC)) == following.replace(tzinfo=UTC)


def test_the_next_expected_listing_passes_over_holidays() -> None:
    thanksgiving = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

    assert announcements.next_expected(thanksgiving) == datetime(2026, 11, 30, 5, 20, tzinfo=UTC)
    assert announcements.next_expected(thanksgiving - timedelta(days=1)) == datetime(2026, 11, 26, 5, 20, tzinfo=UTC)


def test_days_that_should_have_a_listing() -> None:
    days = announcements.expected_days(date(2026, 11, 24), date(2026, 12, 1))

    assert days == [date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 30), date(2026, 12, 1)]
    assert announcements.expected_days(date(2026, 12, 1), date(2026, 12, 1)) == []


def test_every_expected_day_of_two_years_is_looked_at_once() -> None:
    moment, looks = datetime(2026, 1, 1, tzinfo=UTC), []
    while moment < datetime(2027, 12, 31, tzinfo=UTC):
        moment = announcements.next_out(moment)
        looks.append(announcements.newest_day(moment))

    days = announcements.expected_days(date(2026, 1, 1) - timedelta(days=1), date(2027, 12, 30))
    assert set(days) <= set(looks)
    assert len(set(looks)) == len(looks)
    assert all(day.weekday() < 5 for day in looks)
