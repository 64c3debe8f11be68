"""Meetings that are otherwise than the schedule says, and the same minute in every form."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.test import Client

from groups import actions
from groups.models import Break, Meeting
from tests.factories import Cast, GroupPaperFactory, VoteFactory, make_cast
from tests.pages import page

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def cast(db: None) -> Cast:
    """A group that meets on Thursdays at 15:00 in Berlin, with its next four meetings planned."""
    with time_machine.travel(NOW, tick=False):
        cast = make_cast()
        actions.ensure_meetings(cast.group)
        VoteFactory(group_paper=GroupPaperFactory(group=cast.group), member=cast.member)
    return cast


def post(client: Client, cast: Cast, path: str, **sent: object) -> object:
    client.force_login(cast.organiser)
    with time_machine.travel(NOW, tick=False):
        return client.post(f"/g/{cast.group.slug}/meetings/{path}", sent, follow=True)


def coming(cast: Cast) -> list[str]:
    meetings = Meeting.objects.filter(group=cast.group).exclude(state="cancelled").order_by("starts_at")
    return [f"{one.slug} {one.starts_at.astimezone(ZoneInfo(cast.group.zone)):%d %H:%M}" for one in meetings]


def test_session_is_added_once_beside_the_schedule(client: Client, cast: Cast) -> None:
    for _ in range(2):
        answer = post(client, cast, "sessions/", day="2026-11-26", start_time="10:00", minutes="30", place="Room 7")

    assert answer.redirect_chain == [(f"/g/{cast.group.slug}/meetings/2026-11-26-2/", 302)]
    assert coming(cast)[:3] == ["2026-11-26-2 26 10:00", "2026-11-26 26 15:00", "2026-12-03 03 15:00"]
    added = Meeting.objects.get(slug="2026-11-26-2")
    assert (added.minutes, added.place, added.scheduled_for, added.closes_at) == (
        30,
        "Room 7",
        None,
        datetime(2026, 11, 25, 18, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-24", "Tue 24 Nov 2026, 09:00 Berlin is over already. Choose a time to come."),
        ("2029-11-24", "Choose a day in the next 2 years."),
        ("soon", "Enter a valid date."),
    ],
)
def test_session_that_cannot_be_is_said_at_the_day(client: Client, cast: Cast, day: str, said: str) -> None:
    answer = post(client, cast, "sessions/", day=day, start_time="09:00", minutes="60")

    assert answer.status_code == 422
    assert page(answer).one(".field__error").words == said


def test_meeting_is_moved_with_its_agenda_and_the_schedule_makes_no_second(client: Client, cast: Cast) -> None:
    post(client, cast, "2026-11-26/publish/")
    before = Meeting.objects.get(slug="2026-11-26")

    answer = post(
        client, cast, "2026-11-26/time/", day="2026-11-27", start_time="09:30", minutes="45", place="Elsewhere"
    )
    with time_machine.travel(NOW, tick=False):
        actions.ensure_meetings(cast.group)

    after = Meeting.objects.get(pk=before.pk)
    assert answer.redirect_chain == [(f"/g/{cast.group.slug}/meetings/2026-11-27/", 302)]
    assert coming(cast)[:2] == ["2026-11-27 27 09:30", "2026-12-03 03 15:00"]
    assert (after.state, after.sequence, after.minutes, after.place) == (
        "published",
        before.sequence + 1,
        45,
        "Elsewhere",
    )
    assert after.closes_at == datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
    assert after.items.count() == 1


def test_cancelled_meeting_keeps_everything_and_can_take_place_after_all(client: Client, cast: Cast) -> None:
    post(client, cast, "2026-11-26/publish/")

    part = post(client, cast, "2026-11-26/state/", state="cancelled")
    post(client, cast, "2026-11-26/state/", state="cancelled")
    cancelled = Meeting.objects.get(slug="2026-11-26")
    with time_machine.travel(NOW, tick=False):
        actions.ensure_meetings(cast.group)
        shown = page(client.get(f"/g/{cast.group.slug}/")).one(".page-head__facts").words
    assert "This meeting is cancelled. Its votes stay open." in page(part).words
    assert (cancelled.state, cancelled.sequence) == ("cancelled", 1)
    assert shown.startswith("Next meeting Thu 3 Dec 2026, 15:00 Berlin")
    post(client, cast, "2026-11-26/state/", state="planned")

    again = Meeting.objects.get(slug="2026-11-26")
    assert (again.state, again.sequence, again.items.count()) == ("published", 2, 1)


def test_meeting_that_has_begun_is_neither_moved_nor_cancelled(client: Client, cast: Cast) -> None:
    Meeting.objects.filter(slug="2026-11-26").update(starts_at=NOW - timedelta(minutes=1), closes_at=NOW - timedelta(1))

    moved = post(client, cast, "2026-11-26/time/", day="2026-11-27", start_time="09:30", minutes="45")
    cancelled = post(client, cast, "2026-11-26/state/", state="cancelled")

    assert (moved.status_code, cancelled.status_code) == (409, 409)


def test_break_moves_what_nobody_touched_and_ends_again(client: Client, cast: Cast) -> None:
    post(client, cast, "2026-12-03/publish/")
    for _ in range(2):
        answer = post(client, cast, "breaks/", first_day="2026-12-01", last_day="2026-12-31", name="Holidays")

    with_break = coming(cast)
    assert "Holidays: Tuesday 1 December 2026 to Thursday 31 December 2026" in page(answer).one("#breaks").words
    post(client, cast, f"breaks/{Break.objects.get().pk}/")

    assert [one[:10] for one in with_break] == ["2026-11-26", "2026-12-03", "2027-01-07", "2027-01-14", "2027-01-21"], (
        "what is published stays"
    )
    assert [one[:10] for one in coming(cast)[2:4]] == ["2026-12-10", "2026-12-17"]
    assert not Break.objects.exists()


def test_break_that_ends_before_it_begins_is_said_at_its_end(client: Client, cast: Cast) -> None:
    answer = post(client, cast, "breaks/", first_day="2026-12-31", last_day="2026-12-01")

    assert answer.status_code == 422
    assert page(answer).one(".field__error").words == "The last day comes before the first."


@pytest.mark.parametrize(
    ("sent", "rule", "days"),
    [
        ({"rule": "FREQ=WEEKLY;BYDAY=TH", "also": "MO"}, "FREQ=WEEKLY;BYDAY=MO,TH", ["26", "30", "03", "07"]),
        (
            {"rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "rule_from": "2026-12-01"},
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
            ["03", "17", "31", "14"],
        ),
        ({"rule": "FREQ=MONTHLY;BYDAY=1MO"}, "FREQ=MONTHLY;BYDAY=1MO", ["07", "04", "01", "01"]),
        ({"rule": "FREQ=MONTHLY;BYDAY=-1FR"}, "FREQ=MONTHLY;BYDAY=-1FR", ["27", "25", "29", "26"]),
    ],
)
def test_schedule_is_chosen_in_words(
    client: Client, cast: Cast, sent: dict[str, str], rule: str, days: list[str]
) -> None:
    client.force_login(cast.organiser)
    to = f"/g/{cast.group.slug}/settings/"
    with time_machine.travel(NOW, tick=False):
        client.post(to, {"section": "schedule", "start_time": "15:00", "meeting_minutes": "60", **sent})
        settings = page(client.get(to))

    cast.group.refresh_from_db()
    assert cast.group.rule == rule
    assert [one.split()[1] for one in coming(cast)] == days
    chosen = [one.get("value") for one in settings.all("#schedule option") if one.get("selected") is not None]
    assert chosen == [
        sent["rule"].replace("BYDAY=TH", "BYDAY=MO") if "also" in sent else sent["rule"],
        *(["TH"] if "also" in sent else [""]),
    ]


def test_second_day_goes_with_weeks_only(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)
    sent = {"rule": "FREQ=MONTHLY;BYDAY=1MO", "also": "TU", "start_time": "15:00", "meeting_minutes": "60"}

    answer = client.post(f"/g/{cast.group.slug}/settings/", {"section": "schedule", **sent})

    assert answer.status_code == 422
    assert page(answer).one(".field__error").words == "A second day goes with meetings every week or every two weeks."


PAIRS = [
    ("Europe/Berlin", "America/New_York"),
    ("America/New_York", "Europe/Berlin"),
    ("Australia/Sydney", "Europe/London"),
    ("America/Santiago", "Asia/Kolkata"),
    ("Europe/Dublin", "Australia/Lord_Howe"),
    ("Africa/Cairo", "America/St_Johns"),
]
CHANGES = {  # a Sunday of a week in which the clocks of the zone change in 2027
    "Europe/Berlin": date(2027, 3, 28),
    "America/New_York": date(2027, 3, 14),
    "Australia/Sydney": date(2027, 4, 4),
    "America/Santiago": date(2027, 4, 4),
    "Europe/Dublin": date(2027, 10, 31),
    "Africa/Cairo": date(2027, 4, 30),
}


@pytest.mark.parametrize(("zone", "theirs"), PAIRS)
def test_page_mail_calendar_and_print_agree_to_the_minute(client: Client, db: None, zone: str, theirs: str) -> None:
    """In the week of a clock change, for meetings as scheduled, moved, added and cancelled."""
    change = CHANGES[zone]
    with time_machine.travel(datetime.combine(change - timedelta(days=20), datetime.min.time(), UTC), tick=False):
        cast = make_cast(zone=zone, rule="FREQ=DAILY", start_time="15:00")
        cast.organiser.zone = theirs
        cast.organiser.save()
        client.force_login(cast.organiser)
        actions.ensure_meetings(cast.group)
        first = Meeting.objects.filter(group=cast.group).order_by("starts_at")[0]
        here = f"/g/{cast.group.slug}/meetings/"
        extra = {"start_time": "09:05", "minutes": "50", "place": ""}
        client.post(
            f"{here}{first.slug}/time/", {**extra, "day": f"{change + timedelta(days=1)}", "start_time": "23:10"}
        )
        for days in (-1, 0, 1):
            client.post(f"{here}sessions/", {**extra, "day": f"{change + timedelta(days=days)}"})
        last = Meeting.objects.filter(group=cast.group).order_by("-starts_at")[0]
        client.post(f"{here}{last.slug}/state/", {"state": "cancelled"})

        for meeting in Meeting.objects.filter(group=cast.group):
            local = meeting.starts_at.astimezone(ZoneInfo(zone))
            mine = meeting.starts_at.astimezone(ZoneInfo(theirs))
            shown = page(client.get(f"{here}{meeting.slug}/")).one(".page-head__facts").words
            files = {name: client.get(f"{here}{meeting.slug}/agenda.{name}").content for name in ("txt", "ics", "html")}
            event = icalendar.Calendar.from_ical(files["ics"]).walk("VEVENT")[0]

            assert f"{local:%H:%M}" in shown
            assert (f"{mine:%H:%M} your time" in shown) == (f"{mine:%H:%M}" != f"{local:%H:%M}")
            assert event["DTSTART"].dt.astimezone(UTC) == meeting.starts_at
            assert (event["STATUS"] == "CANCELLED") == (meeting.state == "cancelled")
            for name in ("txt", "html"):
                assert f"{local:%a} {local.day} {local:%b %Y, %H:%M}" in files[name].decode(), name
            assert (local.hour, local.minute) in {(15, 0), (9, 5), (23, 10)}, "the wall clock of the group wins"
