"""What a group settles about its votes: who sees the names, who sees the counts, and how many one has a week."""

import re
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.citing import CITING
from core.clock import now
from core.errors import Invalid
from discussion import actions
from discussion.models import Vote
from groups.models import Group
from meetings.exports.registry import EXPORTS
from papers.models import Paper
from tests.factories import (
    Cast,
    EntryFactory,
    GroupPaperFactory,
    ListingFactory,
    MeetingFactory,
    MembershipFactory,
    PaperFactory,
    VoteFactory,
)
from tests.meetings.agenda_readers import text_of
from tests.pages import Element, page

HTMX = {"HX-Request": "true"}
ASKED = datetime(2026, 11, 26, 12, tzinfo=UTC)  # a Thursday


def settle(cast: Cast, **settings: object) -> None:
    Group.objects.filter(pk=cast.group.pk).update(**settings)


def voted_paper(cast: Cast, *, days_ago: int = 0) -> Paper:
    """Make a listed paper that the organiser has voted for."""
    listing = ListingFactory(announced_on=(now() - timedelta(days=days_ago)).date())
    paper = EntryFactory(listing=listing, position=listing.entries.count() + 1).paper
    VoteFactory(group_paper=GroupPaperFactory(group=cast.group, paper=paper), member=cast.organiser)
    return paper


def vote(client: Client, cast: Cast, paper: Paper, state: str = "on") -> Element:
    to = f"/g/{cast.group.slug}/papers/{paper.address}/vote/"
    return page(client.post(to, {"state": state}, headers=HTMX))


def shown(client: Client, cast: Cast, address: str = "?show=top") -> Element:
    return page(client.get(f"/g/{cast.group.slug}/{address}"))


def count_in(found: Element, paper: Paper) -> str:
    return found.one(f"#vote-{paper.pk} .vote__count").words


@pytest.mark.parametrize(
    ("names_shown", "closes_in", "named"),
    [("always", 1, True), ("always", -1, True), ("closed", 1, False), ("closed", -1, True), ("never", -1, False)],
)
def test_names_are_shown_as_the_group_wants(
    client: Client, cast: Cast, names_shown: str, closes_in: int, named: bool
) -> None:
    settle(cast, names_shown=names_shown)
    soon = now() + timedelta(hours=5)
    MeetingFactory(group=cast.group, starts_at=soon, closes_at=now() + timedelta(hours=closes_in))
    paper = voted_paper(cast)
    client.force_login(cast.member)

    for address in ("?show=top", "day/" + now().date().isoformat() + "/", f"papers/{paper.address}/"):
        found = shown(client, cast, address)
        assert count_in(found, paper).startswith("1 vote")
        assert [one.words for one in found.all("a.vote__count")] == (["1 vote: show who voted"] if named else [])
    voters = shown(client, cast, f"papers/{paper.address}/voters/")
    assert [name.words for name in voters.all(".voters-page li")] == ([cast.organiser.name] if named else [])


def test_count_waits_for_ones_own_vote(client: Client, cast: Cast) -> None:
    settle(cast, counts_wait=True)
    paper = voted_paper(cast)
    client.force_login(cast.member)

    found = shown(client, cast)
    assert count_in(found, paper) == "– number of votes: shown once you have voted"
    assert not found.all("a.vote__count")

    answer = vote(client, cast, paper)
    assert count_in(answer, paper).startswith("2 votes")
    assert answer.one("#status").words == "Vote saved. 2 votes."

    answer = vote(client, cast, paper, "off")
    assert count_in(answer, paper).startswith("–")
    assert answer.one("#status").words == "Vote taken back."


def test_counts_are_open_once_voting_has_closed(client: Client, cast: Cast) -> None:
    settle(cast, counts_wait=True)
    MeetingFactory(group=cast.group, starts_at=now() + timedelta(hours=5), closes_at=now() - timedelta(hours=1))
    paper = voted_paper(cast)
    client.force_login(cast.member)

    assert count_in(shown(client, cast), paper).startswith("1 vote")


@pytest.mark.parametrize("address", ["?show=top", "?show=top&sort=votes", "?show=all&sort=votes"])
def test_order_tells_no_counts_that_wait(client: Client, cast: Cast, address: str) -> None:
    settle(cast, counts_wait=True)
    MeetingFactory(group=cast.group)
    older = voted_paper(cast, days_ago=1)
    VoteFactory(group_paper=older.group_papers.get(), member=MembershipFactory(group=cast.group).user)
    newer = voted_paper(cast)
    for paper in (older, newer):
        Paper.objects.filter(pk=paper.pk).update(first_announced=paper.entries.get().listing.announced_on)
    client.force_login(cast.member)

    found = shown(client, cast, address)

    assert [row.get("id") for row in found.all("article.row")] == [f"paper-{newer.pk}", f"paper-{older.pk}"]
    assert not found.all(".rows__line")


def test_proposed_agenda_tells_members_no_counts_that_wait(client: Client, cast: Cast) -> None:
    settle(cast, counts_wait=True)
    meeting = MeetingFactory(group=cast.group)
    voted_paper(cast)

    said = {}
    for person in (cast.member, cast.organiser):
        client.force_login(person)
        said[person] = shown(client, cast, f"meetings/{meeting.slug}/").one(".agenda__item").words

    assert "1 vote" not in said[cast.member]
    assert "1 vote" in said[cast.organiser]


@pytest.mark.parametrize("name", [name for name in EXPORTS if name not in CITING])
def test_exports_tell_members_no_counts_that_wait(client: Client, cast: Cast, name: str) -> None:
    meeting = MeetingFactory(group=cast.group)
    voted_paper(cast)
    client.force_login(cast.member)
    to = f"/g/{cast.group.slug}/meetings/{meeting.slug}/agenda.{name}"

    told = text_of(name, client.get(to).content)
    settle(cast, counts_wait=True)
    kept = text_of(name, client.get(to).content)

    assert re.search(r"1 vote|\b1,\"On the agenda|\"votes\": 1", told)
    assert not re.search(r"1 vote|\b1,\"On the agenda|\"votes\": 1", kept)


def test_budget_is_in_view_and_is_kept(client: Client, cast: Cast) -> None:
    settle(cast, vote_budget=2)
    first, second, third = (voted_paper(cast) for _ in range(3))
    client.force_login(cast.member)

    assert shown(client, cast).one("#votes-left").words == "2 of 2 votes left this week"
    assert vote(client, cast, first).one("#votes-left").words == "1 of 2 votes left this week"
    assert vote(client, cast, second).one("#votes-left").get("data-left") == "0"

    to = f"/g/{cast.group.slug}/papers/{third.address}/vote/"
    refused = client.post(to, {"state": "on"}, headers=HTMX)
    assert refused.status_code == 422
    assert "You have given your 2 votes of this week." in refused.content.decode()
    assert (
        vote(client, cast, first).one(".vote__button").get("aria-pressed") == "true"
    )  # the same vote again is harmless

    vote(client, cast, first, "off")
    assert vote(client, cast, third).one(".vote__button").get("aria-pressed") == "true"
    assert Vote.objects.filter(member=cast.member).count() == 2


@pytest.mark.parametrize(
    ("cast_at", "left"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), 2),  # Sunday, 23:59 in Berlin
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), 1),  # Monday, 00:00
    ],
)
@time_machine.travel(ASKED, tick=False)
def test_week_begins_on_monday_by_the_groups_calendar(client: Client, cast: Cast, cast_at: datetime, left: int) -> None:
    settle(cast, vote_budget=2)
    VoteFactory(
        group_paper=GroupPaperFactory(group=cast.group, paper=PaperFactory()), member=cast.member, cast_at=cast_at
    )
    client.force_login(cast.member)

    assert shown(client, cast).one("#votes-left").get("data-left") == str(left)


def test_guest_and_group_without_a_budget_see_none(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)
    assert not shown(client, cast).all("#votes-left")

    settle(cast, vote_budget=2)
    client.force_login(cast.guest)
    assert not shown(client, cast).all("#votes-left")


def test_what_is_left_is_counted_once_a_page(client: Client, cast: Cast) -> None:
    settle(cast, vote_budget=2)
    client.force_login(cast.member)

    with CaptureQueriesContext(connection) as asked:
        shown(client, cast)

    counting = [one["sql"] for one in asked if "COUNT(*)" in one["sql"] and 'FROM "discussion_vote"' in one["sql"]]
    assert len(counting) == 1


@pytest.mark.parametrize("address", ["?show=top", "day/{day}/", "papers/{paper}/", "search/?q=matter", "queue/"])
def test_every_page_with_a_vote_says_what_is_left(client: Client, cast: Cast, address: str) -> None:
    settle(cast, vote_budget=3)
    paper = voted_paper(cast)
    client.force_login(cast.organiser)

    found = shown(client, cast, address.format(day=now().date().isoformat(), paper=paper.address))

    assert found.all(".vote__button")
    assert found.one("#votes-left").get("data-left") == "2"


@pytest.mark.django_db(transaction=True)
def test_budget_holds_when_votes_come_at_once(cast: Cast) -> None:
    settle(cast, vote_budget=2)
    papers = [PaperFactory() for _ in range(6)]
    begin = Barrier(len(papers))

    def send(paper: Paper) -> None:
        begin.wait()
        try:
            actions.set_vote(by=cast.member, slug=cast.group.slug, address=paper.address, on=True)
        except Invalid:
            pass
        finally:
            connection.close()

    threads = [Thread(target=send, args=[paper]) for paper in papers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Vote.objects.filter(member=cast.member).count() == 2
