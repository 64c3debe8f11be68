"""A lower rank never overwrites a higher one, in whatever order they come."""

from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from papers import actions
from papers.actions.merging import MERGED, TOGETHER, merge, merge_papers, paper_from
from papers.models import Paper, Rank
from papers.parsers.record import Record

texts = st.sampled_from(["", "one", "two", "three"])
names = st.lists(st.sampled_from(["Ada", "Emmy", "Grace"]), max_size=2).map(tuple)
days = st.none() | st.dates(date(2020, 1, 1), date(2020, 12, 31))
records = st.builds(
    Record,
    position=st.just(1),
    arxiv_id=st.just("2009.00001"),
    version=st.none() | st.integers(1, 5),
    title=texts,
    abstract=texts,
    authors=names,
    categories=st.lists(st.sampled_from(["cs.CV", "cs.LG"]), max_size=2, unique=True).map(tuple),
    comments=texts,
    journal_ref=texts,
    doi=texts,
    license=texts,
)
one_of_each_rank = st.tuples(*(st.tuples(st.just(rank), records, days) for rank in Rank))


def papers_of(findings: Any) -> list[Paper]:
    return [paper_from(record, rank=rank, announced=day) for rank, record, day in findings]


def merged(papers: Any) -> Paper:
    """Merge the papers in their order, and leave them as they are."""
    paper = copy(papers[0])
    for found in papers[1:]:
        merge(paper, found)
    return paper


@given(one_of_each_rank)
@settings(deadline=None)
def test_merge_keeps_what_the_highest_rank_says_whatever_the_order(findings: Any) -> None:
    papers = papers_of(findings)
    highest = max(papers, key=lambda paper: paper.rank)

    outcomes = [merged(order) for order in permutations(papers)]

    for deciding, *others in TOGETHER:
        if getattr(highest, deciding):
            for name in (deciding, *others):
                assert {repr(getattr(each, name)) for each in outcomes} == {repr(getattr(highest, name))}


@given(one_of_each_rank)
@settings(deadline=None)
def test_merge_fills_every_gap_whatever_the_order(findings: Any) -> None:
    papers = papers_of(findings)

    outcomes = [merged(order) for order in permutations(papers)]

    for deciding, *_ in TOGETHER:
        says_something = any(getattr(each, deciding) for each in papers)
        assert {bool(getattr(each, deciding)) for each in outcomes} == {says_something}
    for name in ("latest_version", "first_announced", "rank"):
        assert len({getattr(each, name) for each in outcomes}) == 1


@given(st.sampled_from(Rank), records, days)
@settings(deadline=None)
def test_merge_of_the_same_again_changes_nothing(rank: Rank, record: Record, day: date | None) -> None:
    paper, again = papers_of([(rank, record, day)] * 2)
    before = [getattr(paper, name) for name in MERGED]

    changed = merge(paper, again)

    assert (changed, [getattr(paper, name) for name in MERGED]) == (False, before)


def test_merge_among_equals_takes_the_later_one_unless_it_is_an_older_version() -> None:
    said = (
        Record(1, "2009.00001", version=1, title="First"),
        Record(1, "2009.00001", version=2, title="Second"),
        Record(1, "2009.00001", title="Later"),
    )
    first, second, later = (paper_from(record, rank=Rank.UPLOAD) for record in said)

    assert merged([first, second]).title == merged([second, first]).title == "Second"
    assert merged([second, later]).title == "Later"


@pytest.mark.django_db
def test_merge_record_inserts_then_merges_one_paper() -> None:
    record = Record(1, "2009.00001", version=1, title="A $x$ title")

    first = actions.merge_record(record)
    actions.merge_record(replace(record, title="Better", authors=("Ada",), version=2), Rank.API)
    again = actions.merge_record(record)

    assert (first.pk, first.rank, "<math" in first.title_html) == (again.pk, Rank.MEMBER, True)
    assert (again.title, again.authors, again.rank, again.latest_version) == ("Better", ["Ada"], Rank.API, 2)
    assert list(again.versions.order_by("number").values_list("number", flat=True)) == [1, 2]


@pytest.mark.django_db
def test_merge_record_takes_a_doi_where_there_is_no_arxiv_id() -> None:
    paper = actions.merge_record(Record(1, None, doi="10.1103/PhysRev.1", title="Old"))

    assert (paper.source, paper.external_id, paper.address) == ("doi", "10.1103/physrev.1", f"p{paper.pk}")


@pytest.mark.django_db
def test_merge_record_takes_what_is_longer_than_its_column() -> None:
    record = Record(1, "2009.00001", title="x" * 2000, doi="1" * 500, license="l" * 500, categories=("c" * 50, "cs.CV"))

    paper = actions.merge_record(record)

    assert (len(paper.title), len(paper.doi), len(paper.license), paper.categories) == (1000, 300, 200, ["cs.CV"])


@pytest.mark.django_db
def test_own_papers_are_one_a_scope_and_title() -> None:
    first = actions.add_own_paper(scope="group-1", title="Our  draft")
    again = actions.add_own_paper(scope="group-1", title="our draft ")
    other = actions.add_own_paper(scope="group-2", title="Our draft")

    assert (first.pk, first.title, first.scope) == (again.pk, "Our draft", "group-1")
    assert other.pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_overlapping_merges_at_once_neither_deadlock_nor_double() -> None:
    everything = [f"2009.{number:05d}" for number in range(1, 121)]
    shares = [everything[n * 10 : n * 10 + 60] if n % 2 else everything[n * 10 + 59 : n * 10 : -1] for n in range(6)]

    def run(share: list[str]) -> None:
        try:
            for _ in range(3):
                with transaction.atomic():
                    records = [Record(1, each, title=f"Title {share[0]}") for each in share]
                    merge_papers([paper_from(record, rank=Rank.UPLOAD) for record in records])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(run, shares))

    assert sorted(Paper.objects.values_list("external_id", flat=True)) == sorted({each for s in shares for each in s})
