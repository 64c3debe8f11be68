"""The meeting while it runs: one line after the other, who is there, who wants to speak, and what was said."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from core import limits
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed
from groups.access import meeting_of, membership_for, organiser_membership_for, voting_membership_for
from groups.models import Meeting
from meetings.access import item_of, open_one
from meetings.actions.session import publish
from meetings.models import AgendaItem, Attendance, Hand, Note
from meetings.queries.agenda import items_of

if TYPE_CHECKING:
    from accounts.models import User

OUTCOMES = (AgendaItem.State.DISCUSSED, AgendaItem.State.CARRIED, AgendaItem.State.DROPPED)


@transaction.atomic
def start_meeting(*, by: "User", slug: str, meeting: str) -> Meeting:
    """Begin a meeting: its first line is on. Safe to repeat."""
    membership = organiser_membership_for(by, slug, lock=True)
    session = meeting_of(membership.group, meeting, lock=True)
    if session.state == Meeting.State.RUNNING:
        return session
    open_one(session)
    if session.starts_at > now() + timedelta(minutes=limits.START_MINUTES):
        raise Conflict(f"A meeting can begin {limits.START_MINUTES} minutes before its time at the earliest.")
    if session.state == Meeting.State.PLANNED:
        publish(session, by=by)
    session.state = Meeting.State.RUNNING
    session.asks_due_at = None
    session.changed_at = now()
    session.save(update_fields=["state", "asks_due_at", "changed_at"])
    _go_on(session)
    return session


@transaction.atomic
def finish_item(*, by: "User", slug: str, meeting: str, pk: int, state: str) -> AgendaItem:
    """Say what became of a line of a running meeting: discussed, carried over or dropped; the next one is on.

    Saying it again changes nothing; "planned" takes it back, and the line is on again.
    """
    membership = organiser_membership_for(by, slug, lock=True)
    session = _running(meeting_of(membership.group, meeting, lock=True))
    item = item_of(session, pk)
    if state not in (*OUTCOMES, AgendaItem.State.PLANNED):
        raise Invalid("A line is discussed, carried over or dropped.")
    if item.state != state:
        item.state = AgendaItem.State(state)
        if item.state == AgendaItem.State.PLANNED:
            AgendaItem.objects.filter(meeting=session, state=AgendaItem.State.PLANNED).update(started_at=None)
        item.save(update_fields=["state"])
        _go_on(session)
    return item


@transaction.atomic
def add_note(*, by: "User", slug: str, meeting: str, pk: int, key: UUID, text: str) -> Note:
    """Write down something on a line, below what others wrote; a retry with the same key is the same note.

    Also when the meeting has gone on, or was closed meanwhile: what was typed is not lost.
    """
    membership = voting_membership_for(by, slug, lock=True)
    session = meeting_of(membership.group, meeting)
    item = item_of(session, pk)
    if session.state not in (Meeting.State.RUNNING, Meeting.State.CLOSED):
        raise Conflict("This meeting has not begun. Notes are taken while it runs.")
    if not text.strip():
        raise Invalid("Write something first.", field="text")
    if Note.objects.filter(item=item).count() >= limits.RUN_NOTES:
        raise Conflict(f"A line has at most {limits.RUN_NOTES} notes.")
    note = Note(group=session.group, item=item, author=by, key=key, text=text.strip())
    Note.objects.bulk_create([note], ignore_conflicts=True)
    return Note.objects.get(key=key, item=item)


@transaction.atomic
def set_hand(*, by: "User", slug: str, meeting: str, pk: int, raised: bool, member: int | None = None) -> AgendaItem:
    """Raise or lower one's hand on the line that is on; an organiser lowers that of a `member` (by user id), too."""
    membership = membership_for(by, slug, lock=True)
    session = _running(meeting_of(membership.group, meeting, lock=True))
    item = item_of(session, pk)
    if not raised:
        if member not in (None, by.pk) and not membership.is_organiser:
            raise NotAllowed("Only an organiser lowers the hand of someone else.")
        Hand.objects.filter(item=item, member=member or by.pk).delete()
        return item
    if item != _current(session):
        raise Conflict("The meeting has gone on to another line. Raise your hand there.")
    Hand.objects.bulk_create([Hand(group=session.group, item=item, member=by)], ignore_conflicts=True)
    return item


@transaction.atomic
def set_here(*, by: "User", slug: str, meeting: str, here: bool) -> Meeting:
    """Say that one is at a running meeting, or take that back: then it is as they had said before it."""
    membership = membership_for(by, slug, lock=True)
    session = _running(meeting_of(membership.group, meeting, lock=True))
    if here:
        new = {"state": Attendance.State.PRESENT, "group": session.group, "here_at": now()}
        values = {"here_at": new["here_at"]}
        Attendance.objects.update_or_create(meeting=session, member=by, defaults=values, create_defaults=new)
    else:
        Attendance.objects.filter(meeting=session, member=by).update(here_at=None)
    return session


def _running(meeting: Meeting) -> Meeting:
    if meeting.state != Meeting.State.RUNNING:
        raise Conflict(f"This meeting is {meeting.get_state_display().lower()}; reload the page.")
    return meeting


def _go_on(meeting: Meeting) -> None:
    """Let the first line that is not over be on, from now; hands that were raised on others are lowered."""
    current = _current(meeting)
    if current and current.started_at is None:
        AgendaItem.objects.filter(pk=current.pk).update(started_at=now())
    Hand.objects.filter(item__meeting=meeting).exclude(item=current).delete()


def _current(meeting: Meeting) -> AgendaItem | None:
    return next((one for one in items_of(meeting) if one.state == AgendaItem.State.PLANNED), None)
