"""Presenters from the meeting's side: assignments follow the paper onto an agenda and end with the meeting.

These trust their caller, who has locked the meeting.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import User
from core import limits
from core.clock import now
from discussion.actions.telling import tell_of_assignment
from discussion.models import Assignment, GroupPaper, Vote
from groups.models import Meeting


def bring_assignment(group_paper: GroupPaper, meeting: Meeting) -> None:
    """Let whoever has taken the paper, for no meeting or another one, present it at this meeting."""
    free_abandoned(group_paper, meeting)
    standing = Assignment.objects.standing().filter(group_paper=group_paper)
    if standing.filter(meeting=meeting).exists():
        return
    elsewhere = standing.select_related("meeting").order_by("-pk").first()
    if elsewhere is None:
        return
    if elsewhere.meeting and elsewhere.meeting.state == Meeting.State.CLOSED:
        # Carried over: the agenda of the meeting that was held keeps its presenter.
        elsewhere.pk, elsewhere._state.adding = None, True
    elsewhere.meeting = meeting
    elsewhere.save()


def set_presenter_of(group_paper: GroupPaper, meeting: Meeting, person: User | None, *, asked_by: User) -> None:
    """Put a person in the presenter's place, asked unless they ask themselves; None frees it."""
    in_place = Assignment.objects.in_place().filter(group_paper=group_paper, meeting=meeting)
    if person and in_place.filter(member=person).exists():
        return
    for one in in_place:
        one.state, one.answered_at = Assignment.State.RETURNED, now()
        one.save(update_fields=["state", "answered_at"])
        tell_of_assignment(one, by=asked_by)
    if person:
        mine = person.pk == asked_by.pk
        day = now() + timedelta(hours=limits.ANSWER_HOURS)
        new = Assignment.objects.create(
            group=meeting.group,
            group_paper=group_paper,
            meeting=meeting,
            member=person,
            asked_by=None if mine else asked_by,
            state=Assignment.State.ACCEPTED if mine else Assignment.State.ASKED,
            answered_at=now() if mine else None,
            answer_by=None if mine else min(day, meeting.starts_at),
        )
        tell_of_assignment(new, by=asked_by)


def ask_by_turn(group_paper: GroupPaper, meeting: Meeting, person: User, *, answer_by: datetime, reason: str) -> None:
    """Ask a person whose turn it is, until a moment; `reason` tells them why. Whoever holds the place keeps it."""
    free_abandoned(group_paper, meeting)
    asked = Assignment(
        group=meeting.group,
        group_paper=group_paper,
        meeting=meeting,
        member=person,
        state=Assignment.State.ASKED,
        answer_by=answer_by,
        reason=reason,
        created_at=now(),
    )
    Assignment.objects.bulk_create([asked], ignore_conflicts=True)
    mine = Assignment.objects.filter(group_paper=group_paper, meeting=meeting, member=person)
    for one in mine.filter(state=Assignment.State.ASKED):
        tell_of_assignment(one, by=None)


def lapse_unanswered(meeting: Meeting, moment: datetime) -> int:
    """End what was asked and not answered in time; return how many. It costs the members nothing."""
    waiting = Assignment.objects.filter(meeting=meeting, state=Assignment.State.ASKED, answer_by__lte=moment)
    return waiting.update(state=Assignment.State.LAPSED, answered_at=moment)


def hand_over(assignment: Assignment, person: User) -> Assignment:
    """Let a person, who agreed to it, present in the place of who does; return theirs."""
    assignment.state, assignment.answered_at = Assignment.State.RETURNED, now()
    assignment.save(update_fields=["state", "answered_at"])
    new = Assignment.objects.create(
        group=assignment.group,
        group_paper=assignment.group_paper,
        meeting=assignment.meeting,
        member=person,
        state=Assignment.State.ACCEPTED,
        answered_at=now(),
    )
    tell_of_assignment(new, by=person)
    return new


def free_presenter(meeting: Meeting, person: User) -> int:
    """Give back everything that a person presents, or is asked to, at a meeting; return how many papers."""
    mine = Assignment.objects.in_place().filter(meeting=meeting, member=person)
    return mine.update(state=Assignment.State.RETURNED, answered_at=now())


def free_abandoned(group_paper: GroupPaper, meeting: Meeting | None) -> None:
    """Free the presenter's place when who held it has left the group or become a guest."""
    places = Assignment.objects.abandoned().filter(Q(meeting=meeting) | Q(meeting=None), group_paper=group_paper)
    places.update(state=Assignment.State.RETURNED, answered_at=now())


def finish_assignments(meeting: Meeting, group_papers: Iterable[GroupPaper]) -> None:
    """Mark the discussed papers' presenters as done."""
    accepted = Assignment.objects.filter(meeting=meeting, state=Assignment.State.ACCEPTED)
    accepted.filter(group_paper__in=group_papers).update(state=Assignment.State.DONE)


def settle_votes(meeting: Meeting, group_papers: Iterable[GroupPaper]) -> int:
    """Settle the open votes for the discussed papers; return how many."""
    return Vote.objects.open().filter(group=meeting.group, group_paper__in=group_papers).update(settled_by=meeting)
