"""A worker is killed again and again while it imports, without a broker: the outcome is the undisturbed one."""

import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, transaction

from accounts.models import User
from papers import actions
from papers.models import Import, Listing, Paper, Problem, StagedEntry
from tests.factories import UserFactory
from tests.papers.samples import listing
from tests.papers.tables import catalogue

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = 2_000
KILLS = 10
PATIENCE = 60  # seconds until a step of the test counts as stuck
LOOK = 0.01  # seconds between two looks

# Loads everything, then waits for a word before it becomes the worker: the next one is ready when one is killed.
COMMAND = """
import sys, django, celery.apps.worker
from readinggroup.celery import app
django.setup()
app.loader.import_default_modules()
sys.stdin.readline()
app.worker_main(["worker", "--concurrency", "1"])
"""

logger = logging.getLogger(__name__)

chance = random.Random(20201001)
CONTENT = listing(ENTRIES) + b"### 2001.No link\n>  x\n"


@dataclass
class Worker:
    """A real Celery worker in a process group of its own, on this test's database, with no broker to speak to."""

    process: "subprocess.Popen[bytes]"

    @classmethod
    def load(cls, log: Path) -> "Worker":
        """Start the process; it does nothing until it is let go."""
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "readinggroup.settings.test",
            "DATABASE_URL": _database_url(),
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "LEASE_SECONDS": "2",
            "SWEEP_SECONDS": "1",
        }
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", COMMAND],
                cwd=ROOT,
                env=environment,
                start_new_session=True,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
            )
        return cls(process)

    def go(self) -> None:
        """Let it work."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """Kill the whole group at once, as a machine that loses power does; harmless when it is gone."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE)


def _database_url() -> str:
    """Return the address of the database that this test uses, which is not the one the suite was started with."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}"))


@dataclass
class Reader:
    """Looks at the tables all the time, as pages do, and keeps what it saw."""

    seen: set[tuple[int, int, int]] = field(default_factory=set)
    looks: int = 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=self._watch, args=(stop,), name="reader")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _watch(self, stop: threading.Event) -> None:
        with connection.cursor() as cursor:
            while not stop.wait(LOOK):
                cursor.execute(
                    "SELECT (SELECT count(*) FROM papers_listing), (SELECT count(*) FROM papers_entry), "
                    "(SELECT count(*) FROM papers_paper)"
                )
                self.seen.add(cursor.fetchone())
                self.looks += 1
        connection.close()


def test_ten_kills_of_the_worker_change_nothing(tmp_path: Path) -> None:
    admin = UserFactory(name="Ben", is_staff=True)
    expected, read_seconds, publish_seconds = _undisturbed(admin)
    # Half of the kills fall while it reads, and half while it publishes.
    reading = [("reading", read_seconds / 2)] * (KILLS // 2)
    publishing = [("publishing", publish_seconds / 2)] * (KILLS - KILLS // 2)
    reader = Reader()
    batch = actions.receive(by=admin, content=CONTENT).batch

    fallen: list[str] = []
    with reader.watching(), _workers(tmp_path / "worker.log") as workers:
        for moment in (*reading, *publishing):
            if batch.state == "done":  # the last kill came when the work was over
                assert _tables() == expected
                batch = _once_more(admin)
            fallen.append(_kill_once(batch, admin, workers, *moment))
        next(workers).go()
        started = time.monotonic()
        _wait_for(batch, lambda: batch.state == "done", admin)
        seconds = time.monotonic() - started

    assert _tables() == expected
    assert reader.seen == {(0, 0, 0), (1, ENTRIES, ENTRIES)}
    assert (batch.failures, StagedEntry.objects.count()) == (0, 0)
    logger.info("killed at %s; %d looks; done %.1f s after the last start", fallen, reader.looks, seconds)


@contextmanager
def _workers(log: Path) -> "Iterator[Iterator[Worker]]":
    """Yield workers, each loaded while the one before works; end whatever is left of them."""
    loaded = [Worker.load(log)]

    def one_after_the_other() -> Iterator[Worker]:
        while True:
            loaded.append(Worker.load(log))
            yield loaded[-2]

    try:
        yield one_after_the_other()
    finally:
        for worker in loaded:
            worker.kill()


def _kill_once(batch: Import, admin: User, workers: Iterator[Worker], state: str, at_most: float) -> str:
    """Kill a worker at a random moment after it claimed the import in this state; return where that was."""
    attempts = batch.attempts
    worker = next(workers)
    worker.go()
    _wait_for(batch, lambda: batch.attempts > attempts and batch.state in (state, "done"), admin)
    time.sleep(chance.uniform(0, at_most))
    worker.kill()
    batch.refresh_from_db()
    return f"{batch.state} {batch.done}"


def _undisturbed(admin: User) -> tuple[dict[str, list[object]], float, float]:
    """Import in this process; return the tables, and the seconds that reading and publishing took; clear up."""
    started = time.monotonic()
    batch = actions.receive(by=admin, content=CONTENT).batch
    actions.carry_on(batch.pk)
    read = time.monotonic()
    actions.request_publish(by=admin, pk=batch.pk)
    actions.carry_on(batch.pk)
    published = time.monotonic()
    tables = _tables()
    _clear()
    return tables, read - started, published - read


def _once_more(admin: User) -> Import:
    """Send the listing again, as if it had never come."""
    _clear()
    return actions.receive(by=admin, content=CONTENT).batch


def _clear() -> None:
    with transaction.atomic():  # for whoever looks meanwhile
        for model in (Import, Listing, Paper):
            model.objects.all().delete()


def _tables() -> dict[str, list[object]]:
    """Return every row that an import leaves, without keys and times."""
    batches = ("state", "sha256", "category", "announced_on", "done", "total", "entries", "counts", "notes", "error")
    return catalogue() | {
        "problems": list(Problem.objects.order_by("line").values_list("line", "position", "text", "reason")),
        "imports": list(Import.objects.order_by("pk").values_list(*batches)),
    }


def _wait_for(batch: Import, reached: Callable[[], bool], admin: User) -> None:
    """Look until it is reached; press *Import* as soon as the review is there."""
    until = time.monotonic() + PATIENCE
    while True:
        batch.refresh_from_db()
        if reached():
            return
        if batch.state == "review":
            actions.request_publish(by=admin, pk=batch.pk)
        assert time.monotonic() < until, f"stuck in {batch.state} after {batch.attempts} attempts"
        time.sleep(LOOK)
