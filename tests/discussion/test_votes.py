"""A vote through the outer door: a state that is set, by whoever may, and shown at once."""

import pytest
from django.test import Client

from core.clock import now
from discussion.models import GroupPaper, Vote
from groups.models import Group, Membership, Role
from papers.models import Paper
from tests.factories import (
    Cast,
    EntryFactory,
    GroupPaperFactory,
    MeetingFactory,
    MembershipFactory,
    PaperFactory,
    VoteFactory,
    make_cast,
)
from tests.pages import page

HTMX = {"HX-Request": "true"}


@pytest.fixture
def paper(db: None) -> Paper:
    return PaperFactory()


def address(cast: Cast, paper: Paper) -> str:
    return f"/g/{cast.group.slug}/papers/{paper.address}/vote/"


def votes(paper: Paper) -> list[tuple[int, bool]]:
    """List the votes for a paper: whose, and whether it is settled."""
    found = Vote.objects.filter(group_paper__paper=paper).order_by("pk")
    return [(vote.member_id, vote.settled_by_id is not None) for vote in found]


def test_first_vote_is_kept_and_leads_back_to_the_paper(client: Client, cast: Cast, paper: Paper) -> None:
    client.force_login(cast.member)

    answer = client.post(address(cast, paper), {"state": "on"})

    assert answer.status_code == 302
    assert answer["Location"] == f"/g/{cast.group.slug}/papers/{paper.address}/#paper-{paper.pk}"
    assert votes(paper) == [(cast.member.pk, False)]


@pytest.mark.parametrize("where", ["?show=top", "?show=all", "day/", "queue/", "search/?q=matter", "papers/{}/"])
def test_buttons_of_rows_stand_in_the_form_that_they_send(client: Client, cast: Cast, where: str) -> None:
    """Chrome goes through all buttons of a form for each that names it from elsewhere."""
    group, paper = f"/g/{cast.group.slug}/", EntryFactory().paper
    client.force_login(cast.member)
    for what in ("vote", "save"):
        client.post(f"{group}papers/{paper.address}/{what}/", {"state": "on"})

    shown = page(client.get(f"{group}{where.format(paper.address)}", follow=True))

    buttons = shown.all(".vote__button, .row__actions button, .row__take")
    assert len(buttons) >= 2
    assert shown.all("form.row-form button") == buttons
    assert {button.get("form") for button in buttons} == {None}
    assert not shown.all("form form")


def test_vote_from_a_list_leads_back_into_the_list(client: Client, cast: Cast, paper: Paper) -> None:
    client.force_login(cast.member)
    here = f"/g/{cast.group.slug}/day/2026-11-25/?category=cs.CV"

    answer = client.post(address(cast, paper), {"state": "on", "next": here})

    assert answer["Location"] == f"{here}#paper-{paper.pk}"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "evil.example", "/\t/evil"],
)
def test_vote_leads_to_no_other_site(client: Client, cast: Cast, paper: Paper, elsewhere: str) -> None:
    client.force_login(cast.member)

    answer = client.post(address(cast, paper), {"state": "on", "next": elsewhere})

    assert answer["Location"] == f"/g/{cast.group.slug}/papers/{paper.address}/#paper-{paper.pk}"


def names(client: Client, address: str) -> list[str]:
    """Return who voted: the same on the plain page and in what htmx puts in the place of the count."""
    plain, part = page(client.get(address)), page(client.get(address, headers=HTMX))
    voters = [one.words for one in part.all("details[open] .voters__list li")]
    assert [one.words for one in plain.all(".voters-page li")] == voters
    return voters


def test_htmx_gets_the_vote_with_its_count_and_one_sentence(client: Client, cast: Cast, paper: Paper) -> None:
    group_paper = GroupPaperFactory(group=cast.group, paper=paper)
    VoteFactory(group_paper=group_paper, member=cast.organiser)
    client.force_login(cast.member)

    answer = page(client.post(address(cast, paper), {"state": "on"}, headers=HTMX))

    button = answer.one(".vote__button")
    assert (button.get("aria-pressed"), button.get("value")) == ("true", "off")
    assert button.words == f"▲Vote — {paper.title}"
    count = answer.one("a.vote__count")
    assert count.words == "2 votes: show who voted"
    assert names(client, count.get("href") or "") == [cast.organiser.name, cast.member.name]
    assert answer.one("#status").words == "Vote saved. 2 votes."


def test_vote_can_be_taken_back(client: Client, cast: Cast, paper: Paper) -> None:
    client.force_login(cast.member)
    client.post(address(cast, paper), {"state": "on"})

    answer = page(client.post(address(cast, paper), {"state": "off"}, headers=HTMX))

    assert votes(paper) == []
    assert answer.one(".vote__button").get("aria-pressed") == "false"
    assert answer.one(".vote__count").words == "0 votes"
    assert answer.one("#status").words == "Vote taken back. 0 votes."


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("on on", 1), ("on on on off", 0), ("off", 0), ("off off on", 1), ("on off on on", 1)],
)
def test_repeats_are_harmless(client: Client, cast: Cast, paper: Paper, sent: str, kept: int) -> None:
    client.force_login(cast.member)

    codes = {client.post(address(cast, paper), {"state": state}).status_code for state in sent.split()}

    assert codes == {302}
    assert votes(paper) == [(cast.member.pk, False)] * kept


def test_taking_back_touches_no_one_elses_vote_and_no_other_group(client: Client, cast: Cast, paper: Paper) -> None:
    other = make_cast()
    VoteFactory(group_paper=GroupPaperFactory(group=cast.group, paper=paper), member=cast.organiser)
    MembershipFactory(group=other.group, user=cast.member)
    VoteFactory(group_paper=GroupPaperFactory(group=other.group, paper=paper), member=cast.member)
    client.force_login(cast.member)

    client.post(address(cast, paper), {"state": "off"})

    assert votes(paper) == [(cast.organiser.pk, False), (cast.member.pk, False)]


def test_off_for_an_untouched_paper_leaves_no_trace(client: Client, cast: Cast, paper: Paper) -> None:
    client.force_login(cast.member)

    client.post(address(cast, paper), {"state": "off"})

    assert not GroupPaper.objects.exists()


def test_settled_vote_stays_and_a_new_one_can_be_cast(client: Client, cast: Cast, paper: Paper) -> None:
    group_paper = GroupPaperFactory(group=cast.group, paper=paper)
    VoteFactory(
        group_paper=group_paper, member=cast.member, settled_by=MeetingFactory(group=cast.group, state="closed")
    )
    client.force_login(cast.member)

    client.post(address(cast, paper), {"state": "off"})
    assert votes(paper) == [(cast.member.pk, True)]

    client.post(address(cast, paper), {"state": "on"})
    assert votes(paper) == [(cast.member.pk, True), (cast.member.pk, False)]


@pytest.mark.parametrize("change", [{"left_at": now()}, {"role": Role.GUEST}])
def test_vote_of_whoever_left_or_became_a_guest_does_not_count(
    client: Client, cast: Cast, paper: Paper, change: dict[str, object]
) -> None:
    client.force_login(cast.member)
    client.post(address(cast, paper), {"state": "on"})

    Membership.objects.filter(group=cast.group, user=cast.member).update(**change)
    client.force_login(cast.organiser)
    answer = page(client.post(address(cast, paper), {"state": "on"}, headers=HTMX))

    assert names(client, answer.one("a.vote__count").get("href") or "") == [cast.organiser.name]


@pytest.mark.parametrize("fields", [{}, {"state": ""}, {"state": "ON"}, {"state": "toggle"}, {"state": "on\0"}])
def test_other_states_are_refused_with_a_sentence(
    client: Client, cast: Cast, paper: Paper, fields: dict[str, str]
) -> None:
    client.force_login(cast.member)

    answer = client.post(address(cast, paper), fields, headers=HTMX)

    assert (answer.status_code, answer.content.decode()) == (422, "A vote is on or off. Reload the page and try again.")
    assert votes(paper) == []


def test_of_repeated_parameters_the_last_counts(client: Client, cast: Cast, paper: Paper) -> None:
    client.force_login(cast.member)

    client.post(
        address(cast, paper), "state=off&state=on", content_type="application/x-www-form-urlencoded", headers=HTMX
    )

    assert votes(paper) == [(cast.member.pk, False)]


def test_page_of_voters_says_why_it_has_none(client: Client, cast: Cast, paper: Paper) -> None:
    client.force_login(cast.member)
    there = f"/g/{cast.group.slug}/papers/{paper.address}/voters/"
    assert page(client.get(there)).one("main .muted").words == "Nobody has voted for this paper yet."

    VoteFactory(group_paper=GroupPaperFactory(group=cast.group, paper=paper), member=cast.organiser)
    for fields, said in (
        ({"names_shown": "never"}, "The group does not show who voted."),
        ({"names_shown": "closed"}, "The group sees who voted once voting has closed."),
        ({"counts_wait": True}, "The number of votes is shown once you have voted, or once voting has closed."),
    ):
        Group.objects.filter(pk=cast.group.pk).update(**fields)
        assert page(client.get(there)).one("main .muted").words == said
