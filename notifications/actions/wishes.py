"""What people want to be told, and when."""

from datetime import time
from typing import TYPE_CHECKING, Any

from django.db import transaction

from notifications.access import user_of_link
from notifications.models import Mute, NoticeSettings
from notifications.queries import notice_page

if TYPE_CHECKING:
    from accounts.models import User


def save_notice_settings(
    *, by: "User", kinds: list[str], digest_day: int | None, quiet_from: time, quiet_until: time, weekends: bool
) -> None:
    """Save which kinds the person wants by mail, of those that their page offers, and when."""
    offered = [kind for kind, _ in notice_page(by).kinds]
    chosen: dict[str, Any] = {
        "unwanted": [kind for kind in offered if kind not in kinds],
        "digest_day": digest_day,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "weekends": weekends,
    }
    with transaction.atomic():
        NoticeSettings.objects.update_or_create(user=by, defaults=chosen)


def set_muted(*, by: "User", scope: str, muted: bool) -> None:
    """Set whether the person gets no mail at all from a scope. What waits already is dropped when it is due."""
    with transaction.atomic():
        _set(by, scope, muted=muted)


def set_muted_by_link(*, by: object, token: str, muted: bool) -> None:
    """Do so for whoever holds a link from a mail, logged in (`by`) or not; raises NotFound when it is none of ours."""
    with transaction.atomic():
        user, scope = user_of_link(token)
        _set(user, scope, muted=muted)


def _set(user: "User", scope: str, *, muted: bool) -> None:
    if muted:
        Mute.objects.bulk_create([Mute(user=user, scope=scope)], ignore_conflicts=True)
    else:
        Mute.objects.filter(user=user, scope=scope).delete()
