"""How long a group's search takes among 100,000 papers: rare, middling, common and unmatched words.

The papers are recorded ones under new ids, ten times over, so that each word is in as large a share of them as it is at
arXiv; one title has a word that no other has. Measured is the whole answer to a member's request, session and page
included, and how much of it passes in the database, beside the search page on which nothing was typed yet.
"""

import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from bench.ingest import _papers
from core.text import inline_html
from groups.models import Group, Membership, Role
from papers.actions import count_words
from papers.models import Paper

PAPERS = 100_000
ROUNDS = 40
RARE = "quokka"
WORDS = {
    "nothing typed": "",
    "rare": RARE,
    "rare name": "Pequeno Zurro",
    "middling": "hyperspectral",
    "two words": "gaussian splatting",
    "phrase": '"neural field"',
    "common": "learning",
    "common, half typed": "mod",
    "unmatched": "qqxzzyk",
    "slip of the keys": "hyperspectarl imgae",
}
_REPEAT = """
INSERT INTO papers_paper (
    external_id, first_announced, source, scope, title, title_html, abstract, abstract_html, authors, primary_category,
    categories, comments, journal_ref, doi, license, link, weights, digest, rank, fill_tries, created_at
)
SELECT
    left(external_id, 4)::int - 100 * %s || substr(external_id, 5), first_announced - 100 * %s,
    source, scope, title, title_html, abstract, abstract_html, authors, primary_category,
    categories, comments, journal_ref, doi, license, link, weights, digest, rank, fill_tries, created_at
FROM papers_paper WHERE external_id > '2501' ORDER BY id LIMIT %s
"""


def run() -> dict[str, object]:
    """Return the milliseconds of each kind of word."""
    settings.ALLOWED_HOSTS = ["testserver"]
    begun = time.monotonic()
    fill()
    filled = time.monotonic()
    count_words()
    counted = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    client, address = _member()
    return {
        "papers": Paper.objects.count(),
        "filling s": round(filled - begun, 1),
        "counting words s": round(counted - filled, 1),
        "ms": {name: _measured(client, address, q) for name, q in WORDS.items()},
    }


def fill() -> None:
    first = date(2025, 5, 1)
    recorded = _papers()
    Paper.objects.bulk_create(
        (
            Paper(
                external_id=one["id"],
                title=one["title"],
                title_html=inline_html(one["title"]),
                abstract=one["abstract"],
                authors=one["authors"],
                primary_category=one["categories"][0],
                categories=one["categories"],
                first_announced=first - timedelta(days=number % 90),
            )
            for number, one in enumerate(recorded)
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )
    here = Paper.objects.count()
    with connection.cursor() as cursor:
        for copy in range(1, PAPERS // here + 1):
            cursor.execute(_REPEAT, [copy, copy, min(here, PAPERS - copy * here)])
    Paper.objects.filter(pk=Paper.objects.order_by("pk").values("pk")[:1]).update(title=f"A {RARE} and its smile")


def _member() -> tuple[Client, str]:
    group = Group.objects.create(
        name="Bench", slug=f"bench-{uuid4().hex[:8]}", zone="Europe/Berlin", categories=["cs.CV"]
    )
    member = get_user_model().objects.create_user(f"{uuid4().hex}@example.org", name="Bench", password=None)
    Membership.objects.create(group=group, user=member, role=Role.MEMBER)
    client = Client()
    client.force_login(member)
    return client, f"/g/{group.slug}/search/"


def _measured(client: Client, address: str, q: str) -> dict[str, float]:
    whole, asked = [], []
    for _ in range(ROUNDS):
        statements: list[float] = []
        begun = time.perf_counter()
        with connection.execute_wrapper(partial(_timed, statements)):
            answer = client.get(address, {"q": q})
        whole.append(1000 * (time.perf_counter() - begun))
        asked.append(1000 * sum(statements))
        if answer.status_code != 200:
            raise RuntimeError(f"the search for {q} answered {answer.status_code}")
    whole.sort()
    asked.sort()
    middle, late = ROUNDS // 2, int(ROUNDS * 0.95)
    return {
        "median": round(whole[middle], 1),
        "p95": round(whole[late], 1),
        "median in the database": round(asked[middle], 1),
        "p95 in the database": round(asked[late], 1),
    }


def _timed(times: list[float], execute: Callable[..., Any], *arguments: Any) -> Any:
    begun = time.perf_counter()
    try:
        return execute(*arguments)
    finally:
        times.append(time.perf_counter() - begun)
