"""Presenters from the meeting's side: assignments follow the paper onto an agenda and end with the meeting.

These trust their caller, who has locked the meeting.
"""

from collections.abc import Iterable

from accounts.models import User
from core.clock import now
from discussion.models import Assignment, GroupPaper, Vote
from groups.models import Meeting


def bring_assignment(group_paper: GroupPaper, meeting: Meeting) -> None:
    """Let whoever has taken the paper, for no meeting or another one, present it at this meeting."""
    standing = Assignment.objects.standing().filter(group_paper=group_paper)
    if standing.filter(meeting=meeting).exists():
        return
    elsewhere = standing.order_by("-pk").first()
    if elsewhere:
        elsewhere.meeting = meeting
        elsewhere.save(update_fields=["meeting"])


def set_presenter_of(group_paper: GroupPaper, meeting: Meeting, person: User | None, *, asked_by: User) -> None:
    """Put a person in the presenter's place, asked unless they ask themselves; None frees it."""
    standing = Assignment.objects.standing().filter(group_paper=group_paper, meeting=meeting)
    if person and standing.filter(member=person).exists():
        return
    standing.update(state=Assignment.State.RETURNED, answered_at=now())
    if person:
        mine = person.pk == asked_by.pk
        Assignment.objects.create(
            group=meeting.group,
            group_paper=group_paper,
            meeting=meeting,
            member=person,
            asked_by=asked_by,
            state=Assignment.State.ACCEPTED if mine else Assignment.State.ASKED,
            answered_at=now() if mine else None,
        )


def finish_assignments(meeting: Meeting, group_papers: Iterable[GroupPaper]) -> None:
    """Mark the discussed papers' presenters as done."""
    accepted = Assignment.objects.filter(meeting=meeting, state=Assignment.State.ACCEPTED)
    accepted.filter(group_paper__in=group_papers).update(state=Assignment.State.DONE)


def settle_votes(meeting: Meeting, group_papers: Iterable[GroupPaper]) -> int:
    """Settle the open votes for the discussed papers; return how many."""
    return Vote.objects.open().filter(group=meeting.group, group_paper__in=group_papers).update(settled_by=meeting)
