"""What listings lack is asked of arXiv's API, in batches, until arXiv has answered."""

import re
from datetime import timedelta
from typing import Any

import pytest

from core import limits
from core.clock import now
from papers import tasks
from papers.models import Paper
from tests.factories import PaperFactory
from tests.papers.arxiv import api
from tests.papers.sources.replay import Replay, Reply, Seen

pytestmark = pytest.mark.django_db

API = "export.arxiv.org/api/query"


def stub(arxiv_id: str, **fields: Any) -> Paper:
    """Make a paper of which the id is known and nothing else."""
    empty = {"title": "", "title_html": "", "abstract": "", "abstract_html": "", "authors": [], "categories": []}
    return PaperFactory(
        external_id=arxiv_id, primary_category="", **(empty | {"fill_due": now() - timedelta(seconds=1)} | fields)
    )


def asked(seen: Seen) -> list[str]:
    found = re.search("id_list=([^&]*)", seen.path)
    assert found
    return found[1].split(",")


def knows(*unknown: str) -> Any:
    """Answer about every paper that is asked for, but for some."""
    return lambda seen: Reply(api([each for each in asked(seen) if each not in unknown]))


def test_a_stub_gets_all_that_arxiv_knows(arxiv: Replay) -> None:
    arxiv.answers[API] = knows()
    paper = stub("2009.00001")
    PaperFactory(external_id="2009.00002", title="Whole already")

    tasks.fill_papers()

    paper.refresh_from_db()
    assert (paper.title, paper.abstract) == ("The API's title of 2009.00001", "The API's abstract of 2009.00001.")
    assert (paper.authors, paper.categories) == (["Ada Lovelace", "Grace Hopper"], ["cs.CV", "cs.LG"])
    assert (paper.latest_version, paper.rank, paper.fill_due, paper.fill_tries) == (2, 40, None, 0)
    assert list(paper.versions.values_list("number", flat=True)) == [2]
    assert arxiv.paths == [f"{API}?id_list=2009.00001&max_results=1"]


def test_old_ids_and_many_papers_go_in_batches_of_a_hundred(arxiv: Replay) -> None:
    arxiv.answers[API] = knows()
    for number in range(limits.FILL_BATCH):
        stub(f"2009.{number:05d}")
    stub("hep-th/9901001")

    tasks.fill_papers()

    assert sorted(len(asked(seen)) for seen in arxiv.log) == [1, limits.FILL_BATCH]
    assert "max_results=100" in "".join(arxiv.paths)
    assert Paper.objects.get(external_id="hep-th/9901001").title == "The API's title of hep-th/9901001"
    assert not Paper.objects.filter(fill_due__isnull=False).exists()


def test_a_pass_is_bounded(arxiv: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILL_BATCH", 1)
    arxiv.answers[API] = knows()
    for number in range(7):
        stub(f"2009.{number:05d}")

    tasks.fill_papers()

    assert len(arxiv.log) == limits.FILL_BATCHES
    assert Paper.objects.filter(fill_due__isnull=False).count() == 7 - limits.FILL_BATCHES


def test_an_id_that_arxiv_does_not_know_is_told_and_asked_once(arxiv: Replay, caplog: pytest.LogCaptureFixture) -> None:
    arxiv.answers[API] = knows("2009.99999")
    known, unknown = stub("2009.00001"), stub("2009.99999")

    for _ in range(3):
        tasks.fill_papers()

    known.refresh_from_db()
    unknown.refresh_from_db()
    assert (bool(known.title), unknown.title, unknown.fill_due) == (True, "", None)
    assert len(arxiv.log) == 1
    assert "arXiv does not know 2009.99999" in caplog.text


def test_an_empty_answer_is_believed_the_second_time(arxiv: Replay) -> None:
    arxiv.answers[API] = Reply(api([]))
    paper = stub("2009.99999")
    tasks.fill_papers()
    paper.refresh_from_db()
    first = (paper.fill_tries, paper.fill_due is not None)
    Paper.objects.update(fill_due=now())
    tasks.fill_papers()
    paper.refresh_from_db()

    assert first == (1, True)
    assert paper.fill_due is None
    assert 0 < paper.fill_tries < limits.FILL_TRIES


def test_trouble_postpones_and_ends_after_five_tries(arxiv: Replay) -> None:
    arxiv.answers[API] = Reply(status=503)
    paper, pauses = stub("2009.00001"), []

    for _ in range(7):
        tasks.fill_papers()
        paper.refresh_from_db()
        pauses.append(round((paper.fill_due - now()).total_seconds() / 60) if paper.fill_due else None)
        Paper.objects.filter(fill_due__isnull=False).update(fill_due=now())

    assert pauses == [5, 30, 180, 1440, None, None, None]
    assert len(arxiv.log) == limits.FILL_TRIES == paper.fill_tries


def test_one_id_that_spoils_its_batch_keeps_nobody_waiting_for_ever(arxiv: Replay) -> None:
    """arXiv answers a whole batch with an error because of one id in it."""
    arxiv.answers[API] = lambda seen: Reply(status=400) if "2009.00050" in asked(seen) else Reply(api(asked(seen)))
    for number in range(limits.FILL_BATCH):
        stub(f"2009.{number:05d}")

    for _ in range(40):
        tasks.fill_papers()
        Paper.objects.filter(fill_due__isnull=False).update(fill_due=now())

    assert list(Paper.objects.filter(title="").values_list("external_id", flat=True)) == ["2009.00050"]


def test_better_metadata_stays(arxiv: Replay) -> None:
    """An uploaded title gives way to arXiv's own; what arXiv does not say stays."""
    arxiv.answers[API] = knows()
    paper = stub("2009.00001", title="A title from a list", doi="10.1000/1", comments="12 pages")

    tasks.fill_papers()

    paper.refresh_from_db()
    assert (paper.title, paper.doi, paper.comments) == ("The API's title of 2009.00001", "10.1000/1", "12 pages")


def test_nothing_is_asked_when_requests_are_off(arxiv: Replay, settings: Any) -> None:
    settings.ARXIV_REQUESTS = False
    paper = stub("2009.00001")

    tasks.fill_papers()

    paper.refresh_from_db()
    assert (arxiv.log, paper.fill_tries) == ([], 0)
