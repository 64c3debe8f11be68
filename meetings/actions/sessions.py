"""A meeting is moved or cancelled, and whoever knows of it is told."""

from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from core.clock import now
from groups import actions
from groups.models import Meeting
from meetings.actions.telling import tell_of_agenda

if TYPE_CHECKING:
    from accounts.models import User

EXPECTED = timedelta(days=8)  # before it, members count on a meeting whether or not its agenda is published


@transaction.atomic
def move_meeting(
    *, by: "User", slug: str, meeting: str, day: date, start_time: time, minutes: int, place: str = ""
) -> Meeting:
    """Move a meeting to another hour, day, length or place; members are told when its agenda is published."""
    session = actions.move_session(
        by=by, slug=slug, meeting=meeting, day=day, start_time=start_time, minutes=minutes, place=place
    )
    if session.state == Meeting.State.PUBLISHED:
        tell_of_agenda(session, by=by)
    return session


@transaction.atomic
def set_cancelled(*, by: "User", slug: str, meeting: str, cancelled: bool) -> Meeting:
    """Cancel a meeting, or let it take place after all; members who count on it are told."""
    session = actions.set_cancelled(by=by, slug=slug, meeting=meeting, cancelled=cancelled)
    if session.published_at or (cancelled and session.starts_at < now() + EXPECTED):
        tell_of_agenda(session, by=by)
    return session
