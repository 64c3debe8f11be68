"""From a paper to the next and the previous one of the list that it was opened from, and back to its row."""

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.test import Client

from core.clock import now
from discussion.models import Hidden, QueueItem
from papers.models import Paper
from tests.factories import Cast, EntryFactory, GroupPaperFactory, ListingFactory, VoteFactory
from tests.pages import page


@pytest.fixture
def papers(client: Client, cast: Cast) -> list[Paper]:
    """Four papers of today's listing: two new, a replacement, and one more that is new."""
    kinds = ["new", "new", "replace", "new"]
    today = ListingFactory(category=cast.group.categories[0])
    made = [EntryFactory(listing=today, position=n, announce_type=kind).paper for n, kind in enumerate(kinds, 1)]
    client.force_login(cast.member)
    return made


def open_from(client: Client, cast: Cast, listed: str, paper: Paper) -> str:
    """Return the address that the list has for a paper."""
    answer = page(client.get(f"/g/{cast.group.slug}/{listed}"))
    found = [one.get("href") or "" for one in answer.all(".row__title a") if one.words == paper.title]
    return found[0]


def go(client: Client, cast: Cast, paper: Paper, way: str, sent: str) -> str:
    """Follow a link of a paper's page; return what comes behind the group's address, readable."""
    answer = client.get(f"/g/{cast.group.slug}/papers/{paper.address}/{way}/", {"from": sent})
    assert answer.status_code == 302
    return unquote(answer["Location"]).removeprefix(f"/g/{cast.group.slug}/")


def walk(client: Client, cast: Cast, listed: str, first: Paper) -> list[str]:
    """Open a paper from its list, and go on as its page offers until the list comes again."""
    address, titles = open_from(client, cast, listed, first), []
    while "/papers/" in address:
        shown = page(client.get(address))
        titles.append(shown.one("h1").words)
        address = client.get(shown.one("a[rel=next]").get("href") or "")["Location"]
    return titles


@pytest.mark.parametrize(
    "listed", ["?show=triage", "?show=all&sort=votes", "day/", "queue/", "search/?q=matter", "?show=top"]
)
def test_page_goes_on_as_the_list_does(client: Client, cast: Cast, papers: list[Paper], listed: str) -> None:
    for number, one in enumerate([papers[2], papers[0], papers[3], papers[1]]):
        QueueItem.objects.create(group=cast.group, member=cast.member, paper=one, position=number)
        if listed in {"?show=all&sort=votes", "?show=top"}:
            group_paper = GroupPaperFactory(group=cast.group, paper=one)
            for who in (cast.member, cast.organiser)[: number % 2 + 1]:
                VoteFactory(group_paper=group_paper, member=who)
    listed = f"day/{now().date().isoformat()}/" if listed == "day/" else listed
    titles = [
        one.words.partition("] ")[2] or one.words
        for one in page(client.get(f"/g/{cast.group.slug}/{listed}")).all(".row__title")
    ]
    first = next(one for one in papers if one.title == titles[0])

    assert len(titles) == 4
    assert walk(client, cast, listed, first) == titles


def test_list_is_said_and_left_at_its_ends(client: Client, cast: Cast, papers: list[Paper]) -> None:
    sent = f"day/{now().date().isoformat()}/?category=cs.CV"

    shown = page(client.get(f"/g/{cast.group.slug}/papers/{papers[0].address}/", {"from": sent}))

    assert shown.one(".crumbs a").words == f"cs.CV · {now().date().isoformat()}"
    assert go(client, cast, papers[0], "list", sent) == f"{sent}#paper-{papers[0].pk}"
    assert go(client, cast, papers[0], "previous", sent) == f"{sent}#paper-{papers[0].pk}"
    assert (
        page(client.get(f"/g/{cast.group.slug}/{sent}")).one(".notice").words == "This is the first paper of the list."
    )
    assert go(client, cast, papers[3], "next", sent) == f"papers/{papers[2].address}/?from={sent}"
    assert go(client, cast, papers[2], "next", sent) == f"{sent}#paper-{papers[2].pk}"
    assert (
        page(client.get(f"/g/{cast.group.slug}/{sent}")).one(".notice").words == "This was the last paper of the list."
    )


def test_paper_that_was_dealt_with_keeps_its_place_in_the_triage(
    client: Client, cast: Cast, papers: list[Paper]
) -> None:
    sent = "?show=triage&sort=new"
    Hidden.objects.create(group=cast.group, member=cast.member, paper=papers[1])

    assert go(client, cast, papers[1], "next", sent) == f"papers/{papers[2].address}/?from={sent}"
    assert go(client, cast, papers[1], "previous", sent) == f"papers/{papers[0].address}/?from={sent}"
    assert go(client, cast, papers[0], "next", sent) == f"papers/{papers[2].address}/?from={sent}"
    assert go(client, cast, papers[1], "list", sent) == f"{sent}#paper-{papers[2].pk}"
    assert go(client, cast, papers[2], "list", sent) == f"{sent}#paper-{papers[2].pk}"


def test_paper_that_left_another_list_leads_back_to_it(client: Client, cast: Cast, papers: list[Paper]) -> None:
    assert go(client, cast, papers[1], "next", "queue/") == "queue/"

    said = page(client.get(f"/g/{cast.group.slug}/queue/")).one(".notice").words
    assert said == "The list no longer has the paper that was open."


def test_filters_and_pages_of_the_list_are_kept(
    client: Client, cast: Cast, papers: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.limits.PAGE_ROWS", 2)
    sent = "?show=all&sort=new&hide=replacements"

    assert go(client, cast, papers[0], "next", sent) == f"papers/{papers[1].address}/?from={sent}"
    assert go(client, cast, papers[1], "next", sent) == f"papers/{papers[3].address}/?from={sent}&start=2"
    assert go(client, cast, papers[3], "list", f"{sent}&start=2") == f"{sent}&start=2#paper-{papers[3].pk}"
    assert go(client, cast, papers[3], "previous", f"{sent}&start=2") == f"papers/{papers[1].address}/?from={sent}"


def test_search_goes_on_to_its_next_page(
    client: Client, cast: Cast, papers: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.limits.SEARCH_ROWS", 2)
    for days, one in enumerate(papers):
        Paper.objects.filter(pk=one.pk).update(title="Quokkas", first_announced=now().date() - timedelta(days=days))
    sent = "search/?q=quokkas"

    assert go(client, cast, papers[0], "next", sent) == f"papers/{papers[1].address}/?from={sent}"
    further = f"{sent}&after={papers[1].pk}"
    assert go(client, cast, papers[1], "next", sent) == f"papers/{papers[2].address}/?from={further}"
    assert go(client, cast, papers[2], "next", further) == f"papers/{papers[3].address}/?from={further}"
    assert go(client, cast, papers[2], "previous", further) == f"{further}#paper-{papers[2].pk}"
    assert go(client, cast, papers[3], "next", further) == f"{further}#paper-{papers[3].pk}"


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/elsewhere",
        "../../other/?show=top",
        "members/",
        "papers/p1/vote/",
        "\\\\elsewhere.example",
        "x" * 5_000,
    ],
)
def test_other_places_are_no_list(client: Client, cast: Cast, papers: list[Paper], sent: str) -> None:
    here = f"/g/{cast.group.slug}/papers/{papers[0].address}/"
    shown = client.get(here, {"from": sent})

    assert client.get(f"{here}next/", {"from": sent})["Location"] == here
    assert page(shown).all("a[rel=next]") == []
    assert page(shown).one(".crumbs a").words.startswith("cs.CV · ")


@pytest.mark.parametrize(
    "sent", ["day/2026-13-45/", "day/x/", "day/\r\nLocation: x/", "search/?q=" + "x" * 400, "?show=top&start=-1"]
)
def test_lists_that_show_nothing_lead_nowhere_else(client: Client, cast: Cast, papers: list[Paper], sent: str) -> None:
    answer = client.get(f"/g/{cast.group.slug}/papers/{papers[0].address}/next/", {"from": sent})

    assert answer.status_code in (302, 404)
    assert urlsplit(answer.get("Location", "")).netloc == ""


def test_actions_of_the_page_come_back_to_it_with_its_list(client: Client, cast: Cast, papers: list[Paper]) -> None:
    here = f"/g/{cast.group.slug}/papers/{papers[0].address}/"
    shown = page(client.get(here, {"from": "?show=top"}))

    back = {one.get("value") for one in shown.all("main [name=next]")}
    assert [parse_qs(urlsplit(one or "").query) for one in back] == [{"from": ["?show=top"]}]
    post = {"key": "7d9b7c1e-0d2e-4c1e-8a52-111111111111", "text": "Yes.", "next": f"{here}?from=%3Fshow%3Dtop"}
    assert client.post(f"{here}comments/", post)["Location"].startswith(f"{here}?from=%3Fshow%3Dtop#c")
