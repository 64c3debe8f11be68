"""Presenters are reminded: of what they present, a day before; of a question to them, while there is time to answer.

These trust their caller, who has locked the meeting. Each notice has a name, so that it is told once however often the
clock comes by; on a meeting that is moved to another day there is a new one.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from core import limits
from core.wording import wall_clock
from discussion.actions import answers_to
from discussion.models import Assignment
from groups.models import Meeting
from meetings.models import AgendaItem, Part
from meetings.queries.agenda import items_of
from meetings.queries.news import day_version
from notifications.actions import Notice, enqueue, renew
from notifications.queries import heard_at, waiting_for

KIND = "reminder"


def remind_presenters(meeting: Meeting) -> None:
    """Tell everyone who presents what they present, and who was asked without a limit that their answer is missing."""
    items = items_of(meeting)
    lines = {item.group_paper_id: item for item in items if item.group_paper_id}
    for one in _standing(meeting):
        item = lines.get(one.group_paper_id)
        if item is None and (items or meeting.state != Meeting.State.PLANNED):
            continue  # taken for this meeting, and not on its agenda
        if one.state == Assignment.State.ACCEPTED:
            _tell(_of_presenting(one, meeting, item), to=one.member_id)
        elif one.answer_by is None:
            _remind_to_answer(one, meeting)
    for item in items:
        if item.topic_presenter_id:
            _tell(_of_topic(item, meeting), to=item.topic_presenter_id)
    together = Part.objects.filter(item__in=items, role=Part.Role.CO_PRESENTER).order_by("pk")
    for part in together.select_related("item__group_paper__paper").defer("item__group_paper__paper__search"):
        _tell(_of_co_presenting(part, meeting), to=part.member_id)


def remind_to_answer(meeting: Meeting, moment: datetime) -> None:
    """Tell those who had time to answer, and have some left, that the answer is missing."""
    for one in _standing(meeting).filter(state=Assignment.State.ASKED, answer_by__isnull=False):
        if reminder_due(one) <= moment and _hears_in_time(one, moment):
            _remind_to_answer(one, meeting)


def reminder_due(asked: Assignment) -> datetime:
    """Return when to remind someone of a question that has a limit: after a third of the time that they have.

    Half of a day from the morning would be the evening, when no mail comes, and the next morning is too late.
    """
    if asked.answer_by is None:
        raise ValueError("This question has no limit.")
    heard = heard_at(asked.member, asked.created_at)
    return min(heard, asked.answer_by) + max(asked.answer_by - heard, timedelta()) / 3


def _hears_in_time(asked: Assignment, moment: datetime) -> bool:
    """Tell whether a reminder reaches the person while they can still answer, and at an hour at which mail comes."""
    heard = heard_at(asked.member, moment + timedelta(minutes=limits.BUNDLE_MINUTES))
    return asked.answer_by is not None and heard < asked.answer_by


def renew_reminder(item: AgendaItem, meeting: Meeting) -> None:
    """Let a reminder that still waits know what its presenter has written down by now."""
    for one in _standing(meeting).filter(state=Assignment.State.ACCEPTED, group_paper=item.group_paper):
        renew(_of_presenting(one, meeting, item))


def _standing(meeting: Meeting) -> QuerySet[Assignment]:
    standing = Assignment.objects.standing().filter(meeting=meeting).select_related("group_paper__paper", "member")
    return standing.defer("group_paper__paper__search").order_by("pk")


def _remind_to_answer(asked: Assignment, meeting: Meeting) -> None:
    named = f"assignment:{asked.pk}"
    if waiting_for(kind="assignment", object=named).exists():
        return  # the question itself is still on its way
    limit = (
        f"Without an answer by {_clock(asked.answer_by, meeting)}, someone else is asked. " if asked.answer_by else ""
    )
    notice = _notice(
        meeting,
        object=named,
        about=asked.group_paper.paper.shown_title,
        thread=f"paper:{asked.group_paper_id}",
        said=f"You were asked to present this paper on {_when(meeting)}, and have not answered yet.",
        text=f"{limit}Declining costs nothing.",
        address=_paper_page(asked, meeting),
        answers=answers_to(asked),
    )
    enqueue(notice, to=[asked.member_id], by=None)


def _of_presenting(assignment: Assignment, meeting: Meeting, item: AgendaItem | None) -> Notice:
    return _notice(
        meeting,
        object=f"assignment:{assignment.pk}",
        version=day_version(meeting),
        about=assignment.group_paper.paper.shown_title,
        thread=f"paper:{assignment.group_paper_id}",
        said=f"You present this paper on {_when(meeting)}.",
        text=_missing(item) if item else "",
        address=_line(item, meeting) if item else _paper_page(assignment, meeting),
    )


def _of_topic(item: AgendaItem, meeting: Meeting) -> Notice:
    return _notice(
        meeting,
        object=f"item:{item.pk}",
        version=day_version(meeting),
        about=item.title,
        said=f"You present this topic on {_when(meeting)}.",
        address=_line(item, meeting),
    )


def _of_co_presenting(part: Part, meeting: Meeting) -> Notice:
    paper = part.item.group_paper
    return _notice(
        meeting,
        object=f"part:{part.pk}",
        version=day_version(meeting),
        about=paper.paper.shown_title if paper else part.item.title,
        thread=f"paper:{paper.pk}" if paper else "",
        said=f"You present this, with others, on {_when(meeting)}.",
        address=_line(part.item, meeting),
    )


def _missing(item: AgendaItem) -> str:
    """Say what the presenter has not written down yet."""
    if item.cue and item.question:
        return ""
    if item.cue or item.question:
        left = "your one question to everyone" if item.cue else "what everyone should read before"
        return f"Still missing: {left}."
    return "Still missing: what everyone should read before, and your one question to them."


def _notice(meeting: Meeting, **said: Any) -> Notice:
    group = meeting.group
    return Notice(kind=KIND, scope=group.notice_scope, sender=group.name, useful_until=meeting.starts_at, **said)


def _tell(notice: Notice, *, to: int) -> None:
    renew(notice)  # what waits from before says when the meeting is by now
    enqueue(notice, to=[to], by=None)


def _when(meeting: Meeting) -> str:
    return _clock(meeting.starts_at, meeting)


def _clock(moment: datetime, meeting: Meeting) -> str:
    return wall_clock(moment, meeting.group.zone)


def _line(item: AgendaItem, meeting: Meeting) -> str:
    return f"{reverse('meetings:meeting', args=[meeting.group.slug, meeting.slug])}#item-{item.pk}"


def _paper_page(assignment: Assignment, meeting: Meeting) -> str:
    return reverse("discussion:paper", args=[meeting.group.slug, assignment.group_paper.paper.address])
