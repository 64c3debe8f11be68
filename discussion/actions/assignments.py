"""Who presents a paper: taken, asked, accepted, declined, given back."""

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.wording import short_day
from discussion.access import group_paper_of
from discussion.models import Assignment, GroupPaper
from groups.access import meeting_of, voting_membership_for
from groups.models import Group, Meeting, Membership
from groups.queries import next_meeting

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def take_paper(*, by: "User", slug: str, address: str, meeting: str = "") -> Assignment:
    """Take a paper for a meeting (by its slug; the next one when empty). Whoever was asked accepts by it."""
    group = voting_membership_for(by, slug, lock=True).group
    group_paper = group_paper_of(group, address)
    session = _session(group, meeting)
    holder = _standing(group_paper, session)
    if holder and holder.member_id == by.pk:
        return _answer(holder, Assignment.State.ACCEPTED)
    return _hold(group_paper, session, by, state=Assignment.State.ACCEPTED, asked_by=None)


@transaction.atomic
def ask_member(*, by: "User", slug: str, address: str, member: int, meeting: str = "") -> Assignment:
    """Ask a member (by their user id) to present a paper; asking twice is asking once."""
    group = voting_membership_for(by, slug, lock=True).group
    group_paper = group_paper_of(group, address)
    session = _session(group, meeting)
    person = _presenting_member(group, member)
    holder = _standing(group_paper, session)
    if holder and holder.member_id == person.pk:
        return holder
    return _hold(group_paper, session, person, state=Assignment.State.ASKED, asked_by=by)


@transaction.atomic
def answer_assignment(*, by: "User", slug: str, address: str, accept: bool) -> Assignment:
    """Accept or decline what one was asked; a decline costs nothing."""
    group = voting_membership_for(by, slug, lock=True).group
    mine = Assignment.objects.filter(group_paper=group_paper_of(group, address), member=by)
    assignment = _latest_open(mine.select_for_update(of=("self",)))
    if assignment is None:
        raise NotAllowed("Only the member who was asked can answer, and nobody is asking you now.")
    return _answer(assignment, Assignment.State.ACCEPTED if accept else Assignment.State.DECLINED)


@transaction.atomic
def give_back(*, by: "User", slug: str, address: str) -> Assignment | None:
    """Give a paper back, as its presenter or as an organiser; None when nobody holds it."""
    membership = voting_membership_for(by, slug, lock=True)
    group_paper = group_paper_of(membership.group, address)
    assignments = Assignment.objects.filter(group_paper=group_paper).select_for_update(of=("self",))
    assignment = _latest_open(assignments.filter(member=by)) or _latest_open(assignments)
    if assignment is None:
        return None
    if assignment.member_id != by.pk and not membership.is_organiser:
        raise NotAllowed("Only the presenter or an organiser can give this paper back.")
    return _answer(assignment, Assignment.State.RETURNED)


def _session(group: Group, slug: str) -> Meeting | None:
    if not slug:
        return next_meeting(group)
    meeting = meeting_of(group, slug)
    if not meeting.is_open:
        raise Conflict(f"This meeting is {meeting.get_state_display().lower()}; choose another.")
    return meeting


def _presenting_member(group: Group, member: int) -> "User":
    membership = Membership.objects.present().select_related("user").filter(group=group, user=member).first()
    if membership is None:
        raise NotFound
    if not membership.may_vote:
        raise Invalid("Guests do not present. Ask an organiser or a member.", field="member")
    return membership.user


def _standing(group_paper: GroupPaper, meeting: Meeting | None) -> Assignment | None:
    standing = Assignment.objects.standing().filter(group_paper=group_paper, meeting=meeting)
    return standing.select_related("member").select_for_update(of=("self",)).first()


def _latest_open(assignments: QuerySet[Assignment]) -> Assignment | None:
    open_ones = assignments.filter(state__in=Assignment.STANDING).exclude(meeting__state=Meeting.State.CLOSED)
    return open_ones.order_by("-pk").first()


def _answer(assignment: Assignment, state: Assignment.State) -> Assignment:
    if assignment.state != state:
        assignment.state, assignment.answered_at = state, now()
        assignment.save(update_fields=["state", "answered_at"])
    return assignment


def _hold(
    group_paper: GroupPaper,
    meeting: Meeting | None,
    person: "User",
    *,
    state: Assignment.State,
    asked_by: "User | None",
) -> Assignment:
    """Put a person in the presenter's place; the unique key decides between two who come at once."""
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                group=group_paper.group,
                group_paper=group_paper,
                meeting=meeting,
                member=person,
                asked_by=asked_by,
                state=state,
                answered_at=now() if asked_by is None else None,
            )
    except IntegrityError as error:
        raise Conflict(_who_holds(group_paper, meeting)) from error


def _who_holds(group_paper: GroupPaper, meeting: Meeting | None) -> str:
    holder = _standing(group_paper, meeting)
    name = holder.member.name if holder else "Someone"
    did = "was asked to present" if holder and holder.state == Assignment.State.ASKED else "has taken"
    return f"{name} {did} this paper{f' for {short_day(meeting.day)}' if meeting else ''}."
