"""Page, calendar, print and PDF show the same minute when the clocks change; and no title breaks a calendar."""

import os
import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar

from groups.dates import occurrences
from groups.models import Group
from meetings.exports import calendar_event
from meetings.exports.registry import EXPORTS
from meetings.exports.sheet import AgendaSheet, running_clock
from meetings.models import AgendaItem
from tests.factories import Cast, MeetingFactory
from tests.meetings.agenda_readers import TaggedPdf
from tests.meetings.test_exports import HOSTILE, SEED, SHEET, page_of, replace, sheet_with
from tests.pages import page

# Both ways of the world, half an hour, and a change at midnight; the second number is how far the clocks are apart.
ZONES = {
    "Europe/Berlin": 60,
    "America/New_York": 60,
    "America/Santiago": 60,
    "Australia/Sydney": 60,
    "Australia/Lord_Howe": 30,
    "Pacific/Auckland": 60,
}
FIRST = datetime(2027, 1, 1, tzinfo=UTC)
# How many titles go through a calendar; CALENDAR_TITLES=10000 takes about half a minute.
TITLES = int(os.environ.get("CALENDAR_TITLES", "200"))
# With CALENDAR_YEAR=1 all of the year, else what lies this close to a change of the clocks.
NEAR = timedelta(days=365 if "CALENDAR_YEAR" in os.environ else 8)


def changes(zone: str) -> list[date]:
    """Return the days of the year on which the zone's clocks change."""
    days = [FIRST.date() + timedelta(days=number) for number in range(365)]
    noons = [datetime.combine(day, time(12), tzinfo=ZoneInfo(zone)).utcoffset() for day in days]
    return [day for day, before, after in zip(days[1:], noons, noons[1:], strict=False) if before != after]


def sundays(zone: str, at: time) -> list[datetime]:
    """Return the moments of the year's weekly meetings in UTC, near a change of the clocks."""
    found, near = occurrences("FREQ=WEEKLY;BYDAY=SU", at, zone, after=FIRST, count=52), changes(zone)
    return [one.starts_at for one in found if any(abs(one.day - change) <= NEAR for change in near)]


def sheet_at(starts_at: datetime, zone: str) -> AgendaSheet:
    lengths = [45, 45, 30]
    items = [
        replace(SEED, number=number, minutes=minutes, starts_at=begins)
        for number, (minutes, begins) in enumerate(
            zip(lengths, running_clock(starts_at, zone, lengths), strict=True), start=1
        )
    ]
    return sheet_with(*items, starts_at=starts_at.astimezone(ZoneInfo(zone)), zone=zone, minutes=120)


def event_of(sheet: AgendaSheet) -> tuple[datetime, datetime]:
    (event,) = Calendar.from_ical(EXPORTS["ics"].render(sheet)).walk("VEVENT")
    return event["dtstart"].dt, event["dtend"].dt


def minutes_of(sheet: AgendaSheet) -> list[str]:
    """Return the clock beside each item of the printed page."""
    return [time.text for time in page_of(sheet).iterfind(".//p[@class='sheet__clock']/time")]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(15, 0), time(1, 30)], ids=["afternoon", "night"])
def test_year_with_two_clock_changes_is_right_to_the_minute(zone: str, at: time) -> None:
    offsets = set()
    for starts_at in sundays(zone, at):
        sheet = sheet_at(starts_at, zone)
        begins, ends = event_of(sheet)
        local = begins.astimezone(ZoneInfo(zone))
        # Independently: the zone's clock at the moments that a calendar adds up in UTC.
        clocks = [(begins + timedelta(minutes=spent)).astimezone(ZoneInfo(zone)) for spent in (0, 45, 90)]
        printed = page_of(sheet).find(".//dl[@class='sheet__facts']//time")

        assert (begins, ends - begins) == (starts_at, timedelta(minutes=120))
        assert (local.hour, local.minute) == (at.hour, at.minute)
        assert datetime.fromisoformat(printed.get("datetime")) == begins
        assert f"{local:%Y, %H:%M} " in printed.text
        assert minutes_of(sheet) == [f"{clock:%H:%M}" for clock in clocks]
        offsets.add(local.utcoffset())

    assert max(offsets) - min(offsets) == timedelta(minutes=ZONES[zone])


@pytest.mark.parametrize("zone", ZONES)
def test_page_calendar_print_and_pdf_agree_around_both_changes(client: Client, cast: Cast, zone: str) -> None:
    Group.objects.filter(pk=cast.group.pk).update(zone=zone)
    client.force_login(cast.member)
    around = (-1, 0, 1) if "CALENDAR_YEAR" in os.environ else (0,)
    days = [change + timedelta(days=away) for change in changes(zone) for away in around]

    shown = []
    for day in days:
        starts_at = datetime.combine(day, time(9, 10), tzinfo=ZoneInfo(zone)).astimezone(UTC)
        meeting = MeetingFactory(group=cast.group, starts_at=starts_at, slug=f"{day}", state="published")
        AgendaItem.objects.create(group=cast.group, meeting=meeting, position=1, title="Plans", minutes=5)
        to = f"/g/{cast.group.slug}/meetings/{day}/"
        (event,) = Calendar.from_ical(client.get(f"{to}agenda.ics").content).walk("VEVENT")
        pdf = TaggedPdf(client.get(f"{to}agenda.pdf").content)
        shown.append(
            (
                page(client.get(to)).one(".page-head__facts time").words,
                f"{event['dtstart'].dt.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}",
                page(client.get(f"{to}agenda.html")).one(".sheet__clock time").words,
                next(pdf.items())[1],
            )
        )

    city = zone.rpartition("/")[2].replace("_", " ")
    assert len(days) == 2 * len(around)
    assert shown == [(f"09:10 {city}", f"{day} 09:10", "09:10", "09:10") for day in days]


def names_of(calendar: Calendar) -> Counter[str]:
    return Counter(
        f"{part.name}.{name}" for part in calendar.walk() for name, _ in part.property_items(recursive=False)
    )


def test_titles_of_every_kind_change_neither_components_nor_properties() -> None:
    """Events and duties alike; what a title holds comes back as it was."""
    chance = random.Random(27)
    signs = [
        *"\r\n\t;,:\\\"'=^NnBEGIN",
        "\r\n",
        "\nEND:VEVENT",
        "\\n",
        "\\,",
        "é",
        "漢",
        "🚀",
        "\u2028",
        "\x85",
        "\x0b",
        "\u202e",
    ]
    duty = calendar_event.Duty(
        uid="presenting-1-1@example.org",
        sequence=1,
        changed_at=SHEET.changed_at,
        due_at=SHEET.starts_at,
        title="T",
        description="D",
        page=SHEET.page,
    )
    harmless = names_of(Calendar.from_ical(calendar_event.render_all("N", [SHEET], [duty])))

    for _ in range(TITLES):
        title = chance.choice(HOSTILE) + "".join(chance.choices(signs, k=chance.randrange(40)))
        sheet = replace(SHEET, title=title, group=title, items=(replace(SEED, title=title, presenter=title),))
        content = calendar_event.render_all(title, [sheet], [replace(duty, title=title, description=title, uid=title)])
        read = Calendar.from_ical(content)

        first, second = read.walk("VEVENT")
        assert names_of(read) == harmless
        assert f"1. {sheet.items[0].title}\n" in first["description"]
        assert (str(first["summary"]), str(second["uid"])) == (f"{sheet.title} ({sheet.group})", str(second["summary"]))
        assert b"\r" not in content.replace(b"\r\n", b"")
        assert max(map(len, content.split(b"\r\n"))) <= 75
