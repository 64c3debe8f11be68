"""Adding a paper by arXiv id, link, DOI or title."""

import pytest
from django.test import Client
from django.test.client import Client as Browser

from core import limits
from discussion.models import GroupPaper, Vote
from papers.models import Paper
from tests.factories import Cast, GroupPaperFactory, PaperFactory, make_cast
from tests.pages import page

ADDED = "Added. Vote for it, and it comes up for the next meeting."
THERE = "This paper is in the group already. Here it is."


def add(client: Browser, cast: Cast, q: str, **fields: str) -> tuple[str, list[str]]:
    """Add as the member; give the address that it leads to (or what is asked) and what the page says."""
    client.force_login(cast.member)
    answer = client.post(f"/g/{cast.group.slug}/papers/add/", {"q": q, **fields}, follow=True)
    said = [notice.words for notice in page(answer).all(".notice")]
    return (answer.redirect_chain[-1][0] if answer.redirect_chain else str(answer.status_code)), said


def papers() -> list[tuple[str, str, str, str]]:
    return list(Paper.objects.order_by("pk").values_list("source", "scope", "external_id", "title"))


@pytest.mark.parametrize(
    "q",
    [
        "2009.14798",
        "arXiv:2009.14798v2 [cs.CV]",
        "https://arxiv.org/abs/2009.14798",
        "https://arxiv.org/pdf/2009.14798v1.pdf",
        "https://doi.org/10.48550/arXiv.2009.14798",
    ],
)
def test_known_paper_is_found_by_any_of_its_names(client: Client, cast: Cast, q: str) -> None:
    paper = PaperFactory(external_id="2009.14798")

    assert add(client, cast, q) == (f"/g/{cast.group.slug}/papers/2009.14798/", [ADDED])

    group_paper = GroupPaper.objects.get()
    assert (group_paper.paper, group_paper.added_by) == (paper, cast.member)
    assert not Vote.objects.exists()


def test_paper_that_is_there_is_said_to_be_there(client: Client, cast: Cast) -> None:
    paper = PaperFactory(external_id="2009.14798")
    GroupPaperFactory(group=cast.group, paper=paper, added_by=cast.organiser)

    assert add(client, cast, "2009.14798") == (f"/g/{cast.group.slug}/papers/2009.14798/", [THERE])

    assert GroupPaper.objects.get().added_by == cast.organiser


@pytest.mark.parametrize(
    ("q", "source", "external_id"),
    [
        ("https://doi.org/10.1103/PhysRevLett.116.061102.", "doi", "10.1103/physrevlett.116.061102"),
        ("https://www.biorxiv.org/content/10.1101/2020.09.09.287664v1.full", "doi", "10.1101/2020.09.09.287664"),
        ("https://openreview.net/forum?id=rJl-b3RcF7", "openreview", "rJl-b3RcF7"),
    ],
)
def test_unknown_paper_is_added_once_its_title_is_typed(
    client: Client, cast: Cast, q: str, source: str, external_id: str
) -> None:
    asked = ("422", ["This paper is in no listing here yet. Type its title, and it is added."])
    assert add(client, cast, q) == asked
    assert papers() == []

    where, said = add(client, cast, q, title="  Waves  of $h$ ")

    assert papers() == [(source, "", external_id, "Waves of $h$")]
    assert (where, said) == (f"/g/{cast.group.slug}/papers/{Paper.objects.get().address}/", [ADDED])
    assert add(client, cast, q) == (where, [THERE])


@pytest.mark.parametrize(("q", "identity"), [("2009.14798v3", "2009.14798"), ("hep-th/9901001", "hep-th/9901001")])
def test_unknown_arxiv_paper_comes_in_without_its_title(client: Client, cast: Cast, q: str, identity: str) -> None:
    where = f"/g/{cast.group.slug}/papers/{identity}/"

    assert add(client, cast, q) == (where, [ADDED])
    assert add(client, cast, q) == (where, [THERE])

    assert papers() == [("arxiv", "", identity, "")]
    assert page(client.get(where)).one("h1").words == f"arXiv:{identity}, title not known yet"


def test_title_can_be_given_with_an_unknown_id_or_later(client: Client, cast: Cast) -> None:
    add(client, cast, "2009.14798", title="Typed at once")
    add(client, cast, "2009.14799")
    add(client, cast, "2009.14799", title="Typed later")

    assert [title for *_, title in papers()] == ["Typed at once", "Typed later"]


def test_title_of_a_known_paper_is_not_overwritten(client: Client, cast: Cast) -> None:
    PaperFactory(external_id="2009.14798", title="As arXiv has it")

    add(client, cast, "2009.14798", title="Mine")

    assert [title for *_, title in papers()] == ["As arXiv has it"]


def test_title_alone_is_an_entry_of_the_groups_own_and_twice_is_once(client: Client, cast: Cast) -> None:
    first, said = add(client, cast, "Ana's talk on $\\alpha$")
    again, said_again = add(client, cast, "  ana's talk  on $\\alpha$ ")

    [(source, scope, _, title)] = papers()
    assert (source, scope, title) == ("own", f"group-{cast.group.pk}", "Ana's talk on $\\alpha$")
    assert (first, said) == (f"/g/{cast.group.slug}/papers/p{Paper.objects.get().pk}/", [ADDED])
    assert (again, said_again) == (first, [THERE])


def test_own_entries_of_two_groups_are_two(client: Client, cast: Cast) -> None:
    other = make_cast()

    add(client, cast, "The same talk")
    add(client, other, "The same talk")

    assert [scope for _, scope, *_ in papers()] == [f"group-{cast.group.pk}", f"group-{other.group.pk}"]


@pytest.mark.parametrize("q", ["https://example.org/paper.html", "www.example.org/x", "2513.99999", "arXiv:0000.0001"])
def test_what_is_no_title_asks_for_one(client: Client, cast: Cast, q: str) -> None:
    asked = ("422", ["This names no paper that we can look up. Type its title, and it is added."])
    assert add(client, cast, q) == asked
    assert papers() == []

    add(client, cast, q, title="The paper")
    assert [title for *_, title in papers()] == ["The paper"]


def test_asking_for_the_title_keeps_what_was_typed_and_goes_to_the_field(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)

    answer = page(client.post(f"/g/{cast.group.slug}/papers/add/", {"q": "10.1103/PhysRev.1"}))

    fields = answer.all("main form [name=q]")
    assert [field.get("value") for field in fields] == ["10.1103/PhysRev.1"] * 2
    title = answer.one("[name=title]")
    assert (title.get("data-focus"), title.get("required")) == ("", "")
    assert all(answer.one(f"#{name}") for name in (title.get("aria-describedby") or "").split())
    assert answer.all(".field__error") == []


@pytest.mark.parametrize(
    ("q", "code"), [("a" * (limits.TITLE_CHARS - 1), 302), ("a" * limits.TITLE_CHARS, 302), ("a" * 1001, 422)]
)
def test_title_of_a_limits_length(client: Client, cast: Cast, q: str, code: int) -> None:
    client.force_login(cast.member)

    assert client.post(f"/g/{cast.group.slug}/papers/add/", {"q": q}).status_code == code


@pytest.mark.parametrize("q", ["", "  ", "\0", "\x07\x1b"])
def test_nothing_is_refused_at_its_field(client: Client, cast: Cast, q: str) -> None:
    client.force_login(cast.member)

    answer = page(client.post(f"/g/{cast.group.slug}/papers/add/", {"q": q}))

    assert answer.one(".field__error").words == "Type an arXiv id, a DOI, a link or a title."
    assert papers() == []


@pytest.mark.parametrize("q", ["<script>alert(1)</script>", "{{ 7*7 }}", "a\0b\rc\nd", "10.1/x", "=HYPERLINK(1)"])
def test_odd_titles_are_text(client: Client, cast: Cast, q: str) -> None:
    where, said = add(client, cast, q)

    assert said == [ADDED]
    assert page(client.get(where)).one("h1").words == " ".join(q.replace("\0", " ").split())
