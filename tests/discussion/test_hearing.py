"""What a member hears: reactions that are counted, papers that they follow or mute, events, and the inbox."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from core.clock import now
from discussion.models import Assignment, Comment, Follow, GroupPaper, Mention, Reaction
from groups.models import Membership
from meetings.models import AgendaItem
from tests.factories import Cast, CommentFactory, EntryFactory, GroupPaperFactory, ListingFactory, MeetingFactory
from tests.pages import Element, page, press_undo

HTMX = {"HX-Request": "true"}


@pytest.fixture
def group_paper(cast: Cast) -> GroupPaper:
    Membership.objects.filter(group=cast.group).update(joined_at=now() - timedelta(days=50))
    entry = EntryFactory(listing=ListingFactory(category=cast.group.categories[0]))
    return GroupPaperFactory(group=cast.group, paper=entry.paper)


def here(group_paper: GroupPaper) -> str:
    return f"/g/{group_paper.group.slug}/papers/{group_paper.paper.address}/"


def react(client: Client, who: User, comment: Comment, kind: str, state: str = "on") -> tuple[int, Element]:
    client.force_login(who)
    sent = {"comment": comment.pk, "kind": kind, "state": state}
    answer = client.post(f"{here(comment.group_paper)}comments/reaction/", sent, headers=HTMX)
    return answer.status_code, page(answer)


def pressed(shown: Element) -> list[tuple[str, str]]:
    return [(one.words.split(" — ")[0], one.get("aria-pressed") or "") for one in shown.all(".reactions button")]


def test_reactions_are_counted_set_and_taken_back(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    question = CommentFactory(group_paper=group_paper, author=cast.organiser, label="question")

    react(client, cast.guest, question, "same")
    react(client, cast.member, question, "same")
    code, answer = react(client, cast.member, question, "same")

    assert (code, pressed(answer)) == (200, [("Thanks", "false"), ("Same question 2", "true")])
    assert answer.one("#status").words == "Counted as your question, too."
    back = page(press_undo(client, answer.one(".undo"), headers=HTMX))
    assert (pressed(back), back.all(".undo")) == ([("Thanks", "false"), ("Same question 1", "false")], [])
    client.force_login(cast.organiser)
    own = page(client.get(here(group_paper))).one(".reactions")
    assert (own.all("button"), own.words) == ([], "Same question 1")


def test_reactions_are_for_what_others_said(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    own = CommentFactory(group_paper=group_paper, author=cast.member)
    plain = CommentFactory(group_paper=group_paper)
    gone = CommentFactory(group_paper=group_paper, deleted_at=now())

    refused = [react(client, cast.member, *one)[0] for one in ((own, "thanks"), (plain, "same"), (gone, "thanks"))]

    assert refused == [422, 422, 404]
    assert react(client, cast.member, plain, "+1")[0] == 422
    assert not Reaction.objects.exists()


def follow(client: Client, group_paper: GroupPaper, state: str, before: str = "normal") -> Element:
    answer = client.post(f"{here(group_paper)}follow/", {"state": state, "before": before}, headers=HTMX)
    assert answer.status_code == 200
    return page(answer)


def chosen(shown: Element) -> list[str]:
    return [one.words for one in shown.all("#follow button[aria-pressed=true]")]


def test_paper_is_followed_or_muted_or_neither(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    client.force_login(cast.member)
    assert chosen(page(client.get(here(group_paper)))) == ["Normal"]

    followed = follow(client, group_paper, "follow")
    muted = follow(client, group_paper, "mute", "follow")

    assert (chosen(followed), chosen(muted)) == (["Follow"], ["Mute"])
    assert muted.one("#status").words == "You hear nothing of this paper."
    back = page(press_undo(client, muted.one(".undo"), headers=HTMX))
    assert chosen(back) == chosen(page(client.get(here(group_paper)))) == ["Follow"]
    follow(client, group_paper, "normal", "follow")
    assert not Follow.objects.exists()
    assert client.post(f"{here(group_paper)}follow/", {"state": "loud"}).status_code == 422


def test_muted_paper_has_no_news_in_lists(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    CommentFactory(group_paper=group_paper, author=cast.organiser)
    client.force_login(cast.member)
    week, day = f"/g/{cast.group.slug}/?show=all", f"/g/{cast.group.slug}/day/{now().date()}/"
    inbox = f"/g/{cast.group.slug}/inbox/"

    def unread() -> list[int]:
        return [len(page(client.get(each)).all("article .unread")) for each in (week, day, inbox)]

    assert unread() == [1, 1, 1]
    follow(client, group_paper, "mute")
    assert unread() == [0, 0, 0]
    assert page(client.get(here(group_paper))).one("a.unread").words == "1 new"  # whoever opens it anyway is told


def test_inbox_has_the_oldest_first_and_leads_from_one_to_the_next(
    client: Client, cast: Cast, group_paper: GroupPaper
) -> None:
    other = GroupPaperFactory(group=cast.group)
    mine = CommentFactory(group_paper=other, author=cast.member, written_at=now() - timedelta(hours=5))
    reply = CommentFactory(
        group_paper=other, parent=mine, author=cast.guest, written_at=now() - timedelta(hours=2), markdown="Yes."
    )
    named = CommentFactory(
        group_paper=group_paper, author=cast.organiser, written_at=now() - timedelta(hours=3), markdown="@you?"
    )
    Mention.objects.create(group=cast.group, comment=named, member=cast.member)
    late = CommentFactory(group_paper=group_paper, author=cast.guest, written_at=now(), markdown="Late.")
    CommentFactory(group_paper=GroupPaperFactory(), author=cast.guest)
    Follow.objects.create(group=cast.group, member=cast.member, paper=other.paper, state="follow")
    client.force_login(cast.member)

    shown = page(client.get(f"/g/{cast.group.slug}/inbox/"))

    rows = shown.all(".inbox article")
    assert [one.one("h2 a").get("href") for one in rows] == [
        f"{here(group_paper)}#c{named.pk}",
        f"{here(other)}#c{reply.pk}",
    ]
    assert [[each.words for each in one.all(".tag")] for one in rows] == [
        ["Mentions you"],
        ["Followed", "Replies to you"],
    ]
    assert [[each.words for each in one.all(".inbox__said p")] for one in rows] == [["@you?", "Late."], ["Yes."]]
    then = f"/g/{cast.group.slug}/inbox/next/"
    assert client.get(then)["Location"] == f"{here(group_paper)}#c{named.pk}"
    after = page(client.get(here(group_paper))).one("[data-next-unread]").get("href") or ""
    assert client.get(after)["Location"] == f"{here(other)}#c{reply.pk}"

    form = rows[0].one("form")
    sent = {one.get("name") or "": one.get("value") or "" for one in form.all("[type=hidden]")}
    assert sent["comment"] == str(late.pk)
    assert client.post(form.get("action") or "", sent)["Location"] == f"/g/{cast.group.slug}/inbox/#discussion"
    assert len(page(client.get(f"/g/{cast.group.slug}/inbox/")).all(".inbox article")) == 1
    client.post(f"{here(other)}read/", {"comment": reply.pk})
    assert client.get(then)["Location"] == f"/g/{cast.group.slug}/inbox/"
    assert "You have read everything" in page(client.get(f"/g/{cast.group.slug}/inbox/")).words


def test_events_stand_between_what_was_said(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    hours = {name: now() - timedelta(hours=ago) for name, ago in {"added": 9, "said": 7, "asked": 6, "took": 3}.items()}
    GroupPaper.objects.filter(pk=group_paper.pk).update(added_by=cast.guest, added_at=hours["added"])
    held = MeetingFactory(group=cast.group, starts_at=now() - timedelta(hours=5), minutes=60, state="closed")
    ahead = MeetingFactory(group=cast.group)
    about = {"group": cast.group, "group_paper": group_paper}
    AgendaItem.objects.create(**about, meeting=held, position=1, minutes=15, state="carried")
    Assignment.objects.create(
        **about,
        member=cast.member,
        asked_by=cast.organiser,
        meeting=held,
        state="returned",
        created_at=hours["asked"],
        answered_at=hours["asked"] + timedelta(minutes=1),
    )
    took = Assignment.objects.create(
        **about, member=cast.organiser, meeting=ahead, state="accepted", created_at=hours["took"]
    )
    declined = {"member": cast.guest, "state": "declined", "answered_at": now()}
    Assignment.objects.create(**about, **declined, meeting=ahead, asked_by=cast.member, created_at=hours["took"])
    CommentFactory(group_paper=group_paper, written_at=hours["said"], markdown="Said.", html="<p>Said.</p>")
    client.force_login(cast.member)

    shown = page(client.get(here(group_paper))).one(".thread")

    told = [(one.one("p") if one.all("article") else one).words.rsplit(", ", 1)[0] for one in shown.elements]
    day, then = (f"{one.day:%a} {one.day.day} {one.day:%b}" for one in (held, ahead))
    assert told == [
        f"{cast.guest.name} added this paper",
        "Said.",
        f"{cast.organiser.name} asked {cast.member.name} to present it on {day}",
        f"{cast.member.name} no longer presents it on {day}",
        f"Not reached on {day}",
        f"{cast.organiser.name} took this for {then}",
        f"{cast.member.name} asked {cast.guest.name} to present it on {then}",
    ]
    assert shown.elements[-2].get("id") == f"event-took-{took.pk}"
