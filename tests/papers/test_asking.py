"""arXiv is asked in turn, across all processes of a deployment."""

import tomllib
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from core import limits
from papers import actions
from papers.actions import asking
from papers.models import Pace
from papers.sources.fetch import Asked, Trouble
from tests.papers.sources.replay import Replay, Reply


@pytest.mark.django_db(transaction=True)
def test_two_workers_keep_the_pace_together(arxiv: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    """One connection at a time, and the pause between the end of a request and the next: by the server's own log."""
    pause = 0.3
    monkeypatch.setattr(limits, "ARXIV_PAUSE_SECONDS", pause)
    arxiv.answers["export.arxiv.org"] = Reply(b"<feed/>")

    def work(name: str) -> None:
        try:
            for number in range(3):
                actions.ask(Asked(f"https://export.arxiv.org/api/query?from={name}&number={number}"))
        finally:
            connections.close_all()  # each thread has its own

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, ("one", "two")))

    began = [seen.began for seen in arxiv.log]
    assert sorted(path.partition("from=")[2] for path in arxiv.paths) == [
        f"{name}&number={number}" for name in ("one", "two") for number in range(3)
    ]
    assert [seen.together for seen in arxiv.log] == [1] * 6
    assert all(later - earlier >= pause for earlier, later in pairwise(began))


def test_the_program_says_who_it_is() -> None:
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]

    assert project["version"] == asking.VERSION


def test_the_pause_is_the_one_that_arxiv_asks_for() -> None:
    assert limits.ARXIV_PAUSE_SECONDS == 3


@pytest.mark.django_db
def test_a_failed_request_counts_for_the_pace(arxiv: Replay) -> None:
    with pytest.raises(Trouble, match="404"):
        actions.ask(Asked("https://arxiv.org/abs/2009.00001"))

    assert Pace.objects.get().asked_at is not None


@pytest.mark.django_db
def test_nobody_asks_when_requests_are_off(arxiv: Replay, settings: Any) -> None:
    settings.ARXIV_REQUESTS = False

    with pytest.raises(Trouble, match="ARXIV_REQUESTS is off"):
        actions.ask(Asked("https://arxiv.org/abs/2009.00001"))

    assert arxiv.log == []
