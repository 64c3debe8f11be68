"""What is otherwise than the schedule says: a session more, one that is moved or cancelled, and breaks."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from core import limits
from core.clock import now, today
from core.errors import Conflict, Invalid
from core.wording import wall_clock
from groups.access import held_group_for, meeting_of, organiser_membership_for
from groups.actions.recording import record
from groups.actions.schedule import Replanned, Taken, ensure_meetings, keep_free
from groups.dates import moment, voting_closes_at
from groups.models import AuditEvent, Break, Group, Meeting

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def add_session(
    *, by: "User", slug: str, day: date, start_time: time, minutes: int, place: str = "", about: str = ""
) -> Meeting:
    """Add a session outside the schedule; one at the same moment is the same one."""
    group = _group_run_by(by, slug)
    starts_at = in_reach(group, day, start_time)
    there = Meeting.objects.open().filter(group=group, starts_at=starts_at).first()
    if there:
        return there
    _record(group, by, f"session added on {day}")
    return Meeting.objects.create(
        group=group,
        slug=Taken.of(group).take_slug(day),
        starts_at=starts_at,
        closes_at=_closes_at(group, starts_at),
        minutes=minutes,
        about=about,
        place=place or group.place,
        link=group.link,
    )


@transaction.atomic
def move_session(
    *, by: "User", slug: str, meeting: str, day: date, start_time: time, minutes: int, place: str = ""
) -> Meeting:
    """Move a meeting that is still to be held: to another hour, day, length or place. It keeps its agenda."""
    group = _group_run_by(by, slug)
    session = meeting_of(group, meeting, lock=True)
    if not session.is_open or session.starts_at <= now():
        raise Conflict("This meeting has begun or is over; it cannot be moved.")
    starts_at = in_reach(group, day, start_time)
    _record(group, by, f"meeting of {session.slug}: now on {day} at {start_time:%H:%M}, {minutes} minutes")
    if day != session.day:
        session.former_slugs = [*session.former_slugs, session.slug][-limits.FORMER_SLUGS :]
        session.slug = Taken.of(group).take_slug(day)
    if starts_at != session.starts_at:
        session.starts_at, session.closes_at = starts_at, _closes_at(group, starts_at)
        session.reminded_at = None
    session.minutes, session.place = minutes, place
    _changed(session)
    session.save()
    return session


@transaction.atomic
def set_cancelled(*, by: "User", slug: str, meeting: str, cancelled: bool) -> Meeting:
    """Cancel a meeting that is still to be held, or let it take place after all. Votes and agenda stay."""
    group = _group_run_by(by, slug)
    session = meeting_of(group, meeting, lock=True)
    if (session.state == Meeting.State.CANCELLED) == cancelled:
        return session
    if session.starts_at <= now() or session.state in (Meeting.State.CLOSED, Meeting.State.RUNNING):
        raise Conflict("This meeting has begun or is over; it cannot be cancelled or brought back.")
    back = Meeting.State.PUBLISHED if session.published_at else Meeting.State.PLANNED
    session.state = Meeting.State.CANCELLED if cancelled else back
    _record(group, by, f"meeting of {session.slug}: {'cancelled' if cancelled else 'takes place after all'}")
    _changed(session)
    session.save()
    return session


@transaction.atomic
def add_break(*, by: "User", slug: str, first_day: date, last_day: date, name: str = "") -> Replanned:
    """Let the schedule make no meetings on some days; planned ones that nobody has touched are taken off."""
    group = _group_run_by(by, slug)
    if last_day < today(group.zone):
        raise Invalid("This break is over already. Choose days to come.", field="last_day")
    if group.breaks.filter(last_day__gte=today(group.zone)).count() >= limits.BREAKS:
        raise Conflict(f"A group has at most {limits.BREAKS} breaks ahead. Take one off first.")
    Break.objects.bulk_create(
        [Break(group=group, first_day=first_day, last_day=last_day, name=name)], ignore_conflicts=True
    )
    _record(group, by, f"break from {first_day} to {last_day}")
    return keep_free(group, first_day, last_day)


@transaction.atomic
def remove_break(*, by: "User", slug: str, pk: int) -> Replanned:
    """Let the schedule make meetings again on the days of a break; safe to repeat."""
    group = _group_run_by(by, slug)
    if group.breaks.filter(pk=pk).delete()[0]:
        _record(group, by, "break taken off")
    made = ensure_meetings(group)
    return Replanned(made=made)


def _group_run_by(by: "User", slug: str) -> Group:
    group = held_group_for(by, slug)
    organiser_membership_for(by, slug, lock=True)
    return group


def _record(group: Group, by: "User", thing: str) -> None:
    record(group, AuditEvent.What.SETTINGS, by=by, thing=thing)


def in_reach(group: Group, day: date, start_time: time) -> datetime:
    """Return the moment of a session on the group's wall clock, which has to be to come, and not too far."""
    starts_at = moment(day, start_time, group.zone)
    if starts_at <= now():
        raise Invalid(f"{wall_clock(starts_at, group.zone)} is over already. Choose a time to come.", field="day")
    if starts_at > now() + timedelta(days=366 * limits.SESSION_YEARS):
        raise Invalid(f"Choose a day in the next {limits.SESSION_YEARS} years.", field="day")
    return starts_at


def _closes_at(group: Group, starts_at: datetime) -> datetime:
    return voting_closes_at(starts_at, group.zone, hours_before=group.closes_hours_before)


def _changed(session: Meeting) -> None:
    """Let calendars take it for an update of the same event."""
    session.changed_at = now()
    if session.published_at:
        session.sequence += 1
