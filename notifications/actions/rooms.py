"""Chat rooms of a group, and how they fare. The app that owns the scope has let the caller in."""

import base64
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F

from core import limits, wake
from core.clock import now
from core.errors import Conflict, Invalid, NotFound, TooMany
from notifications.channels import webhook
from notifications.channels.notice import Notice
from notifications.models import Channel, Kind, Message, Webhook

if TYPE_CHECKING:
    from accounts.models import User


def add_room(
    scope: str, by: "User", *, key: UUID, service: str, url: str, room: str, secret: str, kinds: list[str]
) -> Webhook:
    """Add a room; the same `key` again returns the first. A program of one's own gets a fresh secret to check by."""
    if reason := webhook.refusal(url):
        raise Invalid(reason, field="url")
    if service == Webhook.Service.JSON:
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    new = Webhook(key=key, scope=scope, service=service, url=url, room=room, secret=secret, kinds=kinds, created_by=by)
    with transaction.atomic():
        known = Webhook.objects.filter(key=key).first()
        if known is None and Webhook.objects.filter(scope=scope).count() >= limits.WEBHOOKS:
            raise Conflict(f"A group sends its news to at most {limits.WEBHOOKS} places. Remove one first.")
        Webhook.objects.bulk_create([new], ignore_conflicts=True)
        added = Webhook.objects.get(key=key)
    if added.scope != scope:
        raise Conflict("This form was used before. Open a new one.")
    return added


def change_room(scope: str, pk: int, *, kinds: list[str] | None = None, on: bool | None = None) -> Webhook:
    """Set which kinds go to a room, or switch it on again, or off."""
    with transaction.atomic():
        room = _room(scope, pk)
        if kinds is not None:
            room.kinds = kinds
        if on is not None:
            room.disabled_at = None if on else room.disabled_at or now()
            room.failures, room.trouble = 0, ""
        room.save(update_fields=["kinds", "disabled_at", "failures", "trouble"])
    return room


def remove_room(scope: str, pk: int) -> None:
    """Forget a room with its secret and what waits for it. Safe to repeat."""
    with transaction.atomic():
        Webhook.objects.filter(scope=scope, pk=pk).delete()


def try_room(scope: str, pk: int, *, notice: Notice) -> Webhook:
    """Send a room a message at once that says that it works."""
    with transaction.atomic():
        room = _room(scope, pk)
        if room.disabled_at:
            raise Conflict("This room is switched off. Switch it on, then send a test.")
        since = now() - timedelta(hours=1)
        tests = Message.objects.filter(webhook__scope=scope, kind=Kind.TEST, created_at__gt=since).count()
        if tests >= limits.WEBHOOK_TESTS_PER_HOUR:
            raise TooMany(f"{limits.WEBHOOK_TESTS_PER_HOUR} tests were sent within an hour. Try again later.")
        Message.objects.create(
            channel=Channel.WEBHOOK,
            webhook=room,
            kind=Kind.TEST,
            object=f"test:{secrets.token_hex(8)}",
            scope=scope,
            payload=notice.payload(),
            due_at=now(),
            useful_until=now() + timedelta(hours=1),
        )
        wake.after_commit("notifications.tasks.send_due")
    return room


def note_success(pk: int) -> None:
    """Write down, in the caller's transaction, that something arrived."""
    Webhook.objects.filter(pk=pk).update(failures=0, trouble="", worked_at=now())


def note_failure(pk: int, sentence: str, *, lasting: bool) -> None:
    """Write down, in the caller's transaction, that nothing arrived; after too many in a row nothing more is sent."""
    room = Webhook.objects.filter(pk=pk)
    room.update(failures=F("failures") + 1, trouble=sentence[:300])
    if lasting:
        room.update(failures=limits.WEBHOOK_FAILURES)
    room.filter(failures__gte=limits.WEBHOOK_FAILURES, disabled_at__isnull=True).update(disabled_at=now())


def _room(scope: str, pk: int) -> Webhook:
    room = Webhook.objects.select_for_update().filter(scope=scope, pk=pk).first()
    if room is None:
        raise NotFound
    return room
