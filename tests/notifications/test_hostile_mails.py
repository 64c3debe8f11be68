"""Mails that tell of what people wrote in hostile forms: all of it is text, in every part and header."""

from collections import Counter
from collections.abc import Sequence
from email.message import EmailMessage
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from lxml.html import document_fromstring

from accounts.models import User
from core.text import plain_text
from groups.actions import invite_by_mail
from groups.models import Group
from notifications.channels.mail import Letter, compose
from notifications.channels.notice import Notice
from tests.factories import Cast
from tests.hostile import PAYLOADS
from tests.notifications.sink import parsed

HEADERS = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Auto-Submitted", "X-Auto-Response-Suppress",
}  # fmt: skip
ATTRIBUTES = {"href", "class", "lang", "value", "charset", "content", "name"}
OURS = ("https://reading.example.org/", "https://arxiv.org/")


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.SITE_URL = "https://reading.example.org"


def letter(notices: list[Notice], who: str = "Grace Hopper", changes: Sequence[str] = ()) -> Letter:
    return Letter(
        name=who,
        address="grace@example.org",
        digest="ab12",
        notices=notices,
        stop_path="/me/notices/stop/x/",
        settings_path="/me/notices/",
        changes=changes,
    )


def notice(text: str, sender: str = "Galaxy group") -> Notice:
    return Notice(
        kind="mention",
        object="comment:1",
        about=text,
        said=f"{text} mentioned you.",
        text=plain_text(f"{text} {text}"),
        address="/g/galaxy/papers/2009.14798/#c1",
        answers=[("I’ll present it", "/answer/x/yes/")],
        scope="group:1",
        sender=sender,
    )


def agenda(texts: list[str]) -> Notice:
    items = [
        {
            "number": n,
            "clock": "15:00",
            "title": one,
            "facts": [one],
            "presenter": one,
            "address": "https://arxiv.org/abs/2009.14798",
        }
        for n, one in enumerate(texts, 1)
    ]
    told = {"is_off": False, "items": items, "facts": texts, "text": "\n".join(texts), "outline": []}
    return Notice(
        kind="agenda", object="meeting:1", about=texts[0], said="", address="/g/galaxy/", scope="group:1", agenda=told
    )


def written(message: Any) -> tuple[EmailMessage, str, str]:
    """Return a mail as another program reads it, with its two parts; it has no others."""
    read = parsed(message.message().as_bytes())
    parts = [one for one in read.walk() if not one.is_multipart()]
    assert [one.get_content_type() for one in parts] == ["text/plain", "text/html"]
    text, html = (str(one.get_content()) for one in parts)
    return read, text, html


def markup(html: str) -> Counter[str]:
    """Count what markup is made of: text that was let through would add to it, whoever reads it."""
    return Counter(mark for mark in html if mark in "<>\"'")


def elements(html: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    found = document_fromstring(html).iter()
    return [(str(one.tag), tuple(sorted(one.attrib.items()))) for one in found]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("draw", [lambda texts: [notice(one) for one in texts], lambda texts: [agenda(texts)]])
def test_what_people_write_adds_nothing_but_text(draw: Any) -> None:
    plain = [f"text {n}" for n, _ in enumerate(PAYLOADS)]

    _, _, harmless = written(compose(letter(draw(plain), changes=plain)))
    _, text, html = written(compose(letter(draw(list(PAYLOADS)), changes=PAYLOADS)))

    assert (markup(html), elements(html)) == (markup(harmless), elements(harmless))
    addresses = [value for _, named in elements(html) for name, value in named if name in {"href", "src", "action"}]
    assert [one for one in addresses if not one.startswith(OURS)] == []
    assert not {name for _, named in elements(html) for name, _ in named} - ATTRIBUTES
    for part in (squeezed(unescape(html)), squeezed(text)):
        assert [one for one in PAYLOADS if squeezed(one.replace("\x01", "")) not in part.replace("\x01", "")] == []


def test_headers_stay_those_that_we_write() -> None:
    for one in PAYLOADS:
        read, _, _ = written(compose(letter([notice(one, sender=one)], who=one)))

        assert Counter(read.keys()) == Counter(HEADERS), one
        assert [address.addr_spec for address in read["To"].addresses] == ["grace@example.org"], one
        assert [address.addr_spec for address in read["From"].addresses] == ["reading-group@localhost"], one
        assert squeezed(str(read["Subject"])).startswith("["), one
        assert read["List-Id"].endswith("<group-1.reading.example.org>"), one


@pytest.mark.django_db
def test_invitations_name_group_and_person_as_text(cast: Cast, settings: Any) -> None:
    for one in PAYLOADS[::6]:
        Group.objects.filter(pk=cast.group.pk).update(name=one[:60])
        User.objects.filter(pk=cast.organiser.pk).update(name=one)
        cast.organiser.refresh_from_db()
        mail.outbox.clear()

        taken = invite_by_mail(
            by=cast.organiser, slug=cast.group.slug, key=uuid4(), role="guest", addresses=["new@example.org"]
        )

        assert (taken.failed, len(mail.outbox)) == ([], 1), one
        read = parsed(mail.outbox[0].message().as_bytes())
        assert (read.get_content_type(), str(read["To"])) == ("text/plain", "new@example.org"), one
        assert set(read.keys()) == {
            "Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID"
        }, one  # fmt: skip
