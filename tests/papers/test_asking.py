"""arXiv is asked in turn, across all processes of a deployment."""

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from core import limits
from papers import actions
from papers.models import Pace
from papers.sources.fetch import Answer, Asked, Trouble
from tests.papers.sources.replay import Replay, Reply, replaying
from tests.running import ROOT

# Two workers that want something at the same moment; each asks three times.
WORKER = """
import django; django.setup()
from core import limits; limits.ARXIV_PAUSE_SECONDS = {pause}
from papers import actions
from papers.sources.fetch import Asked
for number in range(3):
    actions.ask(Asked("https://export.arxiv.org/api/query?from={name}&number=" + str(number)))
"""


@pytest.fixture
def arxiv_here(settings: Any) -> Iterator[Replay]:
    with replaying() as server:
        settings.ARXIV_REQUESTS = True
        settings.ARXIV_TEST_ORIGIN = server.origin
        yield server


def workers(server: Replay, *, pause: float) -> list["subprocess.Popen[str]"]:
    database = connection.settings_dict
    url = os.environ["DATABASE_URL"]
    address, _, rest = url.partition("?")
    own = address.rsplit("/", 1)[0] + f"/{database['NAME']}" + (f"?{rest}" if rest else "")
    environment = os.environ | {
        "DATABASE_URL": own,
        "DJANGO_SETTINGS_MODULE": "readinggroup.settings.local",
        "ARXIV_REQUESTS": "true",
        "ARXIV_TEST_ORIGIN": server.origin,
    }
    return [
        subprocess.Popen(
            [sys.executable, "-c", WORKER.format(pause=pause, name=name)], cwd=ROOT, env=environment, text=True
        )
        for name in ("one", "two")
    ]


@pytest.mark.django_db(transaction=True)
def test_two_workers_keep_the_pace_together(arxiv_here: Replay) -> None:
    """One connection at a time, and the pause between the end of a request and the next: by the server's own log."""
    pause = 0.5
    arxiv_here.answers["export.arxiv.org"] = Reply(b"<feed/>")

    ended = [worker.wait(timeout=60) for worker in workers(arxiv_here, pause=pause)]

    began = [seen.began for seen in arxiv_here.log]
    assert ended == [0, 0]
    assert len(began) == 6
    assert {path.partition("from=")[2][:3] for path in arxiv_here.paths} == {"one", "two"}
    assert [seen.together for seen in arxiv_here.log] == [1] * 6
    assert all(later - earlier >= pause for earlier, later in itertools.pairwise(began))


def test_the_pause_is_the_one_that_arxiv_asks_for() -> None:
    assert limits.ARXIV_PAUSE_SECONDS == 3


@pytest.mark.django_db(transaction=True)
def test_whoever_has_no_patience_is_told_that_the_turn_is_taken(arxiv: Replay) -> None:
    answers: list[object] = []

    def script(seen: object) -> Reply:
        """While one request runs, another is wanted by someone with a page to show."""
        with pytest.raises(Trouble) as trouble:
            actions.ask(Asked("https://arxiv.org/abs/2009.00001"), patience=0.05)
        answers.append(trouble.value.sentence)
        connection.close()  # this thread's own
        return Reply(b"yes")

    arxiv.answers["export.arxiv.org"] = script

    assert actions.ask(Asked("https://export.arxiv.org/api/query")) == Answer(b"yes")
    assert answers == ["arXiv is being asked for something else."]
    assert arxiv.paths == ["export.arxiv.org/api/query"]


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
