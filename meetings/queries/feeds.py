"""What a member's calendar and feed reader get of a group, by the secret address that the member made."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.urls import reverse

from core import limits
from core.clock import now
from core.wording import wall_clock, wall_day
from discussion.models import Assignment, Comment
from discussion.queries import shown_votes, summaries_of
from groups.access import membership_by_feed
from groups.models import Group, Meeting, Membership
from meetings.exports.calendar_event import Duty
from meetings.exports.news import Entry
from meetings.exports.sheet import AgendaSheet
from meetings.models import AgendaItem, Part
from meetings.queries.agenda import items_by_meeting, lines_of, parts_of
from meetings.queries.sheets import document_of

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    name: str
    sheets: list[AgendaSheet]  # the earliest meeting first
    duties: list[Duty]


@dataclass(frozen=True, slots=True)
class NewsFeed:
    uid: str
    title: str
    page: str
    entries: list[Entry]


def calendar_feed(*, by: "User | AnonymousUser", token: str) -> CalendarFeed:
    """Gather a group's meetings and what the member presents, alone or with others, in a fixed number of statements.

    Whoever asks (`by`) has no part in it: having the token is the right to read. A meeting whose agenda is not
    published has its time and place only.
    """
    membership = membership_by_feed(token)
    meetings = _meetings(membership)
    return CalendarFeed(
        name=f"{membership.group.name}: meetings",
        sheets=_sheets(membership, meetings),
        duties=[
            *(_duty(one) for one in _presented(membership)),
            *(_duty_together(one) for one in _presented_together(membership)),
        ],
    )


def news_feed(*, by: "User | AnonymousUser", token: str) -> NewsFeed:
    """Gather the agendas and the latest comments of a group; whoever asks has no part in it, as above."""
    membership = membership_by_feed(token)
    group = membership.group
    told = [one for one in _meetings(membership) if one.state != Meeting.State.PLANNED]
    agendas = [_agenda(meeting, sheet) for meeting, sheet in zip(told, _sheets(membership, told), strict=True)]
    entries = sorted([*agendas, *_comments(membership)], key=lambda entry: entry.changed_at, reverse=True)
    return NewsFeed(
        uid=f"tag:{_host().partition(':')[0]},2026:group-{group.pk}",
        title=f"{group.name}: reading group",
        page=settings.SITE_URL + reverse("meetings:week", args=[group.slug]),
        entries=entries[: limits.FEED_ENTRIES],
    )


def _meetings(membership: Membership) -> list[Meeting]:
    since = now() - timedelta(days=limits.FEED_PAST_DAYS)
    meetings = list(Meeting.objects.filter(group=membership.group, starts_at__gte=since).order_by("starts_at", "pk"))
    for meeting in meetings:
        meeting.group = membership.group
    return meetings


def _sheets(membership: Membership, meetings: Sequence[Meeting]) -> list[AgendaSheet]:
    """Build the documents of meetings; drafts have no lines yet."""
    published = [meeting for meeting in meetings if meeting.state != Meeting.State.PLANNED]
    items = items_by_meeting(published)
    presenters: defaultdict[int | None, dict[int, Assignment]] = defaultdict(dict)
    for one in Assignment.objects.presenting().select_related("member").filter(meeting__in=published).order_by("pk"):
        presenters[one.meeting_id][one.group_paper_id] = one
    parts = parts_of(membership.group, [item for lines in items.values() for item in lines])
    papers = {item.group_paper_id for lines in items.values() for item in lines if item.group_paper_id}
    summaries = summaries_of(papers)
    all_counted = membership.is_organiser or shown_votes(membership.group).counts
    sheets = []
    for meeting in meetings:
        counted = all_counted or not meeting.is_open
        lines = lines_of(meeting, items[meeting.pk], counted=counted, assignments=presenters[meeting.pk], parts=parts)
        sheets.append(document_of(meeting, lines, counted=counted, summaries=summaries))
    return sheets


def _presented(membership: Membership) -> list[Assignment]:
    mine = Assignment.objects.standing().not_over().filter(group=membership.group, member=membership.user)
    coming = mine.filter(meeting__starts_at__gte=now()).select_related("group_paper__paper", "meeting")
    assignments = list(coming.order_by("meeting__starts_at", "pk"))
    for one in assignments:
        one.group = membership.group
    return assignments


def _presented_together(membership: Membership) -> list[Part]:
    coming = Part.objects.filter(
        role=Part.Role.CO_PRESENTER,
        member=membership.user,
        item__meeting__group=membership.group,
        item__meeting__starts_at__gte=now(),
    )
    parts = coming.exclude(item__state=AgendaItem.State.DROPPED).exclude(item__meeting__state__in=Assignment.OVER)
    parts = parts.select_related("item__meeting", "item__group_paper__paper").defer("item__group_paper__paper__search")
    found = list(parts.order_by("item__meeting__starts_at", "pk"))
    for one in found:
        one.group = membership.group
    return found


def _duty(assignment: Assignment) -> Duty:
    meeting, paper = assignment.meeting, assignment.group_paper.paper
    assert meeting is not None  # noqa: S101  (asked for by its time)
    asked = assignment.state == Assignment.State.ASKED
    return _duty_at(
        meeting,
        assignment.group,
        name=f"presenting-{assignment.pk}",
        changed_at=max(meeting.changed_at, assignment.answered_at or assignment.created_at),
        title=f"{'Asked to present' if asked else 'Prepare'}: {paper.shown_title}",
        said="You are asked to present it" if asked else "You present it",
        wanted=" Say on the agenda what to read before, and one question.",
    )


def _duty_together(part: Part) -> Duty:
    item = part.item
    about = item.group_paper.paper.shown_title if item.group_paper else item.title
    return _duty_at(
        item.meeting,
        part.group,
        name=f"presenting-with-{part.pk}",
        changed_at=item.meeting.changed_at,
        title=f"Prepare: {about}",
        said="You present it together with others",
    )


def _duty_at(
    meeting: Meeting, group: Group, *, name: str, changed_at: datetime, title: str, said: str, wanted: str = ""
) -> Duty:
    return Duty(
        # Another meeting is another duty, so that the sequence of one only grows.
        uid=f"{name}-{meeting.pk}@{_host()}",
        sequence=meeting.sequence,
        changed_at=changed_at,
        due_at=meeting.starts_at - timedelta(hours=limits.FEED_DUTY_HOURS),
        title=f"{title} ({group.name})",
        description=f"{said} on {wall_clock(meeting.starts_at, group.zone)}.{wanted}",
        page=settings.SITE_URL + reverse("meetings:meeting", args=[group.slug, meeting.slug]),
    )


def _agenda(meeting: Meeting, sheet: AgendaSheet) -> Entry:
    words = {"cancelled": "Cancelled", "closed": "Held"}.get(meeting.state, "Agenda")
    return Entry(
        uid=f"tag:{_host().partition(':')[0]},2026:meeting-{meeting.pk}",
        title=f"{words}: {wall_day(meeting.starts_at, meeting.group.zone)}",
        author=meeting.group.name,
        page=sheet.page,
        published_at=meeting.published_at or meeting.changed_at,
        changed_at=meeting.changed_at,
        html=render_to_string("meetings/feed_agenda.html", {"sheet": sheet}),
    )


def _comments(membership: Membership) -> list[Entry]:
    said = Comment.objects.kept().filter(group=membership.group).select_related("author", "group_paper__paper")
    said = said.defer("search", "group_paper__paper__search")
    return [_comment(membership, one) for one in said.order_by("-written_at", "-pk")[: limits.FEED_ENTRIES]]


def _comment(membership: Membership, comment: Comment) -> Entry:
    paper = comment.group_paper.paper
    page = settings.SITE_URL + reverse("discussion:paper", args=[membership.group.slug, paper.address])
    return Entry(
        uid=f"tag:{_host().partition(':')[0]},2026:comment-{comment.pk}",
        title=f"{comment.author_shown} on “{paper.shown_title}”",
        author=comment.author_shown,
        page=f"{page}#c{comment.pk}",
        published_at=comment.written_at,
        changed_at=comment.edited_at or comment.written_at,
        html=comment.html,
    )


def _host() -> str:
    return settings.SITE_URL.partition("://")[2]
