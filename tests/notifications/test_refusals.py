"""An address that a mail server refuses for good: asked a few times, then left alone, and nothing is lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from core import limits
from notifications.actions import Notice, enqueue, retry, send_due
from notifications.models import Message
from readinggroup.own_data.actions import erase_due
from tests.factories import Cast
from tests.notifications import sink
from tests.pages import page

THURSDAY = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
REFUSED = "The mail server refused the recipient (550)."
State = Message.State


@pytest.fixture(autouse=True)
def moment(db: None) -> Any:
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def server(settings: Any) -> Iterator[sink.Sink]:
    with sink.running() as running:
        sink.use(running, settings)
        yield running


def mail(cast: Cast, *numbers: int) -> None:
    """Mail the member so many things, each by itself."""
    for number in numbers:
        thing = {"kind": "reply", "object": f"thing:{number}", "about": "A paper", "said": f"No {number}."}
        enqueue(Notice(**thing, address="/g/x/", scope=cast.group.notice_scope), to=[cast.member.pk], by=None)
        send_within(minutes=20)


def send_within(minutes: int) -> None:
    with time_machine.travel(THURSDAY + timedelta(minutes=minutes), tick=False):
        send_due()


def told(cast: Cast) -> list[tuple[str, str]]:
    return list(Message.objects.filter(recipient=cast.member).order_by("pk").values_list("state", "reason"))


def banner(client: Client, who: User) -> list[str]:
    client.force_login(who)
    return [one.words for one in page(client.get("/me/")).all(".notice--warning") if "No mail reaches you" in one.words]


def test_address_is_left_alone_after_a_few_refusals_and_nothing_is_lost(
    client: Client, cast: Cast, server: sink.Sink
) -> None:
    server.refused = {cast.member.email}
    mail(cast, *range(limits.REFUSALS - 1))
    before = banner(client, cast.member)
    mail(cast, 8)
    asked = server.connections
    mail(cast, 9)
    send_within(minutes=40)

    assert told(cast) == [(State.DEAD, REFUSED)] * limits.REFUSALS + [(State.DEAD, "The address takes no mail.")]
    assert (before, len(banner(client, cast.member)), banner(client, cast.guest)) == ([], 1, [])
    assert not Message.objects.filter(recipient=cast.member, payload={}).exists()
    (to_admin,) = server.to(cast.admin.email)
    assert to_admin["Subject"] == f"{cast.member.email} takes no mail"
    assert server.connections == asked + 1  # for the admin alone


def test_member_tries_the_address_again_and_gets_what_was_kept(client: Client, cast: Cast, server: sink.Sink) -> None:
    server.refused = {cast.member.email}
    mail(cast, *range(limits.REFUSALS + 1))
    server.refused = set()
    client.force_login(cast.member)

    answer = client.post("/me/notices/again/", {"next": "/me/"})
    send_within(minutes=30)

    assert answer["Location"] == "/me/"
    said = " ".join(one.get_body(("plain",)).get_content() for one in server.to(cast.member.email))  # type: ignore[union-attr]
    assert [f"No {number}." in said for number in range(limits.REFUSALS + 1)] == [True] * (limits.REFUSALS + 1)
    assert (banner(client, cast.member), {state for state, _ in told(cast)}) == ([], {State.SENT})


def test_another_address_begins_anew_and_brings_what_was_kept(client: Client, cast: Cast, server: sink.Sink) -> None:
    server.refused = {cast.member.email}
    mail(cast, *range(limits.REFUSALS))
    User.objects.filter(pk=cast.member.pk).update(email="new.address@example.org")
    cast.member.refresh_from_db()

    assert banner(client, cast.member) == []
    mail(cast, 9)
    send_within(minutes=30)

    assert {state for state, _ in told(cast)} == {State.SENT}
    assert User.objects.get(pk=cast.member.pk).refusals == 0


def test_mail_that_arrives_in_between_begins_the_count_anew(cast: Cast, server: sink.Sink) -> None:
    for number in range(limits.REFUSALS):
        server.refused = {cast.member.email}
        mail(cast, number)
        server.refused = set()
        mail(cast, 100 + number)

    assert not User.objects.get(pk=cast.member.pk).takes_no_mail
    assert server.to(cast.admin.email) == []


@pytest.mark.parametrize("mood", ["busy", "hang up"])
def test_servers_that_are_away_refuse_nobody(cast: Cast, server: sink.Sink, mood: str) -> None:
    server.mood = mood
    mail(cast, *range(limits.REFUSALS + 1))

    assert User.objects.get(pk=cast.member.pk).refusals == 0


def test_admin_lets_mail_go_out_again_after_the_server_was_wrong(cast: Cast, server: sink.Sink) -> None:
    server.refused = {cast.member.email}
    mail(cast, *range(limits.REFUSALS + 1))
    server.refused = set()

    dead = Message.objects.filter(recipient=cast.member)
    assert retry(by=cast.admin, pks=dead.values_list("pk", flat=True)) == limits.REFUSALS + 1
    send_within(minutes=30)

    assert {state for state, _ in told(cast)} == {State.SENT}
    assert User.objects.get(pk=cast.member.pk).refusals == 0


def test_agenda_that_was_refused_does_not_follow_a_newer_one(cast: Cast, server: sink.Sink) -> None:
    def publish(version: int) -> None:
        thing = {"kind": "agenda", "object": "meeting:1", "about": "Agenda", "said": f"Version {version}."}
        notice = Notice(**thing, version=version, address="/g/x/", scope=cast.group.notice_scope)
        enqueue(notice, to=[cast.member.pk], by=None)
        send_within(minutes=20 * version)

    server.refused = {cast.member.email}
    publish(1)
    server.refused = set()
    publish(2)
    send_within(minutes=90)

    (sent,) = server.to(cast.member.email)
    assert "Version 2." in sent.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert [state for state, _ in told(cast)] == [State.DROPPED, State.SENT]


def test_admins_keep_no_address_of_an_account_that_is_gone(cast: Cast, server: sink.Sink) -> None:
    server.refused = {cast.member.email, cast.admin.email}
    mail(cast, *range(limits.REFUSALS))
    address = cast.member.email
    assert any(address in str(row) for row in Message.objects.filter(recipient=cast.admin).values())
    User.objects.filter(pk=cast.member.pk).update(delete_on=THURSDAY)

    erase_due()

    assert not any(address in str(row) for row in Message.objects.values())
