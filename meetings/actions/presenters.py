"""Who presents a line of the agenda."""

from typing import TYPE_CHECKING

from django.db import transaction

from core.clock import now
from core.errors import Invalid, NotAllowed
from discussion.actions import free_presenter, set_presenter_of
from discussion.models import Assignment
from groups.access import meeting_of, voting_membership_for
from groups.models import Meeting
from groups.queries import member_of
from meetings.access import item_of, open_meeting_for, open_one
from meetings.actions.changing import (
    What,
    by_others,
    change_of,
    note_changes,
    put_back,
    refuse_stale,
    set_columns,
    that_took_off,
)
from meetings.actions.reminding import renew_reminder
from meetings.actions.roles import end_parts
from meetings.models import AgendaChange, AgendaItem, Attendance, Part
from meetings.queries.changes import changes_since

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def set_presenter(
    *,
    by: "User",
    slug: str,
    meeting: str,
    pk: int,
    member: int | None,
    was: int | None = None,
    seen: int | None = None,
) -> AgendaItem:
    """Ask a member (by their user id) to present a line, or free it with None.

    The organiser takes a paper at once; anyone else is asked and answers. A topic has its presenter at once. Raises
    Stale when it is someone else by now than it `was` (0 for nobody) on the page of the revision `seen`.
    """
    session = open_meeting_for(by, slug, meeting)
    item = item_of(session, pk)
    person = _presenting_member(session, member) if member else None
    holder = _holder(session, item)
    if holder == member or (was is not None and (member or 0) == was):
        return item
    mine = change_of(item, What.PRESENTER, holder or "", member or "")
    theirs = by_others(session, by=by, seen=seen)
    set_by_others = [one for one in theirs if one.item_id == item.pk and one.what == What.PRESENTER]
    found = set_by_others or _without_organiser(session, item, holder, was=was, seen=seen)
    refuse_stale(session, found + that_took_off(theirs, item), [mine])
    _set_presenter(session, item, person, by=by)
    note_changes(session, by, [mine, *put_back(item)])
    return item


def _set_presenter(meeting: Meeting, item: AgendaItem, person: "User | None", *, by: "User") -> None:
    end_parts(Part.objects.filter(item=item, member=person))
    if item.group_paper is None:
        item.topic_presenter = person
        item.save(update_fields=["topic_presenter"])
        return
    set_presenter_of(item.group_paper, meeting, person, asked_by=by)
    meeting.asks_due_at = now()
    meeting.save(update_fields=["asks_due_at"])


def _holder(meeting: Meeting, item: AgendaItem) -> int | None:
    """Return who presents a line, or is asked to, by id."""
    if item.group_paper is None:
        return item.topic_presenter_id
    in_place = Assignment.objects.standing().filter(meeting=meeting, group_paper=item.group_paper)
    return in_place.values_list("member", flat=True).first()


def _without_organiser(
    meeting: Meeting, item: AgendaItem, holder: int | None, *, was: int | None, seen: int | None
) -> list[AgendaChange]:
    """Return what became of a presenter since `seen` by the members' own doing, or the clock's."""
    own = [one for one in changes_since(meeting, seen) if one.item_id == item.pk and one.what == What.PRESENTER]
    of_paper = Assignment.objects.filter(meeting=meeting, group_paper=item.group_paper).select_related("member")
    latest = of_paper.order_by("-pk").first()
    if was is None or own or latest is None or (holder or 0) == was:
        return []
    change = change_of(item, What.PRESENTER, was or "", holder or "")
    change.made_at = latest.answered_at or latest.created_at
    change.by = latest.member if latest.answered_at else None
    return [change]


def _presenting_member(meeting: Meeting, member: int) -> "User":
    membership = member_of(meeting.group, member)
    if membership is None or not membership.may_vote:
        raise Invalid("Choose an organiser or a member of the group.", field="member")
    return membership.user


@transaction.atomic
def set_cue(
    *, by: "User", slug: str, meeting: str, pk: int, cue: str, question: str, seen: int | None = None
) -> AgendaItem:
    """Keep what everyone should read before, and the one question: by who presents the line, or an organiser.

    Raises Stale when someone else changed them since `seen`.
    """
    membership = voting_membership_for(by, slug, lock=True)
    session = open_one(meeting_of(membership.group, meeting, lock=True))
    item = item_of(session, pk)
    presents = Assignment.objects.in_place().filter(meeting=session, group_paper=item.group_paper, member=by)
    if not (membership.is_organiser or (item.group_paper and presents.exists())):
        raise NotAllowed("Only who presents this line, or an organiser, can say what to read before.")
    set_columns(session, item, by=by, seen=seen, cue=cue, question=question)
    renew_reminder(item, session)
    return item


@transaction.atomic
def set_coming(*, by: "User", slug: str, meeting: str, state: str) -> Attendance:
    """Say whether one comes to a meeting. Who cannot gives back what they were to present, and the next is asked."""
    membership = voting_membership_for(by, slug, lock=True)
    session = open_one(meeting_of(membership.group, meeting, lock=True))
    attendance, _ = Attendance.objects.update_or_create(
        meeting=session, member=by, defaults={"state": state, "group": session.group}
    )
    if state == Attendance.State.AWAY and _free(session, by):
        session.asks_due_at = now()
        session.save(update_fields=["asks_due_at"])
    return attendance


def _free(meeting: Meeting, person: "User") -> int:
    """Take from a person all that they were to do at a meeting; return how many things that was."""
    return free_presenter(meeting, person) + end_parts(Part.objects.filter(item__meeting=meeting, member=person))
