"""A month of meetings that no organiser touches, with workers killed at random: each thing happens once.

`FAULT_KILLS=200` kills two hundred times, the suite a dozen.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models import Sum

from core.errors import NotAllowed
from discussion.actions import answer_assignment, take_paper
from discussion.models import Assignment, Vote
from groups.actions import ensure_meetings
from groups.models import Group, Meeting, Membership
from meetings.actions import carry_on_all
from meetings.models import AgendaItem, SavedTime
from notifications.actions import send_due
from notifications.models import Message, NoticeSettings
from tests.factories import GroupFactory, GroupPaperFactory, MembershipFactory, PaperFactory, UserFactory, VoteFactory

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

BEGIN = datetime(2026, 10, 5, 6, tzinfo=UTC)  # a Monday; the clocks go back on the 25th
WEEKS, HOURS = 4, 3
KILLS = int(os.environ.get("FAULT_KILLS", "12"))


def test_month_by_the_clock_alone_is_the_same_with_workers_killed() -> None:
    undisturbed = month(lambda: None)
    killed: Counter[str] = Counter()

    disturbed = month(Killing(Random(7), killed))

    assert disturbed == undisturbed
    assert killed["killed"] == KILLS
    meetings, asked, votes = undisturbed["meetings"], undisturbed["asked"], undisturbed["votes"]
    assert [state for _, state, *_ in meetings[:WEEKS]] == ["closed"] * WEEKS
    assert [published - closed < timedelta(hours=HOURS) for *_, published, closed in meetings[:WEEKS]] == [True] * WEEKS
    assert [f"{closed:%d %H:%M}" for *_, closed in meetings[:WEEKS]] == [
        "07 22:00",
        "14 22:00",
        "21 22:00",
        "28 23:00",  # winter: it is midnight on the wall all the same
    ]
    assert max(Counter(one[:3] for one in asked).values()) == 1, "nobody is asked twice for the same paper"
    assert {state for *_, state in asked} >= {"done", "declined", "lapsed"}
    assert votes["settled"] > 20
    told = undisturbed["reminders"]
    assert {kind for kind, *_ in told} == {"presenting", "answering", "summing up"}
    assert max(Counter(one[:3] for one in told).values()) == 1, "nobody is reminded twice of the same thing"
    assert all(0 <= seconds <= 900 for seconds in undisturbed["saved"].values())


class Killing:
    """Let a worker begin what is due, and kill it at some statement; its lease then ends."""

    def __init__(self, random: Random, counted: Counter[str]) -> None:
        self.random, self.counted = random, counted

    def __call__(self) -> None:
        while self.counted["killed"] < KILLS and self.random.random() < 0.8:
            if not Meeting.objects.due(datetime.now(UTC)).exists():
                return
            child = os.fork()
            if not child:
                _work_until_killed(self.random.randint(1, 40))
            _, status = os.waitpid(child, 0)
            self.counted["killed" if os.WIFSIGNALED(status) else "done"] += 1
            Meeting.objects.update(lease_until=None)


def _work_until_killed(statements: int) -> None:
    """Work in this process of its own, over a connection of its own, and never come back."""
    left = [statements]

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)

    try:
        of_the_parent = connection.connection  # kept: to close it here would close it there
        connection.connection = None
        with connection.execute_wrapper(count):
            carry_on_all()
        assert of_the_parent is not None
    finally:
        os._exit(0)


def month(disturb: Callable[[], None]) -> dict[str, Any]:
    """Let a group vote and answer for four weeks, and the clock do the rest; return what became of it, by names."""
    random = Random(3)
    with time_machine.travel(BEGIN, tick=False) as clock:
        group = GroupFactory(closes_hours_before=15, start_time="15:00")
        people = [UserFactory(name=f"Member {number}") for number in range(6)]
        for one in people:
            MembershipFactory(group=group, user=one)
        # They hear of what they are asked at night, and so have half of the night to answer.
        NoticeSettings.objects.bulk_create(NoticeSettings(user=one, quiet_until="20:00") for one in people[::2])
        for step in range(WEEKS * 7 * 24 // HOURS):
            if step % (7 * 24 // HOURS) == 0:
                ensure_meetings(group)
                vote(group, people, random, week=step)
            send_due()
            disturb()
            carry_on_all()
            carry_on_all()
            answer(group, random)
            clock.shift(timedelta(hours=HOURS))
        clock.shift(timedelta(days=2))
        disturb()
        carry_on_all()
    return rows(group)


def vote(group: Group, people: list[Any], random: Random, *, week: int) -> None:
    for number in range(7):
        paper = PaperFactory(
            title=f"Paper {number} of {week}", authors=[people[number % 6].name] if number == 2 else []
        )
        group_paper = GroupPaperFactory(group=group, paper=paper)
        for one in random.sample(people, random.randint(1, 4)):
            VoteFactory(group_paper=group_paper, member=one)
    take_paper(by=people[week % 6], slug=group.slug, address=group_paper.paper.address)  # without being asked


def answer(group: Group, random: Random) -> None:
    """Let those who are asked say yes, no or nothing."""
    asked = Assignment.objects.filter(group=group, state="asked").order_by("group_paper__paper__title")
    for one in asked.select_related("member", "group_paper__paper", "meeting"):
        says = random.choice(["yes", "no", "nothing", "nothing"])
        if says == "nothing":
            continue
        address, meeting = one.group_paper.paper.address, one.meeting.slug
        try:
            answer_assignment(by=one.member, slug=group.slug, address=address, accept=says == "yes", meeting=meeting)
        except NotAllowed:
            pytest.fail("who is asked may answer")


def rows(group: Group) -> dict[str, Any]:
    of_group = {"group": group}
    meetings = Meeting.objects.filter(**of_group).order_by("starts_at")
    items = AgendaItem.objects.filter(**of_group).order_by("meeting__starts_at", "position")
    asked = Assignment.objects.filter(**of_group).order_by("pk")
    paid = {one.user_id: one.user.name for one in Membership.objects.filter(**of_group).select_related("user")}
    saved = SavedTime.objects.filter(**of_group).values_list("member__name").annotate(sum=Sum("seconds"))
    return {
        "meetings": [(one.slug, one.state, one.sequence, one.published_at, one.closes_at) for one in meetings],
        "items": [
            (
                one.meeting.slug,
                one.position,
                one.group_paper.paper.title,
                one.state,
                {paid[int(key)]: seconds for key, seconds in one.payments.items()},
            )
            for one in items.select_related("meeting", "group_paper__paper")
        ],
        "asked": list(
            asked.values_list("meeting__slug", "group_paper__paper__title", "member__name", "reason", "state")
        ),
        "votes": {
            "settled": Vote.objects.filter(**of_group, settled_by__isnull=False).count(),
            "open": Vote.objects.open().filter(**of_group).count(),
        },
        "saved": dict(saved.order_by()),
        "reminders": reminders(group),
    }


def reminders(group: Group) -> list[tuple[str, str, str, str, str]]:
    """Return who was reminded, of what, when, and whether it was sent."""
    sent = Message.objects.filter(kind="reminder", scope=group.notice_scope).order_by("created_at", "pk")
    titles = {f"assignment:{one.pk}": one.group_paper.paper.title for one in Assignment.objects.filter(group=group)}
    titles |= {f"summary:{one.pk}": one.group_paper.paper.title for one in AgendaItem.objects.filter(group=group)}
    return sorted(
        (
            "summing up" if "summary" in one.object else "presenting" if one.version else "answering",
            str(one.recipient and one.recipient.name),
            titles[one.object],
            f"{one.created_at:%d %H:%M}",
            one.state,
        )
        for one in sent.select_related("recipient")
    )
