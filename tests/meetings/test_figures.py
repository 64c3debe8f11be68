"""What a group reads of itself: sentences and charts of the last twelve months, and no ranking of people."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from discussion.models import Assignment, Vote
from groups.models import Group, Meeting, Membership
from meetings.models import AgendaItem
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, MembershipFactory, PaperFactory
from tests.pages import Element, page

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday
HELD = datetime(2026, 11, 12, 14, tzinfo=UTC)


@dataclass
class Past:
    """A group whose members joined long ago, so that they were there whenever it met."""

    cast: Cast

    def meets(self, starts_at: datetime, category: str, presenter: User, voters: list[User]) -> None:
        """Hold a meeting about one paper, with votes of two days before."""
        group = self.cast.group
        meeting = MeetingFactory(group=group, starts_at=starts_at, state=Meeting.State.CLOSED)
        paper = PaperFactory(primary_category=category, categories=[category] if category else [])
        group_paper = GroupPaperFactory(group=group, paper=paper)
        AgendaItem.objects.create(
            group=group, meeting=meeting, position=1, group_paper=group_paper, minutes=15, state="discussed"
        )
        Assignment.objects.create(
            group=group, meeting=meeting, group_paper=group_paper, member=presenter, state=Assignment.State.DONE
        )
        at = starts_at - timedelta(days=2)
        Vote.objects.bulk_create(
            Vote(group=group, group_paper=group_paper, member=one, cast_at=at, settled_by=meeting) for one in voters
        )

    def shown_to(self, client: Client, user: User) -> Element:
        client.force_login(user)
        with time_machine.travel(NOW, tick=False):
            return page(client.get(f"/g/{self.cast.group.slug}/statistics/"))


@pytest.fixture
def past(cast: Cast) -> Past:
    memberships = Membership.objects.filter(group=cast.group)
    memberships.update(joined_at=NOW - timedelta(days=2000))
    memberships.filter(left_at__isnull=False).update(left_at=NOW - timedelta(days=1500))
    return Past(cast)


def cells(found: Element, section: str) -> list[list[str]]:
    return [
        [cell.words for cell in row.children if isinstance(cell, Element)]
        for row in found.all(f"[aria-labelledby={section}] tbody tr")
    ]


def test_new_group_reads_what_will_be_here(client: Client, past: Past) -> None:
    found = past.shown_to(client, past.cast.guest)

    assert found.one(".empty__heading").words == "Nothing to count yet"
    assert found.all(".card, svg, table") == []


def test_cards_say_what_the_group_did(client: Client, past: Past) -> None:
    organiser, member = past.cast.organiser, past.cast.member
    past.meets(HELD, "cs.CL", organiser, [organiser, member])
    past.meets(HELD - timedelta(weeks=1), "cs.CL", member, [organiser, member])
    past.meets(HELD - timedelta(weeks=3), "cs.CV", member, [member])

    found = past.shown_to(client, past.cast.guest)

    assert [card.words for card in found.all(".card")] == [
        "You discussed 3 papers in 3 meetings.",
        "A week with votes had 2 votes by 2 members (median).",
        "Everyone presented 1–2 times.",
        "67 % of the papers voted for came from cs.CL.",
    ]
    assert cells(found, "categories") == [["cs.CL", "2"], ["cs.CV", "1"]]
    assert cells(found, "times") == [["1", "1"], ["2", "1"]]
    assert [row[1] for row in cells(found, "weeks")] == ["1", "0", "2", "2", "0"]
    assert cells(found, "weeks")[0][0] == "Mon 19 Oct 2026"


def test_each_chart_is_named_described_and_without_style_or_script(client: Client, past: Past) -> None:
    past.meets(HELD, "cs.CL", past.cast.member, [past.cast.member])

    found = past.shown_to(client, past.cast.member)

    charts = found.all("svg")
    assert len(charts) == 3
    for chart in charts:
        names = (chart.get("aria-labelledby") or "").split()
        assert [one.get("id") for one in (chart.one("title"), chart.one("desc"))] == names
        assert chart.one("title").words
        assert chart.one("desc").words
        assert all("style" not in one.attributes for one in chart.all("rect, text, line"))
    assert [one.one("summary").words.split(":")[0] for one in found.all("details.chart-table")] == ["Show table"] * 3


def test_only_organisers_read_how_presenting_is_shared_and_nobody_how_votes_are(client: Client, past: Past) -> None:
    organiser, member = past.cast.organiser, past.cast.member
    Membership.objects.filter(user=organiser).update(role="organiser")
    past.meets(HELD, "cs.CL", member, [member])
    past.meets(HELD - timedelta(weeks=1), "cs.CL", member, [member])

    for_member, for_organiser = past.shown_to(client, member), past.shown_to(client, organiser)

    assert member.name not in for_member.one("main").words
    assert [card.words for card in for_member.all(".card")][2] == "1 of 2 presented, twice."
    by_name = sorted([[member.name, "2", "1.0"], [organiser.name, "0", "1.0"]], key=lambda row: row[0].casefold())
    assert [row for row in cells(for_organiser, "times") if len(row) == 3] == by_name


def test_what_is_over_a_year_old_or_of_another_group_is_not_counted(client: Client, past: Past) -> None:
    past.meets(NOW - timedelta(weeks=60), "cs.CL", past.cast.member, [past.cast.member])
    other = Past(
        past.cast.__class__(**{**past.cast.__dict__, "group": Group.objects.exclude(pk=past.cast.group.pk)[0]})
    )
    other.meets(HELD, "cs.CV", past.cast.outsider, [past.cast.outsider])

    found = past.shown_to(client, past.cast.member)

    assert found.one(".empty__heading").words == "Nothing to count yet"
    assert [link.words for link in found.all(".page-head__facts a")] == ["2025"]


def test_votes_of_this_week_and_of_who_left_before_they_counted_are_left_out(client: Client, past: Past) -> None:
    paper = GroupPaperFactory(group=past.cast.group)
    for member, at in ((past.cast.member, NOW), (past.cast.former_member, HELD)):
        Vote.objects.create(group=past.cast.group, group_paper=paper, member=member, cast_at=at)

    found = past.shown_to(client, past.cast.member)

    assert cells(found, "weeks") == []
    assert [card.words for card in found.all(".card")][1] == "No whole week with votes yet."


def test_three_years_ask_as_much_as_one_meeting(client: Client, past: Past) -> None:
    people = [past.cast.member, *(MembershipFactory(group=past.cast.group).user for _ in range(12))]
    Membership.objects.filter(group=past.cast.group).update(joined_at=NOW - timedelta(days=2000))
    past.meets(HELD, "cs.CL", people[0], people[:1])
    past.shown_to(client, past.cast.organiser)  # what is asked at a log-in is not counted
    few = asked(client, past)
    for week in range(1, 157):
        past.meets(HELD - timedelta(weeks=week), f"cs.{week % 20}", people[week % 13], people[: week % 5])

    assert (few, asked(client, past)) == (14, 14)
    found = past.shown_to(client, past.cast.organiser)
    assert len(found.all("[aria-labelledby=categories] tbody tr")) == 8
    assert [card.words for card in found.all(".card")][2] == "13 of 14 presented, four times each."


def asked(client: Client, past: Past) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/g/{past.cast.group.slug}/statistics/")
    return len(captured)
