"""The pool of a meeting, and what the votes would make of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil

from django.db.models import Q, Sum, Value
from django.db.models.fields import CharField

from core.clock import now
from discussion.queries import OpenCandidate, count_open_candidates, open_candidates
from groups.models import Group, Meeting
from meetings.models import AgendaItem, SavedTime
from meetings.selection import (
    MOST_VOTES,
    RULES,
    SHARED_TIME,
    Candidate,
    LeftOut,
    Selection,
    rule_for,
    settle,
    whole_seconds,
)


@dataclass(frozen=True)
class Proposal:
    """What the votes make of the minutes that are left; the whole pool; what each member has saved, in seconds."""

    pool: list[OpenCandidate]  # most votes first
    slot: int  # minutes that are free
    keeps: int  # one paper's minutes
    saved: dict[int, int]  # before this meeting
    spendable: dict[int, int]  # without what the votes have put on the agenda already
    rule: str  # that applies

    @cached_property
    def selection(self) -> Selection:
        return self._by(self.rule)

    @property
    def chosen(self) -> list[OpenCandidate]:
        """Return what fits, in order."""
        return [self._pool[one.key] for one in self.selection.chosen]

    @property
    def payments(self) -> dict[int, dict[str, int]]:
        """Map the id of a chosen group paper to what its supporters pay: member id to seconds; 0 where nobody pays."""
        return {
            one.key: dict.fromkeys(map(str, sorted(self._pool[one.key].supporters)), 0) | payments_of(one.paid)
            for one in self.selection.chosen
        }

    @property
    def missed(self) -> list[tuple[OpenCandidate, LeftOut]]:
        """Return what has votes and misses, the nearest first."""
        nearest = sorted(self.selection.left_out, key=lambda one: one.lacks_minutes)
        return [(self._pool[one.key], one) for one in nearest]

    @property
    def lacks_minutes(self) -> dict[int, int]:
        """Map the id of a group paper that misses to the minutes that it lacks."""
        return {left.key: left.lacks_minutes for left in self.selection.left_out}

    @property
    def other_rule(self) -> str:
        return MOST_VOTES if self.rule == SHARED_TIME else SHARED_TIME

    @property
    def other_chosen(self) -> list[OpenCandidate]:
        """Return what the other rule would choose, in order."""
        return [self._pool[one.key] for one in self._by(self.other_rule).chosen]

    def meetings_until(self, one: OpenCandidate, left: LeftOut) -> int | None:
        """Return after how many more such meetings the supporters of what misses can pay for it; None when never."""
        earned = self.selection.earned * len(one.supporters)
        return ceil(left.lacks_minutes / earned) if earned else None

    @cached_property
    def _pool(self) -> dict[int, OpenCandidate]:
        return {one.group_paper.pk: one for one in self.pool}

    @cached_property
    def _candidates(self) -> list[Candidate]:
        return candidates_in(self.pool)

    def _by(self, rule: str) -> Selection:
        return RULES[rule](self._candidates, self.slot, self.spendable, keeps=self.keeps)


def payments_of(paid: dict) -> dict[str, int]:  # type: ignore[type-arg]
    """Return who pays how many whole seconds, by the ids of members as JSON has them."""
    return {str(member): seconds for member, seconds in whole_seconds(paid).items()}


def candidates_in(pool: Sequence[OpenCandidate]) -> list[Candidate]:
    """Return what a rule has to know of papers with votes."""
    return [Candidate(one.group_paper.pk, one.group_paper.minutes, one.supporters, one.first_vote) for one in pool]


def candidates_of(group: Group, *, at: datetime | None = None) -> list[OpenCandidate]:
    """List the papers with votes that have not lapsed, most votes first, then those just added. Two statements.

    `at` looks at the votes of an earlier moment that are still open.
    """
    return open_candidates(group, _votes_since(group, at or now()), until=at)


def count_candidates_of(group: Group) -> int:
    """Count them. One statement."""
    return count_open_candidates(group, _votes_since(group, now()))


def _votes_since(group: Group, moment: datetime) -> datetime:
    return moment - timedelta(weeks=group.pool_weeks)


def proposal(meeting: Meeting, items: Sequence[AgendaItem], candidates: Sequence[OpenCandidate]) -> Proposal:
    """Choose from the candidates for the minutes that `items`, the lines already there, leave free.

    Papers on any open agenda of the group are no candidates. One statement.
    """
    group = meeting.group
    taken, saved = _taken_and_saved(meeting)
    pool = [one for one in candidates if one.group_paper.pk not in taken]
    rule = rule_for(group.selection_rule, candidates_in(candidates))
    return Proposal(
        pool=pool,
        slot=max(0, meeting.minutes - sum(item.minutes for item in items)),
        keeps=group.minutes_per_paper,
        saved=saved,
        spendable=_spendable(items, candidates, saved, keeps=group.minutes_per_paper) if rule == SHARED_TIME else saved,
        rule=rule,
    )


def _spendable(
    items: Sequence[AgendaItem], candidates: Sequence[OpenCandidate], saved: dict[int, int], *, keeps: int
) -> dict[int, int]:
    """Take off what is paid for the lines that the votes have chosen already."""
    bought = bought_by_votes(items)
    if not bought:
        return saved
    voters = frozenset[int]().union(*(one.supporters for one in candidates))
    return settle(bought, saved, voters=voters, keeps=keeps).saved


def bought_by_votes(items: Sequence[AgendaItem]) -> list[Candidate]:
    """Return the lines that votes have chosen and will pay for, as candidates: as long as they are, in their order."""
    return [
        Candidate(item.group_paper_id, item.minutes, item.supporters, datetime.min + timedelta(minutes=number))
        for number, item in enumerate(items)
        if item.group_paper_id and not item.pinned and item.payments
    ]


def _taken_and_saved(meeting: Meeting) -> tuple[set[int], dict[int, int]]:
    """Return what stands on agendas, and map member id to the seconds that they have saved; in one statement.

    Taken are the group papers that an open meeting has, or that the organiser took off this one.
    """
    on_agenda = AgendaItem.objects.filter(
        meeting__in=Meeting.objects.filter(group=meeting.group, state__in=[*Meeting.OPEN, Meeting.State.RUNNING])
    )
    on_agenda = on_agenda.exclude(Q(state=AgendaItem.State.DROPPED) & ~Q(meeting=meeting))
    taken = on_agenda.filter(group_paper__isnull=False).values_list(
        Value("taken", output_field=CharField()), "group_paper", Value(0)
    )
    ledger = SavedTime.objects.filter(group=meeting.group).values("member")
    saved = ledger.annotate(seconds=Sum("seconds")).values_list(
        Value("saved", output_field=CharField()), "member", "seconds"
    )
    rows = list(taken.union(saved, all=True))
    return (
        {key for what, key, _ in rows if what == "taken"},
        {key: seconds for what, key, seconds in rows if what == "saved"},
    )


def saved_of(group: Group) -> dict[int, int]:
    """Map member id to the seconds that they have saved. One statement."""
    rows = SavedTime.objects.filter(group=group).values_list("member").annotate(seconds=Sum("seconds"))
    return dict(rows.order_by())
