"""Presenters by turn: the clock asks, and after no answer, or a no, it asks the next.

These trust their caller, who has locked the meeting.
"""

from datetime import datetime, timedelta

from core import limits
from core.clock import now
from discussion.actions import ask_by_turn, lapse_unanswered
from discussion.models import Assignment
from groups.models import Meeting
from meetings.actions.reminding import remind_to_answer, reminder_due
from meetings.actions.roles import hand_out_roles
from meetings.actions.telling import renew_agenda
from meetings.queries.agenda import items_of
from meetings.queries.turns import requests_for
from notifications.queries import heard_at


def ask_presenters(meeting: Meeting) -> int:
    """Ask someone for each line without a presenter, and say when to look again; return how many were asked."""
    moment = now()
    lapse_unanswered(meeting, moment)
    remind_to_answer(meeting, moment)
    requests = requests_for(meeting, items_of(meeting))
    for request in requests:
        if request.item.group_paper:
            ask_by_turn(
                request.item.group_paper,
                meeting,
                request.member.user,
                answer_by=answer_by(meeting, heard_at(request.member.user, moment), moment),
                reason=request.reason,
            )
    hand_out_roles(meeting)
    meeting.asks_due_at = _next_look(meeting, moment)
    meeting.save(update_fields=["asks_due_at"])
    renew_agenda(meeting)
    return len(requests)


def _next_look(meeting: Meeting, moment: datetime) -> datetime | None:
    """Return when someone is to be reminded to answer, or the next to be asked; None when nobody is waited for."""
    asked = Assignment.objects.standing().filter(meeting=meeting, state=Assignment.State.ASKED)
    waited_for = asked.filter(answer_by__isnull=False).select_related("member")
    looks = (due if (due := reminder_due(one)) > moment else one.answer_by for one in waited_for)
    return min(filter(None, looks), default=None)


def answer_by(meeting: Meeting, heard: datetime, asked_at: datetime) -> datetime:
    """Return when the next is asked: after a day, or sooner when else nobody else would have time to prepare.

    The time begins when the member hears of it: a question of the night that ended before the morning would never
    reach them.
    """
    begins = heard if heard < meeting.starts_at else asked_at
    return begins + min(timedelta(hours=limits.ANSWER_HOURS), (meeting.starts_at - begins) / 2)
