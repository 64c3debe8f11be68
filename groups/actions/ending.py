"""A group goes to rest: archived it can be read; deleted it comes back within a month, or goes."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from core import limits
from core.clock import now
from core.errors import Conflict, Invalid
from groups.access import held_group_for, organiser_membership_for, resting_membership_for
from groups.actions.recording import record
from groups.actions.schedule import ensure_meetings
from groups.models import AuditEvent, Group

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def set_archived(*, by: "User", slug: str, on: bool) -> Group:
    """Archive the group, or open it again with its next meetings planned."""
    group = held_group_for(by, slug)
    organiser_membership_for(by, slug, lock=True, frozen=True)
    if (group.archived_at is not None) == on:
        return group
    group.archived_at = now() if on else None
    group.save(update_fields=["archived_at"])
    record(group, AuditEvent.What.ARCHIVED if on else AuditEvent.What.OPENED, by=by)
    if not on:
        ensure_meetings(group)
    return group


@transaction.atomic
def set_deleted(*, by: "User", slug: str, on: bool, name: str = "") -> Group:
    """Let the group rest until it goes, when its name was typed; or bring it back as it was.

    Raises Invalid when the name is another one, and Conflict when the rest is over.
    """
    group = resting_membership_for(by, slug).group
    if group.delete_on and group.delete_on <= now():
        raise Conflict("The group has rested its time and is being deleted. It can no longer come back.")
    if (group.delete_on is not None) == on:
        return group
    if on and " ".join(name.split()).casefold() != group.name.casefold():
        raise Invalid(
            f"This is not its name. Type “{group.name}”, so that no other group goes by mistake.", field="name"
        )
    group.delete_on = now() + timedelta(days=limits.GROUP_REST_DAYS) if on else None
    group.deleted_by = by if on else None
    group.save(update_fields=["delete_on", "deleted_by"])
    record(group, AuditEvent.What.DELETED if on else AuditEvent.What.RETURNED, by=by)
    return group
