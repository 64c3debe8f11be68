"""The lines of an agenda. Every change locks the meeting first, so that two organisers take turns."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max

from core import limits
from core.clock import now
from core.errors import Conflict, Invalid
from discussion.access import group_paper_for, group_paper_of
from discussion.actions import bring_assignment
from discussion.models import GroupPaper, Vote
from groups.models import Meeting
from meetings.access import item_of, open_meeting_for
from meetings.actions.telling import renew_agenda
from meetings.models import AgendaItem
from meetings.queries.agenda import items_of, proposed_items
from meetings.queries.pool import candidates_of, proposal

if TYPE_CHECKING:
    from accounts.models import User

UP, DOWN = "up", "down"


@transaction.atomic
def suggest_agenda(*, by: "User", slug: str, meeting: str) -> int:
    """Fill the minutes that are free with what the votes choose; return how many papers came on."""
    return fill_from_votes(open_meeting_for(by, slug, meeting))


def fill_from_votes(meeting: Meeting) -> int:
    """Append what the votes choose for the free minutes of a locked meeting; return how many papers came on."""
    items = items_of(meeting)
    choice = proposal(meeting, items, candidates_of(meeting.group))
    proposed = proposed_items(meeting, choice, after=_last_position(meeting))
    AgendaItem.objects.bulk_create(proposed)
    for item in proposed:
        if item.group_paper:
            bring_assignment(item.group_paper, meeting)
    if proposed:
        meeting.rule_used = choice.rule
        meeting.save(update_fields=["rule_used"])
        note_change(meeting)
    return len(proposed)


@transaction.atomic
def add_paper(
    *,
    by: "User",
    slug: str,
    meeting: str,
    paper: str,
    minutes: int | None = None,
    position: int | None = None,
    note: str = "",
) -> AgendaItem:
    """Put a paper on the agenda, at the end unless `position` says where; the group's minutes unless told."""
    session = open_meeting_for(by, slug, meeting)
    group_paper = group_paper_for(by, slug, paper)
    there = AgendaItem.objects.filter(meeting=session, group_paper=group_paper).first()
    if there:
        return _set_state(session, there.pk, AgendaItem.State.PLANNED)
    votes = Vote.objects.open().filter(group_paper=group_paper).count()
    item = AgendaItem(group_paper=group_paper, votes=votes, pinned=True, note=note)
    item.minutes = minutes or group_paper.minutes
    _insert(session, item, position)
    bring_assignment(group_paper, session)
    return item


@transaction.atomic
def add_topic(
    *,
    by: "User",
    slug: str,
    meeting: str,
    title: str,
    minutes: int,
    position: int | None = None,
    note: str = "",
) -> AgendaItem:
    """Put a plain topic ("Welcome", "Ana's talk") on the agenda."""
    session = open_meeting_for(by, slug, meeting)
    item = AgendaItem(title=title, minutes=minutes, pinned=True, note=note)
    _insert(session, item, position)
    return item


@transaction.atomic
def set_kind(*, by: "User", slug: str, meeting: str, paper: str, kind: str) -> GroupPaper:
    """Say how long the group wants to talk about a paper: short, normal or deep."""
    session = open_meeting_for(by, slug, meeting)
    group_paper = group_paper_of(session.group, paper)
    group_paper.kind = kind
    group_paper.save(update_fields=["kind"])
    return group_paper


@transaction.atomic
def change_item(*, by: "User", slug: str, meeting: str, pk: int, minutes: int, note: str) -> AgendaItem:
    """Set a line's minutes and note."""
    session = open_meeting_for(by, slug, meeting)
    item = item_of(session, pk)
    item.minutes, item.note = minutes, note
    item.save(update_fields=["minutes", "note"])
    note_change(session)
    return item


@transaction.atomic
def move_item(*, by: "User", slug: str, meeting: str, pk: int, direction: str) -> AgendaItem:
    """Let a line change places with the one above or below it; the first and the last stay where they are."""
    session = open_meeting_for(by, slug, meeting)
    item = item_of(session, pk)
    others = AgendaItem.objects.filter(meeting=session, state=AgendaItem.State.PLANNED)
    if direction == UP:
        neighbour = others.filter(position__lt=item.position).order_by("-position").first()
    elif direction == DOWN:
        neighbour = others.filter(position__gt=item.position).order_by("position").first()
    else:
        raise Invalid("A line moves up or down.")
    if neighbour:
        item.position, neighbour.position = neighbour.position, item.position
        AgendaItem.objects.bulk_update([item, neighbour], ["position"])
        note_change(session)
    return item


@transaction.atomic
def drop_item(*, by: "User", slug: str, meeting: str, pk: int) -> AgendaItem:
    """Take a line off the agenda. Its votes stay open, and it can be put back for as long as the meeting is open."""
    return _set_state(open_meeting_for(by, slug, meeting), pk, AgendaItem.State.DROPPED)


@transaction.atomic
def restore_item(*, by: "User", slug: str, meeting: str, pk: int) -> AgendaItem:
    """Put a dropped line back where it was."""
    return _set_state(open_meeting_for(by, slug, meeting), pk, AgendaItem.State.PLANNED)


def _set_state(meeting: Meeting, pk: int, state: AgendaItem.State) -> AgendaItem:
    item = item_of(meeting, pk)
    if item.state != state:
        item.state = state
        item.save(update_fields=["state"])
        note_change(meeting)
    return item


def note_change(meeting: Meeting) -> None:
    """Record that the agenda changed; calendars see a published one as an update of the same event."""
    meeting.changed_at = now()
    if meeting.state == Meeting.State.PUBLISHED:
        meeting.sequence += 1
    meeting.save(update_fields=["changed_at", "sequence"])
    renew_agenda(meeting)


def _insert(meeting: Meeting, item: AgendaItem, position: int | None) -> None:
    last = _last_position(meeting)
    if AgendaItem.objects.filter(meeting=meeting).count() >= limits.AGENDA_ITEMS:
        raise Conflict(f"An agenda holds at most {limits.AGENDA_ITEMS} lines. Drop one first.")
    item.group, item.meeting = meeting.group, meeting
    item.position = last + 1 if position is None else min(max(position, 1), last + 1)
    AgendaItem.objects.filter(meeting=meeting, position__gte=item.position).update(position=F("position") + 1)
    item.save()
    note_change(meeting)


def _last_position(meeting: Meeting) -> int:
    return AgendaItem.objects.filter(meeting=meeting).aggregate(last=Max("position"))["last"] or 0
