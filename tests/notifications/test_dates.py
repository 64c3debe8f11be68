"""When mail is welcome: examples by hand, and properties over zones and changes of the clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.dates import Hours, digest_moment, humane

BERLIN = "Europe/Berlin"
ZONES = [BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]


def at(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("ready", "sent"),
    [
        ("2026-11-26T07:59:59", "2026-11-26T08:00"),  # Thursday
        ("2026-11-26T08:00", "2026-11-26T08:00"),
        ("2026-11-26T19:59", "2026-11-26T19:59"),
        ("2026-11-26T20:00", "2026-11-27T08:00"),
        ("2026-11-27T00:30", "2026-11-27T08:00"),
        ("2026-11-27T20:00", "2026-11-30T08:00"),  # Friday evening: Monday
        ("2026-11-28T12:00", "2026-11-30T08:00"),
        ("2026-11-29T23:00", "2026-11-30T08:00"),
        ("2026-03-27T21:00", "2026-03-30T08:00"),  # the clocks go forward on Sunday
        ("2026-10-23T21:00", "2026-10-26T08:00"),  # and back
    ],
)
def test_mail_waits_for_the_morning_of_a_working_day(ready: str, sent: str) -> None:
    assert humane(at(ready), Hours(BERLIN)) == at(sent)


def test_weekends_and_quiet_hours_are_ones_own() -> None:
    hours = Hours(BERLIN, time(22), time(6, 30), weekends=True)
    none = Hours(BERLIN, time(0), time(0), weekends=True)
    noon = Hours(BERLIN, time(12), time(13), weekends=True)

    assert humane(at("2026-11-28T21:00"), hours) == at("2026-11-28T21:00")
    assert humane(at("2026-11-28T23:00"), hours) == at("2026-11-29T06:30")
    assert humane(at("2026-11-28T03:00"), none) == at("2026-11-28T03:00")
    assert humane(at("2026-11-28T12:30"), noon) == at("2026-11-28T13:00")


def test_clock_time_that_a_night_skips_is_the_moment_behind_the_gap() -> None:
    hours = Hours(BERLIN, time(20), time(2, 30), weekends=True)

    assert humane(at("2026-03-29T01:00"), hours) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "ready", "sent"),
    [
        (None, "2026-11-25T14:00", "2026-11-25T14:00"),
        (2, "2026-11-25T14:00", "2026-11-25T14:00"),  # Wednesday, and it is one
        (2, "2026-11-25T21:00", "2026-11-26T08:00"),
        (4, "2026-11-25T14:00", "2026-11-27T08:00"),
        (1, "2026-11-25T14:00", "2026-12-01T08:00"),
    ],
)
def test_agenda_waits_for_the_day_that_one_chose(day: int | None, ready: str, sent: str) -> None:
    assert digest_moment(at(ready), Hours(BERLIN, digest_day=day)) == at(sent)


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(ZONES),
    start=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    end=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    weekends=st.booleans(),
)
def test_moment_is_never_quiet_never_past_and_stays_itself(
    moment: datetime, zone: str, start: time, end: time, weekends: bool
) -> None:
    hours = Hours(zone, start, end, weekends)

    sent = humane(moment, hours)

    assert moment <= sent <= moment + timedelta(days=4)
    assert humane(sent, hours) == sent
