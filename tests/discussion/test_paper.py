"""A paper's own page: what the world says of it, and what the group does."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.clock import now
from discussion.models import Assignment, Comment, GroupPaper, Vote
from groups.models import Membership
from meetings.models import AgendaItem
from papers.actions import count_words
from papers.models import Paper, PaperVersion, Source
from tests.factories import (
    Cast,
    CommentFactory,
    EntryFactory,
    GroupPaperFactory,
    MeetingFactory,
    MembershipFactory,
    PaperFactory,
    UserFactory,
)
from tests.pages import Element, page


def show(client: Client, cast: Cast, paper: Paper, who: User | None = None) -> Element:
    client.force_login(who or cast.member)
    answer = client.get(f"/g/{cast.group.slug}/papers/{paper.address}/")
    assert answer.status_code == 200
    return page(answer)


def test_paper_shows_before_anyone_touched_it_and_looking_leaves_no_trace(client: Client, cast: Cast) -> None:
    paper = PaperFactory()

    shown = show(client, cast, paper)

    assert shown.one("h1").words == paper.title
    assert shown.one(".vote__count").words == "0 votes"
    assert shown.one("#discussion .muted").words == "Nobody has said anything yet. A question is a good start."
    assert not GroupPaper.objects.exists()


def test_facts_and_the_ways_to_the_paper(client: Client, cast: Cast) -> None:
    paper = PaperFactory(
        external_id="2009.14798",
        latest_version=3,
        categories=["cs.CV", "stat.ML"],
        comments="12 pages, 3 figures",
        journal_ref="Nature 1",
        license="http://creativecommons.org/licenses/by/4.0/",
        doi="10.1000/a<b>",
        first_announced="2020-10-01",
    )

    main = show(client, cast, paper).one(".paper__main")

    assert [one.words for one in main.all(".row__meta")] == [
        "2009.14798v3 · cs.CV · stat.ML · announced Thu 1 Oct 2020",
        "Comments: 12 pages, 3 figures",
        "Journal: Nature 1",
        "Licence: CC BY 4.0",
    ]
    assert [(one.words, one.get("href")) for one in main.all(".buttons a")] == [
        ("PDF", "https://arxiv.org/pdf/2009.14798"),
        ("arXiv", "https://arxiv.org/abs/2009.14798"),
        ("DOI", "https://doi.org/10.1000/a%3Cb%3E"),
    ]


def test_versions_are_listed_in_order_when_there_are_several(client: Client, cast: Cast) -> None:
    paper = PaperFactory(external_id="2009.14798", latest_version=2)
    PaperVersion.objects.create(paper=paper, number=2)
    assert [one.words for one in show(client, cast, paper).all(".paper__main .row__meta")][1:] == []
    PaperVersion.objects.create(paper=paper, number=1, announced="2020-10-01")

    line = show(client, cast, paper).all(".paper__main .row__meta")[1]

    assert line.words == "Versions: v1 Thu 1 Oct 2020 · v2"
    assert [one.get("href") for one in line.all("a")] == [f"https://arxiv.org/abs/2009.14798v{n}" for n in (1, 2)]


@pytest.mark.parametrize(
    ("external_id", "html"),
    [
        ("2311.14798", []),
        ("2312.00001", ["https://arxiv.org/html/2312.00001"]),
        ("2601.00001", ["https://arxiv.org/html/2601.00001"]),
        ("hep-th/9901001", []),
    ],
)
def test_papers_have_an_html_edition_since_december_2023(
    client: Client, cast: Cast, external_id: str, html: list[str]
) -> None:
    shown = show(client, cast, PaperFactory(external_id=external_id))

    assert [one.get("href") for one in shown.all(".buttons a") if one.words == "HTML"] == html


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("hep-th/9901001", 200),
        ("hep-th/9901001v2", 200),
        ("math.AG/0301001", 200),
        ("2009.14798", 200),
        ("2009.14798v12", 200),
        ("2009.99999", 404),
        ("p999999999999999999", 404),
        ("p0", 404),
        ("p٣", 404),
        ("٢٠٠٩.14798", 404),
        ("2009.14798/vote/x", 404),
        ("nowhere", 404),
    ],
)
def test_addresses_of_papers(client: Client, cast: Cast, address: str, code: int) -> None:
    for external_id in ("hep-th/9901001", "math/0301001", "2009.14798"):
        PaperFactory(external_id=external_id)
    client.force_login(cast.member)

    assert client.get(f"/g/{cast.group.slug}/papers/{address}/").status_code == code


def test_old_id_can_be_voted_for_and_talked_about(client: Client, cast: Cast) -> None:
    paper = PaperFactory(external_id="hep-th/9901001")
    shown = show(client, cast, paper)

    actions = {one.get("action") or one.get("formaction") for one in shown.all("main form, main button")} - {None}
    assert actions == {
        f"/g/{cast.group.slug}/papers/hep-th/9901001/{end}/"
        for end in ("vote", "save", "hide", "comments", "comments/draft", "comments/preview", "assignment", "follow")
    }
    assert client.post(f"/g/{cast.group.slug}/papers/hep-th/9901001/vote/", {"state": "on"}).status_code == 302


def test_own_entry_and_paper_with_a_doi_have_no_arxiv_links(client: Client, cast: Cast) -> None:
    own = PaperFactory(source=Source.OWN, scope=f"group-{cast.group.pk}", external_id="x", authors=[])
    other = PaperFactory(source=Source.DOI, external_id="10.1000/1", doi="10.1000/1", authors=[])

    shown = show(client, cast, own).one(".paper__main")
    assert shown.one(".paper-authors").words == f"An entry of {cast.group.name}."
    assert shown.all(".buttons a") == []
    shown = show(client, cast, other).one(".paper__main")
    assert shown.one(".paper-authors").words == "Authors not in this listing."
    assert [one.words for one in shown.all(".buttons a")] == ["DOI"]


def test_way_back_is_the_latest_listing_that_the_group_follows(client: Client, cast: Cast) -> None:
    paper = PaperFactory()
    for category, day in (("cs.CV", "2026-11-20"), ("cs.CV", "2026-11-24"), ("math.AG", "2026-11-25")):
        EntryFactory(paper=paper, listing__category=category, listing__announced_on=day)

    crumb = show(client, cast, paper).one(".crumbs a")

    assert crumb.words == "cs.CV · Tue 24 Nov"
    assert crumb.get("href") == f"/g/{cast.group.slug}/day/2026-11-24/?category=cs.CV"


def test_long_author_lists_open_on_wish(client: Client, cast: Cast) -> None:
    paper = PaperFactory(authors=[f"A{n}" for n in range(332)])

    shown = show(client, cast, paper)

    assert shown.one(".more-authors summary").words == "Show 312 more"
    assert shown.all(".paper-authors")[0].words.endswith("A18, A19")
    assert shown.one(".more-authors p").words.startswith("A20, A21")


def test_threads_stand_in_the_order_of_time(client: Client, cast: Cast) -> None:
    group_paper = GroupPaperFactory(group=cast.group)
    moment = now()
    second = CommentFactory(group_paper=group_paper, html="<p>two</p>", written_at=moment)
    first = CommentFactory(group_paper=group_paper, html="<p>one</p>", written_at=moment - timedelta(hours=1))
    for text, hours in (("one, b", 3), ("one, a", 2)):
        CommentFactory(
            group_paper=group_paper, parent=first, html=f"<p>{text}</p>", written_at=moment + timedelta(hours=hours)
        )

    shown = show(client, cast, group_paper.paper)

    assert [one.words for one in shown.all(".comment__text")] == ["one", "one, a", "one, b", "two"]
    assert [one.get("id") for one in shown.all("article.comment")][-1] == f"c{second.pk}"


def test_meetings_that_have_it_are_listed_latest_first_with_what_became_of_it(client: Client, cast: Cast) -> None:
    group_paper = GroupPaperFactory(group=cast.group)
    held = [
        MeetingFactory(group=cast.group, starts_at=now() - timedelta(weeks=weeks), state="closed")
        for weeks in (4, 3, 2, 1)
    ]
    ahead = MeetingFactory(group=cast.group)
    lines = zip([*held, ahead], ["discussed", "carried", "dropped", "discussed", "planned"], strict=True)
    for meeting, state in lines:
        AgendaItem.objects.create(
            group=cast.group, meeting=meeting, position=1, group_paper=group_paper, minutes=15, state=state
        )
    for meeting, who, state in ((held[3], cast.organiser, "done"), (ahead, cast.member, "accepted")):
        Assignment.objects.create(group=cast.group, group_paper=group_paper, meeting=meeting, member=who, state=state)

    shown = [one.words.partition(", ")[2] for one in show(client, cast, group_paper.paper).all(".sessions li")]

    assert shown == [
        f"planned, {cast.member.name} presents",
        f"discussed, presented by {cast.organiser.name}",
        "not reached",
        "discussed",
    ]


def test_meeting_is_known_by_its_presenter_alone(client: Client, cast: Cast) -> None:
    group_paper = GroupPaperFactory(group=cast.group)
    meeting = MeetingFactory(group=cast.group, starts_at=now() - timedelta(weeks=1), state="closed")
    Assignment.objects.create(
        group=cast.group, group_paper=group_paper, meeting=meeting, member=cast.organiser, state="done"
    )

    shown = show(client, cast, group_paper.paper).one(".sessions li")

    assert (
        shown.words
        == f"{meeting.day:%a} {meeting.day.day} {meeting.day:%b %Y}, discussed, presented by {cast.organiser.name}"
    )
    assert shown.one("a").get("href") == f"/g/{cast.group.slug}/meetings/{meeting.slug}/"


def test_related_papers_say_why(client: Client, cast: Cast) -> None:
    paper = PaperFactory(title="Latent quokkas", authors=["Ada Lovelace"])
    ours = GroupPaperFactory(group=cast.group, paper__authors=["Ada Lovelace", "Emmy Noether"])
    other = PaperFactory(title="Quokkas are latent", authors=["Nobody Known"])
    count_words()

    shown = show(client, cast, paper).all(".related li")

    assert [one.words for one in shown] == [
        f"{ours.paper.title} Shares 1 author. In your group.",
        "Quokkas are latent Shares the words Latent, quokkas.",
    ]
    assert shown[1].one("a").get("href") == f"/g/{cast.group.slug}/papers/{other.external_id}/"


def test_hostile_title_is_text(client: Client, cast: Cast) -> None:
    title = '"><script>alert(1)</script>'
    paper = PaperFactory(title=title, title_html="", authors=[title])

    shown = show(client, cast, paper)

    assert shown.one("h1").words == title
    assert shown.one("title").words.startswith(title)
    assert shown.one("[name=citation_title]").get("content") == title
    assert [one.text for one in shown.all("script") if one.text.strip()] == []


def many(cast: Cast, group_paper: GroupPaper, count: int) -> None:
    """Give the paper so many comments, half of them replies, and so many votes."""
    people = User.objects.bulk_create(UserFactory.build_batch(count))
    Membership.objects.bulk_create(MembershipFactory.build(group=cast.group, user=person) for person in people)
    Vote.objects.bulk_create(Vote(group=cast.group, group_paper=group_paper, member=person) for person in people)
    made = {"group": cast.group, "group_paper": group_paper}
    first = Comment.objects.bulk_create(CommentFactory.build(**made, author=one) for one in people[::2])
    Comment.objects.bulk_create(
        CommentFactory.build(**made, author=one, parent=above) for one, above in zip(people[1::2], first, strict=True)
    )


@pytest.mark.parametrize("count", [10, 1_000])
def test_page_asks_the_database_the_same_for_any_number_of_comments(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    group_paper = GroupPaperFactory(group=cast.group)
    PaperFactory(title=group_paper.paper.title)
    MeetingFactory(group=cast.group)
    count_words()
    many(cast, group_paper, count)
    client.force_login(cast.member)

    with django_assert_num_queries(13):
        answer = client.get(f"/g/{cast.group.slug}/papers/{group_paper.paper.address}/")

    assert len(page(answer).all(".comment")) == count
