"""A lower rank never overwrites a higher one, in whatever order they come."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from papers import actions
from papers.actions.found import FIELDS
from papers.models import Paper, Rank
from papers.parsers.record import Record
from tests.papers.tables import catalogue

texts = st.sampled_from(["", "one", "two", "three"])
names = st.lists(st.sampled_from(["Ada", "Emmy", "Grace"]), max_size=2).map(tuple)
records = st.fixed_dictionaries(
    {
        "version": st.none() | st.integers(1, 3),
        "title": texts,
        "abstract": texts,
        "authors": names,
        "categories": st.lists(st.sampled_from(["cs.CV", "cs.LG"]), max_size=2, unique=True).map(tuple),
        "comments": texts,
        "journal_ref": texts,
        "doi": texts,
        "license": texts,
    }
).map(lambda said: Record(1, "2009.00001", **said))
findings = st.lists(st.tuples(st.sampled_from(Rank), records), min_size=2, max_size=4)


def merged(said: Sequence[tuple[Rank, Record]]) -> tuple[dict[str, list[object]], Paper]:
    """Merge one after the other, and return the tables and the paper; nothing of it stays."""
    with transaction.atomic():
        for rank, record in said:
            actions.merge_record(record, rank)
        tables, paper = catalogue(), Paper.objects.get()
        transaction.set_rollback(True)
    return tables, paper


@pytest.mark.django_db
@settings(max_examples=20)
@given(findings, st.randoms(use_true_random=False))
def test_merging_leads_to_the_same_in_any_order_and_however_often(said: Any, chance: Any) -> None:
    shuffled = said * 2
    chance.shuffle(shuffled)

    (tables, paper), (again, _) = merged(said), merged(shuffled)

    assert again == tables
    highest = max(rank for rank, _ in said)
    for field in FIELDS:
        top = {getattr(record, field.name) for rank, record in said if rank == highest} - {"", ()}
        everyone = {getattr(record, field.name) for _, record in said} - {"", ()}
        stored = getattr(paper, field.name)
        assert (tuple(stored) if isinstance(stored, list) else stored) in (top or everyone or {"", ()})


@pytest.mark.django_db
def test_merging_among_equals_takes_the_newer_version_then_the_longer_text() -> None:
    first = Record(1, "2009.00001", version=1, title="The very first title")
    second = Record(1, "2009.00001", version=2, title="The second title")
    short = second._replace(title="Short", comments="9 pages")

    _, paper = merged([(Rank.UPLOAD, each) for each in (second, first, short)])

    assert (paper.title, paper.comments, paper.latest_version) == ("The second title", "9 pages", 2)


@pytest.mark.django_db
def test_a_paper_that_lacks_something_is_due_until_it_is_known() -> None:
    whole = Record(1, "2009.00001", version=1, title="A", authors=("Ada",), categories=("cs.CV",))

    lacking = actions.merge_record(whole._replace(authors=()))
    complete = actions.merge_record(whole)
    Paper.objects.update(fill_tries=1, latest_version=None)
    tried = actions.merge_record(whole._replace(version=None, comments="9 pages"))
    elsewhere = actions.merge_record(Record(1, None, doi="10.1103/PhysRev.1"))

    assert lacking.fill_due is not None
    assert (complete.fill_due, tried.fill_due, elsewhere.fill_due) == (None, None, None)
    assert tried.comments == "9 pages"


@pytest.mark.django_db
def test_merge_record_inserts_then_merges_one_paper() -> None:
    record = Record(1, "2009.00001", version=1, title="A $x$ title")

    first = actions.merge_record(record)
    actions.merge_record(record._replace(title="Better", authors=("Ada",), version=2), Rank.API)
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
                actions.merge_records([Record(1, each, title=f"Title {share[0]}") for each in share], Rank.UPLOAD)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(run, shares))

    assert sorted(Paper.objects.values_list("external_id", flat=True)) == sorted({each for s in shares for each in s})
