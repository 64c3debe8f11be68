"""What members write about a paper."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from core.clock import now
from core.errors import Conflict
from core.text import markdown_html
from discussion.access import group_paper_of, thread_of
from discussion.models import Comment
from groups.access import membership_for

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
    written = Comment.objects.select_related("author").get(key=key)
    if (written.author_id, written.group_paper_id, written.markdown) != (by.pk, group_paper.pk, text):
        raise Conflict("This form was used already. Send it again to add this text as a new comment.")
    return written
