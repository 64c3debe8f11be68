"""The agenda as one document value, which every export renders."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from core.clock import now
from core.errors import NotFound
from discussion.queries import summaries_of
from groups.access import meeting_of, membership_for
from groups.models import Group, Meeting
from meetings.exports.sheet import AgendaSheet, SheetItem
from meetings.models import AgendaItem, AgendaTemplate
from meetings.queries.agenda import AgendaLine, all_items_of, are_counts_shown, lines_of, proposed_items
from meetings.queries.pool import candidates_of, proposal
from papers.queries import reference_of

if TYPE_CHECKING:
    from accounts.models import User


def agenda_sheet(*, by: "User", slug: str, meeting_slug: str) -> AgendaSheet:
    """Return a meeting's agenda as a document, for a member of the group, without the counts they may not know yet."""
    membership = membership_for(by, slug)
    meeting = meeting_of(membership.group, meeting_slug)
    sheet = sheet_of(meeting, counted=are_counts_shown(membership, meeting))
    return replace(sheet, template=template_of(membership.group))


def latest_agenda_sheet(slug: str, on: date | None = None) -> AgendaSheet:
    """Return the agenda of a group's meeting on a day, by default the next one; for the command line, unguarded."""
    group = Group.objects.filter(slug=slug).first()
    if group is None:
        raise NotFound(f"There is no group {slug}.")
    meetings = Meeting.objects.filter(group=group).exclude(state=Meeting.State.CANCELLED)
    if on:
        meeting = meetings.filter(slug__startswith=on.isoformat()).order_by("starts_at").first()
    else:
        meeting = meetings.open().filter(starts_at__gte=now()).first()
    if meeting is None:
        raise NotFound(f"{group} has no meeting {f'on {on}' if on else 'ahead'}.")
    meeting.group = group
    return replace(sheet_of(meeting), template=template_of(group))


def template_of(group: Group) -> str:
    """Return the group's own form of its agendas in Markdown, empty for the standard one."""
    own = AgendaTemplate.objects.filter(group=group).values_list("source", flat=True).first()
    return own or ""


def sheet_of(meeting: Meeting, *, counted: bool = True) -> AgendaSheet:
    """Build the document of a meeting: its saved lines, or what the votes propose while there are none.

    `counted` is off while the reader may not know how many voted.
    """
    return document_of(meeting, lines_of(meeting, shown_items(meeting), counted=counted), counted=counted)


def shown_items(meeting: Meeting) -> list[AgendaItem]:
    """Return a meeting's saved lines, or what the votes propose while there are none."""
    saved = all_items_of(meeting)
    if meeting.state == Meeting.State.PLANNED and not saved:
        return proposed_items(meeting, proposal(meeting, [], candidates_of(meeting.group)))
    return [item for item in saved if item.state != AgendaItem.State.DROPPED]


def document_of(
    meeting: Meeting, lines: Sequence[AgendaLine], *, counted: bool, summaries: Mapping[int, str] | None = None
) -> AgendaSheet:
    """Build the document of a meeting whose lines are known; `summaries` by group paper, where they are, too."""
    group = meeting.group
    return AgendaSheet(
        group=group.name,
        title=meeting.about or "Reading group",
        starts_at=meeting.starts_at.astimezone(ZoneInfo(group.zone)),
        zone=group.zone,
        minutes=meeting.minutes,
        state=meeting.state,  # type: ignore[arg-type]  # the column's check allows these words only
        page=settings.SITE_URL + reverse("meetings:meeting", args=[group.slug, meeting.slug]),
        uid=f"meeting-{meeting.pk}@{settings.SITE_URL.partition('://')[2]}",
        sequence=meeting.sequence,
        changed_at=meeting.changed_at,
        items=_sheet_items(group, lines, counted=counted, summaries=summaries),
        place=meeting.place,
        link=meeting.link or None,
    )


def _sheet_items(
    group: Group, lines: Sequence[AgendaLine], *, counted: bool, summaries: Mapping[int, str] | None
) -> tuple[SheetItem, ...]:
    if summaries is None:
        summaries = summaries_of(line.item.group_paper_id for line in lines if line.item.group_paper_id)
    return tuple(
        _sheet_item(number, line, group, counted=counted, summary=summaries.get(line.item.group_paper_id or 0, ""))
        for number, line in enumerate(lines, start=1)
    )


def _sheet_item(number: int, line: AgendaLine, group: Group, *, counted: bool, summary: str) -> SheetItem:
    item: AgendaItem = line.item
    shared = {
        "number": number,
        "minutes": item.minutes,
        "starts_at": line.starts_at,
        "presenter": line.presenter or None,
        "co_presenters": tuple(line.co_presenters),
        "roles": tuple(line.roles),
        "note": item.note,
        "slides": item.slides or None,
    }
    if item.group_paper is None:
        return SheetItem(kind="topic", title=item.title, **shared)  # type: ignore[arg-type]
    paper = item.group_paper.paper
    cited = reference_of(paper)
    return SheetItem(
        kind="paper",
        title=paper.shown_title,
        authors=tuple(paper.authors),
        authors_known=bool(paper.authors),
        source=paper.source,
        paper_id=paper.external_id,
        paper_link=paper.source_url,
        page_link=settings.SITE_URL + reverse("discussion:paper", args=[group.slug, paper.address]),
        categories=tuple(paper.categories),
        year=cited.year,
        doi=cited.doi,
        journal=cited.journal,
        votes=item.votes if counted else None,
        reason=line.reason,
        cue=item.cue,
        question=item.question,
        summary=summary,
        **shared,  # type: ignore[arg-type]
    )
