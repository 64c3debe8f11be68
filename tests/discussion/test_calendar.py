"""The day page's calendar, what is new since one was here, why a day has nothing, and how abstracts open."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from discussion.models import Seen
from tests.factories import Cast, EntryFactory, ListingFactory
from tests.pages import Element, page

THANKSGIVING = date(2026, 11, 27)  # no announcement on the evening before


def day_page(client: Client, cast: Cast, day: date, query: str = "") -> Element:
    return page(client.get(f"/g/{cast.group.slug}/day/{day}/{query}"))


def list_on(day: date, category: str = "cs.CV", entries: int = 2) -> None:
    listing = ListingFactory(category=category, announced_on=day)
    EntryFactory.create_batch(entries, listing=listing)


def read(cast: Cast, day: date, position: int, category: str = "cs.CV") -> None:
    listing = ListingFactory(category=category, announced_on=day)
    Seen.objects.update_or_create(member=cast.member, listing=listing, defaults={"position": position})


@pytest.fixture(autouse=True)
def _reader(client: Client, cast: Cast) -> Iterator[None]:
    cast.group.categories = ["cs.CV", "cs.CL"]
    cast.group.save()
    with time_machine.travel(datetime(2026, 11, 27, 12, tzinfo=UTC)):
        client.force_login(cast.member)
        yield


def test_calendar_tells_what_is_read_and_what_is_not(client: Client, cast: Cast) -> None:
    for number in (24, 25, 26):
        list_on(date(2026, 11, number))
    list_on(date(2026, 11, 25), "cs.CL")
    read(cast, date(2026, 11, 24), 2)
    read(cast, date(2026, 11, 25), 2)
    read(cast, date(2026, 11, 26), 1)

    calendar = day_page(client, cast, date(2026, 11, 25)).one(".calendar")
    links = {link.words: link.get("href") for link in calendar.all("td a")}

    at = f"/g/{cast.group.slug}/day/2026-11-"
    assert links == {
        "24, read": f"{at}24/?category=cs.CV",
        "25, not finished": f"{at}25/?category=cs.CV",
        "26, not finished": f"{at}26/?category=cs.CV",
    }
    assert [each.words for each in calendar.all("td [aria-current]")] == ["25, not finished"]
    assert [each.words for each in calendar.all(".calendar__open")] == ["25, not finished", "26, not finished"]


def test_calendar_says_why_days_have_no_listing(client: Client, cast: Cast) -> None:
    list_on(date(2026, 11, 25))

    calendar = day_page(client, cast, date(2026, 11, 25)).one(".calendar")

    nothing = [each.words for each in calendar.all(".calendar__none")]
    weekend = ", weekend: no listing"
    assert nothing[:2] == [f"1{weekend}", f"7{weekend}"]
    assert "27, Thanksgiving Day: no listing" in nothing
    assert "Fri 27 Nov: Thanksgiving Day, no listing" in calendar.one(".calendar__words").words


@pytest.mark.parametrize(
    ("month", "shown", "ways"),
    [
        ("2024-12", "December 2024", ["2024-11", "2025-01"]),
        ("1991-01", "January 1991", ["1990-12", "1991-02"]),
        ("2099-12", "December 2099", ["2099-11", "2100-01"]),
        ("0001-01", "November 2026", ["2026-10", "2026-12"]),
        ("9999-12", "November 2026", ["2026-10", "2026-12"]),
        ("soon", "November 2026", ["2026-10", "2026-12"]),
    ],
)
def test_calendar_turns_to_other_months(client: Client, cast: Cast, month: str, shown: str, ways: list[str]) -> None:
    list_on(date(2026, 11, 25))

    calendar = day_page(client, cast, date(2026, 11, 25), f"?month={month}").one(".calendar")

    assert shown in calendar.one("caption").words
    assert [(link.get("href") or "").partition("month=")[2] for link in calendar.all("caption a")] == ways
    assert (calendar.get("open") is not None) == (month[:2] in ("20", "19"))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_day_out_of_all_time_has_no_calendar(client: Client, cast: Cast, day: str) -> None:
    list_on(date(2026, 11, 25))

    shown = day_page(client, cast, date.fromisoformat(day))

    assert shown.all(".calendar") == []
    assert shown.one(".empty__heading").words == "No listing for this day"


@pytest.mark.parametrize(
    ("day", "heading", "text"),
    [
        (
            date(2026, 11, 29),
            "A weekend",
            "date of a Sunday. The next listing is that of Monday 30 November 2026.",
        ),
        (THANKSGIVING, "Thanksgiving Day", "The next listing is that of Monday 30 November 2026."),
        (date(2026, 11, 20), "No listing for this day", "It may still be on its way"),
        (date(2026, 11, 19), "No listing for this day", "None has come in for it."),
    ],
)
def test_day_without_listing_says_why_and_when_the_next_is(
    client: Client, cast: Cast, day: date, heading: str, text: str
) -> None:
    list_on(date(2026, 11, 25))

    empty = day_page(client, cast, day).one(".empty")

    assert empty.one(".empty__heading").words == heading
    assert text in empty.words


def test_what_came_since_the_last_visit_is_a_jump(client: Client, cast: Cast) -> None:
    days = [date(2026, 11, 24) + timedelta(days=number) for number in range(4)]
    for day in days:
        list_on(day)
    never = _jumps(client, cast, days[0])
    read(cast, days[1], 1)

    assert never == []
    assert _jumps(client, cast, days[0]) == [("2 days since your last visit, from Thu 26 Nov on", "2026-11-26")]
    read(cast, days[3], 1)
    assert _jumps(client, cast, days[0]) == []


def _jumps(client: Client, cast: Cast, day: date) -> list[tuple[str, str]]:
    links = [link for link in day_page(client, cast, day).all(".day__tools a") if "last visit" in link.words]
    return [(link.words, (link.get("href") or "").split("/")[4]) for link in links]


def test_abstracts_open_by_default_when_the_member_says_so(client: Client, cast: Cast) -> None:
    list_on(date(2026, 11, 25))

    def opened() -> list[bool]:
        shown = day_page(client, cast, date(2026, 11, 25))
        return [each.get("open") is not None for each in shown.all(".row__abstract")]

    closed = opened()
    form = day_page(client, cast, date(2026, 11, 25)).one(".abstracts")
    back = form.one("[name=next]").get("value")
    answer = client.post(form.get("action"), {"abstracts": "on", "next": back})

    assert closed == [False, False]
    assert answer["Location"] == back == f"/g/{cast.group.slug}/day/2026-11-25/?category=cs.CV"
    assert opened() == [True, True]
    client.post(form.get("action"), {"abstracts": "off"})
    assert opened() == [False, False]
