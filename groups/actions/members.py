"""Change someone's role, remove and bring back members, leave."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Case, When

from core import limits
from core.clock import now
from core.errors import Conflict, Unproven
from groups.access import held_group_for, hold, member_of, membership_for, organiser_membership_for
from groups.actions.recording import record
from groups.models import AuditEvent, FeedLink, Group, Membership, Role

if TYPE_CHECKING:
    from accounts.models import User


def set_role(*, by: "User", slug: str, pk: int, role: str, is_proven: bool) -> Membership:
    """Give a present member the role; only organisers can, and one of them must remain.

    Raises Unproven unless the organiser has just shown who they are: a browser left open hands no group over.
    """
    with transaction.atomic():
        group = held_group_for(by, slug)
        organiser_membership_for(by, slug, lock=True)
        membership = member_of(group, pk, lock=True)
        if membership.left_at:
            raise Conflict(f"{membership.user.name} is no longer in the group.")
        if role != Role.ORGANISER:
            _keep_an_organiser(group, without=membership)
        if membership.role != role and not is_proven:
            raise Unproven
        if membership.role != role:
            membership.role = role
            membership.save(update_fields=["role"])
            thing = str(membership.get_role_display()).lower()
            record(group, AuditEvent.What.ROLE, by=by, about=membership.user, thing=thing)
    return membership


def set_presence(*, by: "User", slug: str, pk: int, present: bool) -> Membership:
    """Remove a member or bring one back, for organisers; leave, for everyone (`pk` is one's own, `present` false)."""
    with transaction.atomic():
        group = held_group_for(by, slug)
        own = membership_for(by, slug, lock=True, frozen=not present)
        if own.pk == pk:
            if not present:
                _end(own, group, removed_by=None)
                record(group, AuditEvent.What.LEFT, by=by)
            return own
        organiser_membership_for(by, slug)
        membership = member_of(group, pk, lock=True)
        if present and membership.left_at:
            _bring_back(membership)
            record(group, AuditEvent.What.BROUGHT_BACK, by=by, about=membership.user)
        elif not present and not membership.left_at:
            _end(membership, group, removed_by=by)
            record(group, AuditEvent.What.REMOVED, by=by, about=membership.user)
    return membership


def _end(membership: Membership, group: Group, *, removed_by: "User | None") -> None:
    _keep_an_organiser(group, without=membership)
    membership.left_at = now()
    membership.removed_by = removed_by
    membership.save(update_fields=["left_at", "removed_by"])
    FeedLink.objects.filter(group=group, member=membership.user_id).delete()


def _bring_back(membership: Membership) -> None:
    """Undo a removal. Whoever left alone comes back alone, by an invitation."""
    if membership.removed_by_id is None:
        raise Conflict(f"{membership.user.name} left the group. Send an invitation to ask for a return.")
    if membership.left_at and membership.left_at < now() - timedelta(days=limits.REMOVED_DAYS):
        raise Conflict(f"{membership.user.name} was removed long ago. Send an invitation to ask for a return.")
    membership.left_at = None
    membership.removed_by = None
    membership.save(update_fields=["left_at", "removed_by"])


def _keep_an_organiser(group: Group, *, without: Membership) -> None:
    """Refuse a change that would leave nobody to run the group; the group is held, so no one else changes it."""
    organisers = Membership.objects.present().filter(group=group, role=Role.ORGANISER)
    if without.is_organiser and not organisers.exclude(pk=without.pk).exists():
        raise Conflict("A group needs an organiser. Make someone else an organiser first.")


def hand_on(group: Group, *, without: "User") -> None:
    """See to it that someone runs the group when this person has gone: whoever is in it longest, else it goes to rest.

    Call it in a transaction, before the person's membership ends.
    """
    group = hold(group)
    others = Membership.objects.present().filter(group=group).exclude(user=without).select_related("user")
    own = Membership.objects.present().filter(group=group, user=without).first()
    if own is None or not own.is_organiser or others.filter(role=Role.ORGANISER).exists():
        return
    members = others.order_by(Case(When(role=Role.MEMBER, then=0), default=1), "joined_at", "pk")
    heir = members.first()
    if heir:
        Membership.objects.filter(pk=heir.pk).update(role=Role.ORGANISER)
        record(group, AuditEvent.What.INHERITED, by=None, about=heir.user)
    elif not group.delete_on:
        group.delete_on = now() + timedelta(days=limits.GROUP_REST_DAYS)
        group.save(update_fields=["delete_on"])
        record(group, AuditEvent.What.DELETED, by=without)
