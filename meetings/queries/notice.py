"""What is told of an agenda, by mail and in rooms: the same for what goes out and for what is shown before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from core.wording import wall_clock
from discussion.models import Assignment
from discussion.queries import shown_votes
from groups.models import Group, Meeting
from groups.queries import members_of
from meetings.exports import calendar_event, plain_text
from meetings.exports.sheet import AgendaSheet, SheetItem
from meetings.models import AgendaItem
from meetings.queries.agenda import lines_of, presenters_of
from meetings.queries.sheets import document_of, shown_items
from notifications.channels.notice import Notice

if TYPE_CHECKING:
    from accounts.models import User

KIND = "agenda"
AUTHORS_SHOWN = 6
Numbers = dict[str, list[int]]  # maps the id of a member, as text, to the numbers of items


def people_told(group: Group) -> "list[User]":
    """Return whom the group's agendas are for: all members, guests too."""
    return [one.user for one in members_of(group) if one.until is None]  # an admin who looks in is none


def notice_of(meeting: Meeting) -> Notice:
    """Compose what is told of an agenda that is published, or, as if it was, of one that is not."""
    items = shown_items(meeting)
    assignments = presenters_of(meeting)
    counted = shown_votes(meeting.group).counts
    lines = lines_of(meeting, items, counted=counted, assignments=assignments)
    sheet = document_of(meeting, lines, counted=counted)
    if meeting.state == Meeting.State.PLANNED:
        sheet = replace(sheet, state="published")
    when = wall_clock(meeting.starts_at, meeting.group.zone)
    is_off = meeting.state == Meeting.State.CANCELLED
    return Notice(
        kind=KIND,
        object=name_of(meeting),
        version=meeting.sequence,
        about=f"{'Cancelled: meeting of' if is_off else 'Agenda for'} {when}{meeting.about and ': '}{meeting.about}",
        said="This meeting is cancelled." if is_off else "The agenda is published.",
        news="This meeting is cancelled." if is_off else _news(meeting),
        address=reverse("meetings:meeting", args=[meeting.group.slug, meeting.slug]),
        scope=meeting.group.notice_scope,
        sender=meeting.group.name,
        thread=f"meeting:{meeting.pk}",
        useful_until=meeting.ends_at,
        agenda=_agenda(sheet, *_presenting(items, assignments)),
    )


def _news(meeting: Meeting) -> str:
    return "The agenda was changed." if meeting.sequence else "The agenda is published."


def name_of(meeting: Meeting) -> str:
    """Return what messages call the meeting's agenda."""
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
        " · ".join(f"{role}: {name}" for role, name in (*_together(item), *item.roles)),
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


def _presenting(items: Sequence[AgendaItem], assignments: Mapping[int, Assignment]) -> tuple[Numbers, Numbers]:
    """Return what each member presents, and what each is asked to."""
    presents: Numbers = {}
    asked: Numbers = {}
    for number, item in enumerate(items, start=1):
        assignment = assignments.get(item.group_paper_id or 0)
        presenter = assignment.member_id if assignment else item.topic_presenter_id
        is_asked = assignment is not None and assignment.state == Assignment.State.ASKED
        if presenter:
            (asked if is_asked else presents).setdefault(str(presenter), []).append(number)
    return presents, asked


def _together(item: SheetItem) -> list[tuple[str, str]]:
    return [("Also presents", ", ".join(item.co_presenters))] if item.co_presenters else []
