"""Searches that a member keeps and follows: where they stand, what they name, and that they are nobody else's."""

from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import limits
from discussion.models import SavedSearch
from tests.factories import Cast, EntryFactory, ListingFactory, PaperFactory
from tests.pages import Element, page

DAY = date(2026, 3, 2)


class Searcher:
    """Someone who keeps searches in the group."""

    def __init__(self, cast: Cast, user: User) -> None:
        self.slug, self.user = cast.group.slug, user
        self.client = Client()
        self.client.force_login(user)
        self.search = reverse("discussion:search", args=[self.slug])

    def sees(self, **asked: str) -> Element:
        return page(self.client.get(self.search, asked))

    def saves(self, q: str, **filters: str) -> SavedSearch:
        self.client.post(reverse("discussion:save_search", args=[self.slug]), {"q": q} | filters)
        return SavedSearch.objects.get(member=self.user, q=q)

    def sets(self, what: str, saved: SavedSearch, **sent: str) -> HttpResponse:
        return self.client.post(reverse(f"discussion:{what}_search", args=[self.slug, saved.pk]), sent)

    def names(self) -> list[str]:
        return [each.words for each in self.sees().all(".saved__links a")]

    def tags(self, address: str) -> dict[str, list[str]]:
        """Map the titles of a list to the searches that they match."""
        shown = page(self.client.get(address))
        rows = shown.all(".row")
        return {row.one(".row__title a").words: [tag.words for tag in row.all(".tag--accent")] for row in rows}


def sent_by(form: Element) -> dict[str | None, str | None]:
    return {field.get("name"): field.get("value") for field in form.all("input")}


@pytest.fixture
def member(cast: Cast) -> Searcher:
    return Searcher(cast, cast.member)


@pytest.fixture
def listed(cast: Cast) -> dict[str, str]:
    """A day's listing; returns the addresses of the lists that show it."""
    listing = ListingFactory(category=cast.group.categories[0], announced_on=DAY)
    for number, (title, kind, categories) in enumerate(
        (
            ("Lensing by clusters", "new", ["cs.CV"]),
            ("Lensing of jets", "cross", ["hep-ph", "cs.CV"]),
            ("Lensing, once more", "replace", ["cs.CV"]),
            ("Quiet galaxies", "new", ["cs.CV"]),
        ),
        1,
    ):
        paper = PaperFactory(title=title, categories=categories, first_announced=DAY)
        EntryFactory(listing=listing, paper=paper, position=number, announce_type=kind)
    slug = cast.group.slug
    return {
        "day": reverse("discussion:day", args=[slug, DAY.isoformat()]),
        "week": reverse("meetings:week", args=[slug]) + "?show=all",
    }


def test_search_is_kept_with_its_filters_and_found_again(member: Searcher, listed: dict[str, str]) -> None:
    shown = member.sees(q="lensing", category="hep-ph")
    form = shown.one(".found-line form")

    answer = member.client.post(form.get("action"), sent_by(form))

    assert answer["Location"] == f"{member.search}?q=lensing&category=hep-ph"
    again = page(member.client.get(answer["Location"]))
    assert [link.get("href") for link in again.all(".saved__links a")] == [answer["Location"]]
    assert again.one(".saved__links a").get("aria-current") == "page"
    assert again.one(".found-line button").words.startswith("☆ Follow")


def test_saving_twice_keeps_one_and_dropping_comes_with_a_way_back(member: Searcher) -> None:
    saved = member.saves("lensing")
    member.saves("lensing")
    member.sets("rename", saved, name="Lenses")
    member.sets("follow", saved, state="on")
    assert member.names() == ["Lenses ★, followed"]

    member.sets("keep", saved, state="off")

    shown = member.sees()
    assert shown.all(".saved") == []
    undo = shown.one(".undo")
    assert undo.one(".undo__done").words == "Search dropped: Lenses"
    member.client.post(undo.get("action"), sent_by(undo) | {"undone": "on"})
    assert member.names() == ["Lenses ★, followed"]


@pytest.mark.parametrize("where", ["day", "week"])
def test_new_papers_carry_the_names_of_the_searches_that_are_followed(
    cast: Cast, member: Searcher, listed: dict[str, str], where: str
) -> None:
    member.saves("quiet")
    for q, category in (("lensin", ""), ("jets", "hep-ph"), ("clusters", "hep-ph")):
        member.sets("follow", member.saves(q, category=category), state="on")
    other = Searcher(cast, cast.guest)
    other.sets("follow", other.saves("galaxies"), state="on")

    assert member.tags(listed[where]) == {
        "Lensing by clusters": ["matches your search lensin"],
        "Lensing of jets": ["matches your search jets", "matches your search lensin"],
        "Lensing, once more": [],
        "Quiet galaxies": [],
    }


def test_no_one_else_is_shown_a_search_or_can_change_it(cast: Cast, member: Searcher) -> None:
    saved = member.saves("lensing")
    other = Searcher(cast, cast.organiser)

    answers = [other.sets(what, saved, state="off", name="Mine") for what in ("rename", "follow", "keep")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert other.names() == []
    assert member.names() == ["lensing"]


@pytest.mark.parametrize(("q", "says"), [("the of", "There is nothing to look for"), ("x" * 301, "cannot be saved")])
def test_what_finds_nothing_is_not_kept(member: Searcher, q: str, says: str) -> None:
    answer = member.client.post(reverse("discussion:save_search", args=[member.slug]), {"q": q})

    assert answer.status_code == 422
    assert says in page(answer).words
    assert member.names() == []


@pytest.mark.parametrize(("name", "says"), [(" ", "needs a name"), ("x" * 61, "at most 60 characters, not 61")])
def test_name_is_checked_and_the_old_one_kept(member: Searcher, name: str, says: str) -> None:
    answer = member.sets("rename", member.saves("lensing"), name=name)

    assert answer.status_code == 422
    assert says in page(answer).words
    assert member.names() == ["lensing"]


def test_searches_are_kept_up_to_a_limit(member: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SAVED_SEARCHES", 2)
    first = member.saves("one")
    member.saves("two")

    more = member.client.post(reverse("discussion:save_search", args=[member.slug]), {"q": "three"})
    again = member.client.post(reverse("discussion:save_search", args=[member.slug]), {"q": "two"})

    assert (more.status_code, again.status_code) == (422, 302)
    assert "You have saved 2 searches in this group, and 2 is the limit." in page(more).words
    member.sets("keep", first, state="off")
    member.saves("three")
    assert member.sets("keep", first, state="on").status_code == 422
    assert member.names() == ["three", "two"]
