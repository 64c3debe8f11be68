"""How long a group's search takes among 100,000 papers: rare, middling, common and unmatched words.

BENCH_PAPERS sets another number. The papers are recorded ones under new ids, as often as it takes, so that each word is
in as large a share of them as it is at arXiv; one title has a word that no other has. Measured is the whole answer to a
member's request, session and page included, beside the search page on which nothing was typed yet; beside each answer
stands what its bare SQL takes: the same statements sent again without Django. The processor's time, of us and of the
database, is what an answer takes while nothing else runs on the machine.
"""

import os
import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from bench.ingest import _papers
from bench.read import ROOT
from core.text import abstract_html, inline_html
from groups.models import Group, Membership, Role
from papers.actions import count_words
from papers.models import Paper

PAPERS = int(os.environ.get("BENCH_PAPERS", "100_000"))
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
    to_char(date '2024-12-01' - n / 90000 * interval '1 month', 'YYMM.') || lpad((n %% 90000 + 1)::text, 5, '0'),
    date '2025-01-31' - (n / 250)::int,
    source, scope, title, title_html, abstract, abstract_html, authors, primary_category,
    categories, comments, journal_ref, doi, license, link, weights, digest, rank, fill_tries, created_at
FROM (
    SELECT *, row_number() OVER (ORDER BY id) - 1 + %s AS n
    FROM papers_paper WHERE external_id > '2501' ORDER BY id LIMIT %s
) AS recorded
ON CONFLICT DO NOTHING
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
        "ms": {name: _measured(client, address, [q] * ROUNDS) for name, q in WORDS.items()}
        | {"judged queries": _measured(client, address, _judged())},
    }


def fill(wanted: int = PAPERS) -> None:
    """Make so many papers, each recorded one as often as it takes."""
    first = date(2025, 5, 1)
    recorded = _papers()
    Paper.objects.bulk_create(
        (
            Paper(
                external_id=one["id"],
                title=one["title"],
                title_html=inline_html(one["title"]),
                abstract=one["abstract"],
                abstract_html=abstract_html(one["abstract"]),
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
        for copy in range(1, wanted // here + 1):
            cursor.execute(_REPEAT, [(copy - 1) * here, min(here, wanted - copy * here)])
    Paper.objects.filter(pk=Paper.objects.order_by("pk").values("pk")[:1]).update(title=f"A {RARE} and its smile")


def _judged() -> list[str]:
    """Return what the judged queries ask, whatever they find here."""
    judged = tomllib.loads((ROOT / "tests/data/judged_queries.toml").read_text())
    return [q for kind in judged.values() for q in kind]


def _member() -> tuple[Client, str]:
    group = Group.objects.create(
        name="Bench", slug=f"bench-{uuid4().hex[:8]}", zone="Europe/Berlin", categories=["cs.CV"]
    )
    member = get_user_model().objects.create_user(f"{uuid4().hex}@example.org", name="Bench", password=None)
    Membership.objects.create(group=group, user=member, role=Role.MEMBER)
    client = Client()
    client.force_login(member)
    return client, f"/g/{group.slug}/search/"


def _measured(client: Client, address: str, questions: Sequence[str]) -> dict[str, float]:
    """Ask each question once a round, and return the milliseconds of an answer."""
    whole, bare, worked = [], [], []
    for q in questions:
        statements: list[tuple[str, Any]] = []
        begun, work = time.perf_counter(), _processor_seconds()
        with connection.execute_wrapper(partial(_kept, statements)):
            answer = client.get(address, {"q": q})
        whole.append(1000 * (time.perf_counter() - begun))
        worked.append(1000 * (_processor_seconds() - work))
        if answer.status_code not in (200, 302):
            raise RuntimeError(f"the search for {q} answered {answer.status_code}")
        bare.append(1000 * _bare_seconds(statements))
    return {
        "median": _at(whole, 0.5),
        "p95": _at(whole, 0.95),
        "bare SQL, median": _at(bare, 0.5),
        "bare SQL, p95": _at(bare, 0.95),
        "processor, median": _at(worked, 0.5),
        "processor, p95": _at(worked, 0.95),
    }


def _at(times: Iterable[float], share: float) -> float:
    ordered = sorted(times)
    return round(ordered[int(len(ordered) * share)], 1)


def _kept(statements: list[tuple[str, Any]], execute: Callable[..., Any], sql: str, sent: Any, *more: Any) -> Any:
    statements.append((sql, sent))
    return execute(sql, sent, *more)


def _bare_seconds(statements: Iterable[tuple[str, Any]]) -> float:
    """Return how long the statements take when nothing but the driver is between us and the database."""
    with connection.connection.cursor() as cursor:
        begun = time.perf_counter()
        for sql, sent in statements:
            cursor.execute(sql, sent)
            cursor.fetchall()
        return time.perf_counter() - begun


def _processor_seconds() -> float:
    """Return what we and our session of the database have worked; Linux tells it of the database."""
    session = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    theirs = int(session.read_text().split()[0]) / 1e9 if session.exists() else 0.0
    return time.process_time() + theirs
