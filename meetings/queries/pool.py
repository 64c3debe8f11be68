"""The pool of a meeting, and what the votes would make of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from core.clock import now
from discussion.queries import OpenCandidate, count_open_candidates, open_candidates
from groups.models import Group, Meeting
from meetings.models import AgendaItem
from meetings.selection import RULES, Candidate


@dataclass(frozen=True, slots=True)
class Proposal:
    """What fits the minutes that are left, in order; what misses, and by how many minutes; the whole pool."""

    chosen: list[OpenCandidate]
    lacks_minutes: dict[int, int]  # id of a group paper to minutes
    pool: list[OpenCandidate]


def candidates_of(group: Group) -> list[OpenCandidate]:
    """List the papers with votes that have not lapsed, most votes first, then those just added. Two statements."""
    return open_candidates(group, _votes_since(group))


def count_candidates_of(group: Group) -> int:
    """Count them. One statement."""
    return count_open_candidates(group, _votes_since(group))


def _votes_since(group: Group) -> datetime:
    return now() - timedelta(weeks=group.pool_weeks)


def proposal(meeting: Meeting, items: Sequence[AgendaItem], candidates: Sequence[OpenCandidate]) -> Proposal:
    """Choose from the candidates for the minutes that `items`, the lines already there, leave free.

    Papers on any open agenda of the group are no candidates. One statement.
    """
    taken = _on_open_agendas(meeting)
    pool = {one.group_paper.pk: one for one in candidates if one.group_paper.pk not in taken}
    minutes = meeting.group.minutes_per_paper
    ranked = [Candidate(key, minutes, one.supporters, one.first_vote) for key, one in pool.items()]
    slot = max(0, meeting.minutes - sum(item.minutes for item in items))
    selection = RULES["most_votes"](ranked, slot, {})
    return Proposal(
        chosen=[pool[chosen.key] for chosen in selection.chosen],
        lacks_minutes={left.key: left.lacks_minutes for left in selection.left_out},
        pool=list(pool.values()),
    )


def _on_open_agendas(meeting: Meeting) -> set[int]:
    """Return the ids of the group papers that an open meeting has, or that the organiser took off this one."""
    on_agenda = AgendaItem.objects.filter(meeting__in=Meeting.objects.open().filter(group=meeting.group))
    on_agenda = on_agenda.exclude(Q(state=AgendaItem.State.DROPPED) & ~Q(meeting=meeting))
    return set(on_agenda.filter(group_paper__isnull=False).values_list("group_paper", flat=True))
