"""Invitations by mail: a link of their own for each address."""

import re
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from core import limits
from groups.models import Invitation, Membership
from tests.factories import Cast, UserFactory
from tests.pages import page

HOSTILE = "ana@example.org\r\nBcc: all@example.org"


def invite(client: Client, cast: Cast, addresses: str, **fields: object) -> object:
    client.force_login(cast.organiser)
    sent = {"key": uuid4(), "role": "member", "addresses": addresses} | fields
    return client.post(f"/g/{cast.group.slug}/invitations/mail/", sent, follow=True)


def test_each_address_gets_a_link_that_works_once(client: Client, cast: Cast) -> None:
    ana = UserFactory()

    answer = page(invite(client, cast, f"Ana Rossi <{ana.email}>; BEN@example.org, {ana.email}"))

    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([ana.email], f"{cast.organiser.name} invites you to {cast.group.name}"),
        (["BEN@example.org"], f"{cast.organiser.name} invites you to {cast.group.name}"),
    ]
    assert "2 invitations are on the way." in answer.words
    tokens = [re.findall(r"http://localhost:8000/join/([\w-]{43})/", str(message.body)) for message in mail.outbox]
    assert [len(found) for found in tokens] == [1, 1]
    statuses = []
    for user in (ana, cast.outsider):
        client.force_login(user)
        statuses.append(client.post(f"/join/{tokens[0][0]}/").status_code)
    assert statuses == [302, 404]
    assert Membership.objects.get(group=cast.group, user=ana).role == "member"
    client.force_login(cast.organiser)
    table = page(client.get(f"/g/{cast.group.slug}/members/")).all("[aria-labelledby=mailed_heading] tbody tr")
    assert {row.one("th").words: row.all("td")[1].words for row in table} == {
        ana.email: "joined",
        "BEN@example.org": "mailed just now",
    }


def test_known_and_unknown_addresses_are_answered_alike(client: Client, cast: Cast) -> None:
    answers = [invite(client, cast, address) for address in (cast.outsider.email, "nobody@example.org")]

    told = [page(answer).one(".notice").words for answer in answers]
    assert told == ["1 invitation is on the way."] * 2


def test_form_sent_twice_mails_nobody_twice(client: Client, cast: Cast) -> None:
    key = uuid4()
    for _ in range(3):
        invite(client, cast, "ana@example.org", key=key)

    assert (len(mail.outbox), Invitation.objects.filter(email="ana@example.org").count()) == (1, 1)


@pytest.mark.parametrize(
    ("addresses", "sentence"),
    [
        ("", "This field is required."),
        ("Ana", "Type an e-mail address, or several."),
        ("ana@", "“ana@” is no e-mail address."),
        (" ".join(f"a{n}@example.org" for n in range(limits.MAILED_AT_ONCE + 1)), "At most 30 at once; these are 31."),
    ],
)
def test_what_is_no_address_is_refused_at_the_field(client: Client, cast: Cast, addresses: str, sentence: str) -> None:
    answer = page(invite(client, cast, addresses))

    assert answer.one(".field__error").words == sentence
    assert answer.one("textarea").text.strip() == addresses
    assert (mail.outbox, Invitation.objects.count()) == ([], 0)


def test_longest_list_is_taken(client: Client, cast: Cast) -> None:
    invite(client, cast, " ".join(f"a{n}@example.org" for n in range(limits.MAILED_AT_ONCE)))

    assert len(mail.outbox) == limits.MAILED_AT_ONCE


def test_line_breaks_make_no_header(client: Client, cast: Cast) -> None:
    invite(client, cast, HOSTILE)

    assert [(message.to, message.bcc) for message in mail.outbox] == [
        (["ana@example.org"], []),
        (["all@example.org"], []),
    ]


def test_day_has_an_end(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAILED_PER_DAY", 2)

    statuses = [invite(client, cast, f"a{n}@example.org").status_code for n in range(3)]

    assert (statuses, len(mail.outbox)) == ([200, 200, 429], 2)


def test_mail_server_that_is_away_is_told(client: Client, cast: Cast, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1

    answer = page(invite(client, cast, "ana@example.org"))

    assert "The mail to ana@example.org could not be sent: make a link and send it yourself." in answer.words
    assert "not sent: the mail server did not take it" in answer.words
