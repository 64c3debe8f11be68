"""What was written about papers since a member last read it."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from core import limits
from core.clock import now
from discussion.models import Follow
from groups.models import Membership


def last_read(membership: Membership) -> dict[str, Any]:
    """Return what joins comments with how far this member has read; `new_to` asks it."""
    mine = Q(group_paper__last_read__member=membership.user_id)
    return {"mine": FilteredRelation("group_paper__last_read", condition=mine)}


def news_since(membership: Membership) -> datetime:
    """Return from when on comments are news to a member who never looked: not from before they came, or long ago."""
    return max(membership.joined_at, now() - timedelta(days=limits.UNREAD_DAYS))


def new_to(membership: Membership) -> Q:
    """Return the condition of comments by others that are new to the member."""
    unread = Q(written_at__gt=F("mine__read_at")) | Q(mine__isnull=True, written_at__gt=news_since(membership))
    by_others = Q(author__isnull=True) | ~Q(author=membership.user_id)
    return unread & by_others & Q(deleted_at__isnull=True)


def is_muted(membership: Membership) -> Q:
    """Return the condition of comments on papers of which the member wants to hear nothing."""
    muted = Follow.objects.filter(group=membership.group_id, member=membership.user_id, state=Follow.State.MUTE)
    return Q(Exists(muted.filter(paper=OuterRef("group_paper__paper"))))
