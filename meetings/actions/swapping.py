"""Two members swap what they present: one asks, and nothing changes until the other accepts.

Only who presents changes. What everyone owes is counted from what was presented in the end, so a swap moves the slot,
not the debt.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.wording import short_day
from discussion.actions import hand_over
from discussion.models import Assignment
from groups.access import meeting_of, voting_membership_for
from groups.actions import record
from groups.models import AuditEvent, Group, Meeting
from groups.queries import member_of
from meetings.access import item_of, open_one
from meetings.actions.changing import What, change_of, note_changes
from meetings.actions.roles import end_parts
from meetings.actions.telling import tell_of_swap
from meetings.models import AgendaChange, AgendaItem, Attendance, Part, Swap
from meetings.queries.swaps import presented_by

if TYPE_CHECKING:
    from accounts.models import User

State = Swap.State


@transaction.atomic
def ask_swap(
    *,
    by: "User",
    slug: str,
    meeting: str,
    pk: int,
    key: UUID,
    member: int,
    taken: int | None = None,
    topic: int | None = None,
) -> Swap:
    """Ask a member to present one's line in one's place.

    One presents in exchange what they have `taken` (an assignment's id), or their `topic` (by its line's). Asking
    someone else takes an earlier question back; a retry with the same key is the same question.
    """
    group = voting_membership_for(by, slug, lock=True).group
    session = open_one(meeting_of(group, meeting, lock=True))
    item = item_of(session, pk)
    given = _given(session, item, by)
    there = Swap.objects.filter(key=key, **given).first()
    if there:
        return there
    person = _partner(session, member, by)
    offered = _offered(group, person, taken=taken, topic=topic)
    for earlier in Swap.objects.select_for_update().filter(state=State.ASKED, **given):
        _set(earlier, State.WITHDRAWN, by=by)
    swap = Swap.objects.create(group=group, key=key, asked_by=by, member=person, **given, **offered)
    tell_of_swap(swap, by=by)
    return swap


@transaction.atomic
def set_swap(*, by: "User", slug: str, pk: int, state: str) -> Swap:
    """Accept or decline a swap that one is asked for, or withdraw one's own question; "asked" takes that back.

    Setting a state again changes nothing.
    """
    group = voting_membership_for(by, slug, lock=True).group
    swap = _swap_of(group, pk, by)
    if state not in _may_set(swap, by):
        raise NotAllowed("The member who was asked answers; the one who asked can take the question back.")
    if swap.state == state:
        return swap
    if State.ASKED not in (swap.state, state):
        raise Conflict(f"This swap was {swap.get_state_display().lower()} meanwhile. Reload the page.")
    if state == State.ASKED and Swap.objects.filter(**_what_it_gives(swap), state=State.ASKED).exists():
        raise Conflict("Someone else is asked to swap this meanwhile. Reload the page.")
    if state == State.ACCEPTED:
        _exchange(swap, back=False)
    elif swap.state == State.ACCEPTED:
        _exchange(swap, back=True)
    _set(swap, State(state), by=by)
    return swap


def _what_it_gives(swap: Swap) -> dict[str, Any]:
    return {"given": swap.given, "given_topic": swap.given_topic}


def _given(meeting: Meeting, item: AgendaItem, by: "User") -> dict[str, Any]:
    """Return what one presents as the column of a swap; raises NotAllowed when it is not one's own."""
    if item.group_paper is None and item.topic_presenter_id == by.pk and item.state == AgendaItem.State.PLANNED:
        return {"given_topic": item}
    places = Assignment.objects.in_place().filter(meeting=meeting, group_paper=item.group_paper, member=by)
    accepted = places.filter(state=Assignment.State.ACCEPTED).first() if item.group_paper else None
    if accepted is None:
        raise NotAllowed("Only who presents this line can ask someone to swap.")
    return {"given": accepted}


def _partner(meeting: Meeting, member: int, by: "User") -> "User":
    membership = member_of(meeting.group, member)
    if membership is None or not membership.may_vote or not membership.presents or member == by.pk:
        raise Invalid("Choose another member who takes papers.", field="other")
    if _is_away(meeting, member):
        raise Invalid(f"{membership.user.name} cannot make it to this meeting. Choose someone else.", field="other")
    return membership.user


def _is_away(meeting: Meeting, member: int) -> bool:
    return Attendance.objects.filter(meeting=meeting, member=member, state=Attendance.State.AWAY).exists()


def _offered(group: Group, person: "User", *, taken: int | None, topic: int | None) -> dict[str, Any]:
    """Return what the other presents as the column of a swap, or nothing when it is to be none."""
    if not (taken or topic):
        return {}
    papers, topics = presented_by(group, [person.pk])
    found = topics.filter(pk=topic).first() if topic else papers.filter(pk=taken or 0).first()
    if found is None:
        raise Conflict(f"{person.name} does not present that any more. Reload the page and choose again.")
    return {"taken_topic" if topic else "taken": found}


def _swap_of(group: Group, pk: int, by: "User") -> Swap:
    """Return a swap that concerns the person, locked behind its meetings; others do not learn that there is one."""
    concerns = Swap.objects.concerning(by.pk).filter(group=group, pk=pk)
    held = [one for one in concerns.values_list(*(f"{side}__meeting" for side in Swap.SIDES)).first() or () if one]
    list(Meeting.objects.filter(pk__in=held).order_by("pk").select_for_update().values_list("pk"))
    swap = concerns.select_for_update(of=("self",)).select_related(*Swap.SIDES, "asked_by", "member").first()
    if swap is None:
        raise NotFound
    return swap


def _may_set(swap: Swap, by: "User") -> set[str]:
    if by.pk == swap.asked_by_id:
        return {State.WITHDRAWN, State.ASKED} if swap.state in (State.ASKED, State.WITHDRAWN) else {State.WITHDRAWN}
    answers: set[str] = {State.ACCEPTED, State.DECLINED}
    return answers if swap.state == State.WITHDRAWN else answers | {State.ASKED}


def _exchange(swap: Swap, *, back: bool) -> None:
    """Let each present what the other did, or what they did before; taken back, the question is of what stands then."""
    first, second = (swap.member, swap.asked_by) if back else (swap.asked_by, swap.member)
    moves = [(swap.gives, first, second), *([(swap.takes, second, first)] if swap.takes else [])]
    stands: list[Assignment | None] = []
    for planned, giver, taker in moves:
        meeting = _still_to_come(planned)
        if isinstance(planned, AgendaItem):
            changes = _hand_topic(planned, meeting, giver, taker)
            stands.append(None)
        else:
            stands.append(_hand_paper(planned, meeting, giver, taker))
            changes = []
        meeting.asks_due_at = now()
        meeting.save(update_fields=["asks_due_at"])
        note_changes(meeting, swap.member, changes)
    if back:
        swap.given, swap.taken = stands[0], stands[1] if swap.takes else None
    what = AuditEvent.What.SWAPPED_BACK if back else AuditEvent.What.SWAPPED
    days = sorted({planned.meeting.slug for planned, _, _ in moves if planned.meeting})
    record(swap.group, what, by=swap.member, about=swap.asked_by, thing=" and ".join(days))


def _hand_paper(planned: Assignment, meeting: Meeting, giver: "User", taker: "User") -> Assignment:
    places = Assignment.objects.in_place().select_for_update(of=("self",))
    place = places.filter(group_paper=planned.group_paper, meeting=meeting, member=giver).first()
    if place is None or place.state != Assignment.State.ACCEPTED:
        raise Conflict(f"{giver.name} does not present that any more, so it cannot be swapped.")
    _check_can_present(meeting, taker)
    end_parts(Part.objects.filter(item__meeting=meeting, item__group_paper=planned.group_paper, member=taker))
    return hand_over(place, taker)


def _hand_topic(item: AgendaItem, meeting: Meeting, giver: "User", taker: "User") -> list[AgendaChange]:
    """Let another present a topic; return the change, as nothing else tells of it."""
    if item.topic_presenter_id != giver.pk or item.state != AgendaItem.State.PLANNED:
        raise Conflict(f"{giver.name} does not present that any more, so it cannot be swapped.")
    _check_can_present(meeting, taker)
    end_parts(Part.objects.filter(item=item, member=taker))
    item.topic_presenter = taker
    item.save(update_fields=["topic_presenter"])
    return [change_of(item, What.PRESENTER, giver.pk, taker.pk)]


def _check_can_present(meeting: Meeting, person: "User") -> None:
    membership = member_of(meeting.group, person.pk)
    if membership is None or not membership.may_vote or _is_away(meeting, person.pk):
        raise Conflict(f"{person.name} cannot present on {short_day(meeting.day)} any more, so it cannot be swapped.")


def _still_to_come(planned: Assignment | AgendaItem) -> Meeting:
    meeting = planned.meeting
    if meeting is None or not meeting.is_open or meeting.starts_at <= now():
        raise Conflict("One of the meetings has begun or is over, so this can no longer be swapped.")
    return meeting


def _set(swap: Swap, state: "State", *, by: "User") -> None:
    swap.state, swap.version, swap.answered_at = state, swap.version + 1, now()
    swap.save(update_fields=["state", "version", "answered_at", "given", "taken"])
    tell_of_swap(swap, by=by)
