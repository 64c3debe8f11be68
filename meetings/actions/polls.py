"""A time for a session outside the schedule: an organiser offers some, members say which suit, one is chosen."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from core import limits
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from groups import actions
from groups.access import held_group_for, organiser_membership_for, voting_membership_for
from groups.actions.sessions import in_reach
from groups.dates import moment
from groups.models import AuditEvent, Group, Meeting
from meetings.access import open_poll, poll_of
from meetings.actions.sessions import set_cancelled
from meetings.actions.telling import tell_of_choice
from meetings.models import Poll, Slot, SlotAnswer

if TYPE_CHECKING:
    from accounts.models import User

Times = Sequence[tuple[date, time]]  # days and hours of the group's wall clock


@transaction.atomic
def offer_times(
    *, by: "User", slug: str, key: UUID, times: Times, minutes: int, about: str = "", place: str = ""
) -> Poll:
    """Offer members some times for a session; a retry with the same key is the same poll."""
    group = _group_run_by(by, slug)
    there = Poll.objects.filter(key=key).first()
    if there and there.group_id == group.pk:
        return there
    if there:
        raise Conflict("This form was sent from another group. Reload the page and send it again.")
    if Poll.objects.filter(group=group, closed_at__isnull=True).count() >= limits.POLLS_OPEN:
        raise Conflict(f"A group asks for at most {limits.POLLS_OPEN} times at once. Close one first.")
    # As keys: where clocks go forward, two hours may be one moment.
    starts = dict.fromkeys(_starts_at(group, number, day, hour) for number, (day, hour) in enumerate(times, 1))
    poll = Poll.objects.create(group=group, key=key, about=about, minutes=minutes, place=place, made_by=by)
    Slot.objects.bulk_create(Slot(group=group, poll=poll, starts_at=starts_at) for starts_at in starts)
    _record(group, by, f"{len(starts)} times offered for a session")
    return poll


@transaction.atomic
def change_times(
    *, by: "User", slug: str, pk: int, times: Times, minutes: int, about: str = "", place: str = ""
) -> Poll:
    """Offer other times, or say something else of the session; answers to times that stay, or come back, are kept."""
    group = _group_run_by(by, slug)
    poll = open_poll(poll_of(group, pk, lock=True))
    known = {slot.starts_at: slot for slot in poll.slots.all()}
    wanted = {_starts_at(group, number, day, hour, known) for number, (day, hour) in enumerate(times, 1)}
    for starts_at, slot in known.items():
        slot.dropped_at = None if starts_at in wanted else slot.dropped_at or now()
    Slot.objects.bulk_update(known.values(), ["dropped_at"])
    Slot.objects.bulk_create(Slot(group=group, poll=poll, starts_at=one) for one in sorted(wanted - known.keys()))
    poll.minutes, poll.about, poll.place = minutes, about, place
    poll.save(update_fields=["minutes", "about", "place"])
    _record(group, by, "times for a session changed")
    return poll


@transaction.atomic
def answer_times(*, by: "User", slug: str, pk: int, answers: Mapping[int, str]) -> dict[int, str]:
    """Say of each time, by its slot's id, whether it suits; empty takes an answer back. Return what was said before."""
    membership = voting_membership_for(by, slug, lock=True)
    poll = open_poll(poll_of(membership.group, pk, lock=True))
    if not answers.keys() <= set(poll.slots.values_list("pk", flat=True)):
        raise NotFound
    mine = SlotAnswer.objects.filter(slot__poll=poll, member=by)
    before = dict(mine.values_list("slot", "suits"))
    mine.filter(slot__in=[slot for slot, suits in answers.items() if not suits]).delete()
    SlotAnswer.objects.bulk_create(
        [
            SlotAnswer(group=poll.group, slot_id=slot, member=by, suits=suits)
            for slot, suits in sorted(answers.items())
            if suits
        ],
        update_conflicts=True,
        unique_fields=["slot", "member"],
        update_fields=["suits"],
    )
    return {slot: before.get(slot, "") for slot in answers}


@transaction.atomic
def choose_time(*, by: "User", slug: str, pk: int, slot: int) -> Slot:
    """Choose a time, and plan the session that was asked for; repeating it plans no second."""
    group = _group_run_by(by, slug)
    poll = poll_of(group, pk, lock=True)
    chosen = poll.slots.select_related("meeting").filter(pk=slot, dropped_at__isnull=True).first()
    if chosen is None:
        raise NotFound
    if chosen.chosen_at:
        return chosen
    chosen.meeting = _session(open_poll(poll), chosen, by=by)
    chosen.chosen_at = poll.closed_at = now()
    chosen.version += 1
    chosen.save(update_fields=["meeting", "chosen_at", "version"])
    poll.save(update_fields=["closed_at"])
    tell_of_choice(poll, chosen, by=by)
    return chosen


@transaction.atomic
def set_poll_open(*, by: "User", slug: str, pk: int, is_open: bool) -> Slot | None:
    """Close a poll of which nothing came, or open it again. Return the time whose choice was taken back, if any.

    The session that was planned at that time is cancelled.
    """
    group = _group_run_by(by, slug)
    poll = poll_of(group, pk, lock=True)
    if poll.is_open == is_open:
        return None
    chosen = poll.slots.select_related("meeting").filter(chosen_at__isnull=False).first()
    if chosen:
        _take_back(chosen, slug, by=by)
    poll.closed_at = None if is_open else now()
    poll.save(update_fields=["closed_at"])
    _record(group, by, f"asking for a time {'opened again' if is_open else 'closed'}")
    return chosen


def _session(poll: Poll, chosen: Slot, *, by: "User") -> Meeting:
    """Plan the session, or let the one take place that was made of this time before and taken back."""
    slug, made = poll.group.slug, chosen.meeting
    if made and made.starts_at == chosen.starts_at and made.state == Meeting.State.CANCELLED:
        Meeting.objects.filter(pk=made.pk).update(about=poll.about)
        return set_cancelled(by=by, slug=slug, meeting=made.slug, cancelled=False)
    if Meeting.objects.open().filter(group=poll.group, starts_at=chosen.starts_at).exists():
        raise Conflict("There is a meeting at this time already. Choose another time, or offer others.")
    local = chosen.starts_at.astimezone(ZoneInfo(poll.group.zone))
    return actions.add_session(
        by=by,
        slug=slug,
        day=local.date(),
        start_time=local.time(),
        minutes=poll.minutes,
        place=poll.place,
        about=poll.about,
    )


def _take_back(chosen: Slot, slug: str, *, by: "User") -> None:
    """Cancel the session that was planned, and tell who has heard of it."""
    session = chosen.meeting
    if session and session.state != Meeting.State.CANCELLED:
        cancel = set_cancelled if session.published_at else actions.set_cancelled
        cancel(by=by, slug=slug, meeting=session.slug, cancelled=True)
    chosen.chosen_at = None
    chosen.version += 1
    chosen.save(update_fields=["chosen_at", "version"])
    tell_of_choice(chosen.poll, chosen, by=by)


def _group_run_by(by: "User", slug: str) -> Group:
    group = held_group_for(by, slug)
    organiser_membership_for(by, slug, lock=True)
    return group


def _record(group: Group, by: "User", thing: str) -> None:
    actions.record(group, AuditEvent.What.SETTINGS, by=by, thing=thing)


def _starts_at(group: Group, number: int, day: date, hour: time, known: Collection[datetime] = ()) -> datetime:
    """Return the moment, which has to be to come unless it is known; `number` is that of the form's line."""
    starts_at = moment(day, hour, group.zone)
    if starts_at in known:
        return starts_at
    try:
        return in_reach(group, day, hour)
    except Invalid as error:
        raise Invalid(error.sentence, field=f"day_{number}") from error
