"""Who may do what with a paper: every role, every action, plain and by htmx; and what an outsider can tell."""

from uuid import uuid4

import pytest
from django.test import Client

from core.clock import now
from discussion.models import Assignment, Comment, GroupPaper, Vote
from papers.models import Paper, Rank, Source
from tests.factories import Cast, EntryFactory, GroupPaperFactory, PaperFactory, make_cast

ROLES = ("organiser", "member", "guest", "former_member", "outsider", "admin")
ACTIONS = {
    # who gets which answer:            organiser member guest former outsider admin
    ("GET", "day/", "", ""): (302, 302, 302, 404, 404, 404),
    ("GET", "day/{today}/", "", ""): (200, 200, 200, 404, 404, 404),
    ("GET", "papers/{paper}/", "", ""): (200, 200, 200, 404, 404, 404),
    ("POST", "papers/{paper}/vote/", "state", "on"): (302, 302, 403, 404, 404, 404),
    ("POST", "papers/{paper}/comments/", "text", "Read it twice."): (302, 302, 302, 404, 404, 404),
    ("POST", "papers/{paper}/assignment/", "state", "taken"): (302, 302, 403, 404, 404, 404),
    ("POST", "papers/add/", "q", "A talk of our own"): (302, 302, 403, 404, 404, 404),
}
GUESTS = "Guests read and comment. An organiser of the group can make you a member."


def rows() -> tuple[int, int, int, int]:
    return Vote.objects.count(), Comment.objects.count(), Assignment.objects.count(), GroupPaper.objects.count()


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize(("action", "codes"), ACTIONS.items(), ids=[action[1] for action in ACTIONS])
def test_each_role_gets_the_answer_of_the_table(
    client: Client, cast: Cast, action: tuple[str, str, str, str], codes: tuple[int, ...], htmx: bool
) -> None:
    method, where, name, value = action
    paper = EntryFactory(listing__announced_on=now().date()).paper
    path = f"/g/{cast.group.slug}/" + where.format(paper=paper.address, today=now().date())
    headers = {"HX-Request": "true"} if htmx else {}

    for role, code in zip(ROLES, codes, strict=True):
        Assignment.objects.all().delete()
        before = rows()
        client.force_login(getattr(cast, role))
        fields = {name: value, "key": str(uuid4())}
        answer = client.generic(method, path, headers=headers) if method == "GET" else None
        answer = answer or client.post(path, fields, headers=headers)

        # Parts come instead of a redirect; the latest day and a paper that was added are whole pages.
        parts = htmx and code == 302 and "{paper}" in where
        assert answer.status_code == (200 if parts else code), role
        if code >= 400:
            assert rows() == before, role
        if code == 403:
            assert (answer.content.decode() == GUESTS) if htmx else (GUESTS in answer.content.decode())


def test_anonymous_visitor_is_asked_to_log_in(client: Client, cast: Cast) -> None:
    answer = client.get(f"/g/{cast.group.slug}/papers/2009.14798/")

    assert answer["Location"] == f"/accounts/login/?next=/g/{cast.group.slug}/papers/2009.14798/"


def own_paper(cast: Cast) -> Paper:
    paper = PaperFactory(source=Source.OWN, scope=f"group-{cast.group.pk}", external_id="own", rank=Rank.MEMBER)
    GroupPaperFactory(group=cast.group, paper=paper)
    return paper


@pytest.mark.parametrize("where", ["", "vote/", "comments/", "assignment/"])
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_own_paper_of_another_group_looks_as_if_it_did_not_exist(
    client: Client, cast: Cast, where: str, htmx: bool
) -> None:
    theirs = own_paper(make_cast())
    missing = f"p{theirs.pk + 1000}"
    client.force_login(cast.organiser)
    fields = {"state": "on" if where == "vote/" else "taken", "text": "Hm.", "key": str(uuid4())}
    headers = {"HX-Request": "true"} if htmx else {}
    ask = client.post if where else client.get

    answers = [
        ask(f"/g/{cast.group.slug}/papers/{paper}/{where}", fields if where else {}, headers=headers)
        for paper in (theirs.address, missing)
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert rows() == (0, 0, 0, 1)


def test_group_of_others_looks_as_if_it_did_not_exist(client: Client, cast: Cast) -> None:
    paper = own_paper(cast)
    client.force_login(cast.outsider)

    answers = [client.get(f"/g/{slug}/papers/{paper.address}/") for slug in (cast.group.slug, "there-is-none")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_own_paper_shows_inside_its_group(client: Client, cast: Cast) -> None:
    paper = own_paper(cast)
    client.force_login(cast.guest)

    assert paper.title in client.get(f"/g/{cast.group.slug}/papers/{paper.address}/").content.decode()
