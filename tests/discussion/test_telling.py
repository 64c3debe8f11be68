"""Who is told of a comment by mail: once, for the nearest reason, and nobody who muted the paper."""

from uuid import uuid4

import pytest

from accounts.models import User
from discussion import actions
from discussion.models import Comment, Follow, GroupPaper
from notifications.models import Message
from tests.factories import Cast, GroupPaperFactory, MembershipFactory


@pytest.fixture
def group_paper(cast: Cast) -> GroupPaper:
    cast.group.anonymous_questions = True
    cast.group.save()
    return GroupPaperFactory(group=cast.group)


def say(who: User, group_paper: GroupPaper, text: str, **fields: object) -> Comment:
    place = {"slug": group_paper.group.slug, "address": group_paper.paper.address}
    return actions.add_comment(by=who, **place, key=uuid4(), text=text, **fields)


def follow(who: User, group_paper: GroupPaper, state: str) -> None:
    Follow.objects.create(group=group_paper.group, member=who, paper=group_paper.paper, state=state)


def told() -> list[tuple[str, str, str]]:
    """Return who is told, by which kind of message and in which words."""
    messages = Message.objects.filter(channel="mail").select_related("recipient").order_by("pk")
    return [(one.recipient.email, one.kind, one.payload["said"]) for one in messages]


def test_each_is_told_once_for_the_nearest_reason(cast: Cast, group_paper: GroupPaper) -> None:
    ana = MembershipFactory(group=cast.group, user__name="Ana Novák").user
    first = say(ana, group_paper, "First.")
    for who in (ana, cast.organiser, cast.guest, cast.member):
        follow(who, group_paper, "follow")
    assert told() == []

    say(cast.member, group_paper, f"Yes, @{cast.organiser.name}.", parent=first.pk)

    name = cast.member.name
    assert told() == [
        (cast.organiser.email, "mention", f"{name} mentioned you."),
        (ana.email, "reply", f"{name} replied to what you wrote."),
        (cast.guest.email, "reply", f"{name} commented on a paper that you follow."),
    ]


def test_who_muted_the_paper_is_told_nothing(cast: Cast, group_paper: GroupPaper) -> None:
    first = say(cast.organiser, group_paper, "First.")
    follow(cast.organiser, group_paper, "mute")

    say(cast.member, group_paper, f"@{cast.organiser.name}?", parent=first.pk)

    assert told() == []


def test_mention_that_a_change_brings_is_told_once(cast: Cast, group_paper: GroupPaper) -> None:
    comment = say(cast.member, group_paper, "Hm.")
    place = {"slug": cast.group.slug, "address": group_paper.paper.address, "comment": comment.pk}

    for seen, text in enumerate((f"@{cast.guest.name}?", "Nobody.", f"@{cast.guest.name}!")):
        actions.change_comment(by=cast.member, **place, text=text, seen=seen)

    assert told() == [(cast.guest.email, "mention", f"{cast.member.name} mentioned you.")]


def test_question_without_a_name_is_told_without_one(cast: Cast, group_paper: GroupPaper) -> None:
    for who in (cast.organiser, cast.member):
        follow(who, group_paper, "follow")

    say(cast.member, group_paper, "Why?", label="question", anonymous=True)

    said = "A member commented on a paper that you follow."
    assert sorted(told()) == sorted((who.email, "reply", said) for who in (cast.organiser, cast.member))
    assert not any(cast.member.name in str(one.payload) for one in Message.objects.all())
