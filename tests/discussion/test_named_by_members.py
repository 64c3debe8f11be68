"""A paper that only members named is no news to other groups: not by its title, its id or its address."""

import pytest
from django.test import Client

from discussion.models import GroupPaper
from papers.models import Paper
from tests.factories import Cast, MembershipFactory, make_cast
from tests.pages import page

DOI, ARXIV = "10.1103/physrevlett.116.061102", "2009.14798"
TITLE = "What we plan to read"


@pytest.fixture
def other(cast: Cast, client: Client) -> Cast:
    """Another group; the first has named a paper by DOI and one by arXiv id, and typed a title for each."""
    client.force_login(cast.member)
    for q in (DOI, ARXIV):
        client.post(f"/g/{cast.group.slug}/papers/add/", {"q": q, "title": f"{TITLE} {q}"})
    other = make_cast()
    client.force_login(other.member)
    return other


def looked_up(client: Client, cast: Cast, q: str) -> tuple[list[str], str]:
    shown = page(client.get(f"/g/{cast.group.slug}/papers/add/", {"q": q}))
    return [each.words for each in shown.all(".found h3")], shown.one("#found-heading").words


def test_other_groups_do_not_find_it(client: Client, other: Cast) -> None:
    assert looked_up(client, other, TITLE) == ([], "Nothing found")
    assert looked_up(client, other, DOI) == ([], f"{DOI}, title not known yet")
    assert looked_up(client, other, ARXIV) == ([], f"arXiv:{ARXIV}, title not known yet")


def test_other_groups_do_not_open_it(client: Client, other: Cast) -> None:
    addresses = [paper.address for paper in Paper.objects.all()]

    pages = [client.get(f"/g/{other.group.slug}/papers/{address}/") for address in addresses]
    votes = [client.post(f"/g/{other.group.slug}/papers/{address}/vote/", {"state": "on"}) for address in addresses]

    assert [answer.status_code for answer in (*pages, *votes)] == [404] * 4
    assert client.get(f"/abs/{ARXIV}").url == f"/g/{other.group.slug}/papers/add/?q={ARXIV}"
    assert client.post(f"/g/{other.group.slug}/papers/add/", {"q": DOI}).status_code == 422


def test_choice_of_a_group_shows_it_to_its_own_group_alone(client: Client, cast: Cast, other: Cast) -> None:
    MembershipFactory(group=other.group, user=cast.member)
    client.force_login(cast.member)

    shown = page(client.get(f"/abs/{ARXIV}"))

    assert shown.one(".page-head__facts").words == ARXIV
    assert [link.get("href") for link in shown.all(".card a")] == [
        f"/g/{cast.group.slug}/papers/{ARXIV}/",
        f"/g/{other.group.slug}/papers/add/?q={ARXIV}",
    ]


def test_own_group_finds_it_and_a_group_that_names_it_too(client: Client, cast: Cast, other: Cast) -> None:
    added = client.post(f"/g/{other.group.slug}/papers/add/", {"q": ARXIV})
    assert added.url == f"/g/{other.group.slug}/papers/{ARXIV}/"
    assert client.get(added.url).status_code == 200
    assert looked_up(client, other, TITLE)[0] == [f"{TITLE} {ARXIV}"]

    client.force_login(cast.member)
    assert looked_up(client, cast, TITLE)[0] == [f"{TITLE} {DOI}", f"{TITLE} {ARXIV}"]
    assert GroupPaper.objects.count() == 3
