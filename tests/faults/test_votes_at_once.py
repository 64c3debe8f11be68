"""Fifty members vote at the same time, each vote sent one to five times at once: none is lost and none is double.

The same harness is shown to find doubles once the unique key is gone.
"""

import multiprocessing
import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from core.clock import now
from discussion.models import Vote
from groups.models import Group
from papers.models import Paper
from tests.factories import EntryFactory, GroupFactory, ListingFactory, MembershipFactory
from tests.pages import page

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

COPIES = (1, 2, 3, 4, 5)
HOW_OFTEN = (14, 3, 1, 1, 1)  # of twenty votes
FORM = "application/x-www-form-urlencoded"
PROCESSES, THREADS = 2, 8  # of those who send; each thread is a web server's thread as well


class Sent(NamedTuple):
    session: str
    address: str


class World(NamedTuple):
    """A group of members with open sessions, and a day of papers to vote for."""

    group: Group
    sessions: list[str]
    papers: list[Paper]

    def intended(self) -> set[tuple[str, str]]:
        """Return each session with each paper's address: everybody votes for everything."""
        return {(session, paper.address) for session in self.sessions for paper in self.papers}


def make_world(members: int, papers: int) -> World:
    group = GroupFactory()
    sessions = []
    for _ in range(members):
        client = Client()
        client.force_login(MembershipFactory(group=group).user)
        sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    listing = ListingFactory(announced_on=now().date())
    entries = [EntryFactory(listing=listing, position=position) for position in range(1, papers + 1)]
    return World(group, sessions, [entry.paper for entry in entries])


def bursts(world: World, chance: random.Random) -> list[list[Sent]]:
    """List every vote as the copies of it that are sent at once."""
    votes = [Sent(*vote) for vote in sorted(world.intended())]
    chance.shuffle(votes)
    return [[vote] * chance.choices(COPIES, HOW_OFTEN)[0] for vote in votes]


def send(slug: str, lot: Sequence[Sequence[Sent]]) -> Counter[int]:
    """Send a lot of bursts from one process, and count the answers by their code; the copies run side by side."""
    here = threading.local()

    def one(vote: Sent) -> int:
        if not hasattr(here, "client"):
            here.client = Client()
        here.client.cookies[settings.SESSION_COOKIE_NAME] = vote.session
        answer = here.client.post(f"/g/{slug}/papers/{vote.address}/vote/", "state=on", content_type=FORM)
        return int(answer.status_code)

    with ThreadPoolExecutor(THREADS) as threads:
        return Counter(threads.map(one, (vote for burst in lot for vote in burst)))


def send_at_once(world: World, votes: Sequence[Sequence[Sent]]) -> Counter[int]:
    """Send the bursts from several processes, so that no lock of Python's keeps two requests apart."""
    connections.close_all()  # a process that is forked must not share them
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("fork")) as processes:
        lots = [votes[lot::PROCESSES] for lot in range(PROCESSES)]
        return sum(processes.map(send, [world.group.slug] * PROCESSES, lots), Counter())


def stored(world: World) -> Counter[tuple[int, int]]:
    """Count the votes by member and paper."""
    return Counter(Vote.objects.filter(group=world.group).values_list("member", "group_paper__paper"))


def shown(world: World) -> set[str]:
    """Return the counts on the day page."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[0]
    answer = page(client.get(f"/g/{world.group.slug}/day/{now().date()}/"))
    counts = [one.words for one in answer.all(".vote__count")]
    assert len(counts) == len(world.papers)
    return set(counts)


def test_two_thousand_votes_at_once_are_each_kept_once() -> None:
    world = make_world(members=50, papers=40)
    votes = bursts(world, random.Random(20261126))

    answers = send_at_once(world, votes)

    assert answers == {302: sum(len(burst) for burst in votes)}
    kept = stored(world)
    assert (len(kept), set(kept.values())) == (2_000, {1})
    assert shown(world) == {"50 votes: show who voted"}


@contextmanager
def without_the_unique_key() -> Iterator[None]:
    """Drop the key for a while; the doubles go before it comes back."""
    [key] = [each for each in Vote._meta.constraints if each.name == "vote_unique_while_open"]
    with connection.schema_editor() as schema:
        schema.remove_constraint(Vote, key)
    try:
        yield
    finally:
        Vote.objects.all().delete()
        with connection.schema_editor() as schema:
            schema.add_constraint(Vote, key)


def test_harness_finds_doubles_when_the_unique_key_is_gone() -> None:
    world = make_world(members=5, papers=20)
    votes = bursts(world, random.Random(20261126))

    with without_the_unique_key():
        send_at_once(world, votes)
        kept = stored(world)

    assert len(kept) == 100
    assert max(kept.values()) > 1
