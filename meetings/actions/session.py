"""A meeting's agenda goes out, and the meeting is held."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction

from core.clock import now
from core.errors import Conflict, Invalid
from discussion.actions import finish_assignments, settle_votes
from groups.access import meeting_of, organiser_membership_for
from groups.models import Meeting
from meetings.access import open_meeting_for
from meetings.actions.agenda import fill_from_votes
from meetings.models import AgendaItem
from meetings.queries.agenda import items_of

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def publish_agenda(*, by: "User", slug: str, meeting: str) -> Meeting:
    """Publish the agenda to the members; one that nobody touched is made from the votes first. Safe to repeat."""
    session = open_meeting_for(by, slug, meeting)
    if session.state == Meeting.State.PUBLISHED:
        return session
    if not items_of(session) and not fill_from_votes(session):
        raise Invalid("There is nothing to publish: no paper has votes yet. Add a paper or a topic first.")
    session.state = Meeting.State.PUBLISHED
    session.published_at = session.changed_at = now()
    session.save(update_fields=["state", "published_at", "changed_at"])
    return session


@transaction.atomic
def close_meeting(*, by: "User", slug: str, meeting: str, carried: Collection[int] = ()) -> Meeting:
    """Close a meeting that has begun: papers on it are discussed and their votes settled.

    `carried` names lines (by id) that were not reached: their papers keep their votes and return to the pool.
    Repeating it changes nothing.
    """
    membership = organiser_membership_for(by, slug, lock=True)
    session = meeting_of(membership.group, meeting, lock=True)
    if session.state == Meeting.State.CLOSED:
        return session
    if session.state == Meeting.State.CANCELLED:
        raise Conflict("This meeting was cancelled; there is nothing to close.")
    if session.starts_at > now():
        raise Conflict("This meeting has not begun yet. Close it when it has.")
    items = items_of(session)
    for item in items:
        item.state = AgendaItem.State.CARRIED if item.pk in carried else AgendaItem.State.DISCUSSED
    AgendaItem.objects.bulk_update(items, ["state"])
    discussed = [item.group_paper for item in items if item.state == AgendaItem.State.DISCUSSED and item.group_paper]
    settle_votes(session, discussed)
    finish_assignments(session, discussed)
    session.state = Meeting.State.CLOSED
    session.closed_at = session.changed_at = now()
    session.save(update_fields=["state", "closed_at", "changed_at"])
    return session
