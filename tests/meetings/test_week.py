"""The group's home."""

from datetime import timedelta

import pytest
from django.test import Client

from core.clock import now
from discussion.models import GroupPaper
from tests.factories import (
    Cast,
    CommentFactory,
    EntryFactory,
    GroupPaperFactory,
    ListingFactory,
    MeetingFactory,
    PaperFactory,
    VoteFactory,
)
from tests.pages import Element, page, press_undo, sent_by


def week(client: Client, cast: Cast, query: str = "") -> Element:
    return page(client.get(f"/g/{cast.group.slug}/{query}"))


def titles(client: Client, cast: Cast, query: str = "") -> list[str]:
    return [row.words.partition("] ")[2] or row.words for row in week(client, cast, query).all(".row__title")]


@pytest.fixture
def listed(client: Client, cast: Cast) -> dict[str, GroupPaper]:
    """Four announced papers, known to the group; the member is logged in."""
    client.force_login(cast.member)
    cast.group.categories = ["cs.CV", "cs.CL"]
    cast.group.save()
    listing = ListingFactory(category="cs.CV")
    kinds = {"New": "new", "Crossed": "cross", "Replaced": "replace", "Fresh": "new"}
    entries = {name: EntryFactory(listing=listing, paper__title=name, announce_type=kinds[name]) for name in kinds}
    EntryFactory(listing=ListingFactory(category="cs.CL"), paper=entries["Fresh"].paper, announce_type="cross")
    return {name: GroupPaperFactory(group=cast.group, paper=entry.paper) for name, entry in entries.items()}


def test_tabs_lead_to_the_papers_that_they_count(client: Client, cast: Cast) -> None:
    EntryFactory(paper__title="Announced")
    group_paper = GroupPaperFactory(group=cast.group, paper__title="Voted for")
    VoteFactory(group_paper=group_paper, member=cast.member)
    client.force_login(cast.member)
    address = f"/g/{cast.group.slug}/"

    tabs = {tab.words: (tab.get("href") or "").removeprefix(address) for tab in week(client, cast).all(".tabs a")}

    assert tabs == {
        "To triage 1": "?show=triage",
        "Top voted 1": "?show=top",
        "Assigned 0": "?show=assigned",
        "All 1": "?show=all",
    }
    assert [titles(client, cast, each) for each in tabs.values()] == [["Announced"], ["Voted for"], [], ["Announced"]]


def test_what_one_has_dealt_with_leaves_the_triage_and_comes_back(
    client: Client, cast: Cast, listed: dict[str, GroupPaper]
) -> None:
    where = f"/g/{cast.group.slug}/papers"
    VoteFactory(group_paper=listed["Crossed"], member=cast.organiser)

    client.post(f"{where}/{listed['New'].paper.address}/vote/", {"state": "on"})
    client.post(f"{where}/{listed['Replaced'].paper.address}/hide/", {"state": "on"})

    assert titles(client, cast) == ["Fresh", "Crossed"]
    assert sorted(titles(client, cast, "?show=all")) == ["Crossed", "Fresh", "New", "Replaced"]
    client.post(f"{where}/{listed['Replaced'].paper.address}/hide/", {"state": "off"})
    assert titles(client, cast) == ["Fresh", "Crossed", "Replaced"]
    client.force_login(cast.organiser)
    assert titles(client, cast) == ["Fresh", "New", "Replaced"]


def test_rest_is_marked_as_seen_and_the_undo_stands_on_the_page(
    client: Client, cast: Cast, listed: dict[str, GroupPaper]
) -> None:
    def mark() -> Element:
        form = week(client, cast).all("form.more")[0]
        client.post(form.get("action"), sent_by(form))
        return week(client, cast)

    after_one, before = mark(), 4
    press_undo(client, after_one.one(".undo"))
    again = week(client, cast)
    mark()
    done = mark()

    assert len(after_one.all(".row__title")) < before == len(again.all(".row__title"))
    assert again.all(".undo") == []
    assert done.one(".empty__heading").words == "You are done for today"


def test_list_is_sorted_and_filtered_by_its_address(client: Client, cast: Cast, listed: dict[str, GroupPaper]) -> None:
    VoteFactory(group_paper=listed["Replaced"], member=cast.organiser)
    CommentFactory(group_paper=listed["New"])

    assert titles(client, cast, "?sort=votes")[0] == "Replaced"
    assert titles(client, cast, "?sort=discussion")[0] == "New"
    assert titles(client, cast, "?hide=cross") == ["New", "Replaced", "Fresh"]
    assert titles(client, cast, "?hide=replacements&category=cs.CV") == ["New", "Crossed", "Fresh"]
    assert titles(client, cast, "?category=cs.CL") == ["Fresh"]
    assert titles(client, cast, "?show=top&category=cs.CL") == []
    assert len(titles(client, cast, "?show=nothing&sort=odd&category=math.AG&hide=all&start=x")) == 4


def test_new_is_what_came_since_the_last_meeting(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)
    for days, title in ((10, "Old"), (2, "Recent")):
        EntryFactory(
            listing=ListingFactory(announced_on=(now() - timedelta(days=days)).date()), paper=PaperFactory(title=title)
        )

    before = titles(client, cast)
    MeetingFactory(group=cast.group, starts_at=now() - timedelta(days=5), state="closed")

    assert (before, titles(client, cast)) == (["Recent", "Old"], ["Recent"])
