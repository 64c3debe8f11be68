"""What the pages of people and groups show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower

from core import limits
from core.clock import now, today
from core.errors import NotFound
from groups.access import invitation_for, membership_for, organiser_membership_for, version_of_pages
from groups.models import FeedLink, Group, Invitation, Meeting, Membership, Role
from groups.queries.chain import Chain, chains
from groups.queries.log import LogPage, log_page, whole_log
from notifications.queries import ROOM_KINDS, SERVICES, rooms_of, troubled_rooms
from papers.queries import CategoryState, category_states, newest_categories

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Message, Webhook

__all__ = [
    "CATEGORIES_OFFERED",
    "INVITED_ROLES",
    "ROLES",
    "Chain",
    "JoinPage",
    "LogPage",
    "MembersPage",
    "SettingsPage",
    "alone_in_running",
    "categories_offered",
    "chains",
    "coming_meetings",
    "groups_of",
    "is_voting_over",
    "join_page",
    "log_page",
    "member_of",
    "members_of",
    "members_page",
    "memberships_of",
    "next_meeting",
    "next_of",
    "own_memberships",
    "settings_page",
    "version_of_pages",
    "whole_log",
]

ROLES = [(role.value, str(role.label)) for role in Role]
ROOM_CHOICES = (SERVICES, ROOM_KINDS)
INVITED_ROLES = [(role.value, str(role.label)) for role in (Role.MEMBER, Role.GUEST)]


CATEGORIES_OFFERED = 8  # of which papers are here already, to whoever starts a group


@dataclass(frozen=True, slots=True)
class MembersPage:
    """Everyone in the group; the last two lists are for organisers and empty for everyone else."""

    membership: Membership
    members: list[Membership]
    removed: list[Membership]
    invitations: list[Invitation]

    @property
    def this_week(self) -> date:
        """Return the Monday that the week began with, where the group is."""
        day = today(self.membership.group.zone)
        return day - timedelta(days=day.weekday())

    @property
    def links(self) -> list[Invitation]:
        return [one for one in self.invitations if not one.email]

    @property
    def mailed(self) -> list[Invitation]:
        return [one for one in self.invitations if one.email]


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """An organiser's membership, and whether the server fetches what the group reads by itself."""

    membership: Membership
    category_states: list[CategoryState]
    troubled_rooms: int  # rooms that were switched off since nothing arrived there


@dataclass(frozen=True, slots=True)
class RoomsPage:
    """Where else the group's news goes, for an organiser."""

    membership: Membership
    rooms: "list[Webhook]"


@dataclass(frozen=True, slots=True)
class FeedLinkLine:
    """A group of the person's, and since when they have an address for its feeds; None without one."""

    membership: Membership
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class JoinPage:
    """What an invitation tells about a group before one joins it."""

    group: Group
    invitation: Invitation
    members: int
    meeting: Meeting | None
    is_member: bool


def feed_links_page(by: "User") -> list[FeedLinkLine]:
    """Return the person's groups by name, each with when the address of its feeds was made."""
    made = dict(FeedLink.objects.filter(member=by).values_list("group", "made_at"))
    return [FeedLinkLine(one, made.get(one.group_id)) for one in memberships_of(by)]


def categories_offered(by: "User") -> list[str]:
    """Return categories of which this server has papers; whoever may start a group may know them."""
    return newest_categories(limit=CATEGORIES_OFFERED)


def groups_of(by: "User") -> list[Group]:
    """Return the groups that the person is in, by name."""
    return [membership.group for membership in memberships_of(by)]


def memberships_of(by: "User") -> list[Membership]:
    """Return the person's memberships with their groups, by the group's name."""
    memberships = Membership.objects.present().filter(user=by, group__delete_on__isnull=True).select_related("group")
    return list(memberships.order_by(Lower("group__name"), "group_id"))


def scopes_of(by: "User") -> list[tuple[str, str]]:
    """Return what the outbox calls the person's groups, and what they are called, by name."""
    return [(group.notice_scope, group.name) for group in groups_of(by)]


def reasons_against(messages: "Iterable[Message]") -> dict[int, str]:
    """Map messages of groups, by id, to why they are not sent: who left is told nothing more (see settings)."""
    named = {one.pk: int(one.scope.partition(":")[2]) for one in messages if one.scope.startswith("group:")}
    if not named:
        return {}
    open_groups = Membership.objects.present().filter(group__in=named.values(), group__delete_on__isnull=True)
    present = open_groups.filter(until__isnull=True)  # an admin who looks in is no member
    inside = set(present.values_list("group", "user"))
    groups = {group for group, _ in inside}
    return {
        one.pk: "The person left the group, or it was closed." if one.recipient_id else "The group is closed."
        for one in messages
        if one.pk in named
        and ((named[one.pk], one.recipient_id) not in inside if one.recipient_id else named[one.pk] not in groups)
    }


def own_memberships(by: "User") -> list[Membership]:
    """Return the same with those of groups that rest before they go, for the organisers who can bring them back."""
    resting = Q(group__delete_on__gt=now(), role=Role.ORGANISER)
    memberships = Membership.objects.present().filter(Q(group__delete_on__isnull=True) | resting, user=by)
    return list(memberships.select_related("group").order_by(Lower("group__name"), "group_id"))


def alone_in_running(by: "User") -> list[Group]:
    """Return the groups with other people in them whose only organiser the person is."""
    present = Membership.objects.present().filter(group=OuterRef("group")).exclude(user=by)
    own = Membership.objects.present().filter(user=by, role=Role.ORGANISER, group__delete_on__isnull=True)
    alone = own.filter(Exists(present), ~Exists(present.filter(role=Role.ORGANISER))).select_related("group")
    return [membership.group for membership in alone.order_by(Lower("group__name"), "group_id")]


def members_of(group: Group) -> list[Membership]:
    """Return the present members with their users, by name."""
    members = Membership.objects.present().filter(group=group).select_related("user")
    return list(members.order_by(Lower("user__name"), "pk"))


def member_of(group: Group, user: int) -> Membership | None:
    """Return the present membership of a user, by id, with the user; None when they are not in the group."""
    return Membership.objects.present().filter(group=group, user=user).select_related("user").first()


def members_page(by: "User", slug: str) -> MembersPage:
    """Return the members of the group, and for an organiser whom to bring back and which invitations stand."""
    membership = membership_for(by, slug)
    group = membership.group
    runs = membership.is_organiser
    return MembersPage(
        membership=membership,
        members=members_of(group),
        removed=_lately_removed(group) if runs else [],
        invitations=_standing_invitations(group) if runs else [],
    )


def settings_page(by: "User", slug: str) -> SettingsPage:
    """Return the group, whose settings are its own columns, for an organiser."""
    membership = organiser_membership_for(by, slug)
    group = membership.group
    return SettingsPage(membership, category_states(group.categories), troubled_rooms(group.notice_scope))


def rooms_page(by: "User", slug: str) -> RoomsPage:
    """Return the chat rooms of the group, for an organiser."""
    membership = organiser_membership_for(by, slug)
    return RoomsPage(membership, rooms_of(membership.group.notice_scope))


def join_page(by: "User | AnonymousUser", token: str) -> JoinPage:
    """Return what the invitation shows.

    A link that no longer works is not found, just like one that never did; only someone who is in the group
    already is told so, whatever became of the link.
    """
    invitation = invitation_for(token)
    group = invitation.group
    present = Membership.objects.present().filter(group=group)
    is_member = by.is_authenticated and present.filter(user=by.pk).exists()
    if not is_member and not Invitation.objects.usable().filter(pk=invitation.pk).exists():
        raise NotFound
    if group.archived_at and not is_member:
        raise NotFound
    meetings = coming_meetings(group)
    return JoinPage(
        group=group,
        invitation=invitation,
        members=present.count(),
        meeting=meetings[0] if meetings else None,
        is_member=is_member,
    )


def coming_meetings(group: Group, **counted: Count) -> list[Meeting]:
    """Return the open meetings that have not ended, earliest first; each with what else is `counted` of it."""
    moment = now()
    longest = timedelta(minutes=limits.MEETING_MINUTES_MAX)
    meetings = Meeting.objects.open().filter(group=group, starts_at__gt=moment - longest).annotate(**counted)
    return [meeting for meeting in meetings if meeting.ends_at > moment]


def next_meeting(group: Group) -> Meeting | None:
    """Return the meeting that a vote cast now counts for; when voting is over for all, the earliest not yet ended."""
    return next_of(coming_meetings(group))


def next_of(meetings: Sequence[Meeting]) -> Meeting | None:
    """Return the same of meetings that are known already, earliest first."""
    moment = now()
    taking_votes = (meeting for meeting in meetings if meeting.closes_at > moment)
    return next(taking_votes, meetings[0] if meetings else None)


def is_voting_over(group: Group) -> bool:
    """Tell whether voting has closed for a meeting that is not over yet: nobody can be swayed any more."""
    moment = now()
    return any(meeting.closes_at <= moment for meeting in coming_meetings(group))


def _lately_removed(group: Group) -> list[Membership]:
    since = now() - timedelta(days=limits.REMOVED_DAYS)
    removed = Membership.objects.filter(group=group, left_at__gt=since, removed_by__isnull=False)
    return list(removed.select_related("user", "removed_by").order_by("-left_at", "pk"))


def _standing_invitations(group: Group) -> list[Invitation]:
    standing = Invitation.objects.filter(group=group, revoked_at__isnull=True, expires_at__gt=now())
    return list(standing.select_related("created_by").order_by("-created_at", "-pk")[: limits.HISTORY_ROWS])
