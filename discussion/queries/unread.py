"""What was written about papers since a member last read it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from core import limits
from core.changes import UNKNOWN, Version
from core.clock import now, this_minute
from core.keeping import remembered
from discussion.models import Comment, Follow
from discussion.models.comment import CommentQuerySet
from groups.models import Membership

# How many comments on each paper of the group are new to a member. `unread_for` says the same as a query set, which is
# ten times as slow to put together; every page asks this.
UNREAD = """
SELECT about.paper_id AS paper_id, count(*) AS count
FROM discussion_comment comment
    JOIN discussion_grouppaper about ON about.id = comment.group_paper_id
    LEFT JOIN discussion_lastread seen ON seen.group_paper_id = about.id AND seen.member_id = %(member)s
WHERE %(uncounted)s AND comment.group_id = %(group)s AND comment.deleted_at IS NULL
    AND comment.author_id IS DISTINCT FROM %(member)s AND comment.written_at > coalesce(seen.read_at, %(since)s)
    AND NOT EXISTS (
        SELECT 1 FROM discussion_follow follow
        WHERE follow.group_id = %(group)s AND follow.member_id = %(member)s AND follow.paper_id = about.paper_id
            AND follow.state = 'mute'
    )
GROUP BY about.paper_id
"""


def unread_counts(membership: Membership, version: Version = UNKNOWN) -> Mapping[int, int]:
    """Map the ids of papers to how many of their comments are new to the member; the others are not in it.

    One statement, or none when it is known.
    """
    known = known_counts(membership, version)
    if known is not None:
        return known
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, asked_of(membership, version))
        return keep_counts(membership, version, dict(cursor.fetchall()))


def known_counts(membership: Membership, version: Version) -> Mapping[int, int] | None:
    """Return the same if it was counted for the membership in hand, or under this version of the group's pages."""
    if membership.unread_counts is None:
        membership.unread_counts = _kept(version, membership, this_minute()).get("counts")
    return membership.unread_counts


def keep_counts(membership: Membership, version: Version, counts: Mapping[int, int]) -> Mapping[int, int]:
    """Remember what was counted: the header of a page and its lines say the same, and so does the next page."""
    membership.unread_counts = _kept(version, membership, this_minute())["counts"] = counts
    return counts


def asked_of(membership: Membership, version: Version) -> dict[str, Any]:
    """Return what `UNREAD` is asked with; what is known it does not count again."""
    return {
        "group": membership.group_id,
        "member": membership.user_id,
        "since": news_since(membership),
        "uncounted": known_counts(membership, version) is None,
    }


@remembered(limits.INBOXES_REMEMBERED)
def _kept(version: Version, membership: Membership, minute: datetime) -> dict[str, Mapping[int, int]]:
    """Return where counts are kept. What nobody looked at is no news after a while: none is older than a minute."""
    return {}


def unread_for(membership: Membership) -> CommentQuerySet:
    """Return the comments that are news to the member."""
    comments = Comment.objects.kept().filter(group=membership.group_id).alias(**last_read(membership))
    return comments.filter(new_to(membership), ~is_muted(membership))


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
