"""The agenda goes out, to the members by mail and into the group's rooms; and two members hear of their swap."""

from typing import TYPE_CHECKING

from django.urls import reverse

from core.wording import plural, wall_clock
from discussion.models import Assignment
from groups.models import Meeting
from meetings.models import AgendaItem, Part, Poll, Slot, SlotAnswer, Swap
from meetings.queries.notice import KIND, name_of, notice_of, people_told
from notifications.actions import Notice, announce, enqueue, renew, withdraw
from notifications.queries import waiting_for

if TYPE_CHECKING:
    from accounts.models import User


def tell_of_agenda(meeting: Meeting, *, by: "User | None") -> None:
    """Tell everyone in the group of a published agenda; of a changed one again, of the same one once.

    Who publishes it is not mailed; None is the clock. The rooms are told for all.
    """
    notice = notice_of(meeting)
    enqueue(notice, to=[person.pk for person in people_told(meeting.group)], by=by)
    announce(notice)
    meeting.told_revision = meeting.revision
    meeting.save(update_fields=["told_revision"])


def renew_agenda(meeting: Meeting) -> None:
    """Let mails that still wait have the agenda as it is by now: until the day that someone chose for them."""
    if meeting.state == Meeting.State.PUBLISHED and waiting_for(kind=KIND, object=name_of(meeting)).exists():
        renew(notice_of(meeting))


def tell_of_swap(swap: Swap, *, by: "User") -> None:
    """Tell the other of the two what became of a swap; nothing when they have not heard of it and it is as before."""
    to = swap.asked_by_id if by.pk == swap.member_id else swap.member_id
    unheard = withdraw(kind="assignment", object=f"swap:{swap.pk}", to=[to])
    is_taken_back = swap.state == Swap.State.WITHDRAWN or (swap.state == Swap.State.ASKED and swap.version)
    if not (unheard and is_taken_back):
        enqueue(_of_swap(swap, by), to=[to], by=by)


def _of_swap(swap: Swap, by: "User") -> Notice:
    given, meeting, paper = swap.gives, swap.gives.meeting, swap.gives.group_paper
    assert meeting is not None  # noqa: S101  (only what is planned for a meeting is swapped)
    return Notice(
        kind="assignment",
        object=f"swap:{swap.pk}",
        version=swap.version,
        about=_title_of(given),
        said=_said_of_swap(swap, by),
        text="Nothing changes until you accept."
        if swap.state == Swap.State.ASKED and by.pk == swap.asked_by_id
        else "",
        address=reverse("meetings:meeting", args=[swap.group.slug, meeting.slug]) + "#swaps",
        scope=swap.group.notice_scope,
        sender=swap.group.name,
        thread=f"paper:{paper.pk}" if paper else "",
        useful_until=meeting.starts_at,
    )


def _title_of(presented: Assignment | AgendaItem) -> str:
    return presented.group_paper.paper.shown_title if presented.group_paper else presented.title  # type: ignore[union-attr]


def _said_of_swap(swap: Swap, by: "User") -> str:
    when, this = _day_of(swap.gives), "this paper" if swap.given else "this"
    other = f"“{_title_of(swap.takes)}” on {_day_of(swap.takes)}" if swap.takes else "nothing in exchange"
    if swap.state == Swap.State.ACCEPTED:
        return f"{by.name} accepted the swap: they present {this} on {when}, and you {other}."
    if swap.state == Swap.State.DECLINED:
        return f"{by.name} declined the swap: you present {this} on {when} as before."
    if swap.state == Swap.State.WITHDRAWN:
        return f"{by.name} does not want to swap any more: nothing changes for you."
    if by.pk == swap.member_id:
        return f"{by.name} took their answer back: you present {this} on {when} as before."
    return f"{by.name} asks you to swap: you would present {this} on {when}, and they {other}."


def tell_of_part(part: Part, meeting: Meeting, *, by: "User") -> None:
    """Tell someone that they present with someone else; roles by turn stand in the agenda, which everyone gets."""
    if part.role != Part.Role.CO_PRESENTER:
        return
    item, group = part.item, meeting.group
    notice = Notice(
        kind="assignment",
        object=f"part:{part.pk}",
        about=item.title or item.group_paper.paper.shown_title,  # type: ignore[union-attr]  # one of the two is there
        said=f"{by.name} put you down to present this too on {wall_clock(meeting.starts_at, group.zone)}.",
        text="If you cannot, take yourself off on the page of the meeting.",
        address=f"{reverse('meetings:meeting', args=[group.slug, meeting.slug])}#item-{item.pk}",
        scope=group.notice_scope,
        sender=group.name,
        thread=f"paper:{item.group_paper_id}" if item.group_paper_id else "",
        useful_until=meeting.starts_at,
    )
    enqueue(notice, to=[part.member_id], by=by)


def tell_of_choice(poll: Poll, slot: Slot, *, by: "User") -> None:
    """Tell who answered that a time was chosen, or that this was taken back, unless it is as they have heard.

    Of a session whose agenda is out, that tells of it.
    """
    session, named = slot.meeting, f"slot:{slot.pk}"
    if session is None or session.published_at:
        return
    unheard = set(waiting_for(kind="session", object=named).values_list("recipient", flat=True))
    withdraw(kind="session", object=named, to=unheard)
    answered = set(SlotAnswer.objects.filter(slot__poll=poll).values_list("member", flat=True))
    enqueue(_of_choice(poll, slot, session, by), to=answered - unheard, by=by)


def _of_choice(poll: Poll, slot: Slot, session: Meeting, by: "User") -> Notice:
    group, is_chosen = poll.group, slot.chosen_at is not None
    when = wall_clock(session.starts_at, group.zone)
    chosen, gone = (
        f"{by.name} chose a time: {when}.",
        f"{by.name} took the time back: the session on {when} is cancelled.",
    )
    lasts = plural(session.minutes, "minute", "minutes")
    return Notice(
        kind="session",
        object=f"slot:{slot.pk}",
        version=slot.version,
        about=poll.about or "A session",
        said=chosen if is_chosen else gone,
        text=f"{lasts}, {session.place}." if session.place else f"{lasts}.",
        address=reverse("meetings:meeting", args=[group.slug, session.slug])
        if is_chosen
        else reverse("meetings:poll", args=[group.slug, poll.pk]),
        scope=group.notice_scope,
        sender=group.name,
        thread=f"poll:{poll.pk}",
        useful_until=session.starts_at,
    )


def _day_of(planned: Assignment | AgendaItem) -> str:
    return wall_clock(planned.meeting.starts_at, planned.meeting.group.zone) if planned.meeting else ""
