"""What is likely for a member: learned from what they did, told to them alone, and forgotten when they say so."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from core import limits, wake
from core.clock import now
from discussion import tasks
from discussion.actions import learning
from discussion.models import Hidden, QueueItem, Taste
from papers.models import Paper
from tests.factories import Cast, EntryFactory, GroupPaperFactory, ListingFactory, PaperFactory, VoteFactory
from tests.pages import Element, page


def announce(cast: Cast, *titles: str, days_ago: int, **fields: Any) -> list[Paper]:
    """Put papers on a day of the group's listing."""
    listing = ListingFactory(category=cast.group.categories[0], announced_on=now().date() - timedelta(days=days_ago))
    papers = [PaperFactory(title=title, abstract="", **({"authors": ["N. N."]} | fields)) for title in titles]
    for paper in papers:
        EntryFactory(listing=listing, paper=paper)
    return papers


def week(cast: Cast, user: Any, show: str = "all") -> Element:
    client = Client()
    client.force_login(user)
    return page(client.get(reverse("meetings:week", args=[cast.group.slug]), {"show": show, "sort": "likely"}))


def titles(shown: Element) -> list[str]:
    return [each.words for each in shown.all(".row__title a")]


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    """The member voted for lensing and saved more of it, and put graphs aside; many other papers passed by."""
    liked = announce(cast, "Lensing by voids", "Weak lensing maps", "Lensing and shear", days_ago=3)
    announce(cast, *(f"Catalysts of kind {number}" for number in range(20)), days_ago=3)
    aside = announce(cast, "Graphs of trees", "Graphs of trees and graphs", days_ago=3)
    for paper in liked[:2]:
        VoteFactory(group_paper=GroupPaperFactory(group=cast.group, paper=paper), member=cast.member)
    QueueItem.objects.create(group=cast.group, member=cast.member, paper=liked[2], position=1)
    for paper in aside:
        Hidden.objects.create(group=cast.group, member=cast.member, paper=paper)
    announce(cast, "Graphs at last", "Something else", "A lens for lensing", days_ago=0)
    return cast


def test_week_is_sorted_by_what_was_learned_and_says_why(shelf: Cast) -> None:
    tasks.learn(shelf.member.pk, shelf.group.pk)

    shown = week(shelf, shelf.member)

    found = titles(shown)
    assert sorted(found[:4]) == ["A lens for lensing", "Lensing and shear", "Lensing by voids", "Weak lensing maps"]
    assert found[-1].startswith("Graphs")
    reasons = {row.one(".row__title a").words: row.all(".row__because") for row in shown.all(".row")}
    assert reasons["A lens for lensing"][0].words == "because of: lensing"
    assert reasons["Graphs at last"] == []


def test_authors_and_categories_count_as_well(cast: Cast) -> None:
    liked = announce(cast, "One", "Two", "Three", days_ago=2, authors=["Ada Lovelace"], categories=["hep-th"])
    announce(cast, *(f"Other {number}" for number in range(20)), days_ago=2, categories=["cs.CV"])
    announce(cast, "Of the category", days_ago=1, categories=["hep-th"])
    announce(cast, "By the author", days_ago=1, authors=["Bo Li", "Ada Lovelace"], categories=["cs.CV"])
    for paper in liked:
        VoteFactory(group_paper=GroupPaperFactory(group=cast.group, paper=paper), member=cast.member)

    tasks.learn(cast.member.pk, cast.group.pk)

    rows = week(cast, cast.member, "triage").all(".row")[:2]
    reasons = {row.one(".row__title a").words: row.one(".row__because").words for row in rows}
    assert reasons == {"By the author": "because of: Ada Lovelace", "Of the category": "because of: hep-th"}


def test_no_one_else_is_sorted_by_it(shelf: Cast) -> None:
    tasks.learn(shelf.member.pk, shelf.group.pk)

    shown = week(shelf, shelf.organiser)

    assert titles(shown)[:3] == ["Graphs at last", "Something else", "A lens for lensing"]
    assert shown.all(".row__because") == []
    assert "Nothing is known yet of what you like" in shown.one("#papers").words


def test_too_few_papers_tell_nothing(cast: Cast) -> None:
    paper = announce(cast, "Lensing", days_ago=1)[0]
    VoteFactory(group_paper=GroupPaperFactory(group=cast.group, paper=paper), member=cast.member)

    tasks.learn(cast.member.pk, cast.group.pk)

    assert Taste.objects.get(member=cast.member).liking == {}


def test_switching_it_off_forgets_what_was_learned(client: Client, shelf: Cast) -> None:
    tasks.learn(shelf.member.pk, shelf.group.pk)
    client.force_login(shelf.member)

    client.post(reverse("accounts:preferences"), {"name": "Ben", "zone": "UTC", "theme": "dark", "density": "open"})

    shown = week(shelf, shelf.member)
    assert "likely" not in [option.get("value") for option in shown.all("select[name=sort] option")]
    assert shown.all(".row__because") == []
    tasks.learn_stale()
    assert not Taste.objects.exists()
    tasks.learn(shelf.member.pk, shelf.group.pk)
    assert not Taste.objects.exists()


def test_it_is_learned_at_most_every_so_often_and_swept_later(shelf: Cast) -> None:
    moment = now()
    with time_machine.travel(moment, tick=False):
        tasks.learn(shelf.member.pk, shelf.group.pk)
    learned = Taste.objects.get().liking
    Hidden.objects.all().delete()

    with time_machine.travel(moment + timedelta(seconds=limits.LEARN_SECONDS - 1), tick=False):
        tasks.learn(shelf.member.pk, shelf.group.pk)
        assert (Taste.objects.get().liking, Taste.objects.get().is_stale) == (learned, True)
    with time_machine.travel(moment + timedelta(seconds=limits.LEARN_SECONDS + 1), tick=False):
        tasks.learn_stale()

    assert Taste.objects.get().is_stale is False
    assert Taste.objects.get().liking != learned
    tasks.learn_anew()
    assert Taste.objects.get().is_stale is True


@pytest.mark.parametrize("what", ["vote", "save", "hide"])
@pytest.mark.parametrize("likely", [True, False])
def test_change_wakes_the_worker_unless_switched_off(
    client: Client, shelf: Cast, monkeypatch: pytest.MonkeyPatch, what: str, likely: bool
) -> None:
    woken: list[tuple[Any, ...]] = []
    monkeypatch.setattr(wake, "after_commit", lambda *asked: woken.append(asked))
    shelf.member.likely = likely
    shelf.member.save()
    client.force_login(shelf.member)
    paper = Paper.objects.get(title="Something else")

    client.post(reverse(f"discussion:{what}", args=[shelf.group.slug, paper.address]), {"state": "on"})

    assert woken == ([("discussion.tasks.learn", shelf.member.pk, shelf.group.pk)] if likely else [])


def test_what_is_kept_is_bounded(shelf: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "_KEPT", {"words": 2, "authors": 1, "categories": 1})

    tasks.learn(shelf.member.pk, shelf.group.pk)

    assert {kind: len(kept) for kind, kept in Taste.objects.get().liking.items()} == {
        "words": 2,
        "authors": 1,
        "categories": 1,
    }
