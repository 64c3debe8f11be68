"""Where else the group's news goes: chat rooms, set by organisers. How they are reached is the outbox's business."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from groups.access import organiser_membership_for
from groups.actions.recording import record
from groups.models import AuditEvent
from notifications import actions as outbox

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Webhook


def add_room(
    *, by: "User", slug: str, key: UUID, service: str, url: str, room: str, secret: str, kinds: list[str]
) -> "Webhook":
    """Add a room; the same `key` again returns the first. Raises Invalid for an address that cannot be one."""
    with transaction.atomic():
        group = organiser_membership_for(by, slug, lock=True).group
        added = outbox.add_room(
            group.notice_scope, by, key=key, service=service, url=url, room=room, secret=secret, kinds=kinds
        )
        record(group, AuditEvent.What.SETTINGS, by=by, thing=f"room for news added: {added.get_service_display()}")
        return added


def change_room(*, by: "User", slug: str, pk: int, kinds: list[str] | None = None, on: bool | None = None) -> "Webhook":
    """Set which news goes to a room, or switch it on or off."""
    with transaction.atomic():
        group = organiser_membership_for(by, slug, lock=True).group
        changed = outbox.change_room(group.notice_scope, pk, kinds=kinds, on=on)
        record(group, AuditEvent.What.SETTINGS, by=by, thing=f"room for news changed: {changed.get_service_display()}")
        return changed


def remove_room(*, by: "User", slug: str, pk: int) -> None:
    """Forget a room and its secret."""
    with transaction.atomic():
        group = organiser_membership_for(by, slug, lock=True).group
        outbox.remove_room(group.notice_scope, pk)
        record(group, AuditEvent.What.SETTINGS, by=by, thing="room for news removed")


def try_room(*, by: "User", slug: str, pk: int) -> "Webhook":
    """Send a message to a room that says that it works."""
    with transaction.atomic():
        group = organiser_membership_for(by, slug, lock=True).group
        notice = outbox.Notice(
            kind="test",
            object="test",
            about=group.name,
            said="This is a test: news of the group will come here.",
            address=reverse("meetings:week", args=[group.slug]),
            scope=group.notice_scope,
            sender=group.name,
        )
        return outbox.try_room(group.notice_scope, pk, notice=notice)
