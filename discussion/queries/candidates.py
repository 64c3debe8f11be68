"""The papers that an agenda may be made of."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from discussion.models import GroupPaper, Vote
from groups.models import Group


@dataclass(frozen=True, slots=True)
class OpenCandidate:
    """A group paper (with its paper loaded) that members want discussed."""

    group_paper: GroupPaper
    supporters: frozenset[int]  # ids of members
    first_vote: datetime  # UTC


def open_candidates(group: Group, since: datetime) -> list[OpenCandidate]:
    """List the papers with open votes cast at `since` or later, most votes first, then the earliest first vote.

    Older votes have lapsed and do not count. Two statements, however many papers.
    """
    votes: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
    cast = Vote.objects.open().filter(group=group, cast_at__gte=since)
    for group_paper, member, cast_at in cast.values_list("group_paper", "member", "cast_at"):
        votes[group_paper][member] = cast_at
    group_papers = GroupPaper.objects.select_related("paper").filter(group=group, pk__in=votes)
    candidates = [
        OpenCandidate(one, frozenset(votes[one.pk]), first_vote=min(votes[one.pk].values())) for one in group_papers
    ]
    return sorted(candidates, key=lambda one: (-len(one.supporters), one.first_vote, one.group_paper.pk))
