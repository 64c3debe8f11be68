"""Who presents a line of the agenda."""

from typing import TYPE_CHECKING

from django.db import transaction

from core.clock import now
from core.errors import Invalid
from discussion.actions import set_presenter_of
from groups.models import Meeting, Membership
from meetings.access import item_of, open_meeting_for
from meetings.actions.agenda import note_change
from meetings.models import AgendaItem

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
