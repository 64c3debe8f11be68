"""The broker stops, or freezes while it holds its connections: pages, votes, comments and imports go on."""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener
from uuid import uuid4

import pytest

from readinggroup.local import broker
from tests.papers.samples import listing
from tests.running import started

pytestmark = pytest.mark.fault

PASSWORD = "reading-group-demo"
# A broker client without our ceilings hangs for minutes; a page that waits for it would be cut off here. The bound
# is far above what a page takes, since the machine is shared with the rest of the suite.
PAGE_SECONDS = 10
IMPORT_SECONDS = 75


@dataclass
class Visitor:
    """A person without a browser: keeps cookies, fills in the forms' hidden fields, and does not wait for long."""

    url: str
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))
    at: str = ""  # where the last answer came from, after redirects

    def get(self, path: str) -> str:
        with self.opener.open(self.url + path, timeout=PAGE_SECONDS) as answer:
            self.at = answer.geturl().removeprefix(self.url)
            return answer.read().decode()

    def post(self, path: str, *, seen_at: str, **fields: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(seen_at))
        assert token, f"no form at {seen_at}"
        form = urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        with self.opener.open(self.url + path, data=form, timeout=PAGE_SECONDS) as answer:
            self.at = answer.geturl().removeprefix(self.url)
            return answer.read().decode()

    def log_in(self, login: str) -> "Visitor":
        self.post("/accounts/login/", seen_at="/accounts/login/", login=login, password=PASSWORD)
        return self


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[broker.Broker]:
    with broker.running(tmp_path_factory.mktemp("broker")) as server:
        yield server


@pytest.fixture(scope="module")
def url(queue: broker.Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Everything that `make run` starts, on the test's own broker."""
    with started(tmp_path_factory.mktemp("away"), REDIS_URL=queue.celery_url, SWEEP_SECONDS="1") as running:
        yield running.url


@contextmanager
def frozen(queue: broker.Broker) -> Iterator[None]:
    os.kill(queue.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(queue.pid, signal.SIGCONT)


def everything_goes_on(url: str, entries: int) -> None:
    member, admin = Visitor(url).log_in("member@example.org"), Visitor(url).log_in("admin@example.org")
    for path in ("/g/demo/", "/g/demo/day/", "/g/demo/meetings/", "/g/demo/papers/1706.03762/"):
        assert "Demo reading group" in member.get(path)
    paper, words = "/g/demo/papers/1412.6980/", f"Said while the broker was away: {uuid4()}"
    for state in ("off", "on"):
        member.post(f"{paper}vote/", seen_at=paper, state=state)
    assert 'aria-pressed="true"' in member.get(paper)
    assert words in member.post(f"{paper}comments/", seen_at=paper, key=str(uuid4()), text=words)
    content = listing(entries).decode()
    admin.post("/listings/upload/", seen_at="/listings/upload/", text=content, key=str(uuid4()))
    here = admin.at
    assert re.fullmatch(r"/listings/imports/\d+/", here), here
    until(admin, here, f"Import {entries}<")
    admin.post(f"{here}publish/", seen_at=here)
    until(admin, here, "Imported")


def until(visitor: Visitor, path: str, words: str) -> None:
    deadline = time.monotonic() + IMPORT_SECONDS
    while words not in (page := visitor.get(path)):
        assert time.monotonic() < deadline, page
        time.sleep(0.2)


def test_frozen_broker_holds_nothing_up(url: str, queue: broker.Broker) -> None:
    with frozen(queue):
        everything_goes_on(url, entries=20)
    everything_goes_on(url, entries=21)


def test_stopped_broker_holds_nothing_up(url: str, queue: broker.Broker) -> None:
    queue.stop()
    try:
        everything_goes_on(url, entries=22)
        assert '"broker": "unreachable' in Visitor(url).get("/readyz")
    finally:
        queue.start()
    everything_goes_on(url, entries=23)
