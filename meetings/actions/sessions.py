"""A meeting is moved or cancelled, and whoever knows of it is told."""

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction

from core.clock import now
from groups import actions
from groups.access import held_group_for, meeting_of, organiser_membership_for
from groups.dates import moment
from groups.models import Meeting
from meetings.actions.changing import What, by_others, change_of, keep_changes, refuse_stale, wished
from meetings.actions.telling import tell_of_agenda
from meetings.models import AgendaChange

if TYPE_CHECKING:
    from accounts.models import User

EXPECTED = timedelta(days=8)  # before it, members count on a meeting whether or not its agenda is published


@transaction.atomic
def move_meeting(
    *,
    by: "User",
    slug: str,
    meeting: str,
    day: date,
    start_time: time,
    minutes: int,
    place: str = "",
    seen: int | None = None,
) -> Meeting:
    """Move a meeting to another hour, day, length or place; members are told when its agenda is published.

    What was sent as it stood on the person's page, they did not change. Raises Stale when others changed the same.
    """
    group = held_group_for(by, slug)
    organiser_membership_for(by, slug, lock=True)
    session = meeting_of(group, meeting, lock=True)
    stands: dict[str, Any] = {What.TIME: session.starts_at, What.LENGTH: session.minutes, What.ROOM: session.place}
    sent: dict[str, Any] = {What.TIME: moment(day, start_time, group.zone), What.LENGTH: minutes, What.ROOM: place}
    theirs = [one for one in by_others(session, by=by, seen=seen) if one.what in AgendaChange.OF_MEETING]
    wish = wished(stands, sent, theirs)
    mine = [change_of(None, What(what), stands[what], value) for what, value in wish.items()]
    refuse_stale(session, [one for one in theirs if one.what in wish], mine)
    return _move(session, stands | wish, mine, by=by) if mine else session


def _move(meeting: Meeting, planned: dict[str, Any], changes: list[AgendaChange], *, by: "User") -> Meeting:
    group = meeting.group
    local = planned[What.TIME].astimezone(ZoneInfo(group.zone))
    session = actions.move_session(
        by=by,
        slug=group.slug,
        meeting=meeting.slug,
        day=local.date(),
        start_time=local.time(),
        minutes=planned[What.LENGTH],
        place=planned[What.ROOM],
    )
    session.revision += 1
    session.moves += 1
    session.save(update_fields=["revision", "moves"])
    keep_changes(session, by, changes)
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
