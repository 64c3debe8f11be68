"""Papers that are nowhere: what a group writes down for itself."""

import pytest
from django.test import Client

from core import limits
from discussion.models import GroupPaper
from papers.models import Paper
from tests.factories import Cast, GroupPaperFactory, MembershipFactory, PaperFactory, make_cast
from tests.pages import page

FIELDS = {
    "title": "Ana's talk on $\\alpha$",
    "authors": "Ana Kovač\nEmmy Noether\n",
    "link": "https://example.org/talk.pdf",
    "abstract": "First part.\n\nSecond <b>part</b>.",
}


def enter(client: Client, cast: Cast, **fields: str) -> str:
    """Enter as the member, and return the address of the entry."""
    client.force_login(cast.member)
    answer = client.post(f"/g/{cast.group.slug}/papers/own/", FIELDS | fields)
    assert answer.status_code == 302, page(answer).one("main").words
    return str(answer.url)


def written() -> list[tuple[str, list[str], str, str]]:
    return list(Paper.objects.order_by("pk").values_list("title", "authors", "link", "abstract"))


def test_entry_is_shown_as_it_was_written(client: Client, cast: Cast) -> None:
    where = enter(client, cast)

    assert where == f"/g/{cast.group.slug}/papers/p{Paper.objects.get().pk}/"
    shown = page(client.get(where))
    assert shown.one("h1 math").get("alttext") == "\\alpha"
    assert shown.one(".paper-authors").words == "Ana Kovač, Emmy Noether"
    assert [p.words for p in shown.one(".paper__abstract").all("p")] == ["First part.", "Second <b>part</b>."]
    links = {link.words: link.get("href") for link in shown.one(".paper__main .buttons").all("a")}
    assert links == {"Open the paper": "https://example.org/talk.pdf", "Correct the entry": f"{where}entry/"}


def test_same_entry_again_is_the_same_and_fills_what_was_lacking(client: Client, cast: Cast) -> None:
    first = enter(client, cast, authors="", link="")

    assert enter(client, cast, title=FIELDS["title"].upper(), abstract="Another.") == first

    assert written() == [(FIELDS["title"], ["Ana Kovač", "Emmy Noether"], FIELDS["link"], FIELDS["abstract"])]


def test_other_groups_do_not_see_it(client: Client, cast: Cast) -> None:
    entry = enter(client, cast).rsplit("/", 2)[1]
    other = make_cast()
    client.force_login(other.member)

    assert client.get(f"/g/{other.group.slug}/papers/{entry}/").status_code == 404
    assert client.get(f"/g/{other.group.slug}/papers/{entry}/entry/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Ana Kovač, Emmy Noether and Ada Lovelace", ["Ana Kovač", "Emmy Noether", "Ada Lovelace"]),
        ("Ana Kovač\r\n\r\nNoether, Emmy\r\n", ["Ana Kovač", "Noether, Emmy"]),
        ("  The   ATLAS Collaboration  ", ["The ATLAS Collaboration"]),
        ("", []),
    ],
)
def test_authors_are_one_a_line_or_separated_by_commas(
    client: Client, cast: Cast, typed: str, names: list[str]
) -> None:
    enter(client, cast, authors=typed)

    assert Paper.objects.get().authors == names


@pytest.mark.parametrize("more", [-1, 0, 1])
@pytest.mark.parametrize(
    ("field", "most", "text"),
    [
        ("title", limits.TITLE_CHARS, lambda size: "a" * size),
        ("link", limits.LINK_CHARS, lambda size: "https://example.org/".ljust(size, "a")),
        ("abstract", limits.ABSTRACT_CHARS, lambda size: "a" * size),
        ("authors", limits.AUTHOR_NAME_CHARS, lambda size: "A" * size + "\nB"),
        ("authors", limits.AUTHORS, lambda size: "\n".join(["A"] * size)),
    ],
)
def test_length_has_a_limit(client: Client, cast: Cast, field: str, most: int, text: object, more: int) -> None:
    client.force_login(cast.member)
    fields = FIELDS | {field: text(most + more)}  # type: ignore[operator]

    answer = client.post(f"/g/{cast.group.slug}/papers/own/", fields)

    assert answer.status_code == (422 if more > 0 else 302)
    assert Paper.objects.exists() == (more <= 0)
    if more > 0:
        [error] = [each.words for each in page(answer).all(".field__error")]
        assert f"{most:,}" in error
        assert page(answer).one(".own [name=title]").get("value") == fields["title"]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org/x", "not an address", "data:text/html,x"])
def test_link_leads_to_the_web_or_is_refused(client: Client, cast: Cast, link: str) -> None:
    client.force_login(cast.member)

    answer = client.post(f"/g/{cast.group.slug}/papers/own/", FIELDS | {"link": link})

    assert answer.status_code == 422
    assert page(answer).one(".field__error").words == "This is no web address. It begins with https:// or http://."


def test_entry_is_corrected_by_who_made_it_and_by_organisers(client: Client, cast: Cast) -> None:
    where = enter(client, cast)
    another = MembershipFactory(group=cast.group).user
    better = {"title": "The talk", "authors": "Ana Kovač", "link": "", "abstract": ""}

    def correct(who: object, **fields: str) -> int:
        client.force_login(who)  # type: ignore[arg-type]
        return client.post(f"{where}entry/", better | fields).status_code

    assert correct(cast.member) == 302
    assert written() == [("The talk", ["Ana Kovač"], "", "")]
    assert correct(cast.organiser, title="The long talk") == 302
    assert [correct(another), correct(cast.guest), correct(cast.outsider)] == [403, 403, 404]
    assert written() == [("The long talk", ["Ana Kovač"], "", "")]
    assert page(client.get(where)).all("main") != []


def test_entry_cannot_take_the_title_of_another(client: Client, cast: Cast) -> None:
    enter(client, cast, title="First")
    second = enter(client, cast, title="Second")

    answer = client.post(f"{second}entry/", FIELDS | {"title": "FIRST"})

    assert answer.status_code == 422
    assert page(answer).one(".field__error").words == "The group has another entry with this title."
    assert [title for title, *_ in written()] == ["First", "Second"]


def test_papers_of_the_world_are_not_corrected_here(client: Client, cast: Cast) -> None:
    GroupPaperFactory(group=cast.group, paper=PaperFactory(external_id="2009.14798"), added_by=cast.member)
    client.force_login(cast.member)

    assert client.get(f"/g/{cast.group.slug}/papers/2009.14798/entry/").status_code == 404
    assert client.post(f"/g/{cast.group.slug}/papers/2009.14798/entry/", FIELDS).status_code == 404
    assert GroupPaper.objects.count() == 1
