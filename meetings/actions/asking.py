"""Presenters by turn: the clock asks, and after no answer, or a no, it asks the next.

These trust their caller, who has locked the meeting.
"""

from datetime import datetime, timedelta

from django.db.models import Min

from core import limits
from core.clock import now
from discussion.actions import ask_by_turn, lapse_unanswered
from discussion.models import Assignment
from groups.models import Meeting
from meetings.actions.telling import renew_agenda
from meetings.queries.agenda import items_of
from meetings.queries.turns import requests_for


def ask_presenters(meeting: Meeting) -> int:
    """Ask someone for each line without a presenter, and say when to look again; return how many were asked."""
    moment = now()
    lapse_unanswered(meeting, moment)
    requests = requests_for(meeting, items_of(meeting))
    for request in requests:
        if request.item.group_paper:
            ask_by_turn(
                request.item.group_paper,
                meeting,
                request.member.user,
                answer_by=answer_by(meeting, moment),
                reason=request.reason,
            )
    due = Assignment.objects.standing().filter(meeting=meeting, answer_by__isnull=False, state=Assignment.State.ASKED)
    meeting.asks_due_at = due.aggregate(first=Min("answer_by"))["first"]
    meeting.save(update_fields=["asks_due_at"])
    renew_agenda(meeting)
    return len(requests)


def answer_by(meeting: Meeting, asked_at: datetime) -> datetime:
    """Return when the next is asked: after a day, or sooner when else nobody else would have time to prepare."""
    until = meeting.starts_at - asked_at
    return asked_at + min(timedelta(hours=limits.ANSWER_HOURS), until / 2)
