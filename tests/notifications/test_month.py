"""Four weeks of twelve members, by a clock that is moved: how much mail each gets, when, and that none comes twice."""

import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connections
from django.db.models import Min
from django.test import Client

from accounts.models import User
from discussion.actions import add_comment, answer_assignment, ask_member
from discussion.models import Assignment, Comment, GroupPaper
from groups.models import Meeting, Membership
from meetings.actions import add_topic, carry_on_all, publish_agenda
from notifications.models import Message
from readinggroup.celery import app
from tests.factories import (
    GroupFactory,
    GroupPaperFactory,
    MeetingFactory,
    MembershipFactory,
    UserFactory,
    VoteFactory,
)
from tests.notifications import sink

pytestmark = pytest.mark.django_db(transaction=True)

MEMBERS, WEEKS, DELIVERIES = 12, 4, 5
# Two weeks before and after the night in which Berlin's clocks go back; New York's do so a week later.
START = datetime(2026, 10, 12, 0, 0, tzinfo=UTC)
ZONES = ["Europe/Berlin"] * 9 + ["America/New_York", "Asia/Kolkata", "Australia/Sydney"]
MOODS = ["fine", "slow", "busy", "drop", "hang up", "hang up after"]
ROUTINE = "Agenda for"


class Month:
    """The group, its organiser and members, and what happens to them."""

    def __init__(self, server: sink.Sink) -> None:
        self.server, self.chance, self.now = server, random.Random(2026), START
        self.group = GroupFactory(name="Galaxien & Käse", rule="")
        self.people: list[User] = [UserFactory(name=f"Member {n}", zone=zone) for n, zone in enumerate(ZONES)]
        for person in self.people:
            MembershipFactory(group=self.group, user=person)
        self.organiser = MembershipFactory(
            group=self.group, role="organiser", presents=False, user__zone="Europe/Berlin"
        ).user
        self.meetings: list[Meeting] = []
        self.expected: Counter[str] = Counter()  # personal notices, by address
        self.at: list[datetime] = []

    def happen(self) -> None:
        """Live through the weeks: each has talk, questions, an agenda, and once a changed one."""
        for week in range(WEEKS):
            starts = START + timedelta(weeks=week, days=3, hours=13)
            meeting = MeetingFactory(group=self.group, starts_at=starts, scheduled_for=None)
            self.meetings.append(meeting)
            papers = GroupPaperFactory.create_batch(3, group=self.group)
            for paper in papers:
                VoteFactory(group_paper=paper, member=self.chance.choice(self.people))
            self.talk(week, papers)
            self.go_to(START + timedelta(weeks=week, days=2, hours=10))
            publish_agenda(by=self.organiser, slug=self.group.slug, meeting=meeting.slug)
            if week == 2:
                self.go_to(self.now + timedelta(hours=5))
                add_topic(by=self.organiser, slug=self.group.slug, meeting=meeting.slug, title="Cake", minutes=5)
                publish_agenda(by=self.organiser, slug=self.group.slug, meeting=meeting.slug)
        self.go_to(START + timedelta(weeks=WEEKS, days=1))

    def talk(self, week: int, papers: list[GroupPaper]) -> None:
        hours = sorted(self.chance.uniform(0, 56) for _ in range(8))
        for number, hour in enumerate(hours):
            self.go_to(START + timedelta(weeks=week, hours=hour))
            paper = self.chance.choice(papers)
            where = {"slug": self.group.slug, "address": paper.paper.address}
            author, asked = self.chance.sample(self.people, 2)
            parent = Comment.objects.filter(group_paper=paper, parent=None).exclude(author=author).first()
            add_comment(by=author, key=uuid4(), text=f"So? {number}", parent=parent and parent.pk, **where)
            if parent and parent.author:
                self.expected[parent.author.email] += 1
            if number == 4:
                ask_member(by=self.organiser, member=asked.pk, **where)

    def go_to(self, moment: datetime) -> None:
        """Let time pass: the clock does its own each hour, and workers send what falls due, each waked five times."""
        failed = 0
        while True:
            due = Message.objects.waiting().aggregate(first=Min("due_at"))["first"]
            hour = self.now.replace(minute=0) + timedelta(hours=1)
            if min(due or hour, hour) > moment:
                break
            if due is None or due > hour:
                self.travel(hour)
                self.by_the_clock()
                continue
            self.travel(max(due, self.now))
            # It never fails so long that an agenda comes too late: that is another test's.
            failed = 0 if self.server.mood == "fine" else failed + 1
            self.server.mood = self.chance.choice(MOODS) if failed < 3 else "fine"
            self.deliver()
        self.travel(moment)

    def by_the_clock(self) -> None:
        """Let presenters be asked and reminded; who was asked answers in an hour or not at all, once they know."""
        waiting = Message.objects.filter(state="waiting").values("recipient")
        for one in Assignment.objects.filter(state="asked").exclude(member__in=waiting).order_by("pk"):
            says = self.chance.choice(["yes", "no", "nothing", "nothing", "nothing", "nothing"])
            if says != "nothing" and one.meeting:
                where = {"slug": self.group.slug, "address": one.group_paper.paper.address, "meeting": one.meeting.slug}
                answer_assignment(by=one.member, accept=says == "yes", **where)
        carry_on_all()

    def travel(self, moment: datetime) -> None:
        self.now = moment
        self.clock.move_to(moment)

    def deliver(self) -> None:
        before = len(self.server.taken)
        for done in [self.workers.submit(app.tasks["notifications.tasks.send_due"]) for _ in range(DELIVERIES)]:
            done.result()
        self.at += [self.now] * (len(self.server.taken) - before)

    clock: Any = None
    workers: ThreadPoolExecutor


@pytest.fixture
def month(settings: Any) -> Iterator[Month]:
    app.loader.import_default_modules()
    settings.SITE_URL = "https://reading.example.org"
    with (
        sink.running() as server,
        time_machine.travel(START, tick=False) as clock,
        ThreadPoolExecutor(DELIVERIES) as Month.workers,
    ):
        sink.use(server, settings)
        Month.clock = clock
        yield Month(server)
        together = threading.Barrier(DELIVERIES)
        for done in [Month.workers.submit(close, together) for _ in range(DELIVERIES)]:
            done.result()


def close(together: threading.Barrier) -> None:
    """Close the connection of each worker: all of them are here at once, so that none does it for two."""
    connections.close_all()
    together.wait()


def test_month_of_twelve_members(month: Month, capsys: pytest.CaptureFixture[str]) -> None:
    month.happen()

    mails = [(taken.to[0], taken.message, at) for taken, at in zip(month.server.taken, month.at, strict=True)]
    routine = [(to, message) for to, message, _ in mails if ROUTINE in message["Subject"]]
    report(month, mails)
    # Each once, though the server failed in every way and each wake-up came five times.
    overtaken = Message.objects.filter(state="dropped", reason="A later version took its place.")
    never_had = set(overtaken.values_list("recipient__email", flat=True))  # it was night when the first one came out
    # A question whose time was over before the server took it is not asked by mail any more, nor repeated.
    over = {"kind__in": ["assignment", "reminder"], "reason": "It was answered or taken back meanwhile."}
    too_late = Message.objects.filter(**over, state="dropped")
    not_sent = Message.objects.exclude(state="sent").exclude(pk__in=too_late)
    assert not_sent.count() == overtaken.count() == len(never_had)
    assert len({message["Message-ID"] for _, message, _ in mails}) == len(mails)
    # The agenda, once a week, to everyone but who published it; one was changed after that.
    published = [message for _, message in routine if "Changed" not in message["Subject"]]
    assert Counter(to for to, _ in routine) == {one.email: WEEKS + (one.email not in never_had) for one in month.people}
    assert (len(published), len(routine) - len(published)) == (MEMBERS * WEEKS, MEMBERS - len(never_had))
    # What concerns one alone, all of it and nothing else.
    told = Message.objects.filter(kind__in=["reply", "mention"]).values_list("recipient__email", flat=True)
    assert Counter(told) == month.expected
    # Who was asked to present is told so once, and reminded once of each thing; nobody else has more than the agenda.
    asked = Message.objects.filter(kind="assignment").values_list("recipient__email", flat=True)
    assert Counter(asked) == Counter(Assignment.objects.values_list("member__email", flat=True))
    reminded = [(to, said) for to, message, _ in mails for said in reminders_in(message)]
    assert len(set(reminded)) == len(reminded) == Message.objects.filter(kind="reminder", state="sent").count()
    assert {said.partition(" paper on")[0] for _, said in reminded} == {
        "You present this",
        "You presented this",
        "You were asked to present this",
    }
    assert {to for to, _ in reminded} <= {*asked}
    by_week = Counter(
        (to, at.isocalendar().week) for to, message, at in mails if not message["Subject"].startswith("Re")
    )
    uninvolved = {
        (one.email, week)
        for one in month.people
        for week in {at.isocalendar().week for _, _, at in mails}
        if not Message.objects.exclude(kind="agenda").filter(recipient=one, sent_at__week=week).exists()
    }
    changed = {(to, at.isocalendar().week) for to, message, at in mails if "Changed" in message["Subject"]}
    assert uninvolved
    assert max(by_week[one] - (one in changed) for one in uninvolved) <= 1
    assert month.organiser.email not in {to for to, _, _ in mails}
    # Never at night, never at a weekend, by the receiver's own clock, through the change of the clocks.
    assert [at for to, _, at in mails if is_quiet(at, month.people, to)] == []
    assert threads_hold_together([message for _, message, _ in mails])
    assert stops_work(month, [message for _, message, _ in mails])


def reminders_in(message: EmailMessage) -> list[str]:
    """Return what a mail reminds of: for each thing the sentence and the paper: one may present two on a day."""
    part = message.get_body(("plain",))
    assert part is not None
    return re.findall(
        r"(?m)^(You (?:present|presented|were asked to present) this paper on .*\n.*)$", part.get_content()
    )


def report(month: Month, mails: list[tuple[str, EmailMessage, datetime]]) -> None:
    personal = Counter(to for to, message, _ in mails if ROUTINE not in message["Subject"])
    routine = len(mails) - personal.total()
    print(  # noqa: T201  (figures of the run, for who asks for them with -s)
        f"{len(mails)} mails to {MEMBERS} members in {WEEKS} weeks: {routine / MEMBERS / WEEKS:.2f} agendas and "
        f"{personal.total() / MEMBERS / WEEKS:.2f} of one's own a member and week, {max(personal.values())} of one's "
        f"own at most in all; the server broke off {month.server.dropped} times; "
        f"{month.server.connections} connections"
    )


def is_quiet(at: datetime, people: list[User], to: str) -> bool:
    (zone,) = {one.zone for one in people if one.email == to}
    local = at.astimezone(ZoneInfo(zone))
    return local.weekday() >= 5 or not 8 <= local.hour < 20


def threads_hold_together(mails: list[EmailMessage]) -> bool:
    """Tell whether mails of one subject, changes aside, have one thread, and each thread one subject."""
    pairs = {(one["Subject"].replace("Changed: ", ""), one["References"]) for one in mails if one["References"]}
    return len({subject for subject, _ in pairs}) == len({root for _, root in pairs}) == len(pairs)


def stops_work(month: Month, mails: list[EmailMessage]) -> bool:
    """Click on "unsubscribe" in a mail of each member, and let something more happen: nobody is mailed."""
    links = {one["To"].addresses[0].addr_spec: one["List-Unsubscribe"].strip("<>") for one in mails}
    for link in links.values():
        address = link.removeprefix("https://reading.example.org")
        assert Client().post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    before = len(month.server.taken)
    meeting = MeetingFactory(group=month.group, starts_at=month.now + timedelta(days=2), scheduled_for=None)
    add_topic(by=month.organiser, slug=month.group.slug, meeting=meeting.slug, title="Cake", minutes=5)
    publish_agenda(by=month.organiser, slug=month.group.slug, meeting=meeting.slug)
    month.go_to(month.now + timedelta(days=1))
    assert len(links) == MEMBERS == Membership.objects.filter(group=month.group, role="member").count()
    return len(month.server.taken) == before
