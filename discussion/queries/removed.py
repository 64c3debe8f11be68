"""What was deleted lately, for whoever can bring it back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from core import limits
from core.clock import now
from discussion.access import is_own, may_bring_back
from discussion.models import Comment
from groups.access import membership_for
from groups.models import Membership

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class RemovedPage:
    membership: Membership
    comments: list[Comment]  # the latest deleted first, each with its author and its paper


def removed_page(*, by: "User", slug: str) -> RemovedPage:
    """Gather the comments that the member can bring back; of the newest that were deleted in the group."""
    membership = membership_for(by, slug)
    since = now() - timedelta(days=limits.DELETED_DAYS)
    deleted = Comment.objects.filter(group=membership.group, deleted_at__gte=since).exclude(markdown="")
    deleted = deleted.select_related("author", "deleted_by", "group_paper__paper").order_by("-deleted_at", "-pk")
    rows = deleted.defer("search", "html", "group_paper__paper__search")[: limits.REMOVED_ROWS]
    shown = [one for one in rows if may_bring_back(one, membership)]
    for one in shown:
        one.is_mine = is_own(one, membership)
    return RemovedPage(membership, shown)
