"""arXiv's addresses with our host name, and what a browser's button sends."""

from urllib.parse import quote

import pytest
from django.test import Client

from discussion.models import GroupPaper
from groups.models import Group
from tests.factories import Cast, CommentFactory, GroupFactory, GroupPaperFactory, MembershipFactory, PaperFactory
from tests.pages import page

NAMES = [
    ("/abs/2009.14798", "2009.14798"),
    ("/abs/2009.14798v2", "2009.14798"),
    ("/abs/2009.14798/", "2009.14798"),
    ("/pdf/2009.14798", "2009.14798"),
    ("/pdf/2009.14798v1.pdf", "2009.14798"),
    ("/abs/hep-th/9901001", "hep-th/9901001"),
    ("/abs/hep-th/9901001v3", "hep-th/9901001"),
    ("/pdf/hep-th/9901001.pdf", "hep-th/9901001"),
    ("/abs/math.AG/0301001?context=math", "math/0301001"),
]


@pytest.mark.parametrize(("address", "identity"), NAMES)
def test_address_of_arxiv_opens_the_paper_in_ones_group(
    client: Client, cast: Cast, address: str, identity: str
) -> None:
    PaperFactory(external_id=identity)
    client.force_login(cast.member)

    answer = client.get(address, follow=True)

    assert answer.redirect_chain == [(f"/g/{cast.group.slug}/papers/{identity}/", 302)]
    assert answer.status_code == 200


def test_paper_that_is_unknown_here_can_be_added(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)

    answer = client.get("/pdf/2009.14798v2.pdf", follow=True)

    assert answer.redirect_chain == [(f"/g/{cast.group.slug}/papers/add/?q=2009.14798v2", 302)]
    assert page(answer).one("#found-heading").words == "arXiv:2009.14798, title not known yet"


@pytest.mark.parametrize(
    "address", ["/abs/", "/abs/nothing", "/abs/2513.99999", "/pdf/x.pdf", "/abs/a/b/c", "/abs/%00"]
)
def test_what_is_no_id_is_not_found(client: Client, cast: Cast, address: str) -> None:
    client.force_login(cast.member)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/abs/2009.14798v2", "/pdf/2009.14798", "/add/?q=https%3A//arxiv.org/abs/1"])
def test_stranger_logs_in_first_and_goes_on(client: Client, cast: Cast, address: str) -> None:
    PaperFactory(external_id="2009.14798")

    assert client.get(address).url == f"/accounts/login/?next={quote(address, safe='/')}"


def test_someone_without_a_group_is_told_where_papers_open(client: Client, cast: Cast) -> None:
    PaperFactory(external_id="2009.14798")
    client.force_login(cast.former_member)

    for address in ("/abs/2009.14798", "/abs/2009.14799", "/add/?q=2009.14798"):
        answer = client.get(address, follow=True)

        assert answer.redirect_chain == [("/", 302)]
        assert page(answer).one(".notice").words == (
            "Papers open in a group. Start one or join one, then follow the link again."
        )


def several(cast: Cast) -> list[Group]:
    """Put the member into two more groups; there is a third with the paper, and the member is not in it."""
    GroupPaperFactory(paper=PaperFactory(external_id="2009.14798", title="Faces"))
    return [MembershipFactory(user=cast.member, group=GroupFactory(name=name)).group for name in ("Abc", "Bcd")]


def offered(client: Client, address: str) -> list[tuple[str, str | None]]:
    return [(card.words, card.one("a").get("href")) for card in page(client.get(address)).all(".card")]


def test_member_of_several_groups_chooses_and_sees_only_those(client: Client, cast: Cast) -> None:
    first, second = several(cast)
    CommentFactory(group_paper=GroupPaperFactory(group=second), author=cast.member)
    client.force_login(cast.member)

    assert offered(client, "/abs/2009.14798v1") == [
        ("Bcd", f"/g/{second.slug}/papers/2009.14798/"),
        ("Abc", f"/g/{first.slug}/papers/2009.14798/"),
        (cast.group.name, f"/g/{cast.group.slug}/papers/2009.14798/"),
    ]


def test_group_that_has_the_paper_comes_first(client: Client, cast: Cast) -> None:
    first, second = several(cast)
    GroupPaperFactory(group=second, paper=GroupPaper.objects.get().paper)
    client.force_login(cast.member)

    assert [words for words, _ in offered(client, "/add/?q=2009.14798")] == [
        "Bcd It is there already.",
        "Abc",
        cast.group.name,
    ]
    assert offered(client, "/add/?q=2009.14798")[1][1] == f"/g/{first.slug}/papers/add/?q=2009.14798"


@pytest.mark.parametrize(
    "q", ["https://alphaxiv.org/abs/2009.14798?a=b&c=d", "Some title & more", "", "\0", "x" * 1001]
)
def test_browsers_button_leads_to_what_is_found(client: Client, cast: Cast, q: str) -> None:
    client.force_login(cast.member)

    answer = client.get("/add/", {"q": q})

    assert answer.url == f"/g/{cast.group.slug}/papers/add/" + (
        f"?q={quote(q, safe='').replace('%20', '+')}" if q else ""
    )
    assert client.get(answer.url).status_code == (422 if len(q) > 1000 or q == "\0" else 200)
    assert not GroupPaper.objects.exists()
