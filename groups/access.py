"""The one gate: a group's objects are obtained through these functions and nowhere else.

To someone outside, a group that is missing and one that is closed look the same (NotFound); a member without
the right is told so (NotAllowed).
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from accounts.queries import lacks_second_factor
from core.changes import Version, counted
from core.clock import now, today
from core.columns import Columns
from core.errors import Conflict, NotAllowed, NotFound
from core.ids import hash_token
from groups.models import FeedLink, Group, Invitation, Meeting, Membership

if TYPE_CHECKING:
    from accounts.models import User


ORGANISERS_ONLY = "Only an organiser of the group can do this."
SECOND_FACTOR = (
    "Whoever runs a group here needs a second step at log-in. Set one up under “Your account”, then come back."
)
# As `Membership.objects.present()` says who has not left; every request asks it.
_MEMBER, _GROUP = Columns(Membership, "member"), Columns(Group, "circle")
_PRESENT = """
FROM groups_membership member JOIN groups_group circle ON circle.id = member.group_id
WHERE circle.slug = %(slug)s AND member.user_id = %(user)s
    AND member.left_at IS NULL AND (member.until IS NULL OR member.until > %(now)s)
    AND (circle.delete_on IS NULL OR %(resting)s)
"""
_MEMBERSHIP = f"SELECT {_MEMBER}, {_GROUP} {_PRESENT}"
_HELD_MEMBERSHIP = f"{_MEMBERSHIP} FOR UPDATE OF member"
# With it, what differs when a page of the group may: see docs/decisions/0009-counting-changes.md.
_WITH_VERSION = f"""
SELECT {_MEMBER}, {_GROUP}, {counted("'papers'")}, {counted("'people', 'group:' || circle.id")},
    {counted("'member:' || member.user_id")}
{_PRESENT}
"""
ARCHIVED = "This group is archived: it can be read, and nothing in it changes. An organiser can open it again."


def membership_for(by: "User", slug: str, *, lock: bool = False, frozen: bool = False) -> Membership:
    """Return the person's present membership of the group, with `group` and `user` loaded.

    `lock` holds the membership row until the transaction ends, so that a removal waits for the action. It is what
    actions ask for: an archived group refuses them, unless `frozen` says that this one changes nothing in the group;
    and the week is noted as one in which the person did something.
    """
    membership = _membership(by, slug, lock=lock, resting=False)
    if lock and membership.group.archived_at and not frozen:
        raise Conflict(ARCHIVED)
    if lock and not membership.group.archived_at:
        _note_week(membership)
    return membership


def resting_membership_for(by: "User", slug: str) -> Membership:
    """Return an organiser's membership of a group that may be resting before it goes, held; and hold the group."""
    membership = _membership(by, slug, lock=False, resting=True)
    if not membership.is_organiser:
        if membership.group.delete_on:
            raise NotFound
        raise NotAllowed(ORGANISERS_ONLY)
    membership.group = hold(membership.group)
    return membership


def version_of_pages(by: "User", slug: str) -> Version:
    """Let a person in, and return what changes whenever a page of the group may look different to them; one statement.

    The gate need not be asked again for the page itself: `membership_for` returns whom this let in, once.
    """
    if not by.is_authenticated:
        raise NotFound
    found = _found(by, slug, _WITH_VERSION)
    by.let_in = _loaded(by, found)
    papers, group, own = found[-3:]
    return Version(shared=str(papers + group), own=str(own), papers=str(papers))


def _membership(by: "User", slug: str, *, lock: bool, resting: bool) -> Membership:
    if not by.is_authenticated:
        raise NotFound
    let_in, by.let_in = by.let_in, None
    if isinstance(let_in, Membership) and let_in.group.slug == slug and not lock and not resting:
        return let_in
    return _loaded(by, _found(by, slug, _HELD_MEMBERSHIP if lock else _MEMBERSHIP, resting=resting))


def _found(by: "User", slug: str, statement: str, *, resting: bool = False) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"slug": slug, "user": by.pk, "now": now(), "resting": resting})
        found: tuple[Any, ...] | None = cursor.fetchone()
    if found is None:
        raise NotFound
    return found


def _loaded(by: "User", found: tuple[Any, ...]) -> Membership:
    membership = _MEMBER.load(found)
    membership.user, membership.group = by, _GROUP.load(found, len(_MEMBER))
    membership.is_frozen = membership.group.archived_at is not None
    return membership


def _note_week(membership: Membership) -> None:
    """Note the week, once; no day and no hour, so that nobody can see when someone works."""
    day = today(membership.group.zone)
    monday = day - timedelta(days=day.weekday())
    if membership.active_on != monday:
        membership.active_on = monday
        Membership.objects.filter(pk=membership.pk).update(active_on=monday)


def voting_membership_for(by: "User", slug: str, *, lock: bool = False) -> Membership:
    """Return the membership of someone who may vote, add and take papers: organisers and members."""
    membership = membership_for(by, slug, lock=lock)
    if membership.is_frozen:
        raise Conflict(ARCHIVED)
    if not membership.may_vote:
        raise NotAllowed("Guests read and comment. An organiser of the group can make you a member.")
    return membership


def organiser_membership_for(by: "User", slug: str, *, lock: bool = False, frozen: bool = False) -> Membership:
    """Return the membership of an organiser of the group."""
    membership = membership_for(by, slug, lock=lock, frozen=frozen)
    if not membership.is_organiser:
        raise NotAllowed(ORGANISERS_ONLY)
    if lacks_second_factor(by, "organisers"):
        raise NotAllowed(SECOND_FACTOR)
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
    if invitation is None or invitation.group.delete_on:
        raise NotFound
    return invitation


def membership_by_feed(token: str) -> Membership:
    """Return the present membership whose feeds have this secret address; having it is the right to read them."""
    link = FeedLink.objects.filter(token_hash=hash_token(token)).first()
    if link is None:
        raise NotFound
    memberships = Membership.objects.present().select_related("group", "user")
    in_use = memberships.filter(user__is_active=True, group__delete_on__isnull=True)
    membership = in_use.filter(group=link.group_id, user=link.member_id).first()
    if membership is None:
        raise NotFound
    return membership


def meeting_of(group: Group, meeting_slug: str, *, lock: bool = False) -> Meeting:
    """Return a meeting of a group that the caller has already been let into; also by a day from which it was moved."""
    meetings = Meeting.objects.filter(group=group)
    if lock:
        meetings = meetings.select_for_update()
    moved = meetings.filter(former_slugs__contains=[meeting_slug]).order_by("-pk")
    meeting = meetings.filter(slug=meeting_slug).first() or moved.first()
    if meeting is None:
        raise NotFound
    meeting.group = group
    return meeting
