"""Someone comes with a paper from elsewhere: in which of their groups it opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max

from core.ids import find_paper_name
from discussion.models import Comment, GroupPaper, Vote
from groups.models import Membership
from groups.queries import memberships_of
from papers.models import Paper
from papers.queries import paper_by_name

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Arrival:
    paper: Paper | None  # null while nobody here knows it
    memberships: list[Membership]  # where it may open: first where it is already, then where the person was last
    in_group: frozenset[int]  # ids of the groups that have it

    def address_in(self, membership: Membership) -> str:
        """Return the paper's address if it may be shown in this group, else nothing."""
        if self.paper is None or (self.paper.by_members and membership.group_id not in self.in_group):
            return ""
        return self.paper.address


def arrival(*, by: "User", q: str) -> Arrival:
    """Say which paper of the world `q` names, and in which groups the person can open it."""
    memberships = memberships_of(by)
    groups = [membership.group_id for membership in memberships]
    name = find_paper_name(q)
    paper = paper_by_name(name) if name else None
    having = frozenset(GroupPaper.objects.filter(group__in=groups, paper=paper).values_list("group", flat=True))
    last_used = _last_used(by, groups)
    memberships.sort(key=lambda one: (one.group_id in having, last_used.get(one.group_id, 0.0)), reverse=True)
    return Arrival(paper=paper, memberships=memberships, in_group=having)


def _last_used(by: "User", groups: Iterable[int]) -> dict[int, float]:
    """Map a group's id to when the person last voted or wrote there, in seconds."""
    votes = Vote.objects.filter(member=by, group__in=groups).values_list("group").annotate(Max("cast_at"))
    comments = Comment.objects.filter(author=by, group__in=groups).values_list("group").annotate(Max("written_at"))
    last: dict[int, datetime] = {}
    for group, moment in (*votes.order_by(), *comments.order_by()):
        last[group] = max(moment, last.get(group, moment))
    return {group: moment.timestamp() for group, moment in last.items()}
