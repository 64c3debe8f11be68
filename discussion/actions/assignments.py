"""Who presents a paper: taken, asked, accepted, declined, given back.

Whoever changes an assignment holds first the own membership, then the meeting, then the assignment.
"""

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed
from core.wording import short_day
from discussion.access import asked_by_link, group_paper_of, paper_of
from discussion.actions.presenting import free_abandoned
from discussion.actions.telling import tell_of_assignment
from discussion.models import Assignment, GroupPaper
from discussion.models.assignment import AssignmentQuerySet
from discussion.queries.answering import is_open
from groups.access import meeting_of, voting_membership_for
from groups.models import Group, Meeting, Membership
from groups.queries import next_meeting

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def take_paper(*, by: "User", slug: str, address: str, meeting: str = "") -> Assignment:
    """Take a paper for a meeting (by its slug; the next one when empty). Whoever was asked accepts by it."""
    group = voting_membership_for(by, slug, lock=True).group
    session = _session(group, meeting)
    return _hold(group_paper_of(group, address), session, by, asked_by=None)


@transaction.atomic
def ask_member(*, by: "User", slug: str, address: str, member: int, meeting: str = "") -> Assignment:
    """Ask a member (by their user id) to present a paper; asking twice is asking once, asking oneself is taking."""
    group = voting_membership_for(by, slug, lock=True).group
    person = _presenting_member(group, member)
    session = _session(group, meeting)
    return _hold(group_paper_of(group, address), session, person, asked_by=None if person.pk == by.pk else by)


@transaction.atomic
def answer_assignment(*, by: "User", slug: str, address: str, accept: bool, meeting: str = "") -> Assignment:
    """Accept or decline what one was asked, for `meeting` or else the earliest; a decline costs nothing."""
    group = voting_membership_for(by, slug, lock=True).group
    mine = _of_paper(group, address, meeting).filter(member=by)
    asked = mine.filter(state=Assignment.State.ASKED).order_by("meeting__starts_at", "pk").first()
    wish = Assignment.State.ACCEPTED if accept else Assignment.State.DECLINED
    if asked:
        return _set(asked, wish, by=by)
    latest = mine.order_by("-pk").first()
    if latest and latest.state == wish:
        return latest
    raise NotAllowed("Only the member who was asked can answer, and nobody is asking you now.")


@transaction.atomic
def answer_by_link(*, by: "User", token: str, accept: bool) -> None:
    """Accept or decline by the link of a mail: the link is the right, whosever browser it is. Only once.

    Nothing is changed when the question was answered, taken back or is over; its page says how it stands.
    """
    member, question = asked_by_link(token)
    if not is_open(member, question):
        return
    membership = voting_membership_for(member.user, question.group.slug, lock=True)
    held = _of_paper(membership.group, question.group_paper.paper.address, "").filter(pk=question.pk).first()
    if held and is_open(membership, held):
        _set(held, Assignment.State.ACCEPTED if accept else Assignment.State.DECLINED, by=member.user)


@transaction.atomic
def give_back(*, by: "User", slug: str, address: str, meeting: str = "") -> Assignment | None:
    """Free a paper: its presenter, an organiser, or whoever asked and has no answer yet. None when nobody holds it.

    Without `meeting` it is one's own assignment, else the earliest.
    """
    membership = voting_membership_for(by, slug, lock=True)
    held = _of_paper(membership.group, address, meeting).in_place().order_by("meeting__starts_at", "pk")
    assignment = held.filter(member=by).first() or held.first()
    if assignment is None:
        return None
    asks = assignment.asked_by_id == by.pk and assignment.state == Assignment.State.ASKED
    if not (assignment.member_id == by.pk or asks or membership.is_organiser):
        raise NotAllowed("Only the presenter or an organiser can give this paper back.")
    return _set(assignment, Assignment.State.RETURNED, by=by)


def _of_paper(group: Group, address: str, meeting: str) -> AssignmentQuerySet:
    """Return the paper's assignments for meetings still to be held, locked; for one meeting when it is named."""
    assignments = Assignment.objects.not_over().filter(group=group, group_paper__paper=paper_of(group, address))
    if meeting:
        assignments = assignments.filter(meeting__slug=meeting)
    meetings = Meeting.objects.filter(pk__in=assignments.values("meeting")).order_by("pk")
    list(meetings.select_for_update().values_list("pk"))  # held before the assignments
    return assignments.select_for_update(of=("self",))


def _session(group: Group, slug: str) -> Meeting | None:
    """Return the meeting that a paper is taken for, locked; None when the group has none planned."""
    if not slug:
        coming = next_meeting(group)
        if coming is None:
            return None
        slug = coming.slug
    meeting = meeting_of(group, slug, lock=True)
    if not meeting.is_open or meeting.ends_at <= now():
        state = "over" if meeting.is_open else meeting.get_state_display().lower()
        raise Conflict(f"The meeting of {short_day(meeting.day)} is {state}; choose another.")
    return meeting


def _presenting_member(group: Group, member: int) -> "User":
    present = Membership.objects.present().select_related("user")
    membership = present.filter(group=group, user=member).first()
    if membership is None or not membership.may_vote:
        raise Invalid("Choose an organiser or a member of the group.", field="member")
    if not membership.presents:
        raise Invalid(f"{membership.user.name} takes no papers at present. Choose someone else.", field="member")
    return membership.user


def _hold(group_paper: GroupPaper, meeting: Meeting | None, person: "User", *, asked_by: "User | None") -> Assignment:
    """Put a person in the presenter's place; the unique key decides between two who come at once."""
    free_abandoned(group_paper, meeting)
    state = Assignment.State.ASKED if asked_by else Assignment.State.ACCEPTED
    holder = _holder(group_paper, meeting)
    if holder is None:
        new = Assignment(
            group=group_paper.group,
            group_paper=group_paper,
            meeting=meeting,
            member=person,
            asked_by=asked_by,
            state=state,
            answered_at=None if asked_by else now(),
        )
        Assignment.objects.bulk_create([new], ignore_conflicts=True)
        holder = _holder(group_paper, meeting)
    if holder is None or holder.member_id != person.pk:
        raise Conflict(_who_holds(holder))
    if state == Assignment.State.ACCEPTED:
        holder.meeting = meeting or holder.meeting
        _set(holder, state, by=person)
    elif asked_by:
        tell_of_assignment(holder, by=asked_by)
    return holder


def _holder(group_paper: GroupPaper, meeting: Meeting | None) -> Assignment | None:
    """Return who has the paper for the meeting, or took it when none was planned."""
    held = Assignment.objects.in_place().filter(Q(meeting=meeting) | Q(meeting=None), group_paper=group_paper)
    return held.select_related("member", "meeting").select_for_update(of=("self",)).order_by("meeting").first()


def _set(assignment: Assignment, state: Assignment.State, *, by: "User") -> Assignment:
    if assignment.state != state:
        assignment.state, assignment.answered_at = state, now()
    assignment.save(update_fields=["state", "answered_at", "meeting"])
    if assignment.meeting_id:
        # The next is asked, who presents has no other part, and is reminded; what they were told is not told again.
        again = {"reminded_at": None} if state == Assignment.State.ACCEPTED else {}
        Meeting.objects.filter(pk=assignment.meeting_id).update(asks_due_at=now(), **again)
    tell_of_assignment(assignment, by=by)
    return assignment


def _who_holds(holder: Assignment | None) -> str:
    if holder is None:
        return "Someone else was faster. Reload the page to see who presents this paper."
    did = "was asked to present" if holder.state == Assignment.State.ASKED else "has taken"
    day = f" for {short_day(holder.meeting.day)}" if holder.meeting else ""
    return f"{holder.member.name} {did} this paper{day}."
