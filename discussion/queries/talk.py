"""What was said last in a group, whatever paper it is about."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from discussion.models import Comment
from groups.access import membership_for
from groups.models import Membership

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Talk:
    membership: Membership
    comments: list[Comment]  # the latest first, each with its author and its paper


def latest_talk(*, by: "User", slug: str, count: int) -> Talk:
    """Gather the latest comments of a member's group, in a fixed number of statements."""
    membership = membership_for(by, slug)
    said = Comment.objects.kept().filter(group=membership.group).select_related("author", "group_paper__paper")
    said = said.defer("search", "group_paper__paper__search", "html")
    return Talk(membership, list(said.order_by("-written_at", "-pk")[:count]))
