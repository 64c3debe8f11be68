"""What others wrote since one last read it: in lists, on the paper's page, and read by looking."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from core.clock import now
from discussion.models import Comment, Follow, GroupPaper, LastRead
from discussion.queries import rows_for
from discussion.queries.unread import unread_for
from groups.models import Membership
from tests.factories import Cast, CommentFactory, EntryFactory, GroupPaperFactory, ListingFactory
from tests.pages import Element, page, press_undo

HTMX = {"HX-Request": "true"}


@pytest.fixture
def talk(cast: Cast) -> list[Comment]:
    """Three comments: by the organiser, by the member, and by the organiser again."""
    Membership.objects.filter(group=cast.group).update(joined_at=now() - timedelta(days=50))
    entry = EntryFactory(listing=ListingFactory(category=cast.group.categories[0]))
    group_paper = GroupPaperFactory(group=cast.group, paper=entry.paper)
    people = (cast.organiser, cast.member, cast.organiser)
    return [
        CommentFactory(group_paper=group_paper, author=who, written_at=now() - timedelta(hours=hours))
        for hours, who in zip((3, 2, 1), people, strict=True)
    ]


def shown(client: Client, cast: Cast, address: str, who: User | None = None) -> Element:
    client.force_login(who or cast.member)
    return page(client.get(f"/g/{cast.group.slug}/{address}"))


def unread(client: Client, cast: Cast, who: User | None = None) -> list[str]:
    """Return what the lists say; all of them say the same."""
    lists = ("?show=all", f"day/{now().date().isoformat()}/")
    week, day = ([one.words for one in shown(client, cast, there, who).all("article .unread")] for there in lists)
    assert week == day
    return week


def paper_of(talk: list[Comment]) -> str:
    group_paper: GroupPaper = talk[0].group_paper
    return f"papers/{group_paper.paper.address}/"


def read(client: Client, cast: Cast, talk: list[Comment], comment: int, who: User | None = None) -> int:
    client.force_login(who or cast.member)
    address = f"/g/{cast.group.slug}/{paper_of(talk)}read/"
    return client.post(address, {"comment": comment}, headers=HTMX).status_code


def test_comments_of_others_are_new_until_they_were_read(client: Client, cast: Cast, talk: list[Comment]) -> None:
    assert unread(client, cast) == ["2 new"]
    assert unread(client, cast, cast.organiser) == ["1 new"]
    assert unread(client, cast, cast.guest) == ["3 new"]

    there = shown(client, cast, paper_of(talk))
    assert [one.get("id") for one in there.all(".comment--unread")] == [f"c{talk[0].pk}", f"c{talk[2].pk}"]
    assert there.one("#discussion a.unread").get("href") == f"#c{talk[0].pk}"
    assert unread(client, cast) == ["2 new"]  # to look is no change

    assert read(client, cast, talk, int(there.one("form[hx-swap=none] [name=comment]").get("value") or "")) == 200
    assert unread(client, cast) == []
    assert shown(client, cast, paper_of(talk)).all(".unread, .comment--unread") == []
    assert unread(client, cast, cast.guest) == ["3 new"]


def test_what_comes_in_meanwhile_stays_new_and_reading_never_goes_back(
    client: Client, cast: Cast, talk: list[Comment]
) -> None:
    read(client, cast, talk, talk[0].pk)
    assert unread(client, cast) == ["1 new"]
    read(client, cast, talk, talk[2].pk)
    read(client, cast, talk, talk[0].pk)
    assert unread(client, cast) == []

    CommentFactory(group_paper=talk[0].group_paper, author=cast.guest)
    assert unread(client, cast) == ["1 new"]
    assert LastRead.objects.count() == 1


def test_deleted_and_old_comments_are_no_news(client: Client, cast: Cast, talk: list[Comment]) -> None:
    Comment.objects.filter(pk=talk[0].pk).update(written_at=now() - timedelta(days=31))
    assert unread(client, cast) == ["1 new"]
    Membership.objects.filter(group=cast.group, user=cast.member).update(joined_at=now())
    assert unread(client, cast) == []
    assert unread(client, cast, cast.guest) == ["2 new"]
    Comment.objects.filter(pk=talk[2].pk).update(deleted_at=now())
    assert unread(client, cast, cast.guest) == ["1 new"]


@pytest.mark.parametrize("comment", ["", "x", "0", "999999999"])
def test_other_comments_cannot_be_read(client: Client, cast: Cast, talk: list[Comment], comment: str) -> None:
    client.force_login(cast.member)
    answer = client.post(f"/g/{cast.group.slug}/{paper_of(talk)}read/", {"comment": comment})

    assert answer.status_code == (404 if comment == "999999999" else 422)
    assert not LastRead.objects.exists()


def test_button_leads_back_to_the_discussion(client: Client, cast: Cast, talk: list[Comment]) -> None:
    here = f"/g/{cast.group.slug}/{paper_of(talk)}"
    form = shown(client, cast, paper_of(talk)).one("#discussion form[hx-swap=none]")
    sent = {one.get("name") or "": one.get("value") or "" for one in form.all("input")}

    assert form.one("noscript button").words == "Mark as read"
    assert client.post(form.get("action") or "", sent)["Location"] == f"{here}#discussion"


def test_lists_count_what_the_inbox_has(cast: Cast) -> None:
    """Lists count by a statement that is written out; whatever has happened to a paper, it says the same."""
    long_ago, lately, day = now() - timedelta(days=31), now() - timedelta(hours=2), timedelta(days=1)
    read_until = {"read": now(), "read before": lately - day, "read long ago": long_ago - day}
    Membership.objects.filter(group=cast.group).update(joined_at=now() - timedelta(days=50))
    membership = Membership.objects.get(group=cast.group, user=cast.member)
    papers = {}
    for name in ("plain", "nameless", "own", "deleted", "old", "read", "read before", "muted", "read long ago"):
        about = GroupPaperFactory(group=cast.group)
        papers[name] = about.paper
        for _ in range(2):
            CommentFactory(
                group_paper=about,
                author=None if name == "nameless" else cast.member if name == "own" else cast.guest,
                written_at=long_ago if name in ("old", "read long ago") else lately,
                deleted_at=now() if name == "deleted" else None,
            )
        if name in read_until:
            LastRead.objects.create(group_paper=about, member=cast.member, read_at=read_until[name])
        if name == "muted":
            Follow.objects.create(group=cast.group, member=cast.member, paper=about.paper, state=Follow.State.MUTE)

    counted = {row.paper.pk: row.unread for row in rows_for(membership, list(papers.values()))}

    new = [comment.group_paper.paper_id for comment in unread_for(membership)]
    assert {pk: count for pk, count in counted.items() if count} == {pk: new.count(pk) for pk in new}
    assert {name for name, paper in papers.items() if counted[paper.pk]} == {
        "plain",
        "nameless",
        "read before",
        "read long ago",
    }


def said_in_header(client: Client, cast: Cast, address: str = "members/") -> list[str]:
    """Return how the links to the inbox are called, and what the menu's name adds where they do not fit."""
    header = shown(client, cast, address).one(".site-head")
    links = [one.words for one in header.all("a") if (one.get("href") or "").endswith("/inbox/")]
    return [*links, header.one("#news-menu").words]


def test_header_says_how_much_is_unread(client: Client, cast: Cast, talk: list[Comment]) -> None:
    assert said_in_header(client, cast) == ["Unread2: 2 new comments"] * 2 + ["2: 2 new comments"]
    client.force_login(cast.member)
    sent = client.post(f"/g/{cast.group.slug}/{paper_of(talk)}read/", {"comment": talk[0].pk}, headers=HTMX)
    assert page(sent).one("[hx-swap-oob]").words == "1: 1 new comment"
    assert said_in_header(client, cast, paper_of(talk)) == ["Unread1: 1 new comment"] * 2 + ["1: 1 new comment"]

    read(client, cast, talk, talk[2].pk)

    for address in ("", "members/", "inbox/", paper_of(talk), "meetings/", "?show=all"):
        assert said_in_header(client, cast, address) == ["Unread", "Unread", ""], address


def test_everything_is_marked_as_read_at_once_and_brought_back(client: Client, cast: Cast, talk: list[Comment]) -> None:
    other = CommentFactory(group_paper=GroupPaperFactory(group=cast.group), author=cast.guest)
    read(client, cast, talk, talk[0].pk)
    before = list(LastRead.objects.values_list("group_paper", "read_at"))
    form = shown(client, cast, "inbox/").one(".page-head form")
    later = CommentFactory(group_paper=talk[0].group_paper, author=cast.guest)
    sent = {one.get("name") or "": one.get("value") or "" for one in form.all("input")}
    assert form.words == "Mark all as read"

    client.post(form.get("action") or "", sent)
    inbox = shown(client, cast, "inbox/")

    assert [one.get("href") for one in inbox.all(".inbox__said a")] == [
        f"/g/{cast.group.slug}/{paper_of(talk)}#c{later.pk}"
    ]
    assert inbox.one(".undo__done").words == "2 papers marked as read."
    press_undo(client, inbox.one(".undo"))
    assert list(LastRead.objects.values_list("group_paper", "read_at")) == before
    assert len(shown(client, cast, "inbox/").all(".inbox__said a")) == 3
    assert other.group_paper_id not in dict(before)


def test_what_was_read_since_is_not_brought_back(client: Client, cast: Cast, talk: list[Comment]) -> None:
    client.force_login(cast.member)
    address = f"/g/{cast.group.slug}/inbox/read/"
    client.post(address, {"state": "on", "comment": talk[2].pk})
    later = CommentFactory(group_paper=talk[0].group_paper, author=cast.guest)
    read(client, cast, talk, later.pk)

    client.post(address, {"state": "off", "comment": talk[2].pk, "read": [f"{talk[0].group_paper_id} "]})

    assert LastRead.objects.get().read_at == later.written_at


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"state": "on"}, 422),
        ({"state": "on", "comment": "999999999"}, 404),
        ({"state": "off", "comment": "999999999"}, 404),
        ({"state": "off", "comment": "1", "read": "x y"}, 422),
        ({"state": "off", "comment": "1", "read": "1 2026-11-26T15:00:00"}, 422),
    ],
)
def test_not_everything_can_be_marked_as_read(
    client: Client, cast: Cast, talk: list[Comment], sent: dict[str, str], status: int
) -> None:
    client.force_login(cast.member)
    assert client.post(f"/g/{cast.group.slug}/inbox/read/", sent).status_code == status
    assert not LastRead.objects.exists()
