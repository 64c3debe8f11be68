"""The agenda goes out: to the members by mail, and into the group's rooms."""

from typing import TYPE_CHECKING

from groups.models import Meeting
from meetings.queries.notice import KIND, name_of, notice_of, people_told
from notifications.actions import announce, enqueue, renew
from notifications.queries import waiting_for

if TYPE_CHECKING:
    from accounts.models import User


def tell_of_agenda(meeting: Meeting, *, by: "User | None") -> None:
    """Tell everyone in the group of a published agenda; of a changed one again, of the same one once.

    Who publishes it is not mailed; None is the clock. The rooms are told for all.
    """
    notice = notice_of(meeting)
    enqueue(notice, to=[person.pk for person in people_told(meeting.group)], by=by)
    announce(notice)
    meeting.told_revision = meeting.revision
    meeting.save(update_fields=["told_revision"])


def renew_agenda(meeting: Meeting) -> None:
    """Let mails that still wait have the agenda as it is by now: until the day that someone chose for them."""
    if meeting.state == Meeting.State.PUBLISHED and waiting_for(kind=KIND, object=name_of(meeting)).exists():
        renew(notice_of(meeting))
