"""An agenda before it goes out: whom it reaches, and what they read; and as it looks in other forms."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.errors import Conflict
from groups.access import meeting_of, membership_for, organiser_membership_for
from groups.models import Meeting, Membership
from meetings.exports.sheet import AgendaSheet
from meetings.queries.agenda import are_counts_shown
from meetings.queries.notice import notice_of, people_told
from meetings.queries.sheets import sheet_of, template_of
from notifications.models import Webhook
from notifications.queries import Preview, preview, rooms_told, why_not_mailed

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Recipient:
    person: "User"
    reason: str  # why it is not mailed to them; empty when it is


@dataclass(frozen=True, slots=True)
class ReviewPage:
    membership: Membership
    meeting: Meeting
    mailed: list[Recipient]
    not_mailed: list[Recipient]
    rooms: list[Webhook]
    reader: "User"  # whose mail is shown
    mail: Preview

    @property
    def is_update(self) -> bool:
        return self.meeting.state == Meeting.State.PUBLISHED

    @property
    def sends(self) -> bool:
        """Tell whether pressing the button sends or publishes anything."""
        return bool(self.mailed or self.rooms or not self.is_update)


def review_page(*, by: "User", slug: str, meeting_slug: str, reader: int | None = None) -> ReviewPage:
    """Gather what an organiser looks at before an agenda goes out; `reader` says, by id, whose mail to show."""
    membership = organiser_membership_for(by, slug)
    meeting = meeting_of(membership.group, meeting_slug)
    if not meeting.is_open:
        raise Conflict(f"This meeting is {meeting.get_state_display().lower()}; its agenda is not sent any more.")
    notice = notice_of(meeting)
    people = people_told(membership.group)
    is_first = meeting.published_at is None
    reasons = why_not_mailed(notice, people, by=by, is_first=is_first)
    recipients = [Recipient(person, reasons.get(person.pk, "")) for person in people]
    mailed = [one for one in recipients if not one.reason]
    shown = next((one.person for one in recipients if one.person.pk == reader), mailed[0].person if mailed else by)
    return ReviewPage(
        membership=membership,
        meeting=meeting,
        mailed=mailed,
        not_mailed=[one for one in recipients if one.reason],
        rooms=rooms_told(notice),
        reader=shown,
        mail=preview(notice, shown, is_first=is_first),
    )


@dataclass(frozen=True, slots=True)
class PreviewPage:
    membership: Membership
    meeting: Meeting
    sheet: AgendaSheet | None
    mail: Preview | None  # as the reader gets it, in place of the document


def preview_page(*, by: "User", slug: str, meeting_slug: str, is_mail: bool) -> PreviewPage:
    """Gather an agenda to be looked at in one of its forms: all are drawn from the same document."""
    membership = membership_for(by, slug)
    meeting = meeting_of(membership.group, meeting_slug)
    if is_mail:
        mail = preview(notice_of(meeting), by, is_first=meeting.published_at is None)
        return PreviewPage(membership=membership, meeting=meeting, sheet=None, mail=mail)
    sheet = sheet_of(meeting, counted=are_counts_shown(membership, meeting))
    template = template_of(membership.group)
    return PreviewPage(membership=membership, meeting=meeting, sheet=replace(sheet, template=template), mail=None)
