"""Which times are offered for a session, and whom they suit."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Q

from core import limits
from core.clock import now
from groups.access import membership_for
from groups.models import Group, Membership
from groups.queries import members_of
from meetings.access import poll_of
from meetings.models import Poll, Slot, SlotAnswer

if TYPE_CHECKING:
    from accounts.models import User

YES, MAYBE, NO = SlotAnswer.Suits.YES, SlotAnswer.Suits.MAYBE, SlotAnswer.Suits.NO


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A time with the names of those whom it suits, suits if need be, and does not suit."""

    slot: Slot
    yes: list[str]
    maybe: list[str]
    no: list[str]
    mine: str  # what the member said; empty while they have not
    is_over: bool

    @property
    def worth(self) -> tuple[int, int]:
        """Return what times are compared by: how many can come, then how many of them gladly."""
        return len(self.yes) + len(self.maybe), len(self.yes)


@dataclass(frozen=True, slots=True)
class PollPage:
    membership: Membership
    poll: Poll
    lines: list[SlotLine]  # the earliest first
    answered: int  # members
    members: int  # who are asked

    @property
    def chosen(self) -> Slot | None:
        """Return the time that was chosen."""
        return next((line.slot for line in self.lines if line.slot.chosen_at), None)

    @property
    def may_answer(self) -> bool:
        return self.poll.is_open and self.membership.may_vote

    @property
    def best(self) -> tuple[int, int]:
        """Return the worth of the times that suit most; of none when nobody has said that one suits."""
        return max((line.worth for line in self.lines if not line.is_over), default=(0, 0))


@dataclass(frozen=True, slots=True)
class OpenPoll:
    """A poll that waits for answers, the same for all members."""

    pk: int
    about: str
    answered: frozenset[int]  # ids of users

    def waits_for(self, membership: Membership) -> bool:
        """Tell whether a member has still to answer."""
        return membership.may_vote and membership.user_id not in self.answered


def poll_page(*, by: "User", slug: str, pk: int) -> PollPage:
    """Gather a poll for a member of the group. Five statements, however many answered."""
    membership = membership_for(by, slug)
    poll = poll_of(membership.group, pk)
    members = {one.user_id: one.user.name for one in members_of(membership.group) if one.may_vote and not one.until}
    slots = list(poll.slots.filter(dropped_at__isnull=True).select_related("meeting").order_by("starts_at"))
    given: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for slot, member, suits in SlotAnswer.objects.filter(slot__in=slots).values_list("slot", "member", "suits"):
        if member in members:
            given[slot][member] = suits
    return PollPage(
        membership=membership,
        poll=poll,
        lines=[_line(slot, given[slot.pk], members, by) for slot in slots],
        answered=len({member for answers in given.values() for member in answers}),
        members=len(members),
    )


def open_polls(group: Group) -> list[OpenPoll]:
    """Return the polls that can still be answered, the oldest first. One statement."""
    offered = Q(slots__dropped_at__isnull=True)
    polls = Poll.objects.filter(group=group, closed_at__isnull=True).annotate(
        last=Max("slots__starts_at", filter=offered),
        answered=ArrayAgg("slots__answers__member", filter=offered & Q(slots__answers__isnull=False), distinct=True),
    )
    rows = polls.filter(last__gt=now()).order_by("pk").values_list("pk", "about", "answered")
    return [OpenPoll(pk, about, frozenset(answered or ())) for pk, about, answered in rows]


def recent_polls(group: Group) -> list[Poll]:
    """Return the polls that are open, and those of late, the latest first.

    Each with `offered`, its number of times, and `chosen`, when the time begins that was chosen. One statement.
    """
    lately = Q(made_at__gte=now() - timedelta(days=limits.POLL_DAYS))
    polls = Poll.objects.filter(Q(closed_at__isnull=True) | lately, group=group)
    counted = polls.annotate(
        offered=Count("slots", filter=Q(slots__dropped_at__isnull=True)),
        chosen=Max("slots__starts_at", filter=Q(slots__chosen_at__isnull=False)),
    )
    return list(counted.order_by("-made_at", "-pk")[: limits.HISTORY_ROWS])


def _line(slot: Slot, answers: Mapping[int, str], members: Mapping[int, str], by: "User") -> SlotLine:
    def named(suits: str) -> list[str]:
        return [name for member, name in members.items() if answers.get(member) == suits]

    return SlotLine(
        slot=slot,
        yes=named(YES),
        maybe=named(MAYBE),
        no=named(NO),
        mine=answers.get(by.pk, ""),
        is_over=slot.starts_at <= now(),
    )
