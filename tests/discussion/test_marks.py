"""What a group looks out for, marked in its lists and on papers' pages: words, and authors of its own."""

import pytest
from django.test import Client

from core.clock import now
from groups.models import Group
from papers.models import Paper
from tests.factories import Cast, EntryFactory, ListingFactory
from tests.pages import Element, page


@pytest.fixture
def paper(cast: Cast) -> Paper:
    Group.objects.filter(pk=cast.group.pk).update(marked_words=["diffus*", "β"], own_authors=["Kjeldsen, Søren"])
    names = ["Ada Lovelace", *(f"Author {n}" for n in range(20)), "S. Kjeldsen", "Emmy Noether"]
    entry = EntryFactory(
        listing=ListingFactory(category=cast.group.categories[0]),
        paper__title="Diffusion and more",
        paper__title_html="Diffusion and <em>more</em>",
        paper__abstract_html='<p>It diffuses in <math alttext="diffusion"><mi>β</mi></math>.</p>',
        paper__authors=names,
    )
    found: Paper = entry.paper
    return found


def shown(client: Client, cast: Cast, address: str) -> Element:
    client.force_login(cast.guest)
    return page(client.get(f"/g/{cast.group.slug}/{address}"))


@pytest.mark.parametrize("address", ["?show=all", "day/{day}/"])
def test_lists_mark_words_and_own_authors(client: Client, cast: Cast, paper: Paper, address: str) -> None:
    row = shown(client, cast, address.format(day=now().date().isoformat())).one("article")

    assert [one.words for one in row.all("mark")] == ["Diffusion", "diffuses"]
    assert row.one(".tag--own").words == "ours"
    assert row.one(".own-author").words == "S. Kjeldsen"
    line = row.one(".row__meta").words
    assert line.startswith("ours Ada Lovelace, Author 0, Author 1, Author 2, Author 3, Author 4, S. Kjeldsen + 16 more")
    assert row.one(".row__more-authors bdi").words == ", ".join(
        [*(f"Author {n}" for n in range(5, 20)), "Emmy Noether"]
    )


def test_very_many_authors_stand_on_the_paper_itself(client: Client, cast: Cast, paper: Paper) -> None:
    Paper.objects.filter(pk=paper.pk).update(authors=[f"Author {number}" for number in range(2_900)])

    row = shown(client, cast, "?show=all").one("article")

    assert row.all(".row__authors") == []
    assert row.all(".row__meta a")[0].words == "+ 2894 more"


def test_page_marks_them_too(client: Client, cast: Cast, paper: Paper) -> None:
    main = shown(client, cast, f"papers/{paper.address}/").one(".paper__main")

    assert [one.words for one in main.all("mark")] == ["Diffusion", "diffuses"]
    assert main.one(".more-authors .own-author").words == "S. Kjeldsen"
    assert main.one(".tag--own").words == "ours"


def test_other_groups_mark_their_own(client: Client, cast: Cast, paper: Paper) -> None:
    Group.objects.filter(pk=cast.group.pk).update(marked_words=[], own_authors=["T. Kjeldsen"])

    row = shown(client, cast, "?show=all").one("article")

    assert row.all("mark") == row.all(".tag--own") == row.all(".own-author") == []


def save(client: Client, cast: Cast, **fields: str) -> Element:
    client.force_login(cast.organiser)
    sent = {"section": "marks", "marked_words": "", "own_authors": "", **fields}
    return page(client.post(f"/g/{cast.group.slug}/settings/", sent, headers={"HX-Request": "true"}))


def test_organisers_choose_what_is_marked(client: Client, cast: Cast) -> None:
    answer = save(client, cast, marked_words=" dark  matter\n\nβ\r\nβ", own_authors="S. Kjeldsen\nNoether, Emmy")

    cast.group.refresh_from_db()
    assert (cast.group.marked_words, cast.group.own_authors) == (["dark matter", "β"], ["S. Kjeldsen", "Noether, Emmy"])
    assert answer.one(".saved").words == "Saved."


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"own_authors": "S. Noether\nKjeldsen"},
            "“Kjeldsen” is a family’s name alone. Add a given name or an initial.",
        ),
        ({"marked_words": "\n".join(map(str, range(51)))}, "At most 50 lines; these are 51."),
        ({"marked_words": "x" * 81}, f"A line has at most 80 characters. “{'x' * 40}…” has more."),
    ],
)
def test_what_cannot_be_marked_is_refused(client: Client, cast: Cast, fields: dict[str, str], said: str) -> None:
    answer = save(client, cast, **fields)

    assert answer.one(".field__error").words == said
    assert next(iter(fields.values())) in answer.one(f"[name={next(iter(fields))}]").text
