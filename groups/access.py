"""The one gate: a group's objects are obtained through these functions and nowhere else.

To someone outside, a group that is missing and one that is closed look the same (NotFound); a member without
the right is told so (NotAllowed).
"""

from typing import TYPE_CHECKING

from core.errors import NotAllowed, NotFound
from core.ids import hash_token
from groups.models import Group, Invitation, Meeting, Membership

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


def held_group_for(by: "User", slug: str) -> Group:
    """Let a member in and hold the group's row until the transaction ends.

    For changes that look at several rows (is someone else an organiser, which days are taken). The group is held
    before any membership, everywhere, so that two such changes wait for each other and never deadlock.
    """
    membership = membership_for(by, slug)
    return hold(membership.group)


def hold(group: Group) -> Group:
    """Return the group as it is now, its row held; readers and new votes do not wait for it."""
    return Group.objects.select_for_update(no_key=True).get(pk=group.pk)


def member_of(group: Group, pk: int, *, lock: bool = False) -> Membership:
    """Return a membership, also one that has ended, of a group that the caller has already been let into."""
    memberships = Membership.objects.select_related("user").filter(group=group, pk=pk)
    if lock:
        memberships = memberships.select_for_update(of=("self",))
    membership = memberships.first()
    if membership is None:
        raise NotFound
    membership.group = group
    return membership


def invitation_of(group: Group, pk: int) -> Invitation:
    """Return an invitation of a group that the caller has already been let into."""
    invitation = Invitation.objects.filter(group=group, pk=pk).first()
    if invitation is None:
        raise NotFound
    return invitation


def invitation_for(token: str) -> Invitation:
    """Return the invitation behind a link, whether or not it still works; the link itself is the right to see it."""
    invitation = Invitation.objects.select_related("group", "created_by").filter(token_hash=hash_token(token)).first()
    if invitation is None:
        raise NotFound
    return invitation


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
