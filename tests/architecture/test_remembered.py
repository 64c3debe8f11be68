"""What a process remembers between two requests is what it would gather and draw anew, for whoever asks."""

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from core import drawing
from core.changes import UNKNOWN
from core.clock import now
from discussion.models import Assignment, Comment, GroupPaper, Hidden, QueueItem, SavedSearch, Seen, Vote
from groups.models import Meeting, Membership
from papers.models import Entry, Listing, Paper
from tests.factories import (
    Cast,
    CommentFactory,
    EntryFactory,
    GroupPaperFactory,
    ListingFactory,
    MeetingFactory,
    VoteFactory,
)

TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Stop the clock: pages say how long ago something was."""
    with time_machine.travel(now(), tick=False):
        yield


@pytest.fixture
def shown(cast: Cast) -> GroupPaper:
    """One of three papers of a day: it has votes, comments and a presenter."""
    listing = ListingFactory(category=cast.group.categories[0], announced_on=now().date())
    papers = [EntryFactory(listing=listing, position=position).paper for position in (1, 2, 3)]
    shown = GroupPaperFactory(group=cast.group, paper=papers[1])
    VoteFactory(group_paper=shown, member=cast.organiser)
    CommentFactory(group_paper=shown, author=cast.organiser)
    meeting = MeetingFactory(group=cast.group)
    Assignment.objects.create(
        group=cast.group, group_paper=shown, meeting=meeting, member=cast.organiser, state="accepted"
    )
    return shown


def _own(cast: Cast, shown: GroupPaper) -> dict[str, object]:
    return {"group": cast.group, "member": cast.member}


CHANGES: dict[str, Callable[[Cast, GroupPaper], object]] = {
    "nothing": lambda cast, shown: None,
    "a vote": lambda cast, shown: VoteFactory(group_paper=shown, member=cast.member),
    "a vote less": lambda cast, shown: Vote.objects.all().delete(),
    "a comment": lambda cast, shown: CommentFactory(group_paper=shown, author=cast.guest),
    "a comment less": lambda cast, shown: Comment.objects.update(deleted_at=now()),
    "another presenter": lambda cast, shown: Assignment.objects.update(member=cast.member),
    "a meeting on another day": lambda cast, shown: Meeting.objects.update(slug="2099-01-01"),
    "no presenter": lambda cast, shown: Assignment.objects.all().delete(),
    "a name": lambda cast, shown: User.objects.filter(pk=cast.organiser.pk).update(name="Another <Name>"),
    "a title": lambda cast, shown: Paper.objects.filter(pk=shown.paper_id).update(
        title="Another", title_html="Another"
    ),
    "an abstract": lambda cast, shown: Paper.objects.update(abstract="New", abstract_html="<p>New</p>"),
    "a type": lambda cast, shown: Entry.objects.filter(paper=shown.paper).update(announce_type="replace", version=2),
    "a listing less": lambda cast, shown: Listing.objects.update(state="withdrawn"),
    "words": lambda cast, shown: type(cast.group).objects.update(marked_words=["paper*", "title*"]),
    "own authors": lambda cast, shown: type(cast.group).objects.update(own_authors=shown.paper.authors[:1]),
    "counts that wait": lambda cast, shown: type(cast.group).objects.update(counts_wait=True),
    "a member less": lambda cast, shown: Membership.objects.filter(user=cast.organiser).update(role="guest"),
    "saved": lambda cast, shown: QueueItem.objects.create(**_own(cast, shown), paper=shown.paper, position=1),
    "hidden": lambda cast, shown: Hidden.objects.create(**_own(cast, shown), paper=shown.paper),
    "seen": lambda cast, shown: Seen.objects.create(member=cast.member, listing=Listing.objects.get(), position=2),
    "a search": lambda cast, shown: SavedSearch.objects.create(
        **_own(cast, shown), name="Mine", q="paper", tsquery="'paper' | 'titl':*", follows=True
    ),
}


def looks(cast: Cast, people: dict[str, Client]) -> dict[tuple[str, str], str]:
    """Return what everyone sees on the pages that remember, but for the tokens of forms."""
    group = f"/g/{cast.group.slug}"
    pages = [f"{group}/day/{now().date()}/", *(f"{group}/?show={show}" for show in ("triage", "all&sort=votes", "top"))]
    pages += [f"{group}/search/?q=paper", f"{group}/search/?q=another&group=on"]
    asked = [(name, client, page) for name, client in people.items() for page in pages]
    return {(name, page): TOKEN.sub("", client.get(page).content.decode()) for name, client, page in asked}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_remembered_is_what_there_is(
    cast: Cast, shown: GroupPaper, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {name: Client() for name in ("member", "guest")}
    for name, client in people.items():
        client.force_login(getattr(cast, name))
    before = looks(cast, people)

    CHANGES[change](cast, shown)
    remembered = looks(cast, people)

    for view in ("discussion.views.day", "meetings.views.week"):
        monkeypatch.setattr(f"{view}.version_of", lambda request: UNKNOWN)
    monkeypatch.setattr("discussion.queries.search.version_of_pages", lambda by, slug: UNKNOWN)
    monkeypatch.setattr(drawing, "_items", {})
    assert remembered == looks(cast, people)
    assert (remembered == before) == (change == "nothing")


def test_lines_that_are_drawn_stay_within_their_limit(
    cast: Cast, shown: GroupPaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.limits.LINES_DRAWN", 2)
    monkeypatch.setattr(drawing, "_items", {})
    client = Client()
    client.force_login(cast.member)

    page = client.get(f"/g/{cast.group.slug}/day/{now().date()}/").content.decode()

    assert (page.count("<article"), len(drawing._items)) == (3, 1)
