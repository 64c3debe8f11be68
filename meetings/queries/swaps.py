"""Who asks whom to swap what they present, and with whom one could."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q

from core import limits
from core.clock import now
from core.wording import short_day
from discussion.models import Assignment
from groups.models import Group, Meeting, Membership
from meetings.models import AgendaItem, Swap


@dataclass(frozen=True, slots=True)
class SwapChoice:
    """Whom one can ask: the value that the form sends, and the words for it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A paper or a topic that someone presents at a meeting to come."""

    meeting: Meeting
    member: int  # by id
    value: str  # its own part of what the form sends
    title: str

    def said_of(self, name: str) -> str:
        return f"{name}: {short_day(self.meeting.day)}, {self.title[: limits.SWAP_TITLE_CHARS]}"


def open_swaps(membership: Membership, meeting: Meeting | None = None) -> list[Swap]:
    """Return the swaps that the member asks for, or is asked for, and that can still be; the earliest question first.

    One statement. With a meeting, only those that touch it.
    """
    swaps = Swap.objects.concerning(membership.user_id).filter(group=membership.group, state=Swap.State.ASKED)
    nothing = Q(taken=None, taken_topic=None)
    swaps = swaps.filter(_still("given", by="asked_by"), _still("taken", by="member") | nothing)
    if meeting:
        swaps = swaps.filter(reduce(or_, (Q((f"{side}__meeting", meeting)) for side in Swap.SIDES)))
    parts = [f"{side}__{part}" for side in Swap.SIDES for part in ("meeting", "group_paper__paper")]
    searched = [f"{side}__group_paper__paper__search" for side in Swap.SIDES]
    return list(swaps.select_related("asked_by", "member", *parts).defer(*searched).order_by("created_at", "pk"))


def _still(side: str, *, by: str) -> Q:
    """Return the condition that a paper or topic of a swap is to come, and presented by who is to give it."""
    paper, topic = (f"{one}__meeting" for one in (side, f"{side}_topic"))
    coming = {"starts_at__gt": now(), "state__in": Meeting.OPEN}
    of_paper = Q((f"{side}__state", Assignment.State.ACCEPTED), (f"{side}__member", F(by)))
    of_topic = Q((f"{side}_topic__state", AgendaItem.State.PLANNED), (f"{side}_topic__topic_presenter", F(by)))
    return (of_paper & Q(**{f"{paper}__{name}": value for name, value in coming.items()})) | (
        of_topic & Q(**{f"{topic}__{name}": value for name, value in coming.items()})
    )


def presented_by(
    group: Group, members: Collection[int]
) -> tuple[models.QuerySet[Assignment], models.QuerySet[AgendaItem]]:
    """Return the papers and the topics that the members present at meetings to come, and could give in exchange."""
    coming = {"group": group, "meeting__state__in": Meeting.OPEN, "meeting__starts_at__gt": now()}
    papers = Assignment.objects.standing().filter(state=Assignment.State.ACCEPTED, member__in=members, **coming)
    topics = AgendaItem.objects.filter(state=AgendaItem.State.PLANNED, topic_presenter__in=members, **coming)
    return papers, topics


def swap_choices(membership: Membership, members: Sequence[Membership]) -> list[SwapChoice]:
    """Return whom the member can ask to swap: who presents at a coming meeting, then others. Two statements."""
    others = {one.user_id: one.user.name for one in members if one.user_id != membership.user_id}
    held, topics = presented_by(membership.group, others)
    held = held.select_related("meeting", "group_paper__paper").defer("group_paper__paper__search").order_by("pk")
    found = [
        *(Offered(_meeting_of(one), one.member_id, f"{one.pk}", one.group_paper.paper.shown_title) for one in held),
        *(
            Offered(one.meeting, one.topic_presenter_id or 0, f"topic-{one.pk}", one.title)
            for one in topics.select_related("meeting").order_by("pk")
        ),
    ]
    found = sorted(found, key=lambda one: (one.meeting.starts_at, others[one.member]))[: limits.SWAP_CHOICES]
    return [
        *(SwapChoice(f"{one.member}:{one.value}", one.said_of(others[one.member])) for one in found),
        *_without_exchange(others.items(), {one.member for one in found}),
    ]


def _meeting_of(held: Assignment) -> Meeting:
    assert held.meeting is not None  # noqa: S101  (asked for by its time)
    return held.meeting


def _without_exchange(others: Collection[tuple[int, str]], busy: set[int]) -> list[SwapChoice]:
    return [SwapChoice(f"{member}", f"{name}: takes it over") for member, name in others if member not in busy]
