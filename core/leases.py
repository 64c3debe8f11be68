"""Leases on rows: who works on what, by the database's clock.

A leased table has `lease_until` (timestamp or null) and `attempts` (the fencing token: it grows with every
claim, and a holder whose token is no longer the row's has lost the row).
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Model, Q, QuerySet
from django.db.models.functions import Now

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Model)


class LeaseLost(Exception):
    """Another worker holds the row now; stop without writing."""


def claim(rows: "QuerySet[Row]") -> Row | None:
    """Claim the first of `rows` that no one holds, and return it with its new token; None when there is none."""
    with transaction.atomic():
        free = rows.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=Now()))
        row = free.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        type(row)._default_manager.filter(pk=row.pk).update(lease_until=_end(), attempts=F("attempts") + 1)
        row.refresh_from_db(fields=["lease_until", "attempts"])
        return row


def held(model: type[Row], pk: Any, token: int) -> Row:
    """Lock the row inside the caller's transaction and return it; raise LeaseLost when the token is stale.

    A lease that has ended, and was not taken back, is still its holder's while no one has claimed the row: what
    was done is not thrown away, and done twice, because the machine was slow.
    """
    mine = model._default_manager.filter(pk=pk, attempts=token, lease_until__isnull=False)
    row = mine.select_for_update().first()
    if row is None:
        raise LeaseLost(f"{model.__name__} {pk} is held by someone else")
    return row


def release(model: type[Model], pk: Any, token: int) -> None:
    """Give the row back, unless someone else holds it by now."""
    model._default_manager.filter(pk=pk, attempts=token).update(lease_until=None)


@contextmanager
def heartbeat(model: type[Model], pk: Any, token: int) -> Iterator[threading.Event]:
    """Renew the lease from a thread with a connection of its own; the event is set when the lease is lost.

    One that ended, since the machine slept, is renewed as well: it is lost only when someone has claimed the row.
    """
    stop, lost = threading.Event(), threading.Event()
    beat = threading.Thread(target=_renew, args=(model, pk, token, stop, lost), name="heartbeat", daemon=True)
    beat.start()
    try:
        yield lost
    finally:
        stop.set()
        beat.join()


def _renew(model: type[Model], pk: Any, token: int, stop: threading.Event, lost: threading.Event) -> None:
    try:
        while not stop.wait(settings.LEASE_SECONDS / 6):
            mine = model._default_manager.filter(pk=pk, attempts=token, lease_until__isnull=False)
            if not mine.update(lease_until=_end()):
                break
        else:
            return
    except Exception:
        logger.exception("heartbeat of %s %s failed", model.__name__, pk)
    finally:
        connection.close()
    lost.set()


def _end() -> Any:
    return Now() + timedelta(seconds=settings.LEASE_SECONDS)
