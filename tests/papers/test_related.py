"""Papers that share something with another: authors first, then rare words of the title, and what it is."""

import pytest
from django.db.models import Exists, OuterRef, Q
from pytest_django import DjangoAssertNumQueries

from papers.actions import count_words
from papers.models import Paper
from papers.queries import related_papers
from tests.factories import PaperFactory

pytestmark = pytest.mark.django_db

EVERYTHING = Q(scope="", by_members=False)
NONE = Exists(Paper.objects.none())


def related(paper: Paper, *, near: Exists = NONE) -> list[tuple[str, int, tuple[str, ...]]]:
    count_words()
    found = related_papers(paper, seen=EVERYTHING, near=near)
    return [(one.paper.title, one.authors, one.words) for one in found]


def entitled(title: str, *authors: str, **fields: object) -> Paper:
    paper: Paper = PaperFactory(title=title, authors=list(authors), abstract="", **fields)
    return paper


def test_shared_authors_come_before_shared_words() -> None:
    paper = entitled("Latent Diffusion with Quokkas", "Søren Kjeldsen", "Ada Lovelace", "Emmy Noether")
    entitled("Quokkas and the diffusion of gases", "Someone Else")
    entitled("Another matter", "Noether, Emmy", "Kjeldsen Kjeldsen")  # the names, not the words
    entitled("With two of them", "Soren Kjeldsen", "Emmy Noether")
    entitled("Diffusion alone", "Nobody Known")

    assert related(paper) == [
        ("With two of them", 2, ()),
        ("Quokkas and the diffusion of gases", 0, ("Quokkas", "Diffusion")),
    ]


def test_stop_words_and_words_of_the_abstract_relate_nothing() -> None:
    paper = entitled("About the things between them", "Ada Lovelace")
    entitled("About what is between them")
    PaperFactory(title="Nothing", authors=[], abstract="Things, and more things between.")

    assert related(paper) == []


def test_what_whoever_asks_has_already_counts_more() -> None:
    paper = entitled("One", "Ada Lovelace")
    for title in ("Two", "Three", "Four"):
        entitled(title, "Ada Lovelace")
    near = Exists(Paper.objects.filter(pk=OuterRef("pk"), title="Two"))

    assert [title for title, *_ in related(paper, near=near)] == ["Two", "Four", "Three"]


def test_papers_that_one_may_not_see_are_not_related() -> None:
    paper = entitled("One", "Ada Lovelace")
    entitled("Two", "Ada Lovelace", by_members=True)

    assert related(paper) == []


def test_common_words_and_common_names_are_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RELATED_BY_CHANCE", "RELATED_NAMES"):
        monkeypatch.setattr(f"core.limits.{name}", 2)
    paper = entitled("Learning Representations", "Ada Lovelace", "Emmy Noether")
    for title in ("Learning representations again", "More learning of representations"):
        entitled(title, "Emmy Noether")

    assert related(paper) == []


@pytest.mark.parametrize(
    "title", ["", "$\\alpha$ 'x' & | ! : * <-> ()", "'); DROP TABLE papers_paper; --", "Ünïcödé ∀"]
)
def test_any_title_and_name_can_be_asked_for(title: str, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    paper = entitled(title, title or "x", "O'Neil & | ! Sons", "'", "李 明", "J.-P. Sartre")
    entitled("Another", "J.-P. Sartre")

    count_words()

    with django_assert_max_num_queries(2):
        found = related_papers(paper, seen=EVERYTHING, near=NONE)
    assert [(one.paper.title, one.authors) for one in found] == [("Another", 1)]
