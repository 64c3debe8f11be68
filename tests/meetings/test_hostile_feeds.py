"""Feeds of a group in which everything is written in hostile forms, as other programs read them."""

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from icalendar import Calendar
from lxml import etree
from lxml.html import fragment_fromstring

from accounts.models import User
from core import limits
from core.clock import now
from core.text import Known, comment_text, inline_html
from discussion.models import Assignment, Comment, GroupPaper
from groups.actions import renew_feed_link
from groups.models import Group, Meeting, Membership
from meetings.models import AgendaItem
from papers.models import Paper
from tests.factories import Cast, MeetingFactory
from tests.hostile import PAYLOADS

ATOM = "{http://www.w3.org/2005/Atom}"
TAGS = {"a", "p", "br", "ol", "li", "em", "strong", "code", "math", "semantics", "annotation", "span", "bdi"}
MATH = {"mrow", "mi", "mo", "mn", "mtext", "mstyle", "msup", "msub", "mfrac", "msqrt", "mspace"}
ATTRIBUTES = {"href", "rel", "class", "dir", "display", "alttext", "encoding", "xmlns", "title"}


def write(cast: Cast, texts: list[str]) -> Meeting:
    """Let the group be called so, write each text as title, name, comment and topic; return its meeting."""
    group = cast.group
    Group.objects.filter(pk=group.pk).update(name=texts[0][:60], place=texts[1])
    users = User.objects.bulk_create(User(email=f"{uuid4().hex}@example.org", name=one) for one in texts)
    Membership.objects.bulk_create(Membership(group=group, user=user) for user in users)
    papers = Paper.objects.bulk_create(
        Paper(
            source="own",
            scope=f"group-{group.pk}",
            external_id=f"own-{n}-{uuid4().hex[:8]}",
            title=one,
            title_html=inline_html(one),
            authors=[one],
        )
        for n, one in enumerate(texts)
    )
    about = GroupPaper.objects.bulk_create(GroupPaper(group=group, paper=paper) for paper in papers)
    Comment.objects.bulk_create(
        Comment(
            group=group, key=uuid4(), group_paper=paper, author=user, markdown=one, html=comment_text(one, Known()).html
        )
        for paper, user, one in zip(about, users, texts, strict=True)
    )
    meeting: Meeting = MeetingFactory(group=group, state="published", published_at=now(), place=texts[2])
    AgendaItem.objects.bulk_create(
        AgendaItem(group=group, meeting=meeting, position=n, group_paper=paper, minutes=1)
        for n, paper in enumerate(about, 1)
    )
    Assignment.objects.bulk_create(
        Assignment(group=group, group_paper=paper, meeting=meeting, member=cast.member, state="accepted")
        for paper in about
    )
    return meeting


@pytest.fixture
def feeds(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The two feeds of the member, with every payload in them."""
    monkeypatch.setattr(limits, "FEED_ENTRIES", 2 * len(PAYLOADS))
    write(cast, list(PAYLOADS))
    token = renew_feed_link(by=cast.member, slug=cast.group.slug, key=uuid4()).token
    return {name: client.get(f"/feeds/{token}/{name}").content for name in ("group.atom", "agenda.ics")}


@pytest.mark.django_db
def test_feed_of_news_has_entries_of_text_and_safe_markup(feeds: dict[str, bytes]) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    feed = etree.fromstring(feeds["group.atom"], parser)

    kinds = {"title", "link", "id", "updated", "published", "author", "name", "content", "entry", "feed"}
    assert {str(one.tag) for one in feed.iter()} == {ATOM + kind for kind in kinds}
    assert len(feed.findall(f"{ATOM}entry")) == len(PAYLOADS) + 1
    titles = "".join(str(one.text) for one in feed.iter(f"{ATOM}title"))
    assert [one for one in PAYLOADS if one.isprintable() and one not in titles] == []
    assert all(str(one.get("href")).startswith("http://localhost:8000/") for one in feed.iter(f"{ATOM}link"))
    written = [fragment_fromstring(one.text or "", create_parent="div") for one in feed.iter(f"{ATOM}content")]
    shown = [one for each in written for one in each.iterdescendants()]
    assert {str(one.tag) for one in shown} - TAGS - MATH == set()
    assert {name for one in shown for name in one.attrib} - ATTRIBUTES == set()
    addresses = [one.attrib["href"] for one in shown if "href" in one.attrib]
    assert [one for one in addresses if not one.startswith(("https://", "http://", "mailto:", "/"))] == []


@pytest.mark.django_db
def test_calendar_has_no_other_events_and_properties(feeds: dict[str, bytes]) -> None:
    calendar = Calendar.from_ical(feeds["agenda.ics"])
    parts: Any = Counter(one.name for one in calendar.walk())

    assert parts["VEVENT"] + parts["VTODO"] == len(PAYLOADS) + 1
    assert set(parts) <= {"VCALENDAR", "VEVENT", "VTODO", "VTIMEZONE", "STANDARD", "DAYLIGHT"}
    named = {name for one in calendar.walk("VEVENT") + calendar.walk("VTODO") for name in one}
    assert named.isdisjoint({"ATTENDEE", "ATTACH", "ORGANIZER"})
    assert b"evil.example" not in b"".join(
        line for line in feeds["agenda.ics"].splitlines() if line.startswith((b"URL", b"ATTACH"))
    )
    summaries = " ".join(str(one["SUMMARY"]) for one in calendar.walk("VEVENT") + calendar.walk("VTODO"))
    assert [one for one in PAYLOADS if one.isprintable() and one not in summaries and "$" not in one] == []
