"""What the clock does for meetings that nobody touches: publish, ask, remind, close; each thing once.

A due meeting is a row with a lease, like an import. Each step is one short transaction that holds the group and the
meeting: a worker that is killed leaves nothing half done, and whoever takes the row over finds what is left to do.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from core import limits
from core.clock import now
from core.errors import Invalid
from core.leases import LeaseLost, claim, held, release
from groups.access import hold
from groups.models import Meeting
from meetings.actions.asking import ask_presenters
from meetings.actions.reminding import remind_presenters
from meetings.actions.session import end, publish
from meetings.actions.telling import tell_of_agenda

NOTHING_YET = timedelta(minutes=10)  # until a meeting without a paper is looked at again
logger = logging.getLogger(__name__)


def carry_on_all() -> None:
    """Do what is due for every meeting that no one holds."""
    for pk in list(Meeting.objects.due(now()).values_list("pk", flat=True)):
        try:
            carry_on(pk)
        except LeaseLost:
            logger.info("meeting %s is held by someone else; left to them", pk)


def carry_on(pk: int) -> None:
    """Do what is due for one meeting, unless someone else holds it."""
    row = claim(Meeting.objects.due(now()).filter(pk=pk))
    if row is None:
        return
    with transaction.atomic():
        group = hold(row.group)
        meeting = held(Meeting, pk, row.attempts)
        meeting.group = group
        waits = not _step(meeting, now())
        if waits:
            Meeting.objects.filter(pk=pk).update(lease_until=Now() + NOTHING_YET)
        else:
            release(Meeting, pk, row.attempts)


def _step(meeting: Meeting, moment: datetime) -> bool:
    """Do everything that is due; tell whether anything could be done."""
    if meeting.starts_at > moment:
        return _before(meeting, moment)
    if meeting.group.publishes_itself and meeting.starts_at <= moment - timedelta(hours=limits.CLOSE_HOURS):
        end(meeting)
    return True


def _before(meeting: Meeting, moment: datetime) -> bool:
    is_done = _publish_when_due(meeting, moment)
    is_tomorrow = meeting.starts_at <= moment + timedelta(hours=limits.REMIND_HOURS)
    if meeting.reminded_at is None and is_tomorrow and not meeting.waits_for_votes(moment):
        remind_presenters(meeting)
        meeting.reminded_at = moment
        meeting.save(update_fields=["reminded_at"])
    if meeting.state == Meeting.State.PUBLISHED and meeting.asks_due_at and meeting.asks_due_at <= now():
        ask_presenters(meeting)
    return is_done


def _publish_when_due(meeting: Meeting, moment: datetime) -> bool:
    """Publish the agenda when voting is over; tell whether that is done, or not due: it needs a paper with votes."""
    if meeting.state == Meeting.State.PLANNED and meeting.group.publishes_itself and meeting.closes_at <= moment:
        try:
            publish(meeting)
            tell_of_agenda(meeting, by=None)
        except Invalid:
            return False
    return True
