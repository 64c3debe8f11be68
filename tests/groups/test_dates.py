from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groups.dates import Occurrence, Term, moment, occurrences, terms, voting_closes_at, wall_clock

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC"]
DAY_NAMES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

zones = st.sampled_from(ZONES)
# Whole minutes around the years in which all of these zones changed their clocks, and Apia left out a day.
moments = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
start_times = st.times().map(lambda one: one.replace(second=0, microsecond=0))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def starts(zone: str, rule: str, start_time: time, after: str, count: int) -> list[str]:
    found = occurrences(rule, start_time, zone, after=utc(after), count=count)
    return [f"{one.starts_at.astimezone(ZoneInfo(zone)):%a %d %b %H:%M %z}" for one in found]


def test_terms_lie_between_long_breaks_that_have_begun() -> None:
    def day(text: str) -> date:
        return date.fromisoformat(f"2026-{text}")

    breaks = [
        (day("07-08"), day("07-14")),
        (day("03-01"), day("03-14")),
        (day("07-01"), day("07-07")),
        (day("05-01"), day("05-02")),
    ]
    spring, summer = Term(None, day("02-28")), Term(day("03-15"), day("06-30"))

    found = {
        until: terms(breaks, until=day(until), long=timedelta(days=14))
        for until in ("02-28", "03-01", "07-14", "07-15")
    }

    assert found == {
        "02-28": [],
        "03-01": [spring],
        "07-14": [summer, spring],
        "07-15": [Term(day("07-15"), None), summer, spring],
    }


def test_occurrences_are_the_next_days_of_the_rule() -> None:
    found = occurrences("FREQ=WEEKLY;BYDAY=TH", time(15), "Europe/Berlin", after=utc("2026-11-25T16:00"), count=2)

    assert found == [
        Occurrence(date(2026, 11, 26), utc("2026-11-26T14:00")),
        Occurrence(date(2026, 12, 3), utc("2026-12-03T14:00")),
    ]


def test_occurrence_that_has_begun_is_past() -> None:
    just_before, at_the_start = (
        occurrences("FREQ=WEEKLY;BYDAY=TH", time(15), "Europe/Berlin", after=after, count=1)[0].day
        for after in (utc("2026-11-26T13:59:59"), utc("2026-11-26T14:00"))
    )

    assert (just_before, at_the_start) == (date(2026, 11, 26), date(2026, 12, 3))


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("Europe/Berlin", "2026-03-22T00:00", ["Thu 26 Mar 15:00 +0100", "Thu 02 Apr 15:00 +0200"]),
        ("America/New_York", "2026-10-28T00:00", ["Thu 29 Oct 15:00 -0400", "Thu 05 Nov 15:00 -0500"]),
        ("Australia/Lord_Howe", "2026-04-01T00:00", ["Thu 02 Apr 15:00 +1100", "Thu 09 Apr 15:00 +1030"]),
        ("Asia/Kathmandu", "2026-03-22T00:00", ["Thu 26 Mar 15:00 +0545", "Thu 02 Apr 15:00 +0545"]),
    ],
)
def test_wall_clock_of_the_group_wins_across_a_clock_change(zone: str, after: str, expected: list[str]) -> None:
    assert starts(zone, "FREQ=WEEKLY;BYDAY=TH", time(15), after, 2) == expected


@pytest.mark.parametrize(
    ("zone", "start_time", "after", "expected"),
    [
        # never: moved on by the length of the gap
        ("Europe/Berlin", time(2, 30), "2026-03-28T12:00", "Sun 29 Mar 03:30 +0200"),
        ("America/New_York", time(2, 30), "2026-03-07T12:00", "Sun 08 Mar 03:30 -0400"),
        ("Australia/Lord_Howe", time(2, 15), "2026-10-03T00:00", "Sun 04 Oct 02:45 +1100"),
        # twice: the first
        ("Europe/Berlin", time(2, 30), "2026-10-24T12:00", "Sun 25 Oct 02:30 +0200"),
        ("America/New_York", time(1, 30), "2026-10-31T12:00", "Sun 01 Nov 01:30 -0400"),
        ("Australia/Lord_Howe", time(1, 45), "2026-04-04T12:00", "Sun 05 Apr 01:45 +1100"),
        ("Europe/Berlin", time(2, 30, fold=1), "2026-10-24T12:00", "Sun 25 Oct 02:30 +0200"),
    ],
)
def test_time_that_comes_never_or_twice_is_settled_as_documented(
    zone: str, start_time: time, after: str, expected: str
) -> None:
    assert starts(zone, "FREQ=WEEKLY;BYDAY=SU", start_time, after, 1) == [expected]


def test_day_that_the_zone_left_out_has_no_meeting() -> None:
    found = starts("Pacific/Apia", "FREQ=WEEKLY;BYDAY=FR", time(15), "2011-12-20T00:00", 3)

    assert found == ["Fri 23 Dec 15:00 -1000", "Fri 06 Jan 15:00 +1400", "Fri 13 Jan 15:00 +1400"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", [date(2026, 12, 3), date(2026, 12, 17), date(2026, 12, 31)]),
        ("FREQ=MONTHLY;BYDAY=1TH", [date(2026, 12, 3), date(2027, 1, 7), date(2027, 2, 4)]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", [date(2026, 12, 31), date(2027, 1, 31), date(2027, 3, 31)]),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            [date(2028, 2, 29), date(2032, 2, 29), date(2036, 2, 29)],
        ),
        ("freq=weekly;byday=mo,we", [date(2026, 11, 30), date(2026, 12, 2), date(2026, 12, 7)]),
        ("", []),
    ],
)
def test_any_rule_without_an_end_is_followed(rule: str, expected: list[date]) -> None:
    found = occurrences(rule, time(9), "Europe/Berlin", after=utc("2026-11-27T00:00"), count=3)

    assert [one.day for one in found] == expected


def test_interval_counts_from_the_first_day() -> None:
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"
    after = utc("2026-11-27T00:00")

    odd, even = (
        occurrences(rule, time(9), "UTC", after=after, count=1, first_day=first_day)[0].day
        for first_day in (date(2026, 11, 26), date(2026, 12, 3))
    )

    assert (odd, even) == (date(2026, 12, 10), date(2026, 12, 3))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;BYDAY=TH;COUNT=3",
        "FREQ=WEEKLY;BYDAY=TH;UNTIL=20270101T000000Z",
        "FREQ=WEEKLY;BYDAY=TH;BYHOUR=9,17",
        "FREQ=WEEKLY;INTERVAL=0;BYDAY=TH",
        "FREQ=WEEKLY;INTERVAL=00;BYDAY=TH",
        "FREQ=WEEKLY;INTERVAL=-1;BYDAY=TH",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=TH\nEXDATE:20261203T000000",
        "BYDAY=TH",
        "every Thursday",
    ],
)
def test_rule_that_cannot_be_followed_is_refused(rule: str) -> None:
    with pytest.raises(ValueError):
        occurrences(rule, time(9), "UTC", after=utc("2026-11-27T00:00"), count=1)


@settings(deadline=None)
@given(zones, st.sampled_from(DAY_NAMES), start_times, moments)
def test_weekly_meetings_keep_weekday_order_and_distance(
    zone: str, day_name: str, start_time: time, after: datetime
) -> None:
    found = occurrences(f"FREQ=WEEKLY;BYDAY={day_name}", start_time, zone, after=after, count=4)

    shown = [one.starts_at.astimezone(ZoneInfo(zone)) for one in found]
    steps = [(later.day - sooner.day).days for sooner, later in pairwise(found)]
    assert len(found) == 4
    assert after < found[0].starts_at
    assert found[0].starts_at - after < timedelta(days=15)
    assert all(one.starts_at.utcoffset() == timedelta(0) for one in found)
    assert [one.date() for one in shown] == [one.day for one in found]
    assert {DAY_NAMES[one.day.weekday()] for one in found} == {day_name}
    assert set(steps) <= ({7, 14} if zone == "Pacific/Apia" else {7})


@settings(deadline=None)
@given(zones, start_times, moments)
def test_clock_shows_the_start_time_unless_that_never_comes(zone: str, start_time: time, after: datetime) -> None:
    for one in occurrences("FREQ=DAILY", start_time, zone, after=after, count=10):
        shown = one.starts_at.astimezone(ZoneInfo(zone))
        wished = datetime.combine(one.day, start_time)
        if shown.time() != start_time:
            readings = {wished.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1)}
            gap = max(readings) - min(readings)
            assert shown.replace(tzinfo=None) - wished == gap > timedelta(0)


@settings(deadline=None)
@given(zones, start_times, moments, st.integers(0, 5), st.integers(1, 5))
def test_occurrences_go_on_where_they_stopped(
    zone: str, start_time: time, after: datetime, first: int, second: int
) -> None:
    def found(since: datetime, count: int) -> list[Occurrence]:
        return occurrences("FREQ=WEEKLY;BYDAY=SU,WE", start_time, zone, after=since, count=count)

    head = found(after, first)

    assert head + found(head[-1].starts_at if head else after, second) == found(after, first + second)


@pytest.mark.parametrize(
    ("starts_at", "hours_before", "expected"),
    [
        ("2026-11-26T14:00", 15, "Thu 26 Nov 2026, 00:00 Berlin"),
        ("2026-11-26T14:00", 0, "Thu 26 Nov 2026, 15:00 Berlin"),
        # Sunday after the clocks went forward, and back: still midnight
        ("2026-03-29T13:00", 15, "Sun 29 Mar 2026, 00:00 Berlin"),
        ("2026-10-25T14:00", 15, "Sun 25 Oct 2026, 00:00 Berlin"),
        ("2026-10-25T14:00", 24, "Sat 24 Oct 2026, 15:00 Berlin"),
        # the hour that never comes, and the hour that comes twice
        ("2026-03-29T01:15", 1, "Sun 29 Mar 2026, 01:15 Berlin"),
        ("2026-10-25T02:30", 1, "Sun 25 Oct 2026, 02:30 Berlin"),
    ],
)
def test_voting_closes_by_the_wall_clock(starts_at: str, hours_before: int, expected: str) -> None:
    closes_at = voting_closes_at(utc(starts_at), "Europe/Berlin", hours_before=hours_before)

    assert wall_clock(closes_at, "Europe/Berlin") == expected


@settings(deadline=None)
@given(zones, moments, st.integers(0, 200))
def test_voting_never_closes_after_the_start(zone: str, starts_at: datetime, hours_before: int) -> None:
    closes_at = voting_closes_at(starts_at, zone, hours_before=hours_before)

    assert closes_at.utcoffset() == timedelta(0)
    assert timedelta(0) <= starts_at - closes_at <= timedelta(hours=hours_before + 25)
    assert hours_before or closes_at == starts_at


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Berlin", "Thu 26 Nov 2026, 15:00 Berlin"),
        ("America/New_York", "Thu 26 Nov 2026, 09:00 New York"),
        ("Asia/Kathmandu", "Thu 26 Nov 2026, 19:45 Kathmandu"),
        ("Pacific/Apia", "Fri 27 Nov 2026, 03:00 Apia"),
        ("UTC", "Thu 26 Nov 2026, 14:00 UTC"),
    ],
)
def test_wall_clock_names_the_zone_by_its_city(zone: str, expected: str) -> None:
    assert wall_clock(utc("2026-11-26T14:00"), zone) == expected


def test_moment_is_in_utc() -> None:
    assert moment(date(2026, 11, 26), time(15), "Europe/Berlin") == utc("2026-11-26T14:00")
