"""The one gate: a group's objects are obtained through these functions and nowhere else.

To someone outside, a group that is missing and one that is closed look the same (NotFound); a member without
the right is told so (NotAllowed).
"""

from typing import TYPE_CHECKING

from core.errors import NotAllowed, NotFound
from groups.models import Group, Meeting, Membership

if TYPE_CHECKING:
    from accounts.models import User


def membership_for(by: "User", slug: str, *, lock: bool = False) -> Membership:
    """Return the person's present membership of the group, with `group` and `user` loaded.

    `lock` holds the membership row until the transaction ends, so that a removal waits for the action.
    """
    if not by.is_authenticated:
        raise NotFound
    memberships = Membership.objects.present().select_related("group", "user").filter(group__slug=slug, user=by.pk)
    if lock:
        memberships = memberships.select_for_update(of=("self",))
    membership = memberships.first()
    if membership is None:
        raise NotFound
    return membership


def voting_membership_for(by: "User", slug: str, *, lock: bool = False) -> Membership:
    """Return the membership of someone who may vote, add and take papers: organisers and members."""
    membership = membership_for(by, slug, lock=lock)
    if not membership.may_vote:
        raise NotAllowed("Guests read and comment. An organiser of the group can make you a member.")
    return membership


def organiser_membership_for(by: "User", slug: str, *, lock: bool = False) -> Membership:
    """Return the membership of an organiser of the group."""
    membership = membership_for(by, slug, lock=lock)
    if not membership.is_organiser:
        raise NotAllowed("Only an organiser of the group can do this.")
    return membership


def meeting_of(group: Group, meeting_slug: str, *, lock: bool = False) -> Meeting:
    """Return a meeting of a group that the caller has already been let into."""
    meetings = Meeting.objects.filter(group=group, slug=meeting_slug)
    if lock:
        meetings = meetings.select_for_update()
    meeting = meetings.first()
    if meeting is None:
        raise NotFound
    meeting.group = group
    return meeting
