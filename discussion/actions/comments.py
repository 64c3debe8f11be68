"""What members write about a paper."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from core import limits
from core.clock import now
from core.errors import Conflict, NotAllowed
from core.text import markdown_html
from discussion.access import comment_of, group_paper_of, paper_of, thread_of
from discussion.actions.telling import tell_of_comment
from discussion.models import Comment
from groups.access import membership_for
from groups.models import Group

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def add_comment(*, by: "User", slug: str, address: str, key: UUID, text: str, parent: int | None = None) -> Comment:
    """Write a comment, or a reply; `key` comes with the form, so that a retry finds the first result.

    A reply to a reply joins its thread. Raises NotFound when `parent` is no comment on this paper in this group, and
    Conflict when the key was used for anything but this very comment.
    """
    group_paper = group_paper_of(membership_for(by, slug, lock=True).group, address)
    thread = thread_of(group_paper, parent) if parent else None
    comment = Comment(
        group=group_paper.group,
        group_paper=group_paper,
        author=by,
        parent=thread,
        key=key,
        markdown=text,
        html=markdown_html(text),
        written_at=now(),
    )
    Comment.objects.bulk_create([comment], ignore_conflicts=True)
    written = Comment.objects.select_related("author", "group_paper__group", "group_paper__paper").get(key=key)
    if (written.author_id, written.group_paper_id, written.markdown) != (by.pk, group_paper.pk, text):
        raise Conflict("This form was used already. Send it again to add this text as a new comment.")
    tell_of_comment(written, answers=parent)
    return written


@transaction.atomic
def set_deleted(*, by: "User", slug: str, address: str, comment: int, deleted: bool) -> Comment:
    """Set whether a comment is deleted: its author may, and organisers; back it comes by whoever deleted it.

    Its text is kept for a while, so that it can come back; then it is emptied.
    """
    membership = membership_for(by, slug, lock=True)
    found = comment_of(paper_of(membership.group, address), membership.group, comment)
    if not (found.author_id == by.pk or membership.is_organiser):
        raise NotAllowed("A comment can be deleted by the member who wrote it and by organisers of the group.")
    if not deleted:
        _check_can_return(found, by)
    if (found.deleted_at is not None) != deleted:
        found.deleted_at, found.deleted_by = (now(), by) if deleted else (None, None)
        found.save(update_fields=["deleted_at", "deleted_by"])
        _forget_rested(membership.group)
    return found


def _check_can_return(comment: Comment, by: "User") -> None:
    if comment.deleted_at and comment.deleted_by_id != by.pk:
        raise NotAllowed("Only the member who deleted a comment can bring it back.")
    if comment.deleted_at and not comment.markdown:
        raise Conflict(f"This comment was deleted more than {limits.DELETED_DAYS} days ago; its text is gone.")


def _forget_rested(group: Group) -> None:
    """Empty what was deleted long ago; its place stays for what was replied to it."""
    rested = Comment.objects.filter(group=group, deleted_at__lt=now() - timedelta(days=limits.DELETED_DAYS))
    rested.exclude(markdown="").update(markdown="", html="")
