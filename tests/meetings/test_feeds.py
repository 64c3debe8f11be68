"""A group in one's own calendar and feed reader, by a secret address that is one's own and can be ended."""

import re
from datetime import UTC, timedelta
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.test import Client
from icalendar import Calendar

from core import limits
from core.clock import now
from discussion.models import Assignment
from groups.actions import set_presence
from groups.models import FeedLink, Meeting, Membership
from meetings.actions import change_item, set_part, set_presenter
from meetings.models import AgendaItem, Part
from tests.factories import (
    Cast,
    CommentFactory,
    GroupPaperFactory,
    MeetingFactory,
    PaperFactory,
)
from tests.pages import page

ATOM = "{http://www.w3.org/2005/Atom}"


def made(client: Client, cast: Cast, *, key: object = None) -> dict[str, str]:
    """Make links as the member does, and return the paths that the page shows."""
    client.force_login(cast.member)
    answer = client.post(f"/me/feeds/{cast.group.slug}/", {"state": "on", "key": key or uuid4()})
    shown = page(answer)
    return {
        name: str(shown.one(f"#{name}-link").get("value")).removeprefix("http://localhost:8000")
        for name in ("calendar", "news")
    }


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """A published meeting at which the member presents a paper, and its group's next one, which is not published."""
    published: Meeting = MeetingFactory(
        group=cast.group, state="published", published_at=now(), sequence=4, place="Room 1; 2nd floor"
    )
    paper = GroupPaperFactory(group=cast.group, paper=PaperFactory(title="On $\\alpha$; a <b>title</b>, it is"))
    AgendaItem.objects.create(group=cast.group, meeting=published, position=1, group_paper=paper, minutes=20, votes=3)
    Assignment.objects.create(
        group=cast.group, group_paper=paper, meeting=published, member=cast.member, state="accepted"
    )
    MeetingFactory(group=cast.group, starts_at=published.starts_at + timedelta(days=7))
    return published


def events(client: Client, address: str) -> dict[str, dict[str, str]]:
    """Read the calendar as another program does; map what an event is to its properties."""
    calendar = Calendar.from_ical(client.get(address).content)
    return {
        re.match(r"(meeting|presenting|presenting-with)-\d+", str(event["uid"]))[0]: {
            name.lower(): str(value.dt.isoformat() if hasattr(value, "dt") else value)
            for name, value in event.property_items(recursive=False)
        }
        for event in calendar.walk("VEVENT")
    }


def test_calendar_has_meetings_and_what_the_member_presents(client: Client, cast: Cast, meeting: Meeting) -> None:
    address = made(client, cast)["calendar"]
    anonymous = Client()

    answer = anonymous.get(address)
    found = events(anonymous, address)

    duty, first, second = sorted(found.values(), key=lambda event: event["dtstart"])
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert {part.strip() for part in answer["Cache-Control"].split(",")} == {"private", "no-cache"}
    assert (first["sequence"], first["status"], first["location"]) == ("4", "CONFIRMED", "Room 1; 2nd floor")
    assert first["dtstart"] == meeting.starts_at.astimezone(UTC).isoformat()
    assert "1. On $\\alpha$; a <b>title</b>, it is\n" in first["description"]
    assert f"20 min, {cast.member.name}" in first["description"]
    assert (second["status"], "1. On" in second["description"]) == ("TENTATIVE", False)
    assert duty["summary"] == f"Prepare: On $\\alpha$; a <b>title</b>, it is ({cast.group.name})"
    assert duty["dtstart"] == (meeting.starts_at - timedelta(hours=24)).astimezone(UTC).isoformat()


def test_what_someone_else_presents_is_nobodys_duty(client: Client, cast: Cast, meeting: Meeting) -> None:
    Assignment.objects.update(member=cast.organiser)

    found = events(Client(), made(client, cast)["calendar"])

    assert [name.partition("-")[0] for name in found] == ["meeting", "meeting"]


def test_who_presents_with_someone_else_has_it_as_a_duty_too(client: Client, cast: Cast, meeting: Meeting) -> None:
    Assignment.objects.update(member=cast.organiser)
    line = AgendaItem.objects.get()
    set_part(
        by=cast.organiser,
        slug=cast.group.slug,
        meeting=meeting.slug,
        pk=line.pk,
        role="co-presenter",
        member=cast.member.pk,
        on=True,
    )
    topic = AgendaItem.objects.create(group=cast.group, meeting=meeting, position=2, title="Our data", minutes=10)
    Part.objects.create(group=cast.group, item=topic, member=cast.member, role="co-presenter")
    Part.objects.create(group=cast.group, item=line, member=cast.organiser, role="lead")  # is no duty
    address = made(client, cast)["calendar"]

    found = [event for name, event in events(Client(), address).items() if name.startswith("presenting-with")]

    assert sorted(one["summary"] for one in found) == [
        f"Prepare: On $\\alpha$; a <b>title</b>, it is ({cast.group.name})",
        f"Prepare: Our data ({cast.group.name})",
    ]
    assert {one["dtstart"] for one in found} == {(meeting.starts_at - timedelta(hours=24)).astimezone(UTC).isoformat()}
    assert all(one["description"].startswith("You present it together with others on ") for one in found)
    topic.state = "dropped"
    topic.save()
    Meeting.objects.filter(pk=meeting.pk).update(state="cancelled")
    assert [name for name in events(Client(), address) if name.startswith("presenting")] == []


def test_late_change_is_an_update_of_the_same_event(client: Client, cast: Cast, meeting: Meeting) -> None:
    address = made(client, cast)["calendar"]
    name = f"meeting-{meeting.pk}"
    before = events(client, address)[name]
    item = AgendaItem.objects.get()

    change_item(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, pk=item.pk, minutes=35, note="")
    set_presenter(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, pk=item.pk, member=cast.organiser.pk)
    after = events(client, address)[name]

    assert (after["uid"], int(after["sequence"])) == (before["uid"], int(before["sequence"]) + 2)
    assert after["last-modified"] >= before["last-modified"]
    assert f"35 min, {cast.organiser.name}" in after["description"]


def test_cancelled_meeting_is_called_off_in_the_calendar(client: Client, cast: Cast, meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(state="cancelled", sequence=5)

    found = events(client, made(client, cast)["calendar"])

    assert found[f"meeting-{meeting.pk}"]["status"] == "CANCELLED"
    assert not any(name.startswith("presenting") for name in found)


def test_unchanged_feed_is_not_sent_again(client: Client, cast: Cast, meeting: Meeting) -> None:
    anonymous = Client()
    for address in made(client, cast).values():
        tag = anonymous.get(address)["ETag"]

        same = anonymous.get(address, headers={"If-None-Match": tag})
        Meeting.objects.filter(pk=meeting.pk).update(place=f"Room {address[-3:]}", changed_at=now())
        changed = anonymous.get(address, headers={"If-None-Match": tag})

        assert (same.status_code, same.content) == (304, b"")
        assert changed.status_code == 200


def test_news_are_agendas_and_comments(client: Client, cast: Cast, meeting: Meeting) -> None:
    paper = AgendaItem.objects.get().group_paper
    said = CommentFactory(group_paper=paper, author=cast.organiser, html="<p>Is <em>it</em>\nso?</p>")
    CommentFactory(group_paper=paper, author=cast.organiser, html="<p>gone</p>", deleted_at=now())
    asked = CommentFactory(group_paper=paper, author=None, anonymous=True, html="<p>Why?</p>")

    answer = Client().get(made(client, cast)["news"])

    feed = ElementTree.fromstring(answer.content)
    entries = {entry.findtext(f"{ATOM}id"): entry for entry in feed.iter(f"{ATOM}entry")}
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert list(entries) == [
        f"tag:localhost,2026:comment-{asked.pk}",
        f"tag:localhost,2026:comment-{said.pk}",
        f"tag:localhost,2026:meeting-{meeting.pk}",
    ]
    nameless, comment, agenda = entries.values()
    assert nameless.findtext(f"{ATOM}author/{ATOM}name") == "a member"
    assert comment.findtext(f"{ATOM}title") == f"{cast.organiser.name} on “On $\\alpha$; a <b>title</b>, it is”"
    assert comment.findtext(f"{ATOM}content") == "<p>Is <em>it</em>\nso?</p>"
    assert "a &lt;b&gt;title&lt;/b&gt;, it is" in agenda.findtext(f"{ATOM}content")
    assert feed.findtext(f"{ATOM}updated") == nameless.findtext(f"{ATOM}updated")


def test_feeds_tell_members_no_counts_that_wait(client: Client, cast: Cast, meeting: Meeting) -> None:
    addresses = made(client, cast)
    told = [Client().get(address).content.decode() for address in addresses.values()]
    cast.group.counts_wait = True
    cast.group.save()

    kept = [Client().get(address).content.decode() for address in addresses.values()]

    assert ["3 votes" in text.replace("\r\n ", "") for text in told + kept] == [True, True, False, False]


def test_the_same_form_gives_the_same_address_and_another_one_a_new_one(client: Client, cast: Cast) -> None:
    key = uuid4()
    first, again, renewed = made(client, cast, key=key), made(client, cast, key=key), made(client, cast)

    assert first == again
    assert [Client().get(one["calendar"]).status_code for one in (first, renewed)] == [404, 200]
    stored = FeedLink.objects.get()
    assert renewed["news"].split("/")[2] not in str(vars(stored))


def test_ended_link_is_dead_and_the_page_says_so(client: Client, cast: Cast) -> None:
    addresses = made(client, cast)

    shown = page(client.post(f"/me/feeds/{cast.group.slug}/", {"state": "off", "key": uuid4()}, follow=True))

    assert f"The link for {cast.group.name} no longer works." in shown.one("main").words
    assert "You have no link." in shown.one("main").words
    assert [Client().get(address).status_code for address in addresses.values()] == [404, 404]


def test_link_dies_when_the_member_leaves_and_stays_dead_when_they_come_back(client: Client, cast: Cast) -> None:
    addresses = made(client, cast)
    own = Membership.objects.get(group=cast.group, user=cast.member)

    set_presence(by=cast.organiser, slug=cast.group.slug, pk=own.pk, present=False)
    gone = [Client().get(address).status_code for address in addresses.values()]
    set_presence(by=cast.organiser, slug=cast.group.slug, pk=own.pk, present=True)
    back = [Client().get(address).status_code for address in addresses.values()]

    assert (gone, back) == ([404, 404], [404, 404])


def test_link_of_who_may_no_longer_log_in_is_dead(client: Client, cast: Cast) -> None:
    addresses = made(client, cast)
    cast.member.is_active = False
    cast.member.save()

    assert [Client().get(address).status_code for address in addresses.values()] == [404, 404]


def test_many_wrong_addresses_are_told_to_wait(cast: Cast) -> None:
    allowed = int(limits.FEED_GUESSES.partition("/")[0])

    answers = [Client().get(f"/feeds/{'x' * 43}/agenda.ics").status_code for _ in range(allowed + 1)]

    assert answers == [404] * allowed + [429]


@pytest.mark.parametrize("more", [0, 29])
def test_feed_takes_the_same_statements_for_one_meeting_and_for_thirty(
    client: Client, cast: Cast, meeting: Meeting, more: int, django_assert_num_queries: object
) -> None:
    addresses = made(client, cast)
    for days in range(more):
        other = MeetingFactory(
            group=cast.group, state="published", starts_at=meeting.starts_at + timedelta(days=30 + days)
        )
        paper = GroupPaperFactory(group=cast.group)
        AgendaItem.objects.create(group=cast.group, meeting=other, position=1, group_paper=paper, minutes=20)
        Assignment.objects.create(
            group=cast.group, group_paper=paper, meeting=other, member=cast.member, state="accepted"
        )
        CommentFactory(group_paper=paper, author=cast.member)
        topic = AgendaItem.objects.create(group=cast.group, meeting=other, position=2, title="Our data", minutes=10)
        Part.objects.create(group=cast.group, item=topic, member=cast.member, role="co-presenter")

    for name, count in (("calendar", 9), ("news", 8)):
        with django_assert_num_queries(count):
            Client().get(addresses[name])
