"""Sixty queries as people type them: the paper that is meant is among the first three."""

import json
import tomllib
from pathlib import Path

import pytest

from discussion.queries import search_page
from papers.actions import count_words
from papers.models import Paper
from tests.factories import Cast

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
FIRST = 3
WANTED = 57  # of 60
QUERIES = tomllib.loads((DATA / "judged_queries.toml").read_text())


@pytest.fixture
def library(db: None) -> None:
    """The papers that the queries were written for, by title and authors alone."""
    others = [json.loads(line) for line in (DATA / "judged_papers.jsonl").read_text().splitlines()]
    demo = json.loads((ROOT / "readinggroup" / "demo" / "papers.json").read_text())["papers"]
    known = [(one["id"], one["title"], one["authors"]) for one in others]
    known += [(one["arxiv_id"], one["title"], one["authors"]) for one in demo]
    Paper.objects.bulk_create(
        Paper(external_id=name, title=title, title_html=title, authors=authors) for name, title, authors in known
    )
    count_words()


def first_papers(cast: Cast, q: str) -> list[str]:
    """Return the ids of the papers that stand first, or of the one that it leads to."""
    page = search_page(by=cast.member, slug=cast.group.slug, q=q)
    papers = [page.named] if page.named else [hit.row.paper for hit in page.hits]
    return [paper.external_id for paper in papers[:FIRST]]


@pytest.mark.usefixtures("library")
def test_what_is_meant_is_among_the_first_three(cast: Cast) -> None:
    queries = {q: paper for kind in QUERIES.values() for q, paper in kind.items()}

    missed = {q: found for q, paper in queries.items() if paper not in (found := first_papers(cast, q))}

    assert len(queries) == 60
    assert len(missed) <= len(queries) - WANTED, missed
