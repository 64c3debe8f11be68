"""Who asks whom to swap what they present, and with whom one could."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from core import limits
from core.clock import now
from core.wording import short_day
from discussion.models import Assignment
from groups.models import Meeting, Membership
from meetings.models import Swap


@dataclass(frozen=True, slots=True)
class SwapChoice:
    """Whom one can ask: the value that the form sends, and the words for it."""

    value: str
    label: str


def open_swaps(membership: Membership, meeting: Meeting | None = None) -> list[Swap]:
    """Return the swaps that the member asks for, or is asked for, and that can still be; the earliest question first.

    One statement. With a meeting, only those that touch it.
    """
    swaps = Swap.objects.concerning(membership.user_id).filter(group=membership.group, state=Swap.State.ASKED)
    still = Q(given__state=Assignment.State.ACCEPTED, given__member=F("asked_by"), given__meeting__starts_at__gt=now())
    both = Q(taken=None) | Q(
        taken__state=Assignment.State.ACCEPTED, taken__member=F("member"), taken__meeting__starts_at__gt=now()
    )
    swaps = swaps.filter(still, both, given__meeting__state__in=Meeting.OPEN)
    if meeting:
        swaps = swaps.filter(Q(given__meeting=meeting) | Q(taken__meeting=meeting))
    parts = [f"{side}__{part}" for side in ("given", "taken") for part in ("meeting", "group_paper__paper")]
    searched = [f"{side}__group_paper__paper__search" for side in ("given", "taken")]
    return list(swaps.select_related("asked_by", "member", *parts).defer(*searched).order_by("created_at", "pk"))


def swap_choices(membership: Membership, members: Sequence[Membership]) -> list[SwapChoice]:
    """Return whom the member can ask to swap: who presents at a coming meeting, then others. One statement."""
    others = {one.user_id: one.user.name for one in members if one.user_id != membership.user_id}
    coming = Assignment.objects.standing().filter(
        group=membership.group,
        state=Assignment.State.ACCEPTED,
        member__in=others,
        meeting__state__in=Meeting.OPEN,
        meeting__starts_at__gt=now(),
    )
    coming = coming.select_related("meeting", "group_paper__paper").defer("group_paper__paper__search")
    found = list(coming.order_by("meeting__starts_at", "member__name", "pk")[: limits.SWAP_CHOICES])
    busy = {one.member_id for one in found}
    return [
        *(SwapChoice(f"{one.member_id}:{one.pk}", _in_exchange(one, others[one.member_id])) for one in found),
        *_without_exchange(others.items(), busy),
    ]


def _in_exchange(one: Assignment, name: str) -> str:
    day = short_day(one.meeting.day) if one.meeting else ""
    return f"{name}: {day}, {one.group_paper.paper.shown_title[: limits.SWAP_TITLE_CHARS]}"


def _without_exchange(others: Collection[tuple[int, str]], busy: set[int]) -> list[SwapChoice]:
    return [SwapChoice(f"{member}", f"{name}: takes it over") for member, name in others if member not in busy]
