"""A broker may deliver a message again, or five times at once: the rows are those of one delivery."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connections, transaction

from accounts.models import User
from core import limits
from core.clock import now
from discussion.models import Assignment, Comment, CommentRevision, GroupPaper, Taste
from groups.models import Group, Invitation, Meeting
from meetings.models import AgendaItem
from notifications.actions import Notice, enqueue
from notifications.models import Message
from papers import actions
from papers.models import Import, Listing, Pace, Paper, Subscription, Word
from readinggroup.celery import app
from tests.factories import (
    CommentFactory,
    EntryFactory,
    GroupFactory,
    GroupPaperFactory,
    MeetingFactory,
    MembershipFactory,
    PaperFactory,
    UserFactory,
    VoteFactory,
)
from tests.papers.arxiv import api, newest_page, rss
from tests.papers.samples import listing
from tests.papers.sources.replay import Replay, Reply
from tests.papers.tables import catalogue

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

DELIVERIES = 5
app.loader.import_default_modules()
OURS = sorted(name for name in app.tasks if not name.startswith("celery."))
WEDNESDAY = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # 1:00 in New York: the day's listing is out
IDS = ["2611.00003", "2611.00002", "2611.00001"]
PAPERS = "papers.tasks."


@dataclass(frozen=True, slots=True)
class Case:
    """A task with work to do: `prepare` makes the rows and returns the task's arguments."""

    name: str
    prepare: Callable[[], tuple[Any, ...]]


def received() -> tuple[int]:
    return (actions.receive(by=UserFactory(is_staff=True), content=listing(30)).batch.pk,)


def decided() -> tuple[int]:
    (pk,) = received()
    actions.carry_on(pk)
    actions.request_publish(by=None, pk=pk)
    return (pk,)


def several() -> tuple[()]:
    for entries in (3, 4, 5):
        actions.receive(by=None, content=listing(entries))
    return ()


def long_ended() -> tuple[()]:
    (pk,) = received()
    actions.cancel(by=None, pk=pk)
    Import.objects.update(finished_at=now() - timedelta(days=400))
    return ()


def followed() -> tuple[()]:
    actions.follow(by=UserFactory(is_staff=True), categories=["cs.CV"])
    yesterday = WEDNESDAY.date() - timedelta(days=1)
    Subscription.objects.update(settled_on=yesterday, followed_at=now() - timedelta(days=30))
    return ()


def unfilled() -> tuple[()]:
    PaperFactory(external_id="2009.00001", title="", title_html="", authors=[], fill_due=now() - timedelta(seconds=1))
    return ()


def listed() -> tuple[()]:
    for arxiv_id in IDS:
        PaperFactory(external_id=arxiv_id, title="On matter")
    return ()


def liked() -> tuple[int, int]:
    """Let a member vote for three papers on the same matter, while others pass by."""
    group = GroupFactory()
    member = MembershipFactory(group=group).user
    for number in range(1, 24):
        title = "Weak lensing" if number < 4 else f"Catalysts of kind {number}"
        paper = EntryFactory(position=number, paper__external_id=f"2611.{number:05d}", paper__title=title).paper
        if number < 4:
            VoteFactory(group_paper=GroupPaperFactory(group=group, paper=paper), member=member)
    return (member.pk, group.pk)


def liked_unheard() -> tuple[()]:
    member, group = liked()
    Taste.objects.create(member_id=member, group_id=group)
    return ()


def liked_long_ago() -> tuple[()]:
    liked_unheard()
    Taste.objects.update(is_stale=False, learned_at=now() - timedelta(days=2))
    return ()


def told() -> tuple[()]:
    for person in UserFactory.create_batch(3, zone="Asia/Kolkata"):  # late morning there
        for number in range(2):
            notice = Notice(kind="reply", object=f"x:{number}", about="x", said=f"{number}", address="/")
            with time_machine.travel(WEDNESDAY - timedelta(minutes=20), tick=False):
                enqueue(notice, to=[person.pk], by=None)
    return ()


def long_sent() -> tuple[()]:
    told()
    Message.objects.update(state="sent", due_at=now() - timedelta(days=1_000))
    return ()


def scheduled() -> tuple[()]:
    GroupFactory.create_batch(3)
    return ()


def rested() -> tuple[()]:
    """Let accounts and groups have rested as long as they do before they go."""
    paper = PaperFactory(external_id=IDS[0], title="On matter")
    for group in GroupFactory.create_batch(2, delete_on=now()):
        VoteFactory(group_paper=GroupPaperFactory(group=group, paper=paper), member=MembershipFactory(group=group).user)
    UserFactory.create_batch(3, delete_on=now())
    return ()


def traces() -> tuple[()]:
    for number in range(3):
        Session.objects.create(session_key=f"ended-{number}", session_data="", expire_date=now() - timedelta(days=1))
        Invitation.objects.create(
            group=GroupFactory(),
            token_hash=f"{number}",
            email=f"{number}@example.org",
            expires_at=now(),
            created_at=now() - timedelta(days=limits.INVITED_DAYS + 1),
        )
    return ()


def voting_closed() -> tuple[()]:
    """Let voting for a meeting have closed: its agenda is published, and someone is asked to present."""
    group = GroupFactory()
    meeting = MeetingFactory(group=group, starts_at=now() + timedelta(hours=10))
    for arxiv_id in IDS:
        paper = PaperFactory(external_id=arxiv_id, title="On matter")
        member = MembershipFactory(group=group).user
        VoteFactory(group_paper=GroupPaperFactory(group=group, paper=paper), member=member, cast_at=meeting.closes_at)
    return ()


def deleted_long_ago() -> tuple[()]:
    long_ago = now() - timedelta(days=limits.DELETED_DAYS + 1)
    about = GroupPaperFactory(paper=PaperFactory(external_id=IDS[0], title="On matter"))
    gone = {"deleted_at": long_ago, "revision": 1, "edited_at": long_ago}
    for comment in CommentFactory.create_batch(3, group_paper=about, **gone):
        CommentRevision.objects.create(
            group=comment.group, comment=comment, number=0, markdown="Once.", written_at=long_ago
        )
    return ()


CASES = [
    Case(f"{PAPERS}carry_on_import", received),
    Case(f"{PAPERS}carry_on_import", decided),
    Case(f"{PAPERS}sweep_imports", several),
    Case(f"{PAPERS}forget_content", long_ended),
    Case(f"{PAPERS}follow_arxiv", followed),
    Case(f"{PAPERS}fill_papers", unfilled),
    Case(f"{PAPERS}count_words", listed),
    Case("groups.tasks.plan_meetings", scheduled),
    Case("meetings.tasks.carry_on_meetings", voting_closed),
    Case("notifications.tasks.send_due", told),
    Case("notifications.tasks.forget_old", long_sent),
    Case("readinggroup.tasks.erase_due", rested),
    Case("readinggroup.tasks.forget_traces", traces),
    Case("discussion.tasks.learn", liked),
    Case("discussion.tasks.learn_stale", liked_unheard),
    Case("discussion.tasks.learn_anew", liked_long_ago),
    Case("discussion.tasks.forget_deleted", deleted_long_ago),
]


@pytest.fixture
def moment(arxiv: Replay) -> Iterator[None]:
    """One moment for everything, and an arXiv with a listing and an answer."""
    day = WEDNESDAY.date()
    arxiv.answers |= {
        "rss.arxiv.org/rss/cs.CV": Reply(rss(IDS, day)),
        "arxiv.org/list/cs.CV/new": Reply(newest_page({"new": IDS}, day)),
        "export.arxiv.org/api/query": Reply(api(["2009.00001"])),
    }
    with time_machine.travel(WEDNESDAY, tick=False):
        yield


def test_every_task_has_a_case() -> None:
    assert sorted({case.name for case in CASES}) == OURS


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.prepare.__name__}")
def test_task_delivered_five_times_at_once_and_once_more_does_what_it_does_once(case: Case, moment: None) -> None:
    arguments = case.prepare()
    before = rows()
    app.tasks[case.name](*arguments)
    expected = rows()
    clear()
    arguments = case.prepare()

    at_once(case.name, arguments)
    app.tasks[case.name](*arguments)

    assert rows() == expected != before


def at_once(name: str, arguments: tuple[Any, ...]) -> None:
    """Run the task in several threads, each with a connection of its own as a process of the worker has it."""
    failures: list[Exception] = []
    ready = threading.Barrier(DELIVERIES)

    def deliver() -> None:
        try:
            ready.wait()
            app.tasks[name](*arguments)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=deliver) for _ in range(DELIVERIES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def rows() -> dict[str, list[Any]]:
    """Return what tasks change, without keys, leases, and the moments that are by chance."""
    batches = ("state", "kind", "sha256", "category", "announced_on", "done", "entries", "counts", "notes", "error")
    return catalogue() | {
        "imports": [
            (*values, bool(content))
            for *values, content in Import.objects.order_by("pk").values_list(*batches, "content")
        ],
        "subscriptions": list(
            Subscription.objects.values_list("category", "state", "outcome", "settled_on", "failures")
        ),
        "words": list(Word.objects.order_by("word").values_list("word", "papers")),
        "tastes": [
            # What was just learned waits for its time: a message that comes again only leaves it marked.
            (taste.liking, taste.is_stale and taste.learned_at != now())
            for taste in Taste.objects.all()
        ],
        "agendas": list(AgendaItem.objects.order_by("position").values_list("position", "minutes", "votes", "state")),
        "comments": list(Comment.objects.order_by("pk").values_list("markdown", "html")),
        "revisions": list(CommentRevision.objects.values_list("markdown")),
        "asked": list(Assignment.objects.order_by("pk").values_list("state", "reason")),
        "messages": [
            (one.kind, one.state, one.sent_at, one.payload.get("said"), one.object.partition(":")[0])
            for one in Message.objects.order_by("pk")
        ],
        "mails": sorted(one.body.splitlines()[0] for one in mail.outbox),
        "people who go": list(
            User.objects.filter(delete_on__isnull=False).values_list("name", "erased_at", "is_active")
        ),
        "groups": list(Group.objects.order_by("pk").values_list("delete_on")),
        "sessions": list(Session.objects.order_by("pk").values_list("pk")),
        "invited": list(Invitation.objects.order_by("pk").values_list("email")),
        "meetings": list(Meeting.objects.order_by("group__pk", "starts_at").values_list("slug", "state")),
    }


def clear() -> None:
    mail.outbox.clear()
    with transaction.atomic():
        Group.objects.update(delete_on=now() - timedelta(days=1))  # else its log would stay
        User.objects.filter(delete_on__isnull=False).delete()
        Session.objects.all().delete()
        for model in (
            Message,
            AgendaItem,
            Meeting,
            GroupPaper,
            Group,
            Import,
            Listing,
            Paper,
            Subscription,
            Pace,
            Word,
        ):
            model.objects.all().delete()
