"""Wake a worker after a commit. A wake-up may fail: the sweep finds every row that no one holds."""

import logging
import queue
import threading
import time
from typing import Any

from celery import Celery, current_app
from django.db import transaction

from core import limits

logger = logging.getLogger(__name__)

_waiting: "queue.Queue[tuple[Celery, str, tuple[Any, ...]]]" = queue.Queue(maxsize=100)
_asked_for: set[tuple[str, tuple[Any, ...]]] = set()  # what waits: the same again would tell nothing new
_sender_lock = threading.Lock()
_sender: threading.Thread | None = None
failures = 0


def after_commit(task: str, *args: Any) -> None:
    """Ask for the task by name once the present transaction has committed, without waiting for the broker."""
    transaction.on_commit(lambda: _enqueue(task, args))


def _enqueue(task: str, args: tuple[Any, ...]) -> None:
    _start_sender()
    if (task, args) in _asked_for:
        return
    _asked_for.add((task, args))
    try:
        _waiting.put_nowait((current_app._get_current_object(), task, args))
    except queue.Full:
        _asked_for.discard((task, args))
        _count_failure(task, "too many wake-ups are waiting")


def _start_sender() -> None:
    """Start the one thread that speaks to the broker, so that no request waits for it."""
    global _sender
    with _sender_lock:
        if _sender is None or not _sender.is_alive():
            _sender = threading.Thread(target=_send_all, name="wake", daemon=True)
            _sender.start()


def _send_all() -> None:
    while True:
        app, task, args = _waiting.get()
        _asked_for.discard((task, args))  # before it is sent: what is committed from now on needs another
        try:
            app.send_task(task, args=args, expires=60, retry=False)
        except Exception as error:
            _count_failure(task, str(error))
            time.sleep(limits.BROKER_PAUSE_SECONDS)


def _count_failure(task: str, reason: str) -> None:
    global failures
    failures += 1
    logger.warning("wake-up of %s failed (%s); the sweep will find the work", task, reason)
