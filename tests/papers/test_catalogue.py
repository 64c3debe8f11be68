"""What group pages ask of the catalogue."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from papers import queries
from papers.models import Paper
from tests.factories import EntryFactory, ListingFactory, PaperFactory

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, WEDNESDAY = date(2025, 11, 24), date(2025, 11, 25), date(2025, 11, 26)


@pytest.fixture
def week() -> None:
    """Two listings on Monday, one on Wednesday, and another group's category on Tuesday."""
    for category, day, papers in (
        ("cs.CV", MONDAY, 2),
        ("cs.LG", MONDAY, 1),
        ("hep-th", TUESDAY, 1),
        ("cs.CV", WEDNESDAY, 1),
    ):
        EntryFactory.create_batch(papers, listing=ListingFactory(category=category, announced_on=day))


def test_days_are_those_of_the_categories_newest_first(week: None) -> None:
    follows = ["cs.LG", "cs.CV"]

    assert queries.listing_days(follows) == [WEDNESDAY, MONDAY]
    assert queries.listing_days(follows, until=TUESDAY) == [MONDAY]
    assert queries.listing_days(follows, limit=1) == [WEDNESDAY]
    assert queries.latest_day(follows) == WEDNESDAY
    assert queries.latest_day(["math.NT"]) is None
    assert queries.neighbour_days(follows, TUESDAY) == (MONDAY, WEDNESDAY)
    assert queries.neighbour_days(follows, WEDNESDAY) == (MONDAY, None)


def test_a_days_listings_come_in_the_groups_order_with_their_entries(week: None) -> None:
    found = queries.day_listings(["cs.LG", "cs.CV", "hep-th"], MONDAY)

    assert [(each.listing.category, [entry.position for entry in each.entries]) for each in found] == [
        ("cs.LG", [1]),
        ("cs.CV", [1, 2]),
    ]


@pytest.mark.parametrize("entries", [1, 30])
def test_a_day_costs_two_statements_and_its_papers_one(entries: int) -> None:
    EntryFactory.create_batch(entries, listing=ListingFactory(announced_on=MONDAY))

    with CaptureQueriesContext(connection) as captured:
        found = queries.day_listings(["cs.CV"], MONDAY)
        listed = queries.entries_of([entry.pk for entry in found[0].entries])
        shown = [(one.paper.title_html, one.paper.authors, one.listing.announced_on) for one in listed]

    assert (len(captured), len(shown)) == (3, entries)


def test_papers_are_found_by_their_address() -> None:
    new = PaperFactory(external_id="2009.14798")
    old = PaperFactory(external_id="math/0301001")
    doi = PaperFactory(source="doi", external_id="10.1/x")
    own = PaperFactory(source="own", external_id="x", scope="group-1")
    found = queries.paper_by_address

    assert found("2009.14798") == found("2009.14798v3") == found("arXiv:2009.14798") == new
    assert found("math/0301001") == found("math.AG/0301001") == old
    assert found(f"p{doi.pk}") == found(f"p{doi.pk}", scope="group-1") == doi
    assert found(f"p{own.pk}", scope="group-1") == own
    assert Paper.objects.count() == 4


@pytest.mark.parametrize("address", ["", "p", "p0", "p١", f"p{10**30}", "2009.99999", "2009.1", "x", "p1\0"])
def test_what_names_no_paper_finds_none(address: str) -> None:
    assert queries.paper_by_address(address, scope="group-1") is None


def test_a_scopes_own_paper_is_not_found_without_it() -> None:
    own = PaperFactory(source="own", external_id="x", scope="group-1")

    assert queries.paper_by_address(f"p{own.pk}") is None
    assert queries.paper_by_address(f"p{own.pk}", scope="group-2") is None
