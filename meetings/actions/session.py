"""A meeting's agenda goes out, and the meeting is held."""

from collections.abc import Collection, Sequence

from django.db import transaction

from accounts.models import User
from core.clock import now
from core.errors import Conflict, Invalid
from discussion.actions import finish_assignments, settle_votes
from groups.access import held_group_for, meeting_of, organiser_membership_for
from groups.actions import record
from groups.models import AuditEvent, Meeting
from meetings.access import open_meeting_for
from meetings.actions.after import ask_presenters_for_summaries
from meetings.actions.agenda import fill_from_votes
from meetings.actions.changing import by_others, refuse_stale
from meetings.actions.roles import hand_out_roles
from meetings.actions.telling import tell_of_agenda
from meetings.models import AgendaItem, Hand, SavedTime
from meetings.queries.agenda import items_of
from meetings.queries.pool import bought_by_votes, candidates_in, candidates_of, payments_of, saved_of
from meetings.selection import SHARED_TIME, settle


@transaction.atomic
def publish_agenda(*, by: User, slug: str, meeting: str, seen: int | None = None) -> Meeting:
    """Publish the agenda to the members; one that nobody touched is made from the votes first. Safe to repeat.

    Of one that is published, what changed is mailed. Raises Stale when someone else changed it since `seen`.
    """
    session = open_meeting_for(by, slug, meeting)
    refuse_stale(session, by_others(session, by=by, seen=seen), wish="Send the agenda.")
    if session.state != Meeting.State.PUBLISHED:
        publish(session, by=by)
    tell_of_agenda(session, by=by)
    return session


def publish(meeting: Meeting, *, by: User | None = None) -> None:
    """Publish the agenda of a planned meeting that the caller has locked. Its presenters are asked next."""
    if not items_of(meeting) and not fill_from_votes(meeting, by=by):
        raise Invalid("There is nothing to publish: no paper has votes yet. Add a paper or a topic first.")
    meeting.state = Meeting.State.PUBLISHED
    meeting.published_at = meeting.changed_at = meeting.asks_due_at = now()
    meeting.save(update_fields=["state", "published_at", "changed_at", "asks_due_at"])
    hand_out_roles(meeting)
    record(meeting.group, AuditEvent.What.PUBLISHED, by=by, thing=meeting.slug)


@transaction.atomic
def close_meeting(*, by: User, slug: str, meeting: str, carried: Collection[int] = ()) -> Meeting:
    """Close a meeting that has begun: papers on it are discussed, paid for, and their votes settled.

    `carried` names lines (by id) that were not reached: their papers keep their votes and return to the pool, and
    nobody pays for them. Repeating it changes nothing.
    """
    held_group_for(by, slug)  # two meetings of a group are paid for one after the other
    membership = organiser_membership_for(by, slug, lock=True)
    session = meeting_of(membership.group, meeting, lock=True)
    if session.state == Meeting.State.CLOSED:
        return session
    if session.state == Meeting.State.CANCELLED:
        raise Conflict("This meeting was cancelled; there is nothing to close.")
    if session.starts_at > now() and session.state != Meeting.State.RUNNING:
        raise Conflict("This meeting has not begun yet. Close it when it has.")
    end(session, carried, by=by)
    return session


def end(meeting: Meeting, carried: Collection[int] = (), *, by: User | None = None) -> None:
    """Close a meeting that the caller has locked, and its group before it."""
    items = items_of(meeting)
    for item in items:
        item.state = _outcome(item, meeting, carried)
    AgendaItem.objects.bulk_update(items, ["state"])
    discussed = [item for item in items if item.state == AgendaItem.State.DISCUSSED and item.group_paper]
    _pay(meeting, discussed)
    papers = [item.group_paper for item in discussed if item.group_paper]
    settle_votes(meeting, papers)
    finish_assignments(meeting, papers)
    Hand.objects.filter(item__meeting=meeting).delete()
    meeting.state = Meeting.State.CLOSED
    meeting.closed_at = meeting.changed_at = now()
    meeting.asks_due_at = None
    meeting.save(update_fields=["state", "closed_at", "changed_at", "asks_due_at"])
    ask_presenters_for_summaries(meeting, discussed)
    record(meeting.group, AuditEvent.What.HELD, by=by, thing=meeting.slug)


def _outcome(item: AgendaItem, meeting: Meeting, carried: Collection[int]) -> AgendaItem.State:
    """Return what became of a line: as the meeting said while it ran; what it did not come to is carried over."""
    if meeting.state == Meeting.State.RUNNING:
        return AgendaItem.State.DISCUSSED if item.state == AgendaItem.State.DISCUSSED else AgendaItem.State.CARRIED
    return AgendaItem.State.CARRIED if item.pk in carried else AgendaItem.State.DISCUSSED


def _pay(meeting: Meeting, discussed: Sequence[AgendaItem]) -> None:
    """Write into the ledger what everyone earned and paid, from what was really discussed; before votes are settled."""
    bought = bought_by_votes(discussed)
    if meeting.rule_used != SHARED_TIME or not bought:
        return
    open_votes = candidates_in(candidates_of(meeting.group, at=meeting.closes_at))
    voters = frozenset[int]().union(*(one.supporters for one in open_votes))
    saved = saved_of(meeting.group)
    result = settle(bought, saved, voters=voters, keeps=meeting.group.minutes_per_paper)
    paid = {one.key: payments_of(one.paid) for one in result.chosen}
    for item in discussed:
        item.payments = paid.get(item.group_paper_id or 0, item.payments)
    AgendaItem.objects.bulk_update(discussed, ["payments"])
    changes = {member: seconds - saved.get(member, 0) for member, seconds in result.saved.items()}
    known = set(User.objects.filter(pk__in=changes).values_list("pk", flat=True))
    SavedTime.objects.bulk_create(
        SavedTime(group=meeting.group, meeting=meeting, member_id=member, seconds=seconds)
        for member, seconds in sorted(changes.items())
        if seconds and member in known
    )
