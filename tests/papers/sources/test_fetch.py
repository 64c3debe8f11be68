"""One request to arXiv, against a server on this machine that behaves as badly as servers do."""

import socket
import threading
from collections.abc import Iterator

import pytest

from core import limits
from papers.sources import fetch
from papers.sources.fetch import Answer, Asked, Door, Trouble
from tests.papers.sources.replay import Replay, Reply, replaying

FEED = "https://rss.arxiv.org/rss/cs.CV"
AGENT = "ReadingGroup/0.1 (+https://reading.example.org; mailto:admin@example.org)"


@pytest.fixture
def replay() -> Iterator[Replay]:
    with replaying() as server:
        yield server


@pytest.fixture
def door(replay: Replay) -> Door:
    return Door(AGENT, test_origin=replay.origin)


@pytest.fixture
def sentinel() -> Iterator[list[str]]:
    """A listener on loopback that must hear nothing; the list names who came."""
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        heard.append(f"127.0.0.1:{listener.getsockname()[1]}")
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    heard.append(str(listener.accept()[1]))
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        yield heard
        stop.set()
        thread.join()


def test_an_answer_comes_with_what_makes_the_next_question_short(replay: Replay, door: Door) -> None:
    said = {"ETag": '"abc"', "Last-Modified": "Wed, 25 Nov 2026 05:00:00 GMT"}
    replay.answers["rss.arxiv.org/rss/cs.CV"] = Reply(b"<rss/>", headers=said)

    answer = door.fetch(Asked(FEED))

    assert answer == Answer(b"<rss/>", etag='"abc"', last_modified="Wed, 25 Nov 2026 05:00:00 GMT")
    assert replay.paths == ["rss.arxiv.org/rss/cs.CV"]
    assert replay.log[0].headers == {
        "Host": "rss.arxiv.org",
        "User-Agent": AGENT,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_what_did_not_change_is_not_sent_again(replay: Replay, door: Door) -> None:
    replay.answers["rss.arxiv.org"] = lambda seen: Reply(status=304 if seen.headers.get("If-None-Match") else 200)

    answer = door.fetch(Asked(FEED, etag='"abc"', last_modified="Wed, 25 Nov 2026 05:00:00 GMT"))

    assert answer == Answer(b"", is_unchanged=True)
    assert replay.log[0].headers["If-Modified-Since"] == "Wed, 25 Nov 2026 05:00:00 GMT"


@pytest.mark.parametrize(
    ("reply", "sentence", "wait"),
    [
        (Reply(status=500), "rss.arxiv.org answered 500 Internal Server Error.", None),
        (Reply(status=404), "rss.arxiv.org answered 404 Not Found.", None),
        (Reply(status=429, headers={"Retry-After": "120"}), "rss.arxiv.org asks for fewer requests (429).", 120),
        (Reply(status=503, headers={"Retry-After": "5"}), "rss.arxiv.org answered 503 Service Unavailable.", 5),
        (
            Reply(b"x" * 1000, cut=400),
            "The answer of rss.arxiv.org broke off after 400 of 1,000 bytes.",
            None,
        ),
        (Reply(b"", headers={"Content-Length": str(30 * 1024**2)}), "has more than 25 MB, which is the limit.", None),
        (Reply(b"x" * 30 * 1024**2, headers={"Content-Length": ""}), "has more than 25 MB, which is the limit.", None),
        (Reply(drip=True, headers={"Content-Length": "100000"}), "rss.arxiv.org did not answer within 1 sec", None),
    ],
    ids=["500", "404", "429", "503", "truncated", "30-mb-said", "30-mb-unsaid", "drip"],
)
def test_trouble_is_one_sentence(replay: Replay, reply: Reply, sentence: str, wait: int | None) -> None:
    replay.answers["rss.arxiv.org"] = reply

    with pytest.raises(Trouble) as trouble:
        Door(AGENT, test_origin=replay.origin, seconds=1 if reply.drip else limits.FETCH_SECONDS).fetch(Asked(FEED))

    assert sentence in trouble.value.sentence
    assert trouble.value.wait == wait


@pytest.mark.parametrize(("size", "is_taken"), [(-1, True), (0, True), (1, False)])
def test_the_size_is_limited_to_the_byte(replay: Replay, size: int, is_taken: bool) -> None:
    replay.answers["rss.arxiv.org"] = Reply(b"x" * (limits.FETCH_BYTES + size))
    door = Door(AGENT, test_origin=replay.origin)

    if is_taken:
        assert len(door.fetch(Asked(FEED)).content) == limits.FETCH_BYTES + size
    else:
        with pytest.raises(Trouble):
            door.fetch(Asked(FEED))


def test_a_dripping_head_is_cut_off_too() -> None:
    """Headers come byte by byte: each read is quick, the request as a whole never ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()

        def drip() -> None:
            connected, _ = listener.accept()
            with connected:
                try:
                    while not stop.wait(0.02):
                        connected.sendall(b"H")
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        door = Door(AGENT, test_origin=f"http://127.0.0.1:{listener.getsockname()[1]}", seconds=0.5)
        try:
            with pytest.raises(Trouble, match="did not answer within"):
                door.fetch(Asked(FEED))
        finally:
            stop.set()
            thread.join()


def test_a_server_that_is_away_is_said_to_be() -> None:
    with socket.socket() as taken:  # and not listened at
        taken.bind(("127.0.0.1", 0))
        door = Door(AGENT, test_origin=f"http://127.0.0.1:{taken.getsockname()[1]}")

        with pytest.raises(Trouble, match=r"^The connection to rss\.arxiv\.org failed\.$"):
            door.fetch(Asked(FEED))


def test_a_redirect_to_one_of_arxivs_own_addresses_is_followed(replay: Replay, door: Door) -> None:
    replay.answers["rss.arxiv.org/rss/"] = Reply(status=301, headers={"Location": "/feed/cs.CV"})
    replay.answers["rss.arxiv.org/feed/"] = Reply(status=302, headers={"Location": "https://arxiv.org/list/cs.CV/new"})
    replay.answers["arxiv.org/list/"] = Reply(b"<html>")

    assert door.fetch(Asked(FEED)).content == b"<html>"
    assert replay.paths == ["rss.arxiv.org/rss/cs.CV", "rss.arxiv.org/feed/cs.CV", "arxiv.org/list/cs.CV/new"]


def test_redirects_end(replay: Replay, door: Door) -> None:
    replay.answers["rss.arxiv.org"] = Reply(status=301, headers={"Location": "/again"})

    with pytest.raises(Trouble, match=r"^arXiv led on more than 3 times\.$"):
        door.fetch(Asked(FEED))

    assert len(replay.log) == 4


ELSEWHERE = [
    "http://{sentinel}/",
    "https://{sentinel}/",
    "//{sentinel}/",
    "http://rss.arxiv.org/rss/cs.CV",
    "https://rss.arxiv.org:22/",
    "https://rss.arxiv.org:443/",
    "https://rss.arxiv.org@{sentinel}/",
    "https://{sentinel}#@rss.arxiv.org/",
    "https://{sentinel}\\@rss.arxiv.org/",
    "https://user:word@rss.arxiv.org/",
    "https://rss.arxiv.org./",
    "https://evil-arxiv.org/",
    "https://arxiv.org.evil.example/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://0x7f.1/",
    "https://127.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://0.0.0.0/",
    "https://[::]/",
    "https://[/",
    "https://rss。arxiv。org/",
    "https://rss.arxiv.org:99999/",
    "file:///etc/passwd",
    "gopher://{sentinel}/1",
    "ftp://{sentinel}/",
    "javascript:alert(1)",
    "https://rss.arxiv.org /",
]


@pytest.mark.parametrize("location", ELSEWHERE)
def test_a_redirect_elsewhere_reaches_nobody(replay: Replay, door: Door, sentinel: list[str], location: str) -> None:
    heard = list(sentinel)
    there = location.format(sentinel=heard[0])
    replay.answers["rss.arxiv.org"] = Reply(status=302, headers={"Location": there.encode().decode("latin-1")})

    with pytest.raises(Trouble, match="which is none of its own addresses, so it was not asked"):
        door.fetch(Asked(FEED))

    assert len(replay.log) == 1
    assert sentinel == heard


CLOSED = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "nonsense",
]
OPEN = ["8.8.8.8", "128.84.21.199", "151.101.3.42", "100.63.255.255", "172.32.0.1", "2606:4700::1", "2a04:4e42::554"]


@pytest.mark.parametrize("address", CLOSED)
def test_no_closed_address_is_connected_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer of the resolver is looked at: an open address in front opens nothing."""
    connected: list[object] = []
    monkeypatch.setattr(fetch.socket, "create_connection", lambda *args, **options: connected.append(args))

    for answers in ([address], ["151.101.3.42", address]):
        with pytest.raises(Trouble, match="is not on the open internet, so it was not asked"):
            Door(AGENT, resolve=lambda host, port, answers=answers: answers).fetch(Asked(FEED))  # type: ignore[misc]

    assert connected == []


def test_open_addresses_are_open() -> None:
    assert [address for address in OPEN if fetch.is_closed(address)] == []


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that answers otherwise the second time is asked once only."""
    answers = iter([["151.101.3.42"], ["127.0.0.1"]])
    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], **options: object) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(fetch.socket, "create_connection", connect)

    with pytest.raises(Trouble, match=r"^The connection to rss"):
        Door(AGENT, resolve=lambda host, port: next(answers)).fetch(Asked(FEED))

    assert connected == [("151.101.3.42", 443)]
