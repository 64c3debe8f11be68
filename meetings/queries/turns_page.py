"""The page of turns: when each member presented last, and when they will next; no ranking of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.clock import now
from discussion.models import Assignment
from groups.access import membership_for
from groups.models import Group, Meeting, Membership
from groups.queries import members_of
from meetings.models import AgendaItem, Part
from meetings.queries.turns import history_of, in_turns, past_of
from meetings.rotation import Turns, turns_of

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class MemberTurns:
    """A member, the meeting at which they presented last, and the next at which they do; None where there is none."""

    membership: Membership
    last: Meeting | None
    next: Meeting | None
    is_asked: bool  # they have not said yet whether they present at the next
    presented: str  # in turns
    share: str


@dataclass(frozen=True, slots=True)
class TurnsPage:
    membership: Membership
    rows: list[MemberTurns]  # by name
    counted: int  # how many meetings are looked at

    @property
    def mine(self) -> MemberTurns | None:
        """Return the row of whoever looks; guests have none."""
        return next((row for row in self.rows if row.membership.user_id == self.membership.user_id), None)


def turns_page(*, by: "User", slug: str) -> TurnsPage:
    """Gather everyone's last and next turn for a member of the group. Eleven statements."""
    membership = membership_for(by, slug)
    group = membership.group
    members = [one for one in members_of(group) if one.may_vote and one.until is None]
    past = past_of(group)
    turns = turns_of(history_of(group, past), [one.user_id for one in members])
    coming = _coming(group)
    return TurnsPage(
        membership=membership,
        rows=[_row(one, turns[one.user_id], past.meetings, coming) for one in members],
        counted=len(past.meetings),
    )


def _row(
    one: Membership, turns: Turns, meetings: list[Meeting], coming: Mapping[int, tuple[Meeting, bool]]
) -> MemberTurns:
    ahead, is_asked = coming.get(one.user_id, (None, False))
    last = None if turns.last is None else meetings[turns.last]
    return MemberTurns(
        membership=one,
        last=last,
        next=ahead,
        is_asked=is_asked,
        presented=in_turns(turns.presented),
        share=in_turns(turns.fair),
    )


def _coming(group: Group) -> dict[int, tuple[Meeting, bool]]:
    """Map a member to the next meeting at which they present, and whether they are only asked to. Three statements."""
    found = [
        (one.meeting, one.member_id, one.state == Assignment.State.ASKED)
        for one in Assignment.objects.standing()
        .filter(group=group, meeting__state__in=Meeting.OPEN, meeting__starts_at__gt=now())
        .select_related("meeting")
        if one.meeting
    ]
    ahead = {"item__meeting__state__in": Meeting.OPEN, "item__meeting__starts_at__gt": now()}
    together = Part.objects.filter(group=group, role=Part.Role.CO_PRESENTER, **ahead)
    together = together.exclude(item__state=AgendaItem.State.DROPPED).select_related("item__meeting")
    found += [(one.item.meeting, one.member_id, False) for one in together]
    topics = AgendaItem.objects.filter(
        group=group, topic_presenter__isnull=False, meeting__state__in=Meeting.OPEN, meeting__starts_at__gt=now()
    )
    topics = topics.exclude(state=AgendaItem.State.DROPPED).select_related("meeting")
    found += [(one.meeting, one.topic_presenter_id or 0, False) for one in topics]
    found.sort(key=lambda each: (each[0].starts_at, each[0].pk, each[2]), reverse=True)
    return {member: (meeting, is_asked) for meeting, member, is_asked in found}
