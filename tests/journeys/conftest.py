"""The real servers, started as a person starts them, and a real browser in front of them."""

import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from readinggroup.local import children, clean, crew
from tests.journeys.pages import Stage

ROOT = Path(__file__).resolve().parents[2]
# Where the suite's own servers and settings would come through to the launcher.
OF_THE_SUITE = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "STATE_DIR", "SITE_URL", "HOST"}
START_SECONDS = 120  # two cores are shared by the whole suite
STOP_SECONDS = 30
POLL_SECONDS = 0.1
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_CHROMIUM = "no Chromium found: apt-get install chromium, or set CHROMIUM to the path of one"


@dataclass(frozen=True)
class Running:
    """The running launcher: where its pages are, and its process."""

    url: str
    launcher: psutil.Process

    def everything(self) -> list[psutil.Process]:
        """Return the launcher and all that it started."""
        return [self.launcher, *self.launcher.children(recursive=True)]

    def workers(self) -> list[psutil.Process]:
        """Return the processes that carry imports on."""
        return [one for one in self.everything() if {"celery", "worker"} <= set(one.cmdline())]

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


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser of this machine; skips, and says how to get one, without it."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if not found:
        pytest.skip(NO_CHROMIUM)
    return found


@pytest.fixture(scope="session")
def running(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Everything that `make run` starts, with data and a port of its own; nothing of it is left afterwards."""
    home = tmp_path_factory.mktemp("journeys") / "state"
    port, log = _free_port(), home.with_name("launcher.log")
    process = children.spawn(
        [sys.executable, "manage.py", "local", "--state", home, "--port", str(port)],
        log=log,
        dies_by=signal.SIGINT,
        environment={name: value for name, value in os.environ.items() if name not in OF_THE_SUITE},
        folder=ROOT,
    )
    here = Running(f"http://127.0.0.1:{port}", psutil.Process(process.pid))
    started: list[psutil.Process] = []
    try:
        deadline = time.monotonic() + START_SECONDS
        while not (ready := crew.answers("127.0.0.1", port)) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        assert ready, f"the launcher did not start:\n{children.tail(log)}"
        yield here
        started = here.everything()
    finally:
        children.stop(process, by=signal.SIGINT, patience=STOP_SECONDS)
        _, left = psutil.wait_procs(started, timeout=STOP_SECONDS)
        clean.main(home, sure=True)
    assert not left, f"still there after Ctrl-C: {left}"
    assert process.returncode == 0, children.tail(log)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """For a module only: its event loop would refuse Django's queries in tests of the same process."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    """The browser; each person gets a context of their own in it."""
    chromium = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGUMENTS)
    yield chromium
    chromium.close()


@pytest.fixture
def stage(browser: Browser, running: Running) -> Iterator[Stage]:
    """Lets people enter; afterwards, no page may have complained or asked another host."""
    stage = Stage(browser, running.url)
    yield stage
    stage.leave()
    assert stage.complaints == []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
