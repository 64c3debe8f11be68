"""Who may change an agenda, on top of the groups' gate."""

from typing import TYPE_CHECKING

from core.errors import Conflict, NotFound
from groups.access import meeting_of, organiser_membership_for
from groups.models import Group, Meeting
from meetings.models import AgendaItem, Poll

if TYPE_CHECKING:
    from accounts.models import User


def open_meeting_for(by: "User", slug: str, meeting_slug: str) -> Meeting:
    """Lock and return a meeting whose agenda this organiser may change; held and cancelled ones stay as they were.

    The lock makes two organisers' changes happen one after the other.
    """
    membership = organiser_membership_for(by, slug, lock=True)
    return open_one(meeting_of(membership.group, meeting_slug, lock=True))


def open_one(meeting: Meeting) -> Meeting:
    """Return a meeting that the caller has already been let into, if its agenda may still change."""
    if not meeting.is_open:
        raise Conflict(f"This meeting is {meeting.get_state_display().lower()}; its agenda no longer changes.")
    return meeting


def item_of(meeting: Meeting, pk: int) -> AgendaItem:
    """Return a line of a meeting that the caller has already been let into."""
    item = (
        AgendaItem.objects.select_related("group_paper__paper")
        .defer("group_paper__paper__search")
        .filter(meeting=meeting, pk=pk)
        .first()
    )
    if item is None:
        raise NotFound
    return item


def poll_of(group: Group, pk: int, *, lock: bool = False) -> Poll:
    """Return a poll of a group that the caller has already been let into."""
    polls = Poll.objects.filter(group=group, pk=pk)
    if lock:
        polls = polls.select_for_update(no_key=True)
    poll = polls.first()
    if poll is None:
        raise NotFound
    poll.group = group
    return poll


def open_poll(poll: Poll) -> Poll:
    """Return a poll that the caller has already been let into, if it can still be answered and changed."""
    if not poll.is_open:
        raise Conflict("Asking for a time is over here. An organiser can open it again.")
    return poll
