"""The papers that an agenda may be made of."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from core.among import among
from discussion.models import Assignment, GroupPaper, Vote
from groups.models import Group


@dataclass(frozen=True, slots=True)
class OpenCandidate:
    """A group paper (with its paper loaded) that members want discussed, or that one of them brought."""

    group_paper: GroupPaper
    supporters: frozenset[int]  # ids of members; empty for a paper that was only added
    first_vote: datetime  # UTC; when it was added, as long as nobody has voted


def open_candidates(group: Group, since: datetime, *, until: datetime | None = None) -> list[OpenCandidate]:
    """List the papers with open votes cast at `since` or later, most votes first, then the earliest first vote.

    Votes after `until`, if there is such a moment, do not count.
    Older votes have lapsed and do not count. Papers that a member added since, and that nobody has voted for or
    presented yet, stand last. Two statements, however many papers.
    """
    votes: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
    cast = Vote.objects.open().filter(group=group, cast_at__gte=since)
    if until:
        cast = cast.filter(cast_at__lte=until)
    for group_paper, member, cast_at in cast.values_list("group_paper", "member", "cast_at"):
        votes[group_paper][member] = cast_at
    group_papers = GroupPaper.objects.select_related("paper").defer("paper__search")
    found = list(group_papers.filter(among("pk", votes) | _just_added(since), group=group))
    for one in found:
        one.group = group
    candidates = [
        OpenCandidate(
            group_paper=one,
            supporters=frozenset(votes.get(one.pk, ())),
            first_vote=min(votes[one.pk].values()) if one.pk in votes else one.added_at,
        )
        for one in found
    ]
    return sorted(candidates, key=lambda one: (-len(one.supporters), one.first_vote, one.group_paper.pk))


def count_open_candidates(group: Group, since: datetime) -> int:
    """Count what `open_candidates` lists, without loading it."""
    voted = Vote.objects.open().filter(group=group, cast_at__gte=since).values_list("group_paper")
    return voted.union(GroupPaper.objects.filter(_just_added(since), group=group).values_list("pk")).count()


def _just_added(since: datetime) -> Q:
    """Return the condition of what a member added and nobody has presented yet."""
    presented = Assignment.objects.filter(group_paper=OuterRef("pk"), state=Assignment.State.DONE)
    return Q(~Exists(presented), added_by__isnull=False, added_at__gte=since)
