"""The real servers, started as a person starts them, and a real browser in front of them."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests import chromium, databases
from tests.journeys.pages import SECONDS, Stage
from tests.journeys.scene import Scene
from tests.notifications import receiver
from tests.notifications.receiver import Receiver
from tests.papers.sources.replay import Replay, replaying
from tests.running import Running, started


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
    asks["DATABASE_URL"] = databases.demo()
    with started(tmp_path_factory.mktemp("journeys"), WEBHOOK_TEST_ORIGIN=room.origin, **asks) as everything:
        yield everything


@pytest.fixture(scope="package")
def scene(running: Running) -> Iterator[Scene]:
    """Sets the running servers' scene at once, for what would take long to bring about by hand."""
    with psycopg.connect(running.database, autocommit=True) as connection:
        yield Scene(connection)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """What drives the browser; its event loop would refuse Django's queries in later tests of the same process."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    """A browser that knows nothing of other files' clipboard and tabs; each person gets a context in it."""
    started = playwright.chromium.launch(executable_path=chromium_path, args=chromium.ARGUMENTS, timeout=SECONDS)
    yield started
    started.close()


@pytest.fixture(scope="package")
def log_ins(running: Running) -> dict[str, Any]:
    """Who has logged in at the running servers, with the cookies that they got: a password costs the server much."""
    return {}


@pytest.fixture
def stage(browser: Browser, running: Running, log_ins: dict[str, Any]) -> Iterator[Stage]:
    """Lets people enter; afterwards, no page may have complained or asked another host."""
    stage = Stage(browser, running.url, log_ins)
    yield stage
    stage.leave()
    assert stage.complaints == []
