"""A wake-up that waits already is not asked for twice; one that was sent may be asked for again."""

import queue

import pytest

from core import wake


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> "queue.Queue[tuple[object, str, tuple[object, ...]]]":
    """Let nobody send what waits."""
    waiting: queue.Queue[tuple[object, str, tuple[object, ...]]] = queue.Queue(maxsize=2)
    monkeypatch.setattr(wake, "_waiting", waiting)
    monkeypatch.setattr(wake, "_asked_for", set())
    monkeypatch.setattr(wake, "_start_sender", lambda: None)
    return waiting


def test_the_same_waits_once(waiting: "queue.Queue[tuple[object, str, tuple[object, ...]]]") -> None:
    for member in (1, 2, 1, 1, 2):
        wake._enqueue("learn", (member,))

    assert [waiting.get_nowait()[1:] for _ in range(waiting.qsize())] == [("learn", (1,)), ("learn", (2,))]


def test_what_finds_no_room_is_counted_and_may_be_asked_for_again(
    waiting: "queue.Queue[tuple[object, str, tuple[object, ...]]]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "failures", 0)
    for member in (1, 2, 3):
        wake._enqueue("learn", (member,))
    waiting.get_nowait()

    wake._enqueue("learn", (3,))

    assert (wake.failures, [one[2] for one in waiting.queue]) == (1, [(2,), (3,)])
