"""Dead letters are tried again when an admin says so; what is over is forgotten."""

from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from accounts.actions import forget_refusals
from core import limits
from core.clock import now
from core.errors import NotAllowed
from notifications.models import Message, MessageQuerySet

if TYPE_CHECKING:
    from accounts.models import User


def retry(*, by: "User", pks: Collection[int]) -> int:
    """Try dead letters again, from the first pause on; return how many. For admins.

    What went in one mail goes in one again. One whose text is forgotten stays as it is. Addresses that were refused are
    mailed again.
    """
    if not by.is_staff:
        raise NotAllowed("Dead letters are sent again by an admin of this server.")
    chosen = Message.objects.filter(pk__in=pks)
    with transaction.atomic():
        forget_refusals(people=chosen.filter(recipient__isnull=False).values_list("recipient", flat=True))
        return try_again(chosen)


def try_again(messages: MessageQuerySet) -> int:
    """Let those of the messages that are dead letters wait again, in the caller's transaction; return how many."""
    dead = messages.select_for_update().filter(state=Message.State.DEAD).exclude(payload={})
    heads = {head or pk for pk, head in dead.values_list("pk", "head")}
    again = Message.objects.filter(Q(pk__in=heads) | Q(head__in=heads), state=Message.State.DEAD)
    return again.exclude(payload={}).update(state=Message.State.WAITING, due_at=now(), failures=0, reason="")


def forget_old() -> None:
    """Empty dead letters after a while, and drop the rows of what is long over.

    A row is what keeps an event from being told twice; nothing tells of one again that is so long past.
    """
    rested = now() - timedelta(days=limits.MESSAGES_DAYS)
    with transaction.atomic():
        Message.objects.filter(state=Message.State.DEAD, due_at__lt=rested).update(payload={})
        over = Message.objects.exclude(state=Message.State.WAITING)
        over.filter(due_at__lt=now() - timedelta(days=limits.MESSAGE_ROWS_DAYS)).delete()
