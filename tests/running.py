"""Everything that `make run` starts, started by a test as a person starts it."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom

import psutil

from readinggroup.local import children, clean

ROOT = Path(__file__).resolve().parents[1]
# Where the suite's own servers and settings would come through to the launcher.
OF_THE_SUITE = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "STATE_DIR", "SITE_URL", "HOST"}
START_SECONDS = 240  # two cores are shared by the whole suite
STOP_SECONDS = 120  # more than the launcher's patience with all that it stops
POLL_SECONDS = 0.1
LAST_LINE = "Ctrl-C stops everything."  # of what the launcher says when all is ready
PORTS = (20_000, 32_000)  # below those that Linux, macOS and Windows take by themselves


class Running:
    """The running launcher: where its pages are, and its process."""

    def __init__(self, url: str, pid: int) -> None:
        self.url = url
        self.launcher = psutil.Process(pid)

    def everything(self) -> list[psutil.Process]:
        """Return the launcher and all that it started."""
        return [self.launcher, *self.launcher.children(recursive=True)]

    def workers(self) -> list[psutil.Process]:
        """Return the processes that carry imports on."""
        return [one for one in self.everything() if {"celery", "worker"} <= set(_command(one))]

    @property
    def database(self) -> str:
        """Return the address of the database that these processes share."""
        return self.workers()[0].environ()["DATABASE_URL"]

    @contextmanager
    def workers_paused(self) -> Iterator[None]:
        """Keep imports where they are."""
        workers = self.workers()
        for worker in workers:
            worker.suspend()
        try:
            yield
        finally:
            for worker in workers:
                worker.resume()


@contextmanager
def started(folder: Path, **environment: str) -> Iterator[Running]:
    """Start the launcher with data and a port of its own below `folder`; nothing of it is left afterwards."""
    home, log, port = folder / "state", folder / "launcher.log", free_port()
    process = children.spawn(
        [sys.executable, "manage.py", "local", "--state", home, "--port", str(port)],
        log=log,
        dies_by=signal.SIGINT,
        environment=inherited() | environment,
        folder=ROOT,
    )
    running = Running(f"http://127.0.0.1:{port}", process.pid)
    ours: list[psutil.Process] = []
    try:
        deadline = time.monotonic() + START_SECONDS
        # Its own word: pages may be answered before there is a worker.
        while not (ready := LAST_LINE in log.read_text()) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        assert ready, f"the launcher did not start:\n{children.tail(log)}"
        yield running
        ours = running.everything()
    finally:
        children.stop(process, by=signal.SIGINT, patience=STOP_SECONDS)
        _, left = psutil.wait_procs(ours, timeout=STOP_SECONDS)
        clean.main(home, sure=True)
    assert not left, f"still there after Ctrl-C: {left}"
    assert process.returncode == 0, children.tail(log)


def inherited() -> dict[str, str]:
    """Return our environment without what is the suite's own."""
    return {name: value for name, value in os.environ.items() if name not in OF_THE_SUITE}


def free_port() -> int:
    """Return a port that no one has, and that the system gives to no connection before it is listened at."""
    while True:
        port = SystemRandom().randrange(*PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has ended since it was found
        return []
