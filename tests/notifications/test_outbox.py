"""The outbox: written with the event, sent once, whatever fails; and never to whom it does not concern."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import transaction
from django.test import Client

from accounts.models import User
from core import limits
from notifications import channels
from notifications.actions import Notice, enqueue, forget_old, retry, send_due, set_muted, withdraw
from notifications.channels.mail import Letter
from notifications.models import Message, NoticeSettings
from tests.factories import Cast, UserFactory
from tests.notifications import sink

THURSDAY = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
State = Message.State


def notice(cast: Cast, number: int = 1, **fields: Any) -> Notice:
    usual: dict[str, Any] = {
        "kind": "reply",
        "object": f"thing:{number}",
        "about": "A paper about matter",
        "said": f"Ada said {number}.",
        "address": "/g/x/",
        "scope": cast.group.notice_scope,
        "sender": cast.group.name,
        "thread": "paper:1",
    }
    return Notice(**usual | fields)


def tell(cast: Cast, *numbers: int, to: User | None = None, **fields: Any) -> None:
    with transaction.atomic():
        for number in numbers or (1,):
            enqueue(notice(cast, number, **fields), to=[(to or cast.member).pk], by=cast.organiser)


def later(minutes: float) -> Any:
    return time_machine.travel(THURSDAY + timedelta(minutes=minutes), tick=False)


def states() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("state", "reason"))


@pytest.fixture(autouse=True)
def moment(db: None) -> Any:
    with later(0):
        yield


def test_message_waits_a_quarter_of_an_hour_and_goes_once(cast: Cast) -> None:
    tell(cast)

    with later(14.9):
        send_due()
        before = len(mail.outbox)
    with later(15):
        send_due()
        send_due()

    assert (before, len(mail.outbox)) == (0, 1)
    assert mail.outbox[0].to == [f'"{cast.member.name}" <{cast.member.email}>']
    row = Message.objects.get()
    assert (row.state, row.sent_at, row.payload) == (State.SENT, THURSDAY + timedelta(minutes=15), {})


def test_same_notice_again_is_no_second_message(cast: Cast) -> None:
    tell(cast, 1, 1)
    with later(15):
        send_due()
    tell(cast, 1)
    with later(60):
        send_due()

    assert (len(mail.outbox), Message.objects.count()) == (1, 1)


def test_event_that_did_not_happen_is_told_to_nobody(cast: Cast) -> None:
    with transaction.atomic():
        tell(cast)
        transaction.set_rollback(True)

    assert Message.objects.count() == 0


def test_who_did_it_is_not_told(cast: Cast) -> None:
    told = enqueue(notice(cast), to=[cast.organiser.pk, cast.member.pk], by=cast.organiser)

    assert told == 1
    assert list(Message.objects.values_list("recipient", flat=True)) == [cast.member.pk]


def test_what_comes_within_a_quarter_of_an_hour_is_one_mail(cast: Cast) -> None:
    tell(cast, 1)
    with later(14):
        tell(cast, 2, 3)
    with later(15):
        send_due()
    with later(60):
        send_due()

    (letter,) = mail.outbox
    assert [f"Ada said {number}." in letter.body for number in (1, 2, 3)] == [True, True, True]
    assert Message.objects.filter(state=State.SENT).count() == 3


def test_mails_are_apart_by_person_and_by_group(cast: Cast) -> None:
    tell(cast, 1)
    tell(cast, 2, scope="", sender="")
    tell(cast, 3, to=cast.guest)
    with later(15):
        send_due()

    assert sorted(letter.to[0].rpartition("<")[2].strip(">") for letter in mail.outbox) == sorted(
        [cast.member.email, cast.member.email, cast.guest.email]
    )


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda cast: cast.member.memberships.update(left_at=THURSDAY), "The person left the group, or it was closed."),
        (
            lambda cast: type(cast.group).objects.filter(pk=cast.group.pk).update(delete_on=THURSDAY),
            "The person left the group, or it was closed.",
        ),
        (
            lambda cast: cast.member.memberships.update(until=THURSDAY + timedelta(days=1)),
            "The person left the group, or it was closed.",
        ),
        (lambda cast: User.objects.filter(pk=cast.member.pk).update(is_active=False), "The account is closed."),
        (
            lambda cast: set_muted(by=cast.member, scope=cast.group.notice_scope, muted=True),
            "The person stopped all mail from there.",
        ),
        (
            lambda cast: NoticeSettings.objects.create(user=cast.member, unwanted=["reply"]),
            "The person wants no mail of this kind.",
        ),
        (
            lambda cast: EmailAddress.objects.create(user=cast.member, email=cast.member.email),
            "The address is not confirmed.",
        ),
    ],
)
def test_whom_it_no_longer_concerns_gets_nothing(cast: Cast, happens: Any, reason: str) -> None:
    tell(cast)
    happens(cast)

    with later(15):
        send_due()

    assert (mail.outbox, states()) == ([], [(State.DROPPED, reason)])


def test_unwanted_kind_is_not_even_written_down(cast: Cast) -> None:
    NoticeSettings.objects.create(user=cast.member, unwanted=["reply"])

    tell(cast)

    assert Message.objects.count() == 0


def test_confirmed_address_is_mailed(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.member, email=cast.member.email.upper(), verified=True)
    tell(cast)

    with later(15):
        send_due()

    assert len(mail.outbox) == 1


def test_message_that_became_useless_is_dropped(cast: Cast) -> None:
    tell(cast, useful_until=THURSDAY + timedelta(minutes=20))
    with later(21):
        send_due()

    assert (mail.outbox, states()) == ([], [(State.DROPPED, "It came too late to be of use.")])


def test_message_does_not_wait_until_it_is_useless(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 11, 26, 20, 0, tzinfo=UTC), tick=False):
        tell(cast, useful_until=datetime(2026, 11, 27, 6, 0, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 11, 26, 20, 15, tzinfo=UTC), tick=False):
        send_due()

    assert len(mail.outbox) == 1


def test_night_of_the_member_is_quiet(cast: Cast) -> None:
    User.objects.filter(pk=cast.member.pk).update(zone="Asia/Tokyo")  # 19:00 there
    with later(50):
        tell(cast, 1)
        tell(cast, 2, to=cast.guest)
    with later(70):
        send_due()
        sent = [letter.to[0].rpartition("<")[2] for letter in mail.outbox]

    assert sent == [f"{cast.guest.email}>"]
    assert Message.objects.get(state=State.WAITING).due_at == datetime(2026, 11, 26, 23, 0, tzinfo=UTC)


def test_taken_back_before_it_was_sent(cast: Cast) -> None:
    tell(cast, 1, 2)

    taken = withdraw(kind="reply", object="thing:1", to=[cast.member.pk])
    with later(15):
        send_due()

    assert taken == 1
    assert ("Ada said 1." in mail.outbox[0].body, "Ada said 2." in mail.outbox[0].body) == (False, True)


def test_bundle_goes_on_without_its_first_when_that_is_dropped(cast: Cast) -> None:
    tell(cast, 1, useful_until=THURSDAY + timedelta(minutes=10))
    tell(cast, 2)

    with later(15):
        send_due()

    assert [letter.body.startswith("Ada said 2.") for letter in mail.outbox] == [True]


# --- a mail server that fails -------------------------------------------------------------------------------


@pytest.fixture
def server(settings: Any) -> Any:
    with sink.running() as found:
        sink.use(found, settings)
        yield found


def test_pauses_grow_until_a_dead_letter_which_an_admin_tries_again(cast: Cast, server: sink.Sink) -> None:
    server.mood = "busy"
    NoticeSettings.objects.create(user=cast.member, quiet_from=time(0), quiet_until=time(0), weekends=True)
    tell(cast, 1, 2)
    at, tries = 15.0, []

    for pause in (*limits.SEND_PAUSES, None):
        with later(at - 0.1):
            send_due()
        with later(at):
            send_due()
        tries.append(server.connections)
        at += pause or 0

    assert tries == list(range(1, len(limits.SEND_PAUSES) + 2))
    assert states() == [(State.DEAD, "The mail server refused the recipient (451).")] * 2
    server.mood = "fine"
    with later(at + 60):
        assert retry(by=cast.admin, pks=[Message.objects.order_by("pk")[0].pk]) == 2
        send_due()
    assert len(server.to(cast.member.email)) == 1
    assert {row.state for row in Message.objects.all()} == {State.SENT}


def test_refused_for_good_is_given_up_at_once_and_the_others_go_on(cast: Cast, server: sink.Sink) -> None:
    server.refused = {cast.member.email}
    tell(cast)
    tell(cast, to=cast.guest)

    with later(15):
        send_due()

    assert states() == [(State.DEAD, "The mail server refused the recipient (550)."), (State.SENT, "")]


@pytest.mark.parametrize("mood", ["hang up", "drop"])
def test_server_that_is_away_is_asked_once_a_pass(cast: Cast, server: sink.Sink, mood: str) -> None:
    server.mood = mood
    people = [cast.member, cast.guest, *UserFactory.create_batch(3)]
    for person in people:
        tell(cast, to=person, scope="")

    with later(15):
        send_due()
    away, server.mood = server.connections, "fine"
    with later(17):
        send_due()

    assert away == 1
    assert sorted(one.to for one in server.taken) == sorted((person.email,) for person in people)


def test_crash_between_the_servers_ok_and_the_mark_sends_the_same_mail_again(
    cast: Cast, server: sink.Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(cast, 1, 2)
    with monkeypatch.context() as patch, later(15):
        patch.setattr("notifications.actions.sending._mark_sent", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            send_due()
    tell(cast, 3)
    Message.objects.update(lease_until=None)  # as when the lease of the one that fell has ended

    with later(40):
        send_due()
        send_due()

    first, again, next_one = server.to(cast.member.email)
    assert first["Message-ID"] == again["Message-ID"] != next_one["Message-ID"]
    assert first.get_body(("plain",)).get_content() == again.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_sender_too_slow_for_its_lease_sends_no_second_copy(
    cast: Cast, server: sink.Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(cast, 1)
    send = channels.mail.send

    def send_slowly(letter: Letter) -> None:
        send(letter)
        if len(server.taken) == 1:
            Message.objects.update(lease_until=THURSDAY - timedelta(days=1))  # as when the machine stood still since

    with monkeypatch.context() as patch, later(15):
        patch.setattr("notifications.actions.sending.mail.send", send_slowly)
        send_due()
    with later(40):
        send_due()

    assert len(server.to(cast.member.email)) == 1
    assert states() == [("sent", "")]


def test_dead_letter_loses_its_text_and_then_its_row(cast: Cast) -> None:
    tell(cast, 1)
    Message.objects.update(state=State.DEAD)

    with later(60 * 24 * (limits.MESSAGES_DAYS + 1)):
        forget_old()
        assert Message.objects.get().payload == {}
        assert retry(by=cast.admin, pks=[Message.objects.get().pk]) == 0
    with later(60 * 24 * (limits.MESSAGE_ROWS_DAYS + 1)):
        forget_old()
        assert Message.objects.count() == 0


def test_admin_sees_how_it_went_but_not_what_was_said(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    tell(cast, said="Something that only the group may know.")
    Message.objects.update(state=State.DEAD, reason="The mail server refused the recipient (550).")
    row = Message.objects.get()

    pages = [client.get(f"/admin/notifications/message/{path}").content.decode() for path in ("", f"{row.pk}/change/")]
    answer = client.post("/admin/notifications/message/", {"action": "try_again", "_selected_action": row.pk})

    assert ["refused the recipient" in page for page in pages] == [True, True]
    assert [any(word in page for word in ("only the group may know", "matter")) for page in pages] == [False, False]
    assert (answer.status_code, Message.objects.get().state) == (302, State.WAITING)
