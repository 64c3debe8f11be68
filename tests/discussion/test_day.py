"""A day's listing: arXiv's sections, order and words, and what the group has done with each paper."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from discussion.models import Comment, GroupPaper, Vote
from papers.models import Entry, Listing, Paper
from tests.factories import (
    Cast,
    CommentFactory,
    EntryFactory,
    GroupPaperFactory,
    ListingFactory,
    MembershipFactory,
    PaperFactory,
    VoteFactory,
    make_cast,
)
from tests.pages import Element, page

DAY = date(2026, 11, 24)


def show(client: Client, cast: Cast, day: date | str = DAY, who: User | None = None, category: str = "") -> Element:
    client.force_login(who or cast.member)
    answer = client.get(f"/g/{cast.group.slug}/day/{day}/", {"category": category} if category else {})
    assert answer.status_code == 200
    return page(answer)


def listing(types: str, *, day: date = DAY, category: str = "cs.CV", **fields: object) -> list[Entry]:
    """Make a listing with an entry for each word of `types`, in this order."""
    of_day = ListingFactory(announced_on=day, category=category)
    return [
        EntryFactory(listing=of_day, position=position, announce_type="" if word == "unknown" else word, **fields)
        for position, word in enumerate(types.split(), start=1)
    ]


def lines(shown: Element) -> list[str]:
    """List headings and titles from top to bottom."""
    return [one.words for one in shown.all(".day h2, .day h3")]


def test_entries_stand_in_arxivs_sections_with_their_numbers_in_order(client: Client, cast: Cast) -> None:
    entries = listing("new cross new replace cross replace-cross unknown")

    shown = show(client, cast)

    titled = [f"[{entry.position}] {entry.paper.title}" for entry in entries]
    assert lines(shown) == [
        *("New 2", titled[0], titled[2]),
        *("Cross-lists 2", titled[1], titled[4]),
        *("Replacements 2", titled[3], titled[5]),
        *("Announced 1", titled[6]),
    ]
    assert shown.one("h1").words == "cs.CV · Tuesday 24 November 2026"
    assert shown.one(".page-head__facts").words == (
        "Total of 7 entries: New 2 · Cross-lists 2 · Replacements 2 · Announced 1"
    )
    jumps = [(one.get("href") or "")[1:] for one in shown.all(".page-head__facts a")]
    assert [shown.one(f"#{anchor}").tag for anchor in jumps] == ["h2"] * 4


def test_row_shows_what_the_group_has_done_and_nothing_of_other_groups(client: Client, cast: Cast) -> None:
    [entry] = listing("replace", version=2)
    group_paper = GroupPaperFactory(group=cast.group, paper=entry.paper)
    VoteFactory(group_paper=group_paper, member=cast.organiser)
    VoteFactory(group_paper=group_paper, member=cast.member)
    CommentFactory.create_batch(3, group_paper=group_paper)
    elsewhere = GroupPaperFactory(group=make_cast().group, paper=entry.paper)
    VoteFactory(group_paper=elsewhere)
    CommentFactory(group_paper=elsewhere)

    row = show(client, cast).one("article")

    assert row.one(".vote__count").words == "2 votes: show who voted"
    assert row.one(".vote__button").get("aria-pressed") == "true"
    voters = page(client.get(row.one("a.vote__count").get("href")))
    assert [one.words for one in voters.all(".voters-page li")] == [cast.organiser.name, cast.member.name]
    assert row.one(".row__meta").words == (
        f"Ada Lovelace, Emmy Noether · cs.CV · {entry.paper.external_id}v2 · 3 comments 3 new"
    )


def test_long_author_lists_are_cut_and_missing_ones_are_told(client: Client, cast: Cast) -> None:
    listing("new", paper__authors=[f"A{n}" for n in range(3000)])
    listing("new", paper__authors=[], category="cs.CL")
    cast.group.categories = ["cs.CV", "cs.CL"]
    cast.group.save()

    assert show(client, cast).one(".row__meta").words.startswith("A0, A1, A2, A3, A4, A5 + 2994 more · cs.CV")
    assert show(client, cast, category="cs.CL").one(".row__meta").words.startswith("authors not in this listing · ")


def test_guest_sees_counts_and_the_buttons_for_oneself(client: Client, cast: Cast) -> None:
    [entry] = listing("new")
    VoteFactory(group_paper=GroupPaperFactory(group=cast.group, paper=entry.paper), member=cast.member)

    row = show(client, cast, who=cast.guest).one("article")

    assert row.one(".vote__count").words == "1 vote: show who voted"
    assert [(one.get("formaction") or "").split("/")[-2] for one in row.all("button")] == ["save", "hide"]


def test_inferred_types_are_said_to_be_inferred(client: Client, cast: Cast) -> None:
    listing("new", inferred=True)
    listing("new", day=date(2026, 11, 23))

    assert show(client, cast).one(".day__note").words == (
        "The file did not say which entries are new and which are cross-lists: they are told apart by the order of "
        "their ids."
    )
    assert show(client, cast, date(2026, 11, 23)).all(".day__note") == []


def test_categories_are_tabs_in_the_groups_order_with_counts(client: Client, cast: Cast) -> None:
    cast.group.categories = ["cs.CL", "cs.CV", "hep-th"]
    cast.group.save()
    listing("new new")
    listing("new", category="cs.CL")
    listing("new", category="math.AG")

    def tabs(shown: Element) -> list[tuple[str, str | None]]:
        return [(one.words, one.get("aria-current")) for one in shown.all(".tabs a")]

    assert tabs(show(client, cast)) == [("cs.CL 1", "page"), ("cs.CV 2", None)]
    shown = show(client, cast, category="cs.CV")
    assert tabs(shown) == [("cs.CL 1", None), ("cs.CV 2", "page")]
    assert shown.one("h1").words == "cs.CV · Tuesday 24 November 2026"


def test_neighbours_pass_over_days_without_a_listing_and_keep_the_category(client: Client, cast: Cast) -> None:
    for day in (date(2026, 11, 20), DAY, date(2026, 11, 30)):
        listing("new", day=day)
    listing("new", day=date(2026, 11, 23), category="math.AG")

    pager = show(client, cast).all("[aria-label=Days] a")

    assert [(one.get("rel"), one.get("href")) for one in pager] == [
        ("prev", f"/g/{cast.group.slug}/day/2026-11-20/?category=cs.CV"),
        ("next", f"/g/{cast.group.slug}/day/2026-11-30/?category=cs.CV"),
    ]
    recent = show(client, cast).all(".jump a")
    assert [(one.words, one.get("aria-current")) for one in recent] == [
        ("Mon 30 Nov", None),
        ("Tue 24 Nov", "page"),
        ("Fri 20 Nov", None),
    ]


def test_latest_day_leads_to_the_newest_listing_that_the_group_follows(client: Client, cast: Cast) -> None:
    listing("new")
    listing("new", day=date(2026, 11, 30), category="math.AG")
    client.force_login(cast.member)

    answer = client.get(f"/g/{cast.group.slug}/day/")

    assert (answer.status_code, answer["Location"]) == (302, f"/g/{cast.group.slug}/day/2026-11-24/")


def test_latest_day_of_a_category_is_that_of_its_newest_listing(client: Client, cast: Cast) -> None:
    cast.group.categories = ["cs.CV", "cs.CL"]
    cast.group.save()
    listing("new", category="cs.CL")
    listing("new", day=date(2026, 11, 30))
    client.force_login(cast.member)

    answer = client.get(f"/g/{cast.group.slug}/day/?category=cs.CL")

    assert (answer.status_code, answer["Location"]) == (302, f"/g/{cast.group.slug}/day/2026-11-24/?category=cs.CL")


def empty(client: Client, cast: Cast, where: str, who: User | None = None) -> tuple[str, list[str]]:
    """Return the heading of the empty state and what it offers to do."""
    client.force_login(who or cast.member)
    answer = client.get(f"/g/{cast.group.slug}/day/{where}")
    assert answer.status_code == 200
    shown = page(answer).one(".empty")
    return shown.one(".empty__heading").words, [one.words for one in shown.all("a")]


def test_group_that_follows_nothing_is_told_where_to_choose(client: Client, cast: Cast) -> None:
    cast.group.categories = []
    cast.group.save()
    heading = "The group follows no categories yet"

    for where in ("", "2026-11-24/"):
        assert empty(client, cast, where) == (heading, [])
        assert empty(client, cast, where, cast.organiser) == (heading, ["Choose categories"])


def test_group_without_any_listing_is_told_what_comes(client: Client, cast: Cast) -> None:
    assert empty(client, cast, "") == ("No listing yet", [])

    MembershipFactory(group=cast.group, user=cast.admin)
    assert empty(client, cast, "", cast.admin) == ("No listing yet", ["Upload a listing"])


@pytest.mark.parametrize("day", ["2026-11-20", "0001-01-01", "9999-12-31"])
def test_day_without_a_listing_leads_to_the_latest(client: Client, cast: Cast, day: str) -> None:
    listing("new")

    assert empty(client, cast, f"{day}/") == ("No listing for this day", ["See Tue 24 Nov"])


def test_day_on_which_only_another_category_has_a_listing(client: Client, cast: Cast) -> None:
    cast.group.categories = ["cs.CV", "cs.CL"]
    cast.group.save()
    listing("new")

    assert empty(client, cast, "2026-11-24/?category=cs.CL") == ("No cs.CL listing for this day", ["See cs.CV"])


@pytest.mark.parametrize(
    "day", ["0000-01-01", "2026-13-01", "2026-02-30", "today", "20261124", "2026-W48-2", "10000-01-01", "2026-11-24x"]
)
def test_what_is_no_day_is_not_found(client: Client, cast: Cast, day: str) -> None:
    client.force_login(cast.member)

    assert client.get(f"/g/{cast.group.slug}/day/{day}/").status_code == 404


@pytest.mark.parametrize("category", ["math.AG", "cs.cv", "\0", "x" * 5000, "<script>"])
def test_category_that_is_not_followed_is_refused_with_those_that_are(
    client: Client, cast: Cast, category: str
) -> None:
    client.force_login(cast.member)

    answer = client.get(f"/g/{cast.group.slug}/day/2026-11-24/", {"category": category})

    assert answer.status_code == 422
    assert "The group does not follow this category. It follows: cs.CV." in page(answer).words


def many(cast: Cast, count: int) -> None:
    """Fill the day: entries, and for each paper two votes and a comment."""
    papers = Paper.objects.bulk_create(PaperFactory.build_batch(count))
    of_day = ListingFactory(announced_on=DAY)
    Entry.objects.bulk_create(
        Entry(listing=of_day, paper=paper, position=position, announce_type="replace", version=2)
        for position, paper in enumerate(papers, start=1)
    )
    touched = GroupPaper.objects.bulk_create(GroupPaper(group=cast.group, paper=paper) for paper in papers)
    Vote.objects.bulk_create(
        Vote(group=cast.group, group_paper=one, member=who) for one in touched for who in (cast.organiser, cast.member)
    )
    Comment.objects.bulk_create(
        CommentFactory.build(group=cast.group, group_paper=one, author=cast.member) for one in touched
    )


@pytest.mark.parametrize("count", [10, 1_000])
def test_page_asks_the_database_the_same_for_any_number_of_rows(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    many(cast, count)
    client.force_login(cast.member)

    with django_assert_num_queries(12):
        answer = client.get(f"/g/{cast.group.slug}/day/2026-11-24/")

    assert len(page(answer).all("article")) == count
    assert Listing.objects.count() == 1
