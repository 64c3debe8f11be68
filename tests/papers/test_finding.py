"""Papers by what people call them."""

import pytest
from django.db.models import Q

from core.ids import ArxivId, PaperName
from papers.models import Listing, Paper
from papers.queries import latest_entries, paper_by_name, papers_by_title
from papers.search import words_of
from tests.factories import EntryFactory, ListingFactory, PaperFactory

OURS = "group-1"


def found(text: str, limit: int = 10) -> list[str]:
    """Return the titles that someone of our group finds."""
    return [paper.title for paper in papers_by_title(text, seen=Q(scope__in={"", OURS}), limit=limit)]


@pytest.fixture
def shelf(db: None) -> None:
    """Some papers of the world, and an entry of each of two groups."""
    for title, authors, abstract in (
        ("Attention Is All You Need", ["Ashish Vaswani", "Noam Shazeer"], "Transformers."),
        ("Is attention all you need?", ["Ada Lovelace"], "A reply."),
        ("Schrödinger bridges in $\\alpha$-decay", ["Erwin Schrödinger"], "Bridges."),
        ("Deep learning", ["Yann LeCun"], "Representations with many levels."),
        ("Deep learning of everything", ["Emmy Noether"], "More deep learning of deep learning."),
    ):
        PaperFactory(title=title, authors=authors, abstract=abstract)
    for scope, title in ((OURS, "Our own talk on bridges"), ("group-2", "Their own talk on bridges")):
        PaperFactory(source="own", scope=scope, title=title, authors=[], abstract="")


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("attention is ALL you need", ["Attention Is All You Need", "Is attention all you need?"]),
        ("need attention vaswani", ["Attention Is All You Need"]),
        ("needs attentions Vaswani", ["Attention Is All You Need"]),
        ("Lovelace attention", ["Is attention all you need?"]),
        ("schrodinger bridge", ["Schrödinger bridges in $\\alpha$-decay"]),
        ("Bridges in α-decay schrödinger", ["Schrödinger bridges in $\\alpha$-decay"]),
        ("Atention is al you ned", ["Attention Is All You Need", "Is attention all you need?"]),
        ("deep learning", ["Deep learning", "Deep learning of everything"]),
        ("many levels", ["Deep learning"]),
        ("talk on bridges", ["Our own talk on bridges"]),
        ("Their own talk on bridges", ["Our own talk on bridges"]),
        ("the of and", []),
        ("quark", []),
        ("!? ' & | : * ( \\", []),
        ("%", []),
    ],
)
def test_papers_are_found_by_title_and_words(text: str, titles: list[str]) -> None:
    assert found(text) == titles


@pytest.mark.usefixtures("shelf")
def test_no_more_than_asked_for() -> None:
    assert found("deep learning", limit=1) == ["Deep learning"]


@pytest.mark.django_db
def test_paper_of_the_world_is_found_by_its_name() -> None:
    arxiv = PaperFactory(external_id="2009.14798", doi="10.1103/PhysRev.2")
    published = PaperFactory(source="doi", external_id="10.1103/physrev.1")
    PaperFactory(source="own", scope=OURS, external_id="10.1103/own", doi="10.1103/own")

    assert paper_by_name(PaperName(arxiv=ArxivId("2009.14798", 3))) == arxiv
    assert paper_by_name(PaperName(doi="10.1103/physrev.1")) == published
    assert paper_by_name(PaperName(doi="10.1103/physrev.2")) == arxiv
    assert paper_by_name(PaperName(arxiv=ArxivId("2009.14799"))) is None
    assert paper_by_name(PaperName(doi="10.1103/own")) is None


@pytest.mark.django_db
def test_latest_place_of_a_paper_is_one_that_groups_see() -> None:
    paper = EntryFactory(listing=ListingFactory(announced_on="2026-11-02")).paper
    shown = EntryFactory(paper=paper, listing=ListingFactory(announced_on="2026-11-03"))
    hidden = ListingFactory(announced_on="2026-11-04", state=Listing.State.HIDDEN)
    EntryFactory(paper=paper, listing=hidden)

    assert latest_entries(Paper.objects.all()) == {paper.pk: shown}


def test_words_are_counted() -> None:
    assert words_of("one — two  one $x$") == ["one", "two", "$x$"]
    assert len(words_of(" ".join(map(str, range(31))))) == 31
    assert len(words_of(" ".join(map(str, range(32))))) == 32
    assert len(words_of(" ".join(map(str, range(33))))) == 32
