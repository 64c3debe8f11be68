"""A page that has not changed is not sent again, and nothing that it shows can change without its being sent."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts.models import User
from core import keeping
from core.changes import changes_of
from core.clock import now
from discussion.models import Comment, GroupPaper, Hidden
from groups.models import AuditEvent, FeedLink, Invitation, Meeting, Membership
from papers.models import Entry, Listing, Paper, PaperVersion
from tests.factories import (
    Cast,
    CommentFactory,
    EntryFactory,
    GroupPaperFactory,
    MeetingFactory,
    VoteFactory,
)

# What pages of a group show: all that belongs to one, but invitations and the log, and of what the world said these.
OF_GROUPS = ("groups", "discussion", "meetings")
NOT_SHOWN = {AuditEvent, FeedLink, Invitation}
OF_THE_WORLD = {Paper, PaperVersion, Listing, Entry, User}


@pytest.fixture
def shown(client: Client, cast: Cast) -> GroupPaper:
    """A listed paper that the group has voted and talked about; the member, who is logged in, looks at it."""
    paper = GroupPaperFactory(group=cast.group, paper=EntryFactory(listing__category=cast.group.categories[0]).paper)
    VoteFactory(group_paper=paper, member=cast.organiser)
    CommentFactory(group_paper=paper, author=cast.organiser)
    MeetingFactory(group=cast.group)
    client.force_login(cast.member)
    return paper


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Stop the clock that a page's name goes by; calling it sets it on."""
    stands = [now()]
    monkeypatch.setattr(keeping, "now", lambda: stands[0])

    def pass_by(time: timedelta) -> None:
        stands[0] += time

    return pass_by


def addresses(shown: GroupPaper) -> list[str]:
    group = f"/g/{shown.group.slug}"
    day = Entry.objects.get(paper=shown.paper).listing.announced_on
    paper, meeting = f"{group}/papers/{shown.paper.address}/", Meeting.objects.earliest("pk")
    return [f"{group}/", f"{group}/?show=top", f"{group}/day/{day}/", paper, f"{group}/meetings/{meeting.slug}/"]


def tags(client: Client, shown: GroupPaper) -> dict[str, str]:
    """Look at every page twice, since the first look sets the cookie of its forms; return what names each."""
    for address in addresses(shown):
        client.get(address)
    return {address: client.get(address)["ETag"] for address in addresses(shown)}


def statuses(client: Client, known: dict[str, str]) -> list[int]:
    """Ask for the pages again as a browser does that has kept them."""
    return [client.get(address, headers={"If-None-Match": tag}).status_code for address, tag in known.items()]


def test_unchanged_page_is_neither_made_nor_sent(client: Client, cast: Cast, shown: GroupPaper, clock: object) -> None:
    known = tags(client, shown)

    for address, tag in known.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.shortcuts.loader.render_to_string", lambda *_, **__: pytest.fail("it was rendered"))
            answer = client.get(address, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer["ETag"] == tag
        assert {part.strip() for part in answer["Cache-Control"].split(",")} == {"private", "no-cache"}


def vote(cast: Cast, shown: GroupPaper) -> None:
    VoteFactory(group_paper=shown, member=cast.member)


def rename(cast: Cast, shown: GroupPaper) -> None:
    cast.organiser.name = "Another Name"
    cast.organiser.save()


def fill_in(cast: Cast, shown: GroupPaper) -> None:
    Paper.objects.filter(pk=shown.paper_id).update(title="Another title")


def hide(cast: Cast, shown: GroupPaper) -> None:
    Hidden.objects.create(group=cast.group, member=cast.member, paper=shown.paper)


def choose_theme(cast: Cast, shown: GroupPaper) -> None:
    cast.member.theme = "dark"
    cast.member.save()


def plan_meeting(cast: Cast, shown: GroupPaper) -> None:
    MeetingFactory(group=cast.group, starts_at=now() + timedelta(days=30))


@pytest.mark.parametrize("change", [vote, rename, fill_in, hide, choose_theme, plan_meeting])
def test_whatever_a_page_shows_makes_it_new(
    client: Client, cast: Cast, shown: GroupPaper, clock: object, change: Callable[[Cast, GroupPaper], None]
) -> None:
    known = tags(client, shown)
    assert statuses(client, known) == [304] * len(known)

    change(cast, shown)

    assert statuses(client, known) == [200] * len(known)


def test_page_is_another_one_a_minute_later_and_for_someone_else(
    client: Client, cast: Cast, shown: GroupPaper, clock: Callable[[timedelta], None]
) -> None:
    known = tags(client, shown)
    organiser = Client()
    organiser.force_login(cast.organiser)

    assert statuses(organiser, known) == [200] * len(known)
    clock(timedelta(minutes=1))
    assert statuses(client, known) == [200] * len(known)


def test_page_is_another_one_after_a_log_in_since_its_forms_are(
    client: Client, cast: Cast, shown: GroupPaper, clock: object
) -> None:
    known = tags(client, shown)

    del client.cookies["csrftoken"]

    assert statuses(client, known) == [200] * len(known)


def test_message_is_shown_once_and_not_kept(client: Client, cast: Cast, shown: GroupPaper, clock: object) -> None:
    known = tags(client, shown)
    day = next(address for address in known if "/day/" in address)
    client.post(f"{day}seen/", {"position": 1, "category": cast.group.categories[0]})

    with_message = client.get(day, headers={"If-None-Match": known[day]})
    without = client.get(day)

    assert (with_message.status_code, "no-store" in with_message["Cache-Control"]) == (200, True)
    assert "Undo" in with_message.content.decode()
    assert "no-cache" in without["Cache-Control"]


def test_whoever_has_left_is_told_that_there_is_nothing(
    client: Client, cast: Cast, shown: GroupPaper, clock: object
) -> None:
    known = tags(client, shown)

    Membership.objects.filter(group=cast.group, user=cast.member).update(left_at=now())

    assert statuses(client, known) == [404] * len(known)


def test_look_for_news_is_answered_by_nothing_until_someone_does_something(
    client: Client, cast: Cast, shown: GroupPaper
) -> None:
    version, _ = changes_of(["papers", "people"], group=cast.group.slug)
    joints = {address: f"{address}{'&' if '?' in address else '?'}seen={version}" for address in addresses(shown)}

    before = [client.get(address).status_code for address in joints.values()]
    hide(cast, shown)  # a member's own affair, which they see at once where they do it
    own = [client.get(address).status_code for address in joints.values()]
    vote(cast, shown)
    after = [client.get(address).status_code for address in joints.values()]

    assert (before, own, after) == ([204] * 5, [204] * 5, [200] * 5)


@pytest.mark.django_db
def test_every_table_of_what_pages_show_is_watched() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'changes_%'")
        watched = {table for (table,) in cursor.fetchall()}

    shown = {model for app in OF_GROUPS for model in apps.get_app_config(app).get_models()} - NOT_SHOWN | OF_THE_WORLD
    assert watched == {model._meta.db_table for model in shown}


def test_insert_update_and_delete_count(cast: Cast, shown: GroupPaper) -> None:
    topic = [f"group:{cast.group.pk}"]
    counts = [changes_of(topic)]

    Comment.objects.create(
        group=cast.group, group_paper=shown, author=cast.member, key=uuid4(), markdown="Yes.", html="<p>Yes.</p>"
    )
    counts.append(changes_of(topic))
    Comment.objects.filter(group=cast.group).update(markdown="No.")
    counts.append(changes_of(topic))
    Comment.objects.filter(group=cast.group).delete()
    counts.append(changes_of(topic))

    assert [later[0] - earlier[0] for earlier, later in pairwise(counts)] == [1, 1, 1]
