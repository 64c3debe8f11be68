"""Answering from the mail that asks to present: by a button behind a link, once, while the question stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from discussion.access import answer_token
from discussion.actions import answer_assignment, ask_member, give_back
from discussion.models import Assignment, GroupPaper
from groups.models import Group, Membership
from notifications.actions import send_due
from notifications.models import Message
from tests.factories import Cast, GroupPaperFactory, MeetingFactory
from tests.pages import Element, page, sent_by

THURSDAY = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def moment(db: None) -> Any:
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def group_paper(cast: Cast) -> GroupPaper:
    MeetingFactory(group=cast.group)
    return GroupPaperFactory(group=cast.group)


def where(group_paper: GroupPaper) -> dict[str, Any]:
    return {"slug": group_paper.group.slug, "address": group_paper.paper.address}


def ask(cast: Cast, group_paper: GroupPaper) -> Assignment:
    return ask_member(by=cast.organiser, member=cast.member.pk, **where(group_paper))


def link(question: Assignment, wish: str = "yes") -> str:
    return reverse("answer_by_link", args=[answer_token(question), wish])


def look(client: Client, address: str) -> tuple[int, Element]:
    answer = client.get(address)
    return answer.status_code, page(answer)


def press(client: Client, shown: Element) -> Element:
    """Press the page's one button, and go where that leads."""
    form = shown.one("main form")
    return page(client.post(form.get("action") or "", sent_by(form), follow=True))


def state(question: Assignment) -> str:
    return Assignment.objects.get(pk=question.pk).state


def test_mail_that_asks_has_both_answers_and_rooms_have_none(cast: Cast, group_paper: GroupPaper) -> None:
    question = ask(cast, group_paper)
    with time_machine.travel(THURSDAY + timedelta(hours=1), tick=False):
        send_due()

    (sent,) = mail.outbox
    text, ((html, _),) = str(sent.body), sent.alternatives  # type: ignore[attr-defined]
    for wish, words in (("yes", "I’ll present it"), ("no", "I can’t")):
        assert f"{words}: {settings.SITE_URL}{link(question, wish)}" in text.splitlines()
        assert f'<a href="{settings.SITE_URL}{link(question, wish)}">{words}</a>' in html
    assert not Message.objects.filter(payload__has_key="answers").exists()


@pytest.mark.parametrize(
    ("wish", "after", "said"),
    [("yes", "accepted", "You present this paper."), ("no", "declined", "You do not present this paper.")],
)
def test_button_answers_without_a_log_in_and_looking_does_not(
    client: Client, cast: Cast, group_paper: GroupPaper, wish: str, after: str, said: str
) -> None:
    question = ask(cast, group_paper)

    for _ in range(2):
        status, shown = look(client, link(question, wish))
        assert (status, state(question)) == (200, "asked")
    assert (group_paper.paper.title in shown.one("main").words, len(shown.all("main form"))) == (True, 1)
    assert client.head(link(question, wish)).headers["Referrer-Policy"] == "strict-origin"

    assert press(client, shown).one("h1").words == said
    assert state(question) == after
    other = link(question, "no" if wish == "yes" else "yes")
    assert page(client.post(other, follow=True)).one("h1").words == said
    assert (state(question), look(client, other)[1].all("main form")) == (after, [])


def test_form_is_refused_without_its_secret(cast: Cast, group_paper: GroupPaper) -> None:
    question = ask(cast, group_paper)

    assert Client(enforce_csrf_checks=True).post(link(question)).status_code == 403
    assert state(question) == "asked"


def _taken_back(cast: Cast, question: Assignment) -> None:
    give_back(by=cast.organiser, **where(question.group_paper))


def _lapsed(cast: Cast, question: Assignment) -> None:
    Assignment.objects.filter(pk=question.pk).update(answer_by=THURSDAY)


def _held(cast: Cast, question: Assignment) -> None:
    question.meeting.state = "closed"  # type: ignore[union-attr]
    question.meeting.save()  # type: ignore[union-attr]


def _guest_now(cast: Cast, question: Assignment) -> None:
    Membership.objects.filter(user=question.member).update(role="guest")


ENDS = {
    _taken_back: "The question was taken back, or the paper was given back since.",
    _lapsed: "The time to answer is over, and the question goes to someone else.",
    _held: "The meeting was held or cancelled.",
    _guest_now: "You do not take papers in this group at present.",
}


@pytest.mark.parametrize("end", ENDS)
def test_link_says_why_it_works_no_longer(client: Client, cast: Cast, group_paper: GroupPaper, end: Any) -> None:
    question = ask(cast, group_paper)
    end(cast, question)
    before = state(question)

    status, shown = look(client, link(question))
    client.post(link(question))

    assert (status, shown.one("h1").words) == (410, "This question is closed.")
    assert ENDS[end] in shown.one("main").words
    assert (shown.all("main form"), state(question)) == ([], before)


def test_link_waits_while_the_group_is_archived(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    question = ask(cast, group_paper)
    Group.objects.filter(pk=cast.group.pk).update(archived_at=THURSDAY)

    status, shown = look(client, link(question))
    client.post(link(question))

    assert (status, shown.all("main form"), state(question)) == (200, [], "asked")
    assert "The group is archived, and takes no answers." in shown.one("main").words
    Group.objects.filter(pk=cast.group.pk).update(archived_at=None)
    assert len(look(client, link(question))[1].all("main form")) == 1


def test_question_asked_anew_has_a_link_of_its_own(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    first = ask(cast, group_paper)
    answer_assignment(by=cast.member, accept=False, **where(group_paper))
    second = ask(cast, group_paper)

    client.post(link(first, "yes"))

    assert (state(first), state(second), link(first) == link(second)) == ("declined", "asked", False)


def test_wrong_links_look_like_pages_that_are_not_there(client: Client, cast: Cast, group_paper: GroupPaper) -> None:
    question = ask(cast, group_paper)
    good = link(question)
    someone = Assignment(pk=question.pk, member=cast.guest)
    missing = Assignment(pk=question.pk + 1_000, member=cast.member)
    bad = [good[:-6] + "x/yes/", link(question, "maybe"), "/answer/x/yes/", "/answer/1.1~x/no/"]
    bad += [link(someone), link(missing)]
    nowhere = client.get("/nowhere/").content

    for address in bad:
        assert [client.get(address).status_code, client.post(address).status_code] == [404, 404], address
        assert client.get(address).content == nowhere, address

    Membership.objects.filter(user=cast.member).update(left_at=THURSDAY)
    assert (client.get(good).content, client.post(good).status_code) == (nowhere, 404)
    assert state(question) == "asked"
