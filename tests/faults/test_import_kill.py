"""A worker, or its child alone, is killed again and again while it imports: the outcome is the undisturbed one."""

import logging
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from celery import Celery
from django.db import connection, transaction

from accounts.models import User
from papers import actions
from papers.models import Import, Listing, Paper, Problem, StagedEntry
from readinggroup.local import broker
from tests import databases
from tests.factories import UserFactory
from tests.papers.samples import listing
from tests.papers.tables import catalogue

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = 2_000
# Half of them while it reads, and half while it publishes. CONTRIBUTING.md has the command for a hundred.
KILLS = int(os.environ.get("FAULT_KILLS", "10"))
KILLS_OF_CHILD = int(os.environ.get("FAULT_KILLS", "2"))
LEASE_SECONDS = int(os.environ.get("FAULT_LEASE_SECONDS", "2"))
SWEEP_SECONDS = max(1, LEASE_SECONDS // 4)
PATIENCE = 180 + 2 * LEASE_SECONDS  # seconds until a step of the test counts as stuck
LOOK = 0.01  # seconds between two looks
WAKE_SECONDS = 0.2  # between two wake-ups
NEVER = "3600"  # seconds between two sweeps when tasks alone shall do the work

# Loads everything once; then starts a worker, or kills it, as often as it is told to.
NURSERY = """
import os, signal, sys, django, celery.apps.worker
from readinggroup.celery import app
django.setup()
app.loader.import_default_modules()

def start():
    worker = os.fork()
    if not worker:
        os.setpgid(0, 0)
        os.close(0)
        os.dup2(2, 1)  # for the log: what it prints is not for whoever reads process ids
        app.worker_main(["worker", "--concurrency", "1"])
        os._exit(0)
    return worker

def kill(worker):
    os.killpg(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    return 0

worker = 0
for word in sys.stdin:
    worker = start() if word.strip() == "start" else kill(worker)
    print(worker, flush=True)
if worker:
    kill(worker)
"""

logger = logging.getLogger(__name__)

chance = random.Random(20201001)
CONTENT = listing(ENTRIES) + b"### 2001.No link\n>  x\n"


class Worker:
    """A real Celery worker on this test's database, in a process group of its own, started and killed at will."""

    def __init__(self, log: Path, environment: dict[str, str]) -> None:
        self.nursery = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("ab"),
            text=True,
        )
        self.pid = 0

    def start(self) -> None:
        self.pid = self._told("start")

    def kill(self) -> None:
        """Kill the whole group at once, as a machine that loses power does."""
        self.pid = self._told("kill")

    def kill_child(self) -> None:
        """Kill the process that runs the tasks; the worker starts another."""
        for child in psutil.Process(self.pid).children():
            child.kill()

    def end(self) -> None:
        """Kill what is left, and wait for it."""
        self.nursery.communicate(timeout=PATIENCE)

    def _told(self, word: str) -> int:
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(f"{word}\n")
        self.nursery.stdin.flush()
        return int(self.nursery.stdout.readline())


@contextmanager
def _worker(log: Path, **environment: str) -> Iterator[Worker]:
    """Yield a worker that is not started yet."""
    ours = {
        "DJANGO_SETTINGS_MODULE": "readinggroup.settings.test",
        "DATABASE_URL": databases.address(connection.settings_dict["NAME"]),
        "LEASE_SECONDS": str(LEASE_SECONDS),
        "SWEEP_SECONDS": str(SWEEP_SECONDS),
    }
    worker = Worker(log, ours | environment)
    try:
        yield worker
    finally:
        worker.end()


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
            is_last = False
            while not is_last:
                is_last = stop.wait(LOOK)  # what is there in the end is always seen
                cursor.execute(
                    "SELECT (SELECT count(*) FROM papers_listing), (SELECT count(*) FROM papers_entry), "
                    "(SELECT count(*) FROM papers_paper)"
                )
                self.seen.add(cursor.fetchone())
                self.looks += 1
        connection.close()


def test_kills_of_the_worker_change_nothing(tmp_path: Path) -> None:
    admin = UserFactory(name="Ben", is_staff=True)
    fate = _Fate(admin, *_undisturbed(admin))

    # There is no broker to speak to: the worker looks by itself.
    with fate.watched(), _worker(tmp_path / "worker.log", REDIS_URL="redis://127.0.0.1:1/0") as worker:
        for state in fate.states(KILLS):
            worker.start()
            fate.strike(state, worker.kill)
        worker.start()
        fate.end()


def test_kills_of_the_process_that_runs_the_task_change_nothing(tmp_path: Path) -> None:
    admin = UserFactory(name="Ben", is_staff=True)
    fate = _Fate(admin, *_undisturbed(admin))

    with (
        broker.running(tmp_path / "broker") as queue,
        fate.watched(),
        _worker(tmp_path / "worker.log", REDIS_URL=queue.celery_url, SWEEP_SECONDS=NEVER) as worker,
    ):
        worker.start()
        fate.wake = _Waking(queue.celery_url)
        fate.pass_by()  # with the one sweep at the start, and until the child is there
        for state in fate.states(KILLS_OF_CHILD):
            fate.strike(state, worker.kill_child)
        fate.end()


class _Waking:
    """Tells the worker to look, as every page does after a commit."""

    def __init__(self, url: str) -> None:
        self.app = Celery(broker=url, set_as_current=False)
        self.last = 0.0

    def __call__(self, pk: int) -> None:
        if time.monotonic() - self.last > WAKE_SECONDS:
            self.app.send_task("papers.tasks.carry_on_import", args=(pk,), ignore_result=True)
            self.last = time.monotonic()


@dataclass
class _Fate:
    """One import that is struck again and again, and what must come of it."""

    admin: User
    expected: dict[str, list[object]]
    read_seconds: float
    publish_seconds: float
    wake: Callable[[int], None] = lambda pk: None
    reader: Reader = field(default_factory=Reader)
    fallen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.batch = actions.receive(by=self.admin, content=CONTENT).batch

    def states(self, kills: int) -> list[str]:
        """Return in which state each kill shall fall."""
        return ["reading"] * (kills // 2) + ["publishing"] * (kills - kills // 2)

    @contextmanager
    def watched(self) -> Iterator[None]:
        with self.reader.watching():
            yield
        assert self.reader.seen == {(0, 0, 0), (1, ENTRIES, ENTRIES)}

    def pass_by(self) -> None:
        """Let an import through undisturbed."""
        self._wait_for(lambda: self.batch.state == "done")

    def strike(self, state: str, kill: Callable[[], None]) -> None:
        """Kill at a random moment after the import was claimed in this state."""
        if self.batch.state == "done":  # the last kill came when the work was over
            assert _tables() == self.expected
            _clear()
            self.batch = actions.receive(by=self.admin, content=CONTENT).batch
        attempts = self.batch.attempts
        # Three claims in a row that come no further set an import aside: after the first, each is left to come further.
        least = self.batch.done + 1 if state == "reading" and self.batch.losses else 0
        self._wait_for(
            lambda: (
                self.batch.state == "done"  # perhaps by a claim that came before the last look
                or (self.batch.attempts > attempts and self.batch.state == state and self.batch.done >= least)
            )
        )
        seconds = self.read_seconds if state == "reading" else self.publish_seconds
        time.sleep(chance.uniform(0, seconds / 2))
        kill()
        self.batch.refresh_from_db()
        self.fallen.append(f"{self.batch.state} {self.batch.done}")

    def end(self) -> None:
        """Let the last worker finish, and compare."""
        started = time.monotonic()
        self._wait_for(lambda: self.batch.state == "done")
        seconds = time.monotonic() - started

        assert _tables() == self.expected
        assert (self.batch.failures, StagedEntry.objects.count()) == (0, 0)
        logger.info("killed at %s; %d looks; done after %.1f s", self.fallen, self.reader.looks, seconds)

    def _wait_for(self, reached: Callable[[], bool]) -> None:
        """Look until it is reached; press *Import* as soon as the review is there."""
        until = time.monotonic() + PATIENCE
        while True:
            self.batch.refresh_from_db()
            if reached():
                return
            if self.batch.state == "review":
                actions.request_publish(by=self.admin, pk=self.batch.pk)
            self.wake(self.batch.pk)
            assert time.monotonic() < until, f"stuck in {self.batch.state} after {self.batch.attempts} attempts"
            time.sleep(LOOK)


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
