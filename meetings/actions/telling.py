"""The agenda goes out: to the members by mail, and into the group's rooms."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from core.wording import wall_clock
from discussion.models import Assignment
from discussion.queries import shown_votes
from groups.models import Meeting
from groups.queries import members_of
from meetings.exports import calendar_event, plain_text
from meetings.exports.sheet import AgendaSheet, SheetItem
from meetings.queries.agenda import items_of, presenters_of
from meetings.queries.sheets import sheet_of
from notifications.actions import Notice, announce, enqueue, renew
from notifications.queries import waiting_for

if TYPE_CHECKING:
    from accounts.models import User

KIND = "agenda"
AUTHORS_SHOWN = 6
Numbers = dict[str, list[int]]  # maps the id of a member, as text, to the numbers of items


def tell_of_agenda(meeting: Meeting, *, by: "User | None") -> None:
    """Tell everyone in the group of a published agenda; of a changed one again, of the same one once.

    Who publishes it is not mailed; None is the clock. The rooms are told for all.
    """
    notice = _notice(meeting)
    members = [one for one in members_of(meeting.group) if one.until is None]  # an admin who looks in is none
    enqueue(notice, to=[one.user_id for one in members], by=by)
    announce(notice)


def renew_agenda(meeting: Meeting) -> None:
    """Let mails that still wait have the agenda as it is by now: until the day that someone chose for them."""
    if meeting.state == Meeting.State.PUBLISHED and waiting_for(kind=KIND, object=_name(meeting)).exists():
        renew(_notice(meeting))


def _notice(meeting: Meeting) -> Notice:
    sheet = sheet_of(meeting, counted=shown_votes(meeting.group).counts)
    when = wall_clock(meeting.starts_at, meeting.group.zone)
    is_off = meeting.state == Meeting.State.CANCELLED
    return Notice(
        kind=KIND,
        object=_name(meeting),
        version=meeting.sequence,
        about=f"{'Cancelled: meeting of' if is_off else 'Agenda for'} {when}",
        said="This meeting is cancelled." if is_off else "The agenda is published.",
        news="This meeting is cancelled." if is_off else _news(meeting),
        address=reverse("meetings:meeting", args=[meeting.group.slug, meeting.slug]),
        scope=meeting.group.notice_scope,
        sender=meeting.group.name,
        thread=f"meeting:{meeting.pk}",
        useful_until=meeting.ends_at,
        agenda=_agenda(sheet, *_presenting(meeting)),
    )


def _news(meeting: Meeting) -> str:
    return "The agenda was changed." if meeting.sequence else "The agenda is published."


def _name(meeting: Meeting) -> str:
    return f"meeting:{meeting.pk}"


def _agenda(sheet: AgendaSheet, presents: Numbers, asked: Numbers) -> dict[str, Any]:
    return {
        "text": plain_text.render(sheet).decode(),
        "calendar": calendar_event.render(sheet).decode(),
        "is_off": sheet.state == "cancelled",
        "facts": [
            fact for fact in (sheet.state_shown, sheet.when, sheet.place, sheet.link or "", sheet.balance) if fact
        ],
        "items": [_item(sheet, item) for item in sheet.items],
        "outline": [
            ["", ", ".join(part for part in (sheet.when, sheet.place, sheet.link or "") if part), sheet.state_shown],
            *([item.title, sheet.clock(item), item.presenter or ""] for item in sheet.items),
        ],
        "presents": presents,
        "asked": asked,
    }


def _item(sheet: AgendaSheet, item: SheetItem) -> dict[str, Any]:
    facts = [
        item.authors_shown(AUTHORS_SHOWN),
        " · ".join(part for part in (item.identifier, *item.categories) if part),
        item.because,
        f"Note: {item.note}" if item.note else "",
    ]
    return {
        "number": item.number,
        "clock": sheet.clock(item),
        "title": item.title,
        "presenter": item.presenter_shown,
        "address": item.page_link or "",
        "facts": [fact for fact in facts if fact],
    }


def _presenting(meeting: Meeting) -> tuple[Numbers, Numbers]:
    """Return what each member presents, and what each is asked to."""
    assignments = presenters_of(meeting)
    presents: Numbers = {}
    asked: Numbers = {}
    for number, item in enumerate(items_of(meeting), start=1):
        assignment = assignments.get(item.group_paper_id or 0)
        presenter = assignment.member_id if assignment else item.topic_presenter_id
        is_asked = assignment is not None and assignment.state == Assignment.State.ASKED
        if presenter:
            (asked if is_asked else presents).setdefault(str(presenter), []).append(number)
    return presents, asked
