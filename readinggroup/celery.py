"""The worker: tasks on wake-up, a sweep that needs no broker, and the clock's chores.

PostgreSQL is the queue of record. A message only says "look now"; `Sweep` looks every few seconds from inside
the worker, so that work goes on while the broker is down, frozen or emptied.
"""

import logging
import os
import signal
import threading
from typing import Any

from celery import Celery, bootsteps
from celery.schedules import crontab
from celery.signals import worker_process_init
from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

from readinggroup.local.children import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readinggroup.settings.production")
logger = logging.getLogger(__name__)

app = Celery("readinggroup")
app.add_defaults(lambda: settings.CELERY)
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "plan meetings": {
        "task": "groups.tasks.plan_meetings",
        "schedule": crontab(minute=7),
        "options": {"expires": 3600},
    },
    "count words": {
        "task": "papers.tasks.count_words",
        "schedule": crontab(minute=37, hour="*/6"),
        "options": {"expires": 3600},
    },
    "learn anew": {
        "task": "discussion.tasks.learn_anew",
        "schedule": crontab(minute=47, hour=4),
        "options": {"expires": 86_400},
    },
    "let go who rested": {
        "task": "readinggroup.tasks.erase_due",
        "schedule": crontab(minute=27),
        "options": {"expires": 3600},
    },
    "forget traces": {
        "task": "readinggroup.tasks.forget_traces",
        "schedule": crontab(minute=57, hour=3),
        "options": {"expires": 86_400},
    },
    "forget deleted comments": {
        "task": "discussion.tasks.forget_deleted",
        "schedule": crontab(minute=33, hour=3),
        "options": {"expires": 86_400},
    },
    "forget old uploads": {
        "task": "papers.tasks.forget_content",
        "schedule": crontab(minute=17, hour=3),
        "options": {"expires": 86_400},
    },
    "forget old messages": {
        "task": "notifications.tasks.forget_old",
        "schedule": crontab(minute=27, hour=3),
        "options": {"expires": 86_400},
    },
}


@worker_process_init.connect  # type: ignore[untyped-decorator]
def end_with_worker(**options: Any) -> None:
    """Let no process of the pool outlive a worker that was killed: its task is taken up by another."""
    die_with_parent(signal.SIGKILL)


class Sweep(bootsteps.StartStopStep):  # type: ignore[misc]
    """Carry on, every `SWEEP_SECONDS`, whatever work no one holds."""

    requires = {"celery.worker.components:Pool"}  # noqa: RUF012  (celery's own way of ordering steps)
    tasks: tuple[str, ...] = (
        "papers.tasks.sweep_imports",
        "meetings.tasks.carry_on_meetings",
        "discussion.tasks.learn_stale",
    )

    def __init__(self, worker: Any, **options: Any) -> None:
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, name=type(self).__name__.lower(), daemon=True)

    def start(self, worker: Any) -> None:
        self.thread.start()

    def stop(self, worker: Any) -> None:
        self.stopping.set()

    def _run(self) -> None:
        while True:
            for name in self.tasks:
                self._pass(name)
            if self.stopping.wait(settings.SWEEP_SECONDS):
                return

    def _pass(self, name: str) -> None:
        try:
            close_old_connections()  # else a connection that broke stays broken: nothing else ends it in a thread
            import_string(name)()
        except Exception:
            logger.exception("%s failed; the next pass tries again", name)


class Following(Sweep):
    """The same for what is asked of arXiv: a thread of its own, since imports cannot wait for arXiv's pauses."""

    tasks = ("papers.tasks.follow_arxiv", "papers.tasks.fill_papers")


class Posting(Sweep):
    """The same for what leaves by mail and to chat rooms, since no import can wait for a slow mail server."""

    tasks = ("notifications.tasks.send_due",)


for step in (Sweep, Following, Posting):
    app.steps["worker"].add(step)
