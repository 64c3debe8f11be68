"""A group's search: what is found, in which order, how it is shown, and what stays hidden."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from core import limits
from core.clock import now
from discussion.models import Assignment
from papers.actions import count_words
from papers.models import Paper
from tests.factories import (
    Cast,
    CommentFactory,
    GroupPaperFactory,
    MeetingFactory,
    PaperFactory,
    VoteFactory,
    make_cast,
)
from tests.pages import Element, page

JANUARY, FEBRUARY = date(2026, 1, 8), datetime(2026, 2, 5, 14, tzinfo=UTC)


def search(client: Client, cast: Cast, q: str = "", **filters: Any) -> Element:
    """Return the page that a member gets."""
    client.force_login(cast.member)
    return page(client.get(f"/g/{cast.group.slug}/search/", {"q": q} | filters))


def titles(shown: Element) -> list[str]:
    return [each.words for each in shown.all(".row__title")]


def marked(shown: Element) -> list[str]:
    return [each.words for each in shown.all("mark")]


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    """Some papers of the world, and what the group and another group wrote about them."""
    for title, authors, abstract in (
        ("Attention Is All You Need", ["Ashish Vaswani", "Noam Shazeer"], "Transformers with heads."),
        ("Convolutional networks", ["Paul Erdős", "Ada Lovelace"], "Attention is paid to filters."),
        ("Bridges in $\\alpha$-decay", ["Erwin Schrödinger"], "Self-supervised <b>bridges</b> & rivers."),
        ("Deep reinforcement learning", ["Yann LeCun"], "Rewards."),
        ("Deep learning", ["Yoshua Bengio"], "Representations."),
    ):
        PaperFactory(title=title, authors=authors, abstract=abstract)
    return cast


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("attention", ["Attention Is All You Need", "Convolutional networks"]),  # the title weighs more
        ("convolutio", ["Convolutional networks"]),
        ("trans", ["Attention Is All You Need"]),
        ("erdos", ["Convolutional networks"]),
        ("Erdős networks", ["Convolutional networks"]),
        ("Schrod", ["Bridges in α-decay"]),
        ("Y. Bengio", ["Deep learning"]),
        ('"deep learning"', ["Deep learning"]),
        ("deep -reinforcement", ["Deep learning"]),
        ("self-superv", ["Bridges in α-decay"]),
        ("the attention of", ["Attention Is All You Need", "Convolutional networks"]),
        ("quark", []),
        ("' & | : * ( \\ <b>", []),
    ],
)
def test_papers_are_found_by_words_as_typed(client: Client, shelf: Cast, q: str, expected: list[str]) -> None:
    assert titles(search(client, shelf, q)) == expected


def test_what_was_looked_for_is_marked_and_nothing_of_the_text_is_markup(client: Client, shelf: Cast) -> None:
    shown = search(client, shelf, "schrodinger bridges")

    hit = shown.one(".row")
    assert "· in title, authors, abstract" in hit.all(".row__meta")[0].words
    assert hit.one(".snippet").words == "Self-supervised <b>bridges</b> & rivers."
    assert marked(hit) == ["Bridges", "Schrödinger", "bridges"]


def test_hit_says_what_the_group_did_with_the_paper(client: Client, shelf: Cast) -> None:
    paper = GroupPaperFactory(group=shelf.group, paper=Paper.objects.get(title="Deep learning"))
    VoteFactory(group_paper=paper, member=shelf.member)
    meeting = MeetingFactory(group=shelf.group, slug="2026-02-05", starts_at=now() - timedelta(days=9), state="closed")
    Assignment.objects.create(
        group=shelf.group, group_paper=paper, meeting=meeting, member=shelf.organiser, state="done"
    )
    comment = CommentFactory(group_paper=paper, group=shelf.group, author=shelf.guest, markdown="A *wombat* of a paper")

    shown = search(client, shelf, "wombats")

    hit = shown.one(".row")
    assert hit.one(".vote__count").words.startswith("1")
    assert f"presented by {shelf.organiser.name} · 1 comment · in a comment" in hit.all(".row__meta")[0].words
    talk = hit.one(".snippet--talk")
    assert talk.words == f"Comment by {shelf.guest.name}, just now: A wombat of a paper"
    assert (
        talk.one("a").get("href")
        == f"/g/{shelf.group.slug}/papers/{paper.paper.external_id}/?from=search%2F%3Fq%3Dwombats#c{comment.pk}"
    )


def test_summary_that_was_found_stands_once(client: Client, shelf: Cast) -> None:
    paper = GroupPaperFactory(group=shelf.group, paper=Paper.objects.get(title="Deep learning"))
    CommentFactory(
        group_paper=paper, author=shelf.guest, label="summary", markdown="In short: a wombat", html="A wombat"
    )

    hit = search(client, shelf, "wombat").one(".row")

    assert hit.one(".snippet--summary").words == "A wombat"
    assert hit.all(".snippet--talk") == []
    assert hit.all(".row__meta")[0].words.endswith("· in the summary")


def test_other_groups_keep_their_entries_and_their_talk(client: Client, shelf: Cast) -> None:
    other = make_cast()
    PaperFactory(source="own", scope=f"group-{other.group.pk}", title="A wombat of theirs")
    PaperFactory(by_members=True, title="A wombat that they named")
    CommentFactory(group_paper=GroupPaperFactory(group=other.group), markdown="wombat")
    mine = PaperFactory(source="own", scope=f"group-{shelf.group.pk}", title="A wombat of ours")
    named = PaperFactory(by_members=True, title="A wombat that we named")
    GroupPaperFactory(group=shelf.group, paper=named)

    assert set(titles(search(client, shelf, "wombat"))) == {mine.title, named.title}


def test_filters_stand_in_the_address(client: Client, shelf: Cast) -> None:
    elsewhere = PaperFactory(title="Deep water", categories=["physics.flu-dyn"])
    talked = GroupPaperFactory(group=shelf.group, paper=Paper.objects.get(title="Deep learning"))
    CommentFactory(group_paper=talked, group=shelf.group)
    GroupPaperFactory(group=shelf.group, paper=elsewhere)

    assert titles(search(client, shelf, "deep", category="physics.flu-dyn")) == ["Deep water"]
    assert titles(search(client, shelf, "deep", talk="on")) == ["Deep learning"]
    both = search(client, shelf, "deep", group="on")
    assert set(titles(both)) == {"Deep water", "Deep learning"}
    assert both.one(".search input[name=group]").get("checked") is not None
    none = search(client, shelf, "attention", talk="on")
    assert "The filters above leave some of them out." in none.one(".empty").words


def test_filters_ask_what_the_group_did_and_when(client: Client, shelf: Cast) -> None:
    held = MeetingFactory(group=shelf.group, slug="2026-02-05", starts_at=FEBRUARY, state="closed")
    presented, voted, asked = (
        GroupPaperFactory(group=shelf.group, paper=PaperFactory(title=f"Deep {name}", first_announced=JANUARY))
        for name in ("presented", "voted", "asked")
    )
    of_organiser = {"group": shelf.group, "member": shelf.organiser}
    Assignment.objects.create(**of_organiser, group_paper=presented, meeting=held, state="done")
    Assignment.objects.create(**of_organiser, group_paper=asked, state="accepted")
    VoteFactory(group_paper=voted, member=shelf.member, settled_by=held)
    Paper.objects.filter(title="Deep learning").update(first_announced=date(2026, 2, 3))
    others = make_cast()
    theirs = GroupPaperFactory(group=others.group, paper=Paper.objects.get(title="Deep learning"))
    Assignment.objects.create(group=others.group, group_paper=theirs, member=others.organiser, state="done")
    organiser, theirs = shelf.organiser.pk, others.organiser.pk

    def found(**filters: Any) -> set[str]:
        return {title.removeprefix("Deep ") for title in titles(search(client, shelf, "deep", **filters))}

    everything = {"presented", "voted", "asked", "learning", "reinforcement learning"}
    assert found() == everything
    assert found(discussed="on") == {"presented", "voted"}
    assert found(presenter=organiser) == {"presented", "asked"}
    assert found(presenter=theirs) == everything
    assert found(since="2026-02-01") == {"presented", "voted", "learning"}
    assert found(since="2026-02-03", until="2026-02-04") == {"learning"}
    assert found(since="2026-02-05", until="2026-02-05") == {"presented", "voted"}
    assert found(until="2026-01-31") == {"presented", "voted", "asked"}
    with time_machine.travel(datetime(2026, 2, 20, 12, tzinfo=UTC), tick=False):
        assert found(when="month") == {"presented", "voted", "learning"}
        assert found(when="year") == {"presented", "voted", "asked", "learning"}
        assert found(when="century") == everything


def test_filters_are_said_in_words_and_taken_away_one_by_one(client: Client, shelf: Cast) -> None:
    paper = GroupPaperFactory(group=shelf.group)
    Assignment.objects.create(group=shelf.group, group_paper=paper, member=shelf.member, state="accepted")
    chosen = {"category": "cs.CV", "group": "on", "talk": "on", "discussed": "on", "presenter": shelf.member.pk}

    shown = search(client, shelf, "deep", **chosen, when="month", since="2026-02-01", until="2026-02-28")

    chips = shown.all(".chip")
    said = ["cs.CV", "In our group", "Has comments", "Discussed", f"Presented by {shelf.member.name}"]
    said += ["From Sun 1 Feb 2026", "Until Sat 28 Feb 2026"]
    assert [each.words.partition(" ×")[0] for each in chips] == [*said, "Clear"]
    left = chips[1].get("href")
    assert left == (
        f"/g/{shelf.group.slug}/search/?q=deep&category=cs.CV&talk=on&discussed=on&presenter={shelf.member.pk}"
        "&since=2026-02-01&until=2026-02-28"
    )
    assert [each.words.partition(" ×")[0] for each in page(client.get(left)).all(".chip")] == [
        *(words for words in said if words != "In our group"),
        "Clear",
    ]


@pytest.mark.parametrize("day", ["yesterday", "0001-01-01", "9999-12-31", "2026-13-01"])
def test_what_is_no_day_is_said_at_its_field(client: Client, shelf: Cast, day: str) -> None:
    client.force_login(shelf.member)

    answer = client.get(f"/g/{shelf.group.slug}/search/", {"q": "deep", "until": day})

    assert answer.status_code == 422
    said = "This is no day. Choose one, or type it as 2026-11-26."
    assert page(answer).one("#id_until_error").words == f"Until: {said}"


@pytest.mark.parametrize("q", ["2009.14798", "arXiv:2009.14798v2", "https://arxiv.org/pdf/2009.14798.pdf"])
def test_id_leads_straight_to_the_paper(client: Client, cast: Cast, q: str) -> None:
    PaperFactory(external_id="2009.14798")
    client.force_login(cast.member)

    answer = client.get(f"/g/{cast.group.slug}/search/", {"q": q})

    assert (answer.status_code, answer["Location"]) == (302, f"/g/{cast.group.slug}/papers/2009.14798/")


def test_unknown_id_can_be_added_by_those_who_add(client: Client, cast: Cast) -> None:
    shown = search(client, cast, "2009.14798")

    assert shown.one(".empty__heading").words == "arXiv:2009.14798 is in no listing here"
    assert shown.one(".empty a").get("href") == f"/g/{cast.group.slug}/papers/add/?q=2009.14798"
    client.force_login(cast.guest)
    assert page(client.get(f"/g/{cast.group.slug}/search/", {"q": "2009.14798"})).all(".empty a") == []


@pytest.mark.parametrize("few", [True, False], ids=["ranked", "newest first"])
def test_pages_go_on_where_the_last_one_ended(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, few: bool
) -> None:
    monkeypatch.setattr(limits, "SEARCH_ROWS", 3)
    monkeypatch.setattr(limits, "SEARCH_CANDIDATES", 100 if few else 5)
    days = [date(2026, 1, 5), date(2026, 1, 7), None, date(2026, 1, 6), date(2026, 1, 7), None, date(2025, 1, 1)]
    for number, day in enumerate(days):
        PaperFactory(title=f"Wombat {number}", first_announced=day)
    expected = ["Wombat 4", "Wombat 1", "Wombat 3", "Wombat 0", "Wombat 6", "Wombat 5", "Wombat 2"]

    shown = search(client, cast, "wombat")
    count = shown.one(".found-count").words
    found = titles(shown)
    while following := [link for link in shown.all(".pager a") if link.get("rel") == "next"]:
        shown = page(client.get(following[0].get("href")))
        found += titles(shown)

    assert found == expected
    assert count == ("7 papers, the likeliest first." if few else "5+ papers, the newest first. More words find fewer.")


@pytest.mark.parametrize(
    ("q", "says"),
    [
        ("", "What can be typed"),
        ("the of", "Nothing to look for"),
        ("-deep", "Nothing to look for"),
        ("quark", "Nothing has all of these words"),
    ],
)
def test_page_without_papers_says_why_and_what_to_do(client: Client, cast: Cast, q: str, says: str) -> None:
    shown = search(client, cast, q)

    assert [each.words for each in shown.all(".examples h2, .empty__heading")] == [says]


def test_search_that_is_too_long_is_refused_with_its_length(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)
    address = f"/g/{cast.group.slug}/search/"

    most = client.get(address, {"q": "x" * limits.SEARCH_CHARS})
    more = client.get(address, {"q": "x" * (limits.SEARCH_CHARS + 1)})

    assert (most.status_code, more.status_code) == (200, 422)
    shown = page(more)
    assert shown.one(".field__error").words == "A search has at most 300 characters; this one has 301."
    assert shown.one("#search_q").get("value") == "x" * 301


def test_slip_of_the_keys_shows_what_was_meant(client: Client, shelf: Cast) -> None:
    PaperFactory(by_members=True, title="A secret wombat")
    count_words()

    shown = search(client, shelf, "Atention vaswani")

    assert titles(shown) == ["Attention Is All You Need"]
    assert shown.one(".notice").words == (
        "Nothing has all of these words as typed. Here is what “attention vaswani” finds."
    )
    assert titles(search(client, shelf, "erdoos")) == ["Convolutional networks"]
    assert titles(search(client, shelf, "Bengoi")) == ["Deep learning"]
    assert titles(search(client, shelf, "wombta")) == []


def test_few_papers_come_with_what_else_may_be_meant(client: Client, shelf: Cast) -> None:
    PaperFactory(title="A slip: lerning")
    PaperFactory.create_batch(24, title="Learning")
    count_words()

    shown = search(client, shelf, "lerning")

    assert titles(shown) == ["A slip: lerning"]
    assert shown.one(".notice").words == "Did you mean learning?"
    assert shown.one(".notice a").get("href") == f"/g/{shelf.group.slug}/search/?q=learning"
