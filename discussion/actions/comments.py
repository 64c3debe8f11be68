"""What members write about a paper."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from core import limits
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed
from core.text import comment_text
from discussion.access import (
    author_mark,
    comment_of,
    group_paper_of,
    is_own,
    may_bring_back,
    paper_of,
    thread_of,
)
from discussion.actions.drafts import clear_draft
from discussion.actions.telling import tell_of_comment
from discussion.models import Comment, CommentRevision, Mention, Reaction
from discussion.queries import known_in
from groups.access import membership_for
from groups.models import Group, Membership

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def add_comment(
    *,
    by: "User",
    slug: str,
    address: str,
    key: UUID,
    text: str,
    parent: int | None = None,
    label: str = "",
    anonymous: bool = False,
) -> Comment:
    """Write a comment, or a reply; `key` comes with the form, so that a retry finds the first result.

    A reply to a reply joins its thread. What the member had saved of it as a draft is cleared. Raises NotFound when
    `parent` is no comment on this paper in this group, and Conflict when the key was used for anything but this very
    comment, or when the paper has a summary already.
    """
    membership = membership_for(by, slug, lock=True)
    group_paper = group_paper_of(membership.group, address)
    thread = thread_of(group_paper, parent) if parent else None
    check_text(membership, text, label, is_reply=thread is not None)
    if anonymous:
        _check_anonymous(membership, label, thread)
    said = comment_text(text, known_in(membership.group, text))
    comment = Comment(
        group=group_paper.group,
        group_paper=group_paper,
        author=None if anonymous else by,
        anonymous=anonymous,
        author_mark=author_mark(key, by.pk) if anonymous else "",
        parent=thread,
        key=key,
        label=label,
        markdown=text,
        html=said.html,
        written_at=now(),
    )
    Comment.objects.bulk_create([comment], ignore_conflicts=True)
    written = _written(comment)
    tell_of_comment(written, answers=parent, mentioned=set_mentions(written, said.mentioned))
    clear_draft(membership, group_paper.paper_id, thread)
    return written


def _written(comment: Comment) -> Comment:
    """Return the row that has the comment's key, if it is this comment."""
    written = Comment.objects.select_related(*_TOLD).filter(key=comment.key).first()
    if written is None:  # another constraint refused it
        raise Conflict("Someone wrote a summary before you. Reload the page: you can change theirs.")
    if _said_by(written) != _said_by(comment):
        raise Conflict("This form was used already. Send it again to add this text as a new comment.")
    return written


_TOLD = ("author", "group_paper__group", "group_paper__paper")  # what a message about it says


def _said_by(comment: Comment) -> tuple[object, ...]:
    return comment.author_id, comment.author_mark, comment.group_paper_id, comment.markdown


def set_mentions(comment: Comment, members: Iterable[int]) -> set[int]:
    """Let exactly these members be mentioned in the comment, and return them; who wrote it under their name is not."""
    named = set(members) - {comment.author_id}
    Mention.objects.filter(comment=comment).exclude(member__in=named).delete()
    rows = [Mention(group_id=comment.group_id, comment=comment, member_id=member) for member in sorted(named)]
    Mention.objects.bulk_create(rows, ignore_conflicts=True)
    return named


def _check_anonymous(membership: Membership, label: str, thread: Comment | None) -> None:
    if not membership.group.anonymous_questions:
        raise NotAllowed("An organiser of this group has switched questions without a name off.")
    if thread is None and label != Comment.Label.QUESTION:
        raise Invalid("Only a question can be asked without your name. Tick “A question”, or write under your name.")
    if thread is not None and not (thread.anonymous and is_own(thread, membership)):
        raise Invalid("Without your name you can reply below your own question alone.")


def check_text(membership: Membership, text: str, label: str, *, is_reply: bool = False) -> None:
    """Refuse a label that this member, or a reply, cannot give, and a summary that is too long for one."""
    if label != Comment.Label.SUMMARY:
        return
    if not membership.may_vote:
        raise NotAllowed("Guests read and comment; members write the summary.")
    if is_reply:
        raise Invalid("A reply is no summary. Write it at the head of the discussion.")
    if len(text) > limits.SUMMARY_CHARS:
        raise Invalid(f"A summary has at most {limits.SUMMARY_CHARS} characters; this one has {len(text):,}.")


@transaction.atomic
def set_deleted(*, by: "User", slug: str, address: str, comment: int, deleted: bool) -> Comment:
    """Set whether a comment is deleted: its author may, and organisers; back it comes by whoever deleted it.

    Its text is kept for a while, so that it can come back; then it is emptied, and what it said before, too.
    """
    membership = membership_for(by, slug, lock=True)
    found = comment_of(paper_of(membership.group, address), membership.group, comment)
    if not (is_own(found, membership) or membership.is_organiser):
        raise NotAllowed("A comment can be deleted by the member who wrote it and by organisers of the group.")
    if not deleted and found.deleted_at:
        _check_can_return(found, membership)
    if (found.deleted_at is not None) != deleted:
        found.deleted_at = now() if deleted else None
        found.deleted_by = by if deleted and not (found.anonymous and is_own(found, membership)) else None
        found.save(update_fields=["deleted_at", "deleted_by"])
        forget_deleted(membership.group)
    return found


@transaction.atomic
def forget_deleted(group: Group | None = None) -> int:
    """Empty what was deleted long ago, in one group or in all; its place stays for what was replied to it.

    Return how many comments were emptied.
    """
    rested = Comment.objects.filter(deleted_at__lt=now() - timedelta(days=limits.DELETED_DAYS)).exclude(markdown="")
    if group:
        rested = rested.filter(group=group)
    for about in (CommentRevision, Mention, Reaction):
        about.objects.filter(comment__in=rested.values("pk")).delete()
    return rested.update(markdown="", html="")


def _check_can_return(comment: Comment, membership: Membership) -> None:
    if not may_bring_back(comment, membership):
        raise NotAllowed("Only the member who deleted a comment can bring it back.")
    if not comment.markdown:
        raise Conflict(f"This comment was deleted more than {limits.DELETED_DAYS} days ago; its text is gone.")
    if comment.label == Comment.Label.SUMMARY and _summary_beside(comment):
        raise Conflict("The paper has another summary by now. Copy what you need of this one into it.")


def _summary_beside(comment: Comment) -> bool:
    return Comment.objects.summaries().filter(group_paper=comment.group_paper_id).exclude(pk=comment.pk).exists()
