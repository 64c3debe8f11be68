"""One PostgreSQL for the whole run, started here; each parallel worker has a database of its own on it."""

import gc
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dj_database_url
import hypothesis
import pytest
from django.conf import settings

from readinggroup.local import postgres
from tests import chromium, databases

if TYPE_CHECKING:
    from xdist.remote import Producer

    from tests.factories import Cast
    from tests.papers.sources.replay import Replay
    from tests.together import Together

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# How long one example takes says more about the machine than about the code.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=2_000)
# The same examples each time (.ci/run).
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_configure(config: pytest.Config) -> None:
    """Start the database before anyone connects; workers and processes of the tests inherit its address."""
    os.environ.setdefault("ARXIV_REQUESTS", "false")  # the servers that tests start leave arXiv alone
    if hasattr(config, "workerinput"):
        return
    databases.begin()
    if os.environ.get("DATABASE_URL"):
        config.add_cleanup(databases.drop_all)
        return
    server = postgres.start_temporary()
    os.environ["DATABASE_URL"] = server.url
    # pytest-django has read the settings by now.
    settings.DATABASES["default"].update(dj_database_url.parse(server.url))
    config.add_cleanup(server.stop)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let the worker's database be a copy of the one that was migrated: to migrate takes seconds of the processor."""
    from django.db import connection  # needs Django's settings, which need the database above

    connection.settings_dict["TEST"]["TEMPLATE"] = databases.migrated()


@pytest.fixture(scope="session", autouse=True)
def _as_started() -> None:
    """Load what a server has loaded before its first request: who logs in is noted from the start."""
    import_module("readinggroup.sessions")


def pytest_collection_finish() -> None:
    """Spare the garbage collector what lives as long as the run: all modules and tests."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: some tests mostly wait, for a server, a browser or a lease to end."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "Together | None":
    """Keep together what shares servers, when tests run in parallel by groups (as `make test` does)."""
    from tests.together import Together  # not every run has the plugin

    if config.getoption("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False  # they are in order
    return Together(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what shares servers first, when tests run in parallel by groups."""
    if getattr(config.option, "loadgroup", False):  # set in the workers, which collect
        from tests.together import place

        items.sort(key=lambda item: place(item.nodeid))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded listings beside the checkout; skips visibly without it."""
    if not (SHARED / "data" / "EXPECTED.json").exists():
        pytest.skip("the recorded listings are not beside this checkout")
    return SHARED / "data"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser of this machine; skips, and says how to get one, without it."""
    return chromium.find() or pytest.skip(chromium.MISSING)


@pytest.fixture
def cast(db: None) -> "Cast":
    """Give the test a group and its people (see tests/factories.py)."""
    from tests.factories import make_cast  # needs Django's settings, which need the database above

    return make_cast()


@pytest.fixture
def arxiv(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator["Replay"]:
    """A stand-in for arXiv on this machine: the program may ask, without the pause between two requests."""
    from core import limits
    from tests.papers.sources.replay import replaying

    with replaying() as server:
        settings.ARXIV_REQUESTS = True
        settings.ARXIV_TEST_ORIGIN = server.origin
        settings.ARXIV_CONTACT = "admin@example.org"
        settings.SITE_URL = "https://reading.example.org"
        monkeypatch.setattr(limits, "ARXIV_PAUSE_SECONDS", 0)
        yield server
