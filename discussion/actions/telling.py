"""What members are told of what others do with a paper: handed to the outbox in the transaction in which it happens."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.urls import reverse

from core import limits
from core.text import plain_text
from core.wording import wall_clock
from discussion.access import answer_token
from discussion.models import Assignment, Comment, Follow, GroupPaper
from discussion.queries.answering import WISHES
from discussion.queries.news import ASKED, FREED, TAKEN
from groups.models import Membership
from notifications.actions import Notice, announce, enqueue, withdraw

if TYPE_CHECKING:
    from accounts.models import User


def tell_of_comment(comment: Comment, *, answers: int | None = None, mentioned: Iterable[int] = ()) -> None:
    """Tell rooms of a new comment; those whom it mentions, who wrote what it answers, and who follows the paper.

    Each is told once, for the nearest of these reasons, and nobody who muted the paper. Who wrote without a name is
    told as everyone is: their absence among those who are told would name them.
    """
    who, paper = _who(comment), comment.group_paper
    announce(_of_comment(comment, paper, kind="comment", said=f"{who} commented."))
    tell_of_mentions(comment, mentioned)
    mutes, told = _members(paper, Follow.State.MUTE), set(mentioned)
    answered = _answered(comment, answers) - told - mutes
    said = f"{who} replied to what you wrote."
    enqueue(_of_comment(comment, paper, kind="reply", said=said), to=answered, by=comment.author)
    followers = _members(paper, Follow.State.FOLLOW) - told - answered
    said = f"{who} commented on a paper that you follow."
    enqueue(_of_comment(comment, paper, kind="reply", said=said), to=followers, by=comment.author)


def tell_of_mentions(comment: Comment, mentioned: Iterable[int]) -> None:
    """Tell those whom a comment mentions, each once, however often it is changed."""
    paper = comment.group_paper
    said = f"{_who(comment)} mentioned you."
    to = set(mentioned) - _members(paper, Follow.State.MUTE) if mentioned else set()
    if to:
        enqueue(_of_comment(comment, paper, kind="mention", said=said), to=to, by=comment.author)


def _who(comment: Comment) -> str:
    """Return who wrote it, as the beginning of a sentence."""
    return "A member" if comment.anonymous else comment.author_shown


def _answered(comment: Comment, answers: int | None) -> set[int]:
    """Return who wrote what a reply answers: the comment that was answered, and the one that began the thread."""
    if not comment.parent_id:
        return set()
    answered = Comment.objects.kept().filter(pk__in={comment.parent_id, answers or comment.parent_id})
    return set(answered.exclude(author=None).values_list("author", flat=True))


def _members(paper: GroupPaper, state: str) -> set[int]:
    """Return who follows the paper in its group, or has muted it, and is still there."""
    present = Membership.objects.present().filter(group=paper.group_id).values("user")
    follows = Follow.objects.filter(group=paper.group_id, paper=paper.paper_id, state=state, member__in=present)
    return set(follows.values_list("member", flat=True))


def tell_of_assignment(assignment: Assignment, *, by: "User | None") -> None:
    """Tell who is asked, and who presents no longer; rooms are told who presents. Safe to repeat.

    `by` is None when the clock asks, whose turn it is.
    """
    name, paper = assignment.member.name, assignment.group_paper
    when = f" on {wall_clock(assignment.meeting.starts_at, paper.group.zone)}" if assignment.meeting else ""
    named = f"assignment:{assignment.pk}"
    unheard = assignment.state != Assignment.State.ASKED and withdraw(
        kind="assignment", object=named, to=[assignment.member_id]
    )
    if assignment.state == Assignment.State.ASKED:
        said = f"{by.name} asks you" if by else "It is your turn"
        said, news = f"{said} to present this paper{when}.", f"{name} is asked to present a paper{when}."
        version = ASKED
    elif assignment.state == Assignment.State.ACCEPTED:
        announce(_of_assignment(assignment, TAKEN, news=f"{name} presents a paper{when}."))
        return
    elif assignment.state == Assignment.State.RETURNED:
        said = f"You do not present this paper{when} any more{f': {by.name} gave it back' if by else ''}."
        news, version = f"A paper has no presenter any more{when}.", FREED
    else:
        return
    notice = _of_assignment(assignment, version, said=said, news=news)
    if not unheard:
        answers = answers_to(assignment) if version == ASKED else ()
        enqueue(replace(notice, answers=answers), to=[assignment.member_id], by=by)
    announce(notice)


def _of_comment(comment: Comment, paper: GroupPaper, *, kind: str, said: str) -> Notice:
    text = plain_text(comment.markdown)
    if len(text) > limits.NOTICE_CHARS:
        text = f"{text[: limits.NOTICE_CHARS].rstrip()}…"
    return Notice(
        kind=kind,
        object=f"comment:{comment.pk}",
        said=said,
        news=said,
        text=text,
        about=paper.paper.shown_title,
        address=f"{_address(paper)}#c{comment.pk}",
        scope=paper.group.notice_scope,
        sender=paper.group.name,
        thread=f"paper:{paper.pk}",
    )


def _of_assignment(assignment: Assignment, version: int, *, said: str = "", news: str) -> Notice:
    paper = assignment.group_paper
    return Notice(
        kind="assignment",
        object=f"assignment:{assignment.pk}",
        version=version,
        said=said or news,
        news=news,
        text=assignment.reason if version == ASKED else "",
        about=paper.paper.shown_title,
        address=_address(paper),
        scope=paper.group.notice_scope,
        sender=paper.group.name,
        thread=f"paper:{paper.pk}",
        useful_until=assignment.meeting.ends_at if assignment.meeting else None,
    )


def answers_to(assignment: Assignment) -> list[tuple[str, str]]:
    """Return the ways to answer from the mail: the token in their paths is the right to, so that no room gets them."""
    token = answer_token(assignment)
    return [(words, reverse("answer_by_link", args=[token, wish])) for wish, words in WISHES.items()]


def _address(paper: GroupPaper) -> str:
    return reverse("discussion:paper", args=[paper.group.slug, paper.paper.address])
