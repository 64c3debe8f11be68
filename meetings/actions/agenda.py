"""The lines of an agenda. Every change locks the meeting first, so that two organisers take turns.

`seen` is the revision of the agenda on the page that someone works from; see `changing`. Without it, all was seen.
"""

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max

from core import limits
from core.errors import Conflict, Invalid
from discussion.access import group_paper_for, group_paper_of
from discussion.models import GroupPaper, Vote
from groups.models import Meeting
from meetings.access import item_of, open_meeting_for
from meetings.actions.carrying import bring_along
from meetings.actions.changing import (
    What,
    by_others,
    change_of,
    keep_changes,
    note_changes,
    put_back,
    refuse_stale,
    set_columns,
    that_took_off,
)
from meetings.models import AgendaChange, AgendaItem
from meetings.queries.agenda import items_of, proposed_items
from meetings.queries.changes import OFF, ON, latest_kind
from meetings.queries.pool import candidates_of, proposal

if TYPE_CHECKING:
    from accounts.models import User

UP, DOWN, TO = "up", "down", "to"


@transaction.atomic
def suggest_agenda(*, by: "User", slug: str, meeting: str) -> int:
    """Fill the minutes that are free with what the votes choose; return how many papers came on."""
    return fill_from_votes(open_meeting_for(by, slug, meeting), by=by)


def fill_from_votes(meeting: Meeting, *, by: "User | None") -> int:
    """Append what the votes choose for the free minutes of a locked meeting; return how many papers came on."""
    items = items_of(meeting)
    choice = proposal(meeting, items, candidates_of(meeting.group))
    proposed = proposed_items(meeting, choice, after=_last_position(meeting))
    AgendaItem.objects.bulk_create(proposed)
    bring_along(meeting, proposed)
    if proposed:
        meeting.rule_used = choice.rule
        meeting.save(update_fields=["rule_used"])
        note_changes(meeting, by, [change_of(item, What.ADDED) for item in proposed])
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
    before: int | None = None,
    note: str = "",
) -> AgendaItem:
    """Put a paper on the agenda, at the end unless told where; the group's minutes unless told.

    Where: a `position`, or `before` which line (by id).
    """
    session = open_meeting_for(by, slug, meeting)
    group_paper = group_paper_for(by, slug, paper)
    there = AgendaItem.objects.filter(meeting=session, group_paper=group_paper).first()
    if there:
        return _set_state(session, there, AgendaItem.State.PLANNED, by=by, seen=None)
    votes = Vote.objects.open().filter(group_paper=group_paper).count()
    item = AgendaItem(group_paper=group_paper, votes=votes, pinned=True, note=note)
    item.minutes = minutes or group_paper.minutes
    _insert(session, item, item_of(session, before).position if before else position, by=by)
    bring_along(session, [item])
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
    _insert(session, item, position, by=by)
    return item


@transaction.atomic
def set_kind(*, by: "User", slug: str, meeting: str, paper: str, kind: str, was: str | None = None) -> GroupPaper:
    """Say how long the group wants to talk about a paper: short, normal or deep.

    Raises Stale when someone else chose another length by now than it `was` on the page, of this meeting or another.
    """
    session = open_meeting_for(by, slug, meeting)
    group_paper = group_paper_of(session.group, paper)
    if kind in (group_paper.kind, was):
        return group_paper
    mine = AgendaChange(group_paper=group_paper, what=What.KIND, before=group_paper.kind, after=kind)
    theirs = latest_kind(group_paper) if was and was != group_paper.kind else None
    refuse_stale(session, [theirs] if theirs and theirs.by_id != by.pk else [], [mine])
    group_paper.kind = kind
    group_paper.save(update_fields=["kind"])
    keep_changes(session, by, [mine])
    return group_paper


@transaction.atomic
def change_item(
    *, by: "User", slug: str, meeting: str, pk: int, minutes: int, note: str, seen: int | None = None
) -> AgendaItem:
    """Set a line's minutes and note. Raises Stale when someone else changed them since `seen`."""
    session = open_meeting_for(by, slug, meeting)
    item = item_of(session, pk)
    set_columns(session, item, by=by, seen=seen, minutes=minutes, note=note)
    return item


@transaction.atomic
def move_item(
    *, by: "User", slug: str, meeting: str, pk: int, direction: str, before: int | None = None, seen: int | None = None
) -> AgendaItem:
    """Move a line up or down by one, or `to` before another line (by id), by default the end.

    The first does not go up, nor the last down. Raises Stale when someone else moved one of the lines that change
    places since `seen`.
    """
    session = open_meeting_for(by, slug, meeting)
    item = item_of(session, pk)
    others = AgendaItem.objects.filter(meeting=session, state=AgendaItem.State.PLANNED).exclude(pk=item.pk)
    lines = list(others.order_by("position"))
    at = sum(one.position < item.position for one in lines)
    goal = _goal(session, lines, at, direction, before)
    passed = lines[min(at, goal) : max(at, goal)]
    if not passed and item.state == AgendaItem.State.PLANNED:
        return item
    mine = change_of(item, What.PLACE, at + 1, goal + 1, passed=[one.pk for one in passed])
    theirs = by_others(session, by=by, seen=seen)
    moved = {item.pk, *mine.passed}
    refuse_stale(session, [one for one in theirs if _moved(one) & moved] + that_took_off(theirs, item), [mine])
    _reorder([*lines[:at], item, *lines[at:]], [*lines[:goal], item, *lines[goal:]])
    note_changes(session, by, [mine, *put_back(item)])
    return item


def _goal(meeting: Meeting, lines: list[AgendaItem], at: int, direction: str, before: int | None) -> int:
    """Return how many of the other lines, of which `at` stand before it now, will stand before the moved one."""
    if direction == UP:
        return max(at - 1, 0)
    if direction == DOWN:
        return min(at + 1, len(lines))
    if direction != TO:
        raise Invalid("A line moves up or down.")
    if before is None:
        return len(lines)
    following = item_of(meeting, before)
    return sum(one.position < following.position for one in lines)


def _moved(change: AgendaChange) -> set[int | None]:
    """Return the lines, by id, whose order a change changed."""
    return {change.item_id, *change.passed} if change.what == What.PLACE else set()


def _reorder(old: list[AgendaItem], new: list[AgendaItem]) -> None:
    """Let lines take each other's positions; lines that are off keep theirs."""
    for item, position in zip(new, [one.position for one in old], strict=True):
        item.position = position
    AgendaItem.objects.bulk_update(new, ["position"])


@transaction.atomic
def drop_item(*, by: "User", slug: str, meeting: str, pk: int, seen: int | None = None) -> AgendaItem:
    """Take a line off the agenda. Its votes stay open, and it can be put back for as long as the meeting is open.

    Raises Stale when someone else worked on it since `seen`.
    """
    session = open_meeting_for(by, slug, meeting)
    return _set_state(session, item_of(session, pk), AgendaItem.State.DROPPED, by=by, seen=seen)


@transaction.atomic
def restore_item(*, by: "User", slug: str, meeting: str, pk: int, seen: int | None = None) -> AgendaItem:
    """Put a dropped line back where it was."""
    session = open_meeting_for(by, slug, meeting)
    return _set_state(session, item_of(session, pk), AgendaItem.State.PLANNED, by=by, seen=seen)


def _set_state(
    meeting: Meeting, item: AgendaItem, state: AgendaItem.State, *, by: "User", seen: int | None
) -> AgendaItem:
    if item.state == state:
        return item
    is_off = state == AgendaItem.State.DROPPED
    mine = change_of(item, What.STATE, ON if is_off else OFF, OFF if is_off else ON)
    theirs = [one for one in by_others(meeting, by=by, seen=seen) if one.item_id == item.pk]
    worked_on = [one for one in theirs if one.what not in (What.PLACE, What.ADDED)]
    refuse_stale(meeting, worked_on if is_off else [], [mine])
    item.state = state
    item.save(update_fields=["state"])
    note_changes(meeting, by, [mine])
    return item


def _insert(meeting: Meeting, item: AgendaItem, position: int | None, *, by: "User") -> None:
    last = _last_position(meeting)
    if AgendaItem.objects.filter(meeting=meeting).count() >= limits.AGENDA_ITEMS:
        raise Conflict(f"An agenda holds at most {limits.AGENDA_ITEMS} lines. Drop one first.")
    item.group, item.meeting = meeting.group, meeting
    item.position = last + 1 if position is None else min(max(position, 1), last + 1)
    AgendaItem.objects.filter(meeting=meeting, position__gte=item.position).update(position=F("position") + 1)
    item.save()
    note_changes(meeting, by, [change_of(item, What.ADDED)])


def _last_position(meeting: Meeting) -> int:
    return AgendaItem.objects.filter(meeting=meeting).aggregate(last=Max("position"))["last"] or 0
