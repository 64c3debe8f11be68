"""The broker stops, freezes, forgets or is full: pages, votes, comments and imports go on."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import TypeAlias
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener
from uuid import uuid4

import pytest
import redis

from readinggroup.local import broker
from tests import databases
from tests.papers.samples import listing
from tests.running import started

pytestmark = pytest.mark.fault

PASSWORD = "reading-group-demo"
# A broker client without our ceilings hangs for minutes; a page that waits for it would be cut off here. The bound
# is far above what a page takes, since the machine is shared with the rest of the suite.
PAGE_SECONDS = 30
IMPORT_SECONDS = 240
FORGET_SECONDS = 0.05

Trouble: TypeAlias = Callable[[broker.Broker], AbstractContextManager[None]]


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
    servers = {"DATABASE_URL": databases.demo(), "REDIS_URL": queue.celery_url}
    with started(tmp_path_factory.mktemp("away"), SWEEP_SECONDS="1", **servers) as running:
        yield running.url


@dataclass(frozen=True, slots=True)
class People:
    """Who tries everything, logged in while the broker was well."""

    member: Visitor
    admin: Visitor


@pytest.fixture(scope="module")
def people(url: str) -> People:
    return People(Visitor(url).log_in("member@example.org"), Visitor(url).log_in("admin@example.org"))


@contextmanager
def frozen(queue: broker.Broker) -> Iterator[None]:
    """It accepts and never answers."""
    os.kill(queue.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(queue.pid, signal.SIGCONT)


@contextmanager
def stopped(queue: broker.Broker) -> Iterator[None]:
    queue.stop()
    try:
        yield
    finally:
        queue.start()


@contextmanager
def emptied(queue: broker.Broker) -> Iterator[None]:
    """Whatever it is told is forgotten at once."""
    over = threading.Event()

    def forget() -> None:
        with closing(redis.Redis(unix_socket_path=str(queue.socket))) as client:
            while not over.wait(FORGET_SECONDS):
                client.flushall()

    thread = threading.Thread(target=forget, name="emptying")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def full(queue: broker.Broker) -> Iterator[None]:
    """It answers, and refuses to keep anything."""
    with closing(redis.Redis(unix_socket_path=str(queue.socket))) as client:
        client.config_set("maxmemory", 1)
        try:
            yield
        finally:
            client.config_set("maxmemory", 0)


def everything_goes_on(people: People, entries: int) -> None:
    for path in ("/g/demo/", "/g/demo/day/", "/g/demo/meetings/", "/g/demo/papers/1706.03762/"):
        assert "Demo reading group" in people.member.get(path)
    paper, words = "/g/demo/papers/1412.6980/", f"Said while the broker was away: {uuid4()}"
    for state in ("off", "on"):
        people.member.post(f"{paper}vote/", seen_at=paper, state=state)
    assert 'aria-pressed="true"' in people.member.get(paper)
    assert words in people.member.post(f"{paper}comments/", seen_at=paper, key=str(uuid4()), text=words)
    an_import_goes_on(people.admin, entries)


def an_import_goes_on(admin: Visitor, entries: int) -> None:
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


@pytest.mark.parametrize(
    ("trouble", "entries", "said"),
    [
        (frozen, 20, "unreachable"),
        (stopped, 22, "unreachable"),
        (emptied, 24, "ok"),
        (full, 26, "ok"),
    ],
)
def test_broker_in_trouble_holds_nothing_up(
    people: People, queue: broker.Broker, trouble: Trouble, entries: int, said: str
) -> None:
    with trouble(queue):
        everything_goes_on(people, entries)
        until(people.member, "/readyz", f'"broker": "{said}')  # a broker that is held up for a second is away for it
    an_import_goes_on(people.admin, entries + 1)
