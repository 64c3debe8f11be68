"""Thanks for a comment, and the same question: states that are set, counted and never named."""

from typing import TYPE_CHECKING

from django.db import transaction

from core.errors import Invalid
from discussion.access import is_own, kept_comment_of
from discussion.models import Comment, Reaction
from groups.access import membership_for

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def set_reaction(*, by: "User", slug: str, address: str, comment: int, kind: str, on: bool) -> Comment:
    """Set whether the member thanks for a comment of someone else, or has the same question."""
    membership = membership_for(by, slug, lock=True)
    found = kept_comment_of(membership.group, address, comment)
    if is_own(found, membership):
        raise Invalid("This is your own comment.")
    if kind == Reaction.Kind.SAME and found.label != Comment.Label.QUESTION:
        raise Invalid("This is not marked as a question.")
    if on:
        reaction = Reaction(group=membership.group, comment=found, member=by, kind=kind)
        Reaction.objects.bulk_create([reaction], ignore_conflicts=True)
    else:
        Reaction.objects.filter(comment=found, member=by, kind=kind).delete()
    return found
