"""Changes of what a comment says; what it said before stays in its history."""

from typing import TYPE_CHECKING

from django.db import transaction

from core import limits
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed
from core.text import comment_text
from discussion.access import comment_of, may_edit, paper_of
from discussion.actions.comments import check_text, set_mentions
from discussion.actions.telling import tell_of_mentions
from discussion.models import Comment, CommentRevision
from discussion.queries import known_in
from groups.access import membership_for
from groups.models import Group

if TYPE_CHECKING:
    from accounts.models import User


class Stale(Conflict):
    """The comment says something else by now than what was being changed; `comment` is how it stands."""

    def __init__(self, comment: Comment) -> None:
        super().__init__("Someone changed this meanwhile. Nothing is lost: below is what it says now, and your text.")
        self.comment = comment


@transaction.atomic
def change_comment(*, by: "User", slug: str, address: str, comment: int, text: str, seen: int) -> Comment:
    """Change what a comment says: one's own, and of members the summary. `seen` is the revision that was changed.

    The same text again changes nothing. Raises Stale when the comment was changed since `seen`.
    """
    membership = membership_for(by, slug, lock=True)
    found = comment_of(paper_of(membership.group, address), membership.group, comment)
    if not may_edit(found, membership):
        raise NotAllowed("A comment is changed by the member who wrote it, the summary by all members.")
    if found.deleted_at:
        raise Conflict("This was deleted meanwhile. Your text is kept here: send it as a new comment if you like.")
    check_text(membership, text, found.label)
    if found.markdown == text:
        return found
    if found.revision != seen:
        raise Stale(found)
    if found.revision >= limits.COMMENT_REVISIONS:
        raise Invalid(f"This was changed {limits.COMMENT_REVISIONS} times, and that is the limit. Write a new comment.")
    _change(found, by, membership.group, text)
    return found


def _change(comment: Comment, by: "User", group: Group, text: str) -> None:
    CommentRevision.objects.create(
        group=group,
        comment=comment,
        number=comment.revision,
        markdown=comment.markdown,
        writer_id=comment.edited_by_id if comment.revision else comment.author_id,
        written_at=comment.edited_at or comment.written_at,
    )
    said = comment_text(text, known_in(group, text))
    comment.markdown, comment.html = text, said.html
    comment.revision += 1
    comment.edited_at, comment.edited_by = now(), None if comment.anonymous else by
    tell_of_mentions(comment, set_mentions(comment, said.mentioned))
    comment.save(update_fields=["markdown", "html", "revision", "edited_at", "edited_by"])
