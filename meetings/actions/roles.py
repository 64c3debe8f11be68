"""Who else has a part in a line: co-presenters, and the roles in its discussion, which go by turn."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from core import limits
from core.errors import Conflict, Invalid, NotAllowed
from discussion.models import Assignment
from groups.access import meeting_of, voting_membership_for
from groups.models import Meeting, Membership
from groups.queries import member_of
from meetings.access import item_of, open_one
from meetings.actions.changing import note_changes
from meetings.actions.telling import tell_of_part
from meetings.models import AgendaItem, Part
from meetings.queries.agenda import items_of
from meetings.queries.turns import roles_for
from notifications.actions import withdraw

if TYPE_CHECKING:
    from accounts.models import User


def hand_out_roles(meeting: Meeting, *, but_not: tuple[int, int] | None = None) -> None:
    """End the parts that no longer hold, and fill the roles that are open, where the group wants them.

    Who has a part keeps it for as long as they can. `but_not` is a line (by its id) and a member who has just given up
    a role there. Trusts its caller, who has locked the meeting.
    """
    gone, new = roles_for(meeting, items_of(meeting), but_not=but_not)
    end_parts(Part.objects.filter(pk__in=[one.pk for one in gone]))
    Part.objects.bulk_create(new, ignore_conflicts=True)


def end_parts(parts: QuerySet[Part]) -> int:
    """Take parts from who has them, with what still waits to be mailed of them; return how many."""
    for part in parts.filter(role=Part.Role.CO_PRESENTER):
        withdraw(kind="assignment", object=f"part:{part.pk}", to=[part.member_id])
    return parts.delete()[0]


@transaction.atomic
def set_part(*, by: "User", slug: str, meeting: str, pk: int, role: str, member: int, on: bool) -> bool:
    """Give a member (by their user id) a part in a line, or take it from them; safe to repeat.

    Organisers give all; who presents says who presents with them; and everyone may give up their own. Return whether
    who did it may undo it: not when they could not give it, or someone else has the role by now.
    """
    membership = voting_membership_for(by, slug, lock=True)
    session = open_one(meeting_of(membership.group, meeting, lock=True))
    item = item_of(session, pk)
    may_give = _may_give(membership, item, role)
    if not may_give and (on or member != by.pk):
        raise NotAllowed("Only who presents this line, or an organiser, says who else has a part in it.")
    if on:
        _give(session, item, role, member, by=by)
        return True
    parts = Part.objects.filter(item=item, role=role)
    if end_parts(parts.filter(member=member)):
        if session.state == Meeting.State.PUBLISHED and member == by.pk:
            hand_out_roles(session, but_not=(item.pk, member))
        note_changes(session, by)
    return may_give and not (role in Part.BY_TURN and parts.exists())


def _may_give(membership: Membership, item: AgendaItem, role: str) -> bool:
    if membership.is_organiser:
        return True
    presents = Assignment.objects.in_place().filter(
        meeting=item.meeting_id, group_paper=item.group_paper, member=membership.user
    )
    return role == Part.Role.CO_PRESENTER and item.group_paper is not None and presents.exists()


def _give(meeting: Meeting, item: AgendaItem, role: str, member: int, *, by: "User") -> None:
    parts = Part.objects.filter(item=item)
    if parts.filter(role=role, member=member).exists():
        return
    if role in Part.BY_TURN and not meeting.group.discussion_roles:
        raise Invalid("This group has no roles in its discussions. An organiser can switch them on in the settings.")
    person = _person(meeting, item, member)
    end_parts(parts.filter(member=member))
    if role != Part.Role.CO_PRESENTER:
        parts.filter(role=role).delete()
    elif parts.filter(role=role).count() >= limits.CO_PRESENTERS:
        raise Conflict(f"A line has at most {limits.CO_PRESENTERS} co-presenters.")
    part = Part.objects.create(group=meeting.group, item=item, member=person, role=role)
    note_changes(meeting, by)
    tell_of_part(part, meeting, by=by)


def _person(meeting: Meeting, item: AgendaItem, member: int) -> "User":
    membership = member_of(meeting.group, member)
    if membership is None or not (membership.may_vote and membership.presents):
        raise Invalid("Choose an organiser or a member of the group who takes papers.", field="member")
    presents = Assignment.objects.in_place().filter(meeting=meeting, group_paper=item.group_paper, member=member)
    if item.group_paper and presents.exists():
        raise Invalid(f"{membership.user.name} presents this line already. Choose someone else.", field="member")
    return membership.user
