"""Who presents a line of the agenda."""

from typing import TYPE_CHECKING

from django.db import transaction

from core.clock import now
from core.errors import Invalid, NotAllowed
from discussion.actions import free_presenter, set_presenter_of
from discussion.models import Assignment
from groups.access import meeting_of, voting_membership_for
from groups.models import Meeting, Membership
from meetings.access import item_of, open_meeting_for, open_one
from meetings.actions.agenda import note_change
from meetings.actions.reminding import renew_reminder
from meetings.models import AgendaItem, Attendance

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def set_presenter(*, by: "User", slug: str, meeting: str, pk: int, member: int | None) -> AgendaItem:
    """Ask a member (by their user id) to present a line, or free it with None.

    The organiser takes a paper at once; anyone else is asked and answers. A topic has its presenter at once.
    """
    session = open_meeting_for(by, slug, meeting)
    item = item_of(session, pk)
    person = _presenting_member(session, member) if member else None
    if item.group_paper is None:
        item.topic_presenter = person
        item.save(update_fields=["topic_presenter"])
    else:
        set_presenter_of(item.group_paper, session, person, asked_by=by)
        session.asks_due_at = now()
        session.save(update_fields=["asks_due_at"])
    note_change(session)
    return item


def _presenting_member(meeting: Meeting, member: int) -> "User":
    memberships = Membership.objects.present().select_related("user").filter(group=meeting.group, user=member)
    membership = memberships.first()
    if membership is None or not membership.may_vote:
        raise Invalid("Choose an organiser or a member of the group.", field="member")
    return membership.user


@transaction.atomic
def set_cue(*, by: "User", slug: str, meeting: str, pk: int, cue: str, question: str) -> AgendaItem:
    """Keep what everyone should read before, and the one question: by who presents the line, or an organiser."""
    membership = voting_membership_for(by, slug, lock=True)
    session = open_one(meeting_of(membership.group, meeting, lock=True))
    item = item_of(session, pk)
    presents = Assignment.objects.in_place().filter(meeting=session, group_paper=item.group_paper, member=by)
    if not (membership.is_organiser or (item.group_paper and presents.exists())):
        raise NotAllowed("Only who presents this line, or an organiser, can say what to read before.")
    item.cue, item.question = cue, question
    item.save(update_fields=["cue", "question"])
    renew_reminder(item, session)
    note_change(session)
    return item


@transaction.atomic
def set_coming(*, by: "User", slug: str, meeting: str, state: str) -> Attendance:
    """Say whether one comes to a meeting. Who cannot gives back what they were to present, and the next is asked."""
    membership = voting_membership_for(by, slug, lock=True)
    session = open_one(meeting_of(membership.group, meeting, lock=True))
    attendance, _ = Attendance.objects.update_or_create(
        meeting=session, member=by, defaults={"state": state, "group": session.group}
    )
    if state == Attendance.State.AWAY and free_presenter(session, by):
        session.asks_due_at = now()
        session.save(update_fields=["asks_due_at"])
    return attendance
