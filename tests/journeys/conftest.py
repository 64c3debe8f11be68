"""The real servers, started as a person starts them, and a real browser in front of them."""

import os
import shutil
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.journeys.pages import SECONDS, Stage
from tests.journeys.scene import Scene
from tests.notifications import receiver
from tests.notifications.receiver import Receiver
from tests.papers.sources.replay import Replay, replaying
from tests.running import Running, started

# The first has no window to draw in and takes a quarter less of the processor for the same pages.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--single-threaded",
]
NO_CHROMIUM = "no Chromium found: apt-get install chromium-headless-shell, or set CHROMIUM to the path of one"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser of this machine; skips, and says how to get one, without it."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if not found:
        pytest.skip(NO_CHROMIUM)
    return found


# The servers end with the journeys: later, they would compute beside other tests.
@pytest.fixture(scope="package")
def arxiv() -> Iterator[Replay]:
    """What the running servers ask in place of arXiv; it knows nothing until a test says so."""
    with replaying() as server:
        yield server


@pytest.fixture(scope="package")
def room() -> Iterator[Receiver]:
    """What the running servers take for every chat room."""
    with receiver.running() as server:
        yield server


@pytest.fixture(scope="package")
def running(
    chromium_path: str, arxiv: Replay, room: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Everything that `make run` starts, with data and a port of its own; nothing of it is left afterwards."""
    asks = {"ARXIV_REQUESTS": "true", "ARXIV_TEST_ORIGIN": arxiv.origin, "SWEEP_SECONDS": "2"}
    with started(tmp_path_factory.mktemp("journeys"), WEBHOOK_TEST_ORIGIN=room.origin, **asks) as everything:
        yield everything


@pytest.fixture(scope="package")
def scene(running: Running) -> Iterator[Scene]:
    """Sets the running servers' scene at once, for what would take long to bring about by hand."""
    with psycopg.connect(running.database, autocommit=True) as connection:
        yield Scene(connection)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """For a module only: its event loop would refuse Django's queries in tests of the same process."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    """The browser; each person gets a context of their own in it."""
    chromium = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGUMENTS, timeout=SECONDS)
    yield chromium
    chromium.close()


@pytest.fixture
def stage(browser: Browser, running: Running) -> Iterator[Stage]:
    """Lets people enter; afterwards, no page may have complained or asked another host."""
    stage = Stage(browser, running.url)
    yield stage
    stage.leave()
    assert stage.complaints == []
