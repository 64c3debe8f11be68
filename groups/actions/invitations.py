"""Invite people by a link, revoke it, and join by it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from core import limits
from core.clock import now
from core.errors import Conflict, NotFound
from core.ids import hash_token, secret_token
from core.wording import plural
from groups.access import ARCHIVED, hold, invitation_for, invitation_of, organiser_membership_for
from groups.actions.recording import record
from groups.models import AuditEvent, Invitation, Membership

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh invitation with its secret, which is known only now: the database keeps a hash."""

    membership: Membership
    invitation: Invitation
    token: str


def invite(*, by: "User", slug: str, key: UUID, role: str, max_uses: int) -> Invited:
    """Make an invitation for a role that works `INVITATION_DAYS` days and `max_uses` times."""
    token = secret_token()
    with transaction.atomic():
        membership = organiser_membership_for(by, slug, lock=True)
        invitation = Invitation(
            key=key,
            group=membership.group,
            token_hash=hash_token(token),
            role=role,
            max_uses=max_uses,
            expires_at=now() + timedelta(days=limits.INVITATION_DAYS),
            created_by=by,
        )
        try:
            with transaction.atomic():
                invitation.save(force_insert=True)
        except IntegrityError as error:
            raise Conflict(
                "This link was made already, and it is shown only once. "
                "If you did not keep it, revoke it on the members page and make a new one."
            ) from error
        thing = f"link, {role}, {plural(max_uses, 'person', 'people')}"
        record(membership.group, AuditEvent.What.INVITED, by=by, thing=thing)
    return Invited(membership=membership, invitation=invitation, token=token)


def revoke(*, by: "User", slug: str, pk: int) -> None:
    """End an invitation at once; its link is then not found."""
    with transaction.atomic():
        group = organiser_membership_for(by, slug, lock=True).group
        invitation = invitation_of(group, pk)
        if Invitation.objects.filter(pk=invitation.pk, revoked_at__isnull=True).update(revoked_at=now()):
            record(group, AuditEvent.What.REVOKED, by=by, thing="mail" if invitation.email else "link")


def join(*, by: "User", token: str) -> Membership:
    """Join the group by an invitation, or come back to it; someone who is in it already uses nothing up."""
    with transaction.atomic():
        invitation = invitation_for(token)
        group = hold(invitation.group)
        membership = Membership.objects.filter(group=group, user=by).first()
        if membership and not membership.left_at:
            return membership
        if group.archived_at:
            raise Conflict(ARCHIVED)
        # One statement decides, so that two people never share the last use.
        if not Invitation.objects.usable().filter(pk=invitation.pk).update(used=F("used") + 1):
            raise NotFound
        if Membership.objects.present().filter(group=group).count() >= limits.GROUP_MEMBERS:
            raise Conflict(f"This group is full: it has {limits.GROUP_MEMBERS} members.")
        membership, _ = Membership.objects.update_or_create(
            group=group,
            user=by,
            defaults={"role": invitation.role, "joined_at": now(), "left_at": None, "removed_by": None, "until": None},
        )
        record(group, AuditEvent.What.JOINED, by=by, thing=invitation.role)
    return membership
