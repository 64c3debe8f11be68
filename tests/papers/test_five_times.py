"""What asks arXiv is delivered several times at once, as messages may be, and does everything once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections

from core.clock import now
from papers import actions, tasks
from papers.models import Entry, Import, Listing, Paper, PaperVersion, Subscription
from tests.factories import PaperFactory, UserFactory
from tests.papers.arxiv import api, newest_page, rss
from tests.papers.sources.replay import Replay, Reply

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 5
DAY = date(2026, 11, 25)
IDS = ["2611.00003", "2611.00002", "2611.00001"]


def at_once(task: Callable[[], None]) -> None:
    """Run the task in as many threads, each with a connection of its own."""

    def run(_: int) -> None:
        try:
            task()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TIMES) as pool:
        list(pool.map(run, range(TIMES)))


def test_categories_are_fetched_once(arxiv: Replay) -> None:
    for category in ("cs.CV", "hep-th"):
        arxiv.answers[f"rss.arxiv.org/rss/{category}"] = Reply(rss(IDS, DAY, category=category))
        arxiv.answers[f"arxiv.org/list/{category}/new"] = Reply(newest_page({"new": IDS}, DAY, category=category))
    with time_machine.travel(datetime(2026, 11, 25, 6, 0, tzinfo=UTC), tick=True):
        actions.follow(by=UserFactory(is_staff=True), categories=["cs.CV", "hep-th"])
        Subscription.objects.update(settled_on=DAY - timedelta(days=1))

        at_once(tasks.follow_arxiv)

    assert sorted(arxiv.paths) == sorted(
        f"{start}{category}{end}"
        for category in ("cs.CV", "hep-th")
        for start, end in (("rss.arxiv.org/rss/", ""), ("arxiv.org/list/", "/new?skip=0&show=2000"))
    )
    assert {seen.together for seen in arxiv.log} == {1}
    assert (Import.objects.count(), Listing.objects.count(), Entry.objects.count(), Paper.objects.count()) == (
        2,
        2,
        6,
        3,
    )
    assert list(Subscription.objects.values_list("attempts", "lease_until", "outcome")) == [(1, None, "listing")] * 2


def test_papers_are_filled_in_once(arxiv: Replay) -> None:
    def answer(seen: Any) -> Reply:
        return Reply(api(seen.path.partition("id_list=")[2].partition("&")[0].split(",")))

    arxiv.answers["export.arxiv.org/api/query"] = answer
    for arxiv_id in IDS:
        PaperFactory(external_id=arxiv_id, title="", authors=[], fill_due=now())

    at_once(tasks.fill_papers)

    asked = [path.partition("id_list=")[2].partition("&")[0].split(",") for path in arxiv.paths]
    assert sorted(arxiv_id for batch in asked for arxiv_id in batch) == sorted(IDS)
    assert not Paper.objects.filter(title="").exists()
    assert PaperVersion.objects.count() == 3
