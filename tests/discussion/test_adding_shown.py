"""What is shown of a paper before it is added, and how often papers can be added."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core import limits
from core.clock import now
from discussion.models import GroupPaper
from papers.models import Paper
from tests.factories import Cast, EntryFactory, GroupPaperFactory, ListingFactory, PaperFactory, VoteFactory, make_cast
from tests.pages import Element, page


def looked_up(client: Client, cast: Cast, q: str) -> Element:
    """Return the page that shows a member what `q` finds."""
    client.force_login(cast.member)
    return page(client.get(f"/g/{cast.group.slug}/papers/add/", {"q": q}))


def found(shown: Element) -> list[str]:
    return [each.words for each in shown.all(".found")]


def test_paper_is_shown_with_its_place_before_it_is_added(client: Client, cast: Cast) -> None:
    listing = ListingFactory(category="cs.CV", announced_on="2020-10-01")
    EntryFactory(listing=listing, paper=PaperFactory(external_id="2009.14798", title="Faces of $x$", title_html=""))

    shown = looked_up(client, cast, "https://www.alphaxiv.org/abs/2009.14798v2")

    assert found(shown) == [
        "Faces of $x$ Ada Lovelace, Emmy Noether · cs.CV · 2009.14798 "
        "Announced in cs.CV on Thu 1 Oct 2020 · not in the group yet Add it — Faces of $x$"
    ]
    assert not GroupPaper.objects.exists()
    sent = {field.get("name"): field.get("value") for field in shown.one(".found form").all("input")}
    answer = client.post(f"/g/{cast.group.slug}/papers/add/", sent)
    assert answer.url == f"/g/{cast.group.slug}/papers/2009.14798/"
    assert GroupPaper.objects.get().added_by == cast.member


def test_paper_that_the_group_has_is_opened_at_once(client: Client, cast: Cast) -> None:
    GroupPaperFactory(group=cast.group, paper=PaperFactory(external_id="2009.14798"))
    client.force_login(cast.member)

    answer = client.get(f"/g/{cast.group.slug}/papers/add/", {"q": "arXiv:2009.14798v3"}, follow=True)

    assert answer.redirect_chain == [(f"/g/{cast.group.slug}/papers/2009.14798/", 302)]
    assert page(answer).one(".notice").words == "This paper is in the group already. Here it is."


def test_title_shows_all_that_may_be_meant(client: Client, cast: Cast) -> None:
    PaperFactory(title="Deep learning", external_id="2009.00001")
    voted = PaperFactory(title="Deep learning of faces", external_id="2009.00002")
    VoteFactory(group_paper=GroupPaperFactory(group=cast.group, paper=voted))

    shown = looked_up(client, cast, "deep LEARNING")

    assert [each.one("h3").words for each in shown.all(".found")] == ["Deep learning", "Deep learning of faces"]
    assert "not in the group yet Add it" in found(shown)[0]
    assert "in the group already, 0 votes Open it" in found(shown)[1]


def test_entries_of_other_groups_are_not_found(client: Client, cast: Cast) -> None:
    other = make_cast()
    PaperFactory(source="own", scope=f"group-{other.group.pk}", title="Their secret plan")
    theirs = Paper.objects.get()

    assert found(looked_up(client, cast, "Their secret plan")) == []
    answer = client.post(f"/g/{cast.group.slug}/papers/add/", {"paper": theirs.address})
    assert answer.status_code == 404
    assert not GroupPaper.objects.exists()


@pytest.mark.parametrize(
    ("q", "heading", "said"),
    [
        (
            "https://arxiv.org/pdf/2009.14798v1",
            "arXiv:2009.14798, title not known yet",
            "This paper is in no listing here yet. Add it: its title and authors come with the first listing that has "
            "them; nothing you write is lost.",
        ),
        (
            "https://www.biorxiv.org/content/10.1101/2020.09.09.287664v1.full",
            "10.1101/2020.09.09.287664, title not known yet",
            "This paper is in no listing here yet. Type its title, and it is added.",
        ),
        (
            "A title that nobody has",
            "Nothing found",
            "No paper here has this title or these words. Enter it below, and your group has it.",
        ),
        (
            "https://example.org/paper.html",
            "Nothing found",
            "This names no paper that we can look up. Type its title, and it is added.",
        ),
    ],
)
def test_unknown_paper_is_said_to_be_unknown(client: Client, cast: Cast, q: str, heading: str, said: str) -> None:
    shown = looked_up(client, cast, q)

    assert (shown.one("#found-heading").words, shown.one(".notice").words) == (heading, said)
    assert not Paper.objects.exists()


def test_where_the_title_will_come_from_is_said(client: Client, cast: Cast, settings: Any) -> None:
    settings.ARXIV_REQUESTS = True

    before = looked_up(client, cast, "2009.14798").one(".notice").words
    client.post(f"/g/{cast.group.slug}/papers/add/", {"q": "2009.14798"})

    def awaited() -> str:
        return page(client.get(f"/g/{cast.group.slug}/papers/2009.14798/")).all("article p.muted")[-1].words

    said = "ts title and authors are asked of arXiv; nothing you write"
    assert before == f"This paper is in no listing here yet. Add it: i{said} is lost."
    assert awaited() == f"I{said} here is lost."
    Paper.objects.update(fill_due=None)
    assert awaited() == "arXiv was asked and knows no such paper. Is the id right?"


def test_what_was_typed_is_in_the_form_for_an_entry_of_ones_own(client: Client, cast: Cast) -> None:
    def filled(q: str) -> tuple[str | None, str | None]:
        shown = looked_up(client, cast, q)
        return shown.one(".own [name=title]").get("value"), shown.one(".own [name=link]").get("value")

    assert filled("A title that nobody has") == ("A title that nobody has", None)
    assert filled("https://example.org/paper.html") == (None, "https://example.org/paper.html")


def test_posted_title_that_may_mean_a_paper_here_is_not_entered_twice(client: Client, cast: Cast) -> None:
    PaperFactory(title="Deep learning of faces")
    client.force_login(cast.member)

    answer = client.post(f"/g/{cast.group.slug}/papers/add/", {"q": "Learning faces"})

    assert answer.status_code == 422
    assert page(answer).one(".notice").words == (
        "Papers that are here may be the one you mean. Choose it, or enter yours below."
    )
    assert Paper.objects.count() == 1
    client.post(f"/g/{cast.group.slug}/papers/add/", {"q": "deep learning of FACES"})
    assert GroupPaper.objects.get().paper == Paper.objects.get()


@pytest.mark.parametrize(
    ("length", "code"), [(limits.TITLE_CHARS - 1, 200), (limits.TITLE_CHARS, 200), (limits.TITLE_CHARS + 1, 422)]
)
def test_what_is_looked_up_has_a_limit(client: Client, cast: Cast, length: int, code: int) -> None:
    client.force_login(cast.member)

    answer = client.get(f"/g/{cast.group.slug}/papers/add/", {"q": "a" * length})

    assert answer.status_code == code
    errors = [error.words for error in page(answer).all(".field__error")]
    assert errors == ["This field takes 1,000 characters; you sent 1001."] * (code == 422)


@pytest.mark.parametrize("before", [limits.ADDED_PER_HOUR - 2, limits.ADDED_PER_HOUR - 1, limits.ADDED_PER_HOUR])
def test_papers_added_within_an_hour_have_a_limit(client: Client, cast: Cast, before: int) -> None:
    papers = Paper.objects.bulk_create(Paper(external_id=f"2101.{n:05d}", title="A paper") for n in range(before))
    GroupPaper.objects.bulk_create(GroupPaper(group=cast.group, paper=paper, added_by=cast.member) for paper in papers)
    old = PaperFactory(external_id="2009.00001")
    GroupPaperFactory(group=cast.group, paper=old, added_by=cast.member, added_at=now() - timedelta(minutes=61))
    client.force_login(cast.member)
    to = f"/g/{cast.group.slug}/papers/"

    codes = [
        client.post(f"{to}add/", {"q": "2009.14798"}).status_code,
        client.post(f"{to}add/", {"q": papers[0].external_id}).status_code,  # is there: nothing is added
    ]

    full = before == limits.ADDED_PER_HOUR
    assert codes == [429 if full else 302, 302]
    assert Paper.objects.filter(external_id="2009.14798").exists() != full
    if full:
        answer = client.post(f"{to}own/", {"title": "A talk", "abstract": "What it is about."})
        said = page(answer).one(".notice--error").words
        assert answer.status_code == 429
        assert "You have added 60 papers within an hour, which is the limit. Nothing was added: go on at " in said
        assert page(answer).one(".own textarea[name=abstract]").words == "What it is about."


def test_field_is_on_every_page_of_a_group_for_those_who_add(client: Client, cast: Cast) -> None:
    GroupPaperFactory(group=cast.group, paper=PaperFactory(external_id="2009.14798"))
    pages = ["", "day/", "papers/2009.14798/", "meetings/", "members/"]

    def with_field(role: str) -> list[str]:
        client.force_login(getattr(cast, role))
        shown = {each: page(client.get(f"/g/{cast.group.slug}/{each}")) for each in pages}
        return [each for each, one in shown.items() if one.all("form.quick-field [data-add]")]

    assert with_field("organiser") == pages
    assert with_field("member") == pages
    assert with_field("guest") == []
