"""An admin looks into a group that is none of theirs: for an hour, with a reason, and before everyone's eyes."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from core import limits
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed
from groups.access import hold
from groups.actions.recording import record
from groups.models import AuditEvent, Group, Membership, Role

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def look_into(*, by: "User", group: Group, reason: str) -> Membership:
    """Let an admin in as a guest for an hour; the group's log says who, when and why."""
    if not by.is_superuser:
        raise NotAllowed("Only whoever runs the server looks into a group.")
    if not reason.strip():
        raise Invalid("Give the reason: the group reads it in its activity log.", field="reason")
    group = hold(group)
    if Membership.objects.present().filter(group=group, user=by, until__isnull=True).exists():
        raise Conflict("You are in this group already.")
    until = now() + timedelta(minutes=limits.LOOK_MINUTES)
    membership, _ = Membership.objects.update_or_create(
        group=group,
        user=by,
        defaults={"role": Role.GUEST, "joined_at": now(), "left_at": None, "removed_by": None, "until": until},
    )
    record(group, AuditEvent.What.ENTERED, by=by, thing=reason.strip())
    return membership
