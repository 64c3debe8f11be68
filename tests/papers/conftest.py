"""A stand-in for arXiv on this machine, asked as arXiv would be."""

from collections.abc import Iterator
from typing import Any

import pytest

from core import limits
from tests.papers.sources.replay import Replay, replaying


@pytest.fixture
def arxiv(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Replay]:
    """Let the program ask, without the pause between two requests."""
    with replaying() as server:
        settings.ARXIV_REQUESTS = True
        settings.ARXIV_TEST_ORIGIN = server.origin
        settings.ARXIV_CONTACT = "admin@example.org"
        settings.SITE_URL = "https://reading.example.org"
        monkeypatch.setattr(limits, "ARXIV_PAUSE_SECONDS", 0)
        yield server
