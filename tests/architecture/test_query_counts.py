"""Each page asks the database the same number of questions with ten rows as with a thousand, and few."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core import limits
from core.clock import now
from discussion.models import Assignment, Comment, GroupPaper, Hidden, QueueItem, SavedSearch, Vote
from groups.models import Meeting, Membership
from meetings.models import AgendaItem, Poll, Slot, SlotAnswer
from papers.models import Entry, Import, Listing, Paper, Problem, StagedEntry, Subscription
from papers.parsers.record import Record
from papers.queries import wanted
from tests.factories import Cast, ListingFactory, MeetingFactory

MOST = 14
FEW, MANY = 10, 1_000


def fill(cast: Cast, rows: int) -> dict[str, str]:
    """Make a group in which everything that a page lists comes `rows` times; return the addresses of the pages."""
    group, meeting = cast.group, MeetingFactory(group=cast.group)
    users = User.objects.bulk_create(User(email=f"{uuid4().hex}@example.org", name=f"Member {n}") for n in range(rows))
    Membership.objects.bulk_create(Membership(group=group, user=user) for user in users)
    papers = Paper.objects.bulk_create(
        Paper(external_id=f"2101.{n:05d}", title=f"Paper {n}", authors=["Ada Lovelace"] * 30) for n in range(rows)
    )
    listing = _listing(cast, papers)
    _subscriptions(users)
    _talk(cast, papers, users, meeting)
    _kept_by_the_admin(cast, papers)
    held = _meetings_held(cast, rows)
    poll = _poll(cast, users)
    later = MeetingFactory(group=group, starts_at=meeting.starts_at + timedelta(days=7))
    batch = _import_in_review(cast, rows)
    in_group = {"slug": group.slug}
    return {
        "home": reverse("home"),
        "account": reverse("accounts:me"),
        "week, to triage": reverse("meetings:week", kwargs=in_group) + "?show=triage",
        "week, voted": reverse("meetings:week", kwargs=in_group) + "?show=top&sort=discussion",
        "week, all": reverse("meetings:week", kwargs=in_group) + "?show=all&sort=votes",
        "week, likely": reverse("meetings:week", kwargs=in_group) + "?show=triage&sort=likely",
        "week, assigned": reverse("meetings:week", kwargs=in_group) + "?show=assigned",
        "day": reverse("discussion:day", kwargs=in_group | {"day": listing.announced_on.isoformat()}),
        "paper": reverse("discussion:paper", kwargs=in_group | {"paper": papers[0].external_id}),
        "search, found": reverse("discussion:search", kwargs=in_group) + "?q=Lovelace",
        "search, commented": reverse("discussion:search", kwargs=in_group) + "?q=yes&talk=on&group=on",
        "search, nothing": reverse("discussion:search", kwargs=in_group) + "?q=quark",
        "add, found": reverse("discussion:add", kwargs=in_group) + "?q=Paper",
        "arriving": reverse("add") + "?q=2101.00001",
        "talk": reverse("discussion:talk", kwargs=in_group),
        "go": reverse("meetings:go", kwargs=in_group),
        "queue": reverse("meetings:queue", kwargs=in_group),
        "archive": reverse("meetings:archive", kwargs=in_group),
        "year": reverse("meetings:year", kwargs=in_group | {"year": held.starts_at.year}),
        "statistics": reverse("meetings:statistics", kwargs=in_group),
        "meetings": reverse("meetings:meetings", kwargs=in_group),
        "poll": reverse("meetings:poll", kwargs=in_group | {"pk": poll.pk}),
        "turns": reverse("meetings:turns", kwargs=in_group),
        "meeting": reverse("meetings:meeting", kwargs=in_group | {"day": meeting.slug}),
        "meeting held": reverse("meetings:meeting", kwargs=in_group | {"day": held.slug}),
        "review": reverse("meetings:review", kwargs=in_group | {"day": meeting.slug}),
        "review, proposed": reverse("meetings:review", kwargs=in_group | {"day": later.slug}),
        "preview, mail": reverse("meetings:preview", kwargs=in_group | {"day": later.slug, "form": "mail"}),
        "preview, table": reverse("meetings:preview", kwargs=in_group | {"day": later.slug, "form": "csv"}),
        "agenda": reverse("meetings:export", kwargs=in_group | {"day": meeting.slug, "name": "md"}),
        "members": reverse("groups:members", kwargs=in_group),
        "settings": reverse("groups:settings", kwargs=in_group),
        "rooms": reverse("groups:rooms", kwargs=in_group),
        "mail": reverse("notifications:notices"),
        "listings": reverse("papers:listings"),
        "subscriptions": reverse("papers:subscriptions"),
        "import": reverse("papers:import", kwargs={"pk": batch.pk}),
    }


def _listing(cast: Cast, papers: list[Paper]) -> Listing:
    listing: Listing = ListingFactory(category=cast.group.categories[0])
    types = ("new", "cross", "replace", "")
    Entry.objects.bulk_create(
        Entry(listing=listing, paper=paper, position=n, announce_type=types[n % 4]) for n, paper in enumerate(papers, 1)
    )
    return listing


def _subscriptions(users: list[User]) -> None:
    states, gaps = ("asked", "followed", "stopped"), [now().date()]
    Subscription.objects.bulk_create(
        Subscription(category=f"cs.{n}", state=states[n % 3], asked_by=user, gaps=gaps) for n, user in enumerate(users)
    )


def _talk(cast: Cast, papers: list[Paper], users: list[User], meeting: Meeting) -> None:
    """Let everyone vote for a paper of their own and take it, and comment on it and on the first."""
    group = cast.group
    group_papers = GroupPaper.objects.bulk_create(GroupPaper(group=group, paper=paper) for paper in papers)
    each = list(zip(group_papers, users, strict=True))
    Vote.objects.bulk_create(Vote(group=group, group_paper=one, member=user) for one, user in each)
    Assignment.objects.bulk_create(
        Assignment(group=group, group_paper=one, meeting=meeting, member=user, state="accepted") for one, user in each
    )
    said = {"group": group, "markdown": "Yes.", "html": "<p>Yes.</p>"}
    Comment.objects.bulk_create(
        Comment(**said, group_paper=one, author=user, key=uuid4())
        for own, user in each
        for one in (own, group_papers[0])
    )
    on_agenda = group_papers[: min(len(papers) // 2, limits.AGENDA_ITEMS)]
    AgendaItem.objects.bulk_create(
        AgendaItem(group=group, meeting=meeting, position=n, group_paper=one, minutes=1)
        for n, one in enumerate(on_agenda, 1)
    )


def _kept_by_the_admin(cast: Cast, papers: list[Paper]) -> None:
    mine = {"group": cast.group, "member": cast.admin}
    QueueItem.objects.bulk_create(QueueItem(**mine, paper=one, position=n) for n, one in enumerate(papers))
    Hidden.objects.bulk_create(Hidden(**mine, paper=one) for one in papers[::4])
    SavedSearch.objects.get_or_create(**mine, name="Papers", q="paper", tsquery="'paper'", follows=True)


def _meetings_held(cast: Cast, rows: int) -> Meeting:
    starts = [now() - timedelta(weeks=weeks) for weeks in range(1, rows + 1)]
    held = Meeting.objects.bulk_create(
        Meeting(group=cast.group, slug=f"{at:%Y-%m-%d}", starts_at=at, closes_at=at, minutes=60, state="closed")
        for at in starts
    )
    return held[0]


def _poll(cast: Cast, users: list[User]) -> Poll:
    poll = Poll.objects.create(group=cast.group, key=uuid4(), minutes=60)
    slots = Slot.objects.bulk_create(
        Slot(group=cast.group, poll=poll, starts_at=now() + timedelta(days=n)) for n in range(1, limits.SLOTS_MAX + 1)
    )
    SlotAnswer.objects.bulk_create(
        SlotAnswer(group=cast.group, slot=slot, member=user, suits="yes") for slot in slots for user in users
    )
    return poll


def _import_in_review(cast: Cast, rows: int) -> Import:
    made = {"kind": "upload", "content": b"#", "format": "md-listing", "category": "cs.CV", "created_by": cast.admin}
    Import.objects.bulk_create(
        Import(**made, sha256=uuid4().hex, state="done", announced_on=now().date()) for _ in range(rows)
    )
    batch = Import.objects.create(**made, sha256=uuid4().hex, state="review", announced_on=now().date())
    records = (Record(position=n, arxiv_id=f"2101.{n:05d}", title=f"Paper {n}") for n in range(1, rows + 1))
    StagedEntry.objects.bulk_create(
        StagedEntry(batch=batch, position=one.position, external_id=one.arxiv_id, record=one._asdict())
        for one in records
    )
    Problem.objects.bulk_create(Problem(batch=batch, line=n, reason="no arXiv id found") for n in range(1, rows + 1))
    return batch


def count(cast: Cast, pages: dict[str, str]) -> dict[str, int]:
    """Look at every page as someone who may see them all, and count what it asks."""
    Membership.objects.create(group=cast.group, user=cast.admin, role="organiser")
    client = Client()
    client.force_login(cast.admin)
    asked = {}
    for name, address in pages.items():
        # So that nothing is remembered of the page before.
        cast.group.save()
        Paper.objects.filter(pk=0).update(title="")
        wanted._tsquery_of.cache_clear()
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        assert answer.status_code in (200, 302), name
        asked[name] = len(captured)
    return asked


@pytest.mark.django_db
def test_pages_ask_as_much_for_a_thousand_rows_as_for_ten(cast: Cast) -> None:
    few = count(cast, fill(cast, FEW))
    for model in (
        Poll,
        AgendaItem,
        Assignment,
        Vote,
        Comment,
        GroupPaper,
        Entry,
        Import,
        Meeting,
        Membership,
        Subscription,
    ):
        model.objects.all().delete()
    Paper.objects.all().delete()

    many = count(cast, fill(cast, MANY))

    assert many == few
    assert {name: asked for name, asked in many.items() if asked > MOST} == {}
