"""Chat rooms: set by organisers, told in each service's own format, and never an address of our own network."""

import base64
import hashlib
import hmac
import socket
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from core import limits
from discussion.actions import add_comment, take_paper
from notifications.actions import Notice, announce, send_due
from notifications.channels.chats import Request
from notifications.channels.mail import Trouble
from notifications.channels.webhook import Door, refusal
from notifications.models import Message, Webhook
from tests.factories import Cast, GroupPaperFactory, MeetingFactory
from tests.notifications import receiver
from tests.notifications.hostile import CLOSED, SENSIBLE, refused_by_their_letters

THURSDAY = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes, yes").decode()
ADDRESSES = {
    "slack": "https://hooks.slack.com/services/T0/B0/x",
    "mattermost": "https://chat.example.org/hooks/x",
    "zulip": "https://x.zulipchat.com/api/v1/external/slack_incoming?api_key=k&stream=papers&topic=week",
    "matrix": "https://matrix.example.org",
    "discord": "https://discord.com/api/webhooks/1/x",
    "json": "https://lab.example.org:8443/in?x=1",
}
GROUP, TITLE, SAID = "Galaxies & @all <x>", "On *matter* [1] @everyone", "Ada commented."
PAGE = "https://reading.example.org/g/x/papers/1/"


@pytest.fixture(autouse=True)
def moment(db: None, settings: Any) -> Any:
    settings.SITE_URL = "https://reading.example.org"
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def services(settings: Any) -> Any:
    with receiver.running() as running:
        settings.WEBHOOK_TEST_ORIGIN = running.origin
        yield running


def room(cast: Cast, service: str = "slack", **fields: Any) -> Webhook:
    made: Webhook = Webhook.objects.create(
        key=uuid4(),
        scope=cast.group.notice_scope,
        service=service,
        url=ADDRESSES[service],
        room="!abc:example.org" if service == "matrix" else "",
        secret="a token" if service == "matrix" else SECRET,
        kinds=fields.pop("kinds", ["agenda", "assignment", "comment"]),
        **fields,
    )
    return made


def comment(cast: Cast, number: int = 1, **fields: Any) -> None:
    usual: dict[str, Any] = {
        "kind": "comment",
        "object": f"said:{number}",
        "about": TITLE,
        "said": SAID,
        "text": "Is it <b>?\n\n@channel **see**",
        "address": "/g/x/papers/1/",
        "scope": cast.group.notice_scope,
        "sender": GROUP,
    }
    with transaction.atomic():
        announce(Notice(**usual | fields))


# What each service is sent for the comment above, by its own documentation (see notifications/channels/chats.py).
SILENT = "\u200b"
SLACK = {
    "text": f"*Galaxies &amp; @{SILENT}all &lt;x&gt;* Ada commented.\n"
    f"<{PAGE}|On ∗matter∗ [1] @{SILENT}everyone>\n&gt; Is it &lt;b&gt;?\n&gt; @{SILENT}channel ∗∗see∗∗",
    "unfurl_links": False,
    "unfurl_media": False,
}
MARKDOWN = (
    f"**Galaxies & @{SILENT}all \\<x\\>** Ada commented\\.\n[On \\*matter\\* \\[1\\] @{SILENT}everyone](<{PAGE}>)\n"
    f"> Is it \\<b\\>?\n> @{SILENT}channel \\*\\*see\\*\\*"
)
EXPECTED: dict[str, Any] = {
    "slack": SLACK,
    "zulip": SLACK,
    "mattermost": {"text": MARKDOWN},
    "discord": {"content": MARKDOWN, "allowed_mentions": {"parse": []}, "flags": 4},
    "matrix": {
        "msgtype": "m.notice",
        "body": f"{GROUP}: {SAID}\n{TITLE} {PAGE}\n> Is it <b>?\n> @channel **see**",
        "format": "org.matrix.custom.html",
        "formatted_body": f'<strong>Galaxies &amp; @all &lt;x&gt;</strong> {SAID}<br><a href="{PAGE}">{TITLE}</a>'
        "<blockquote>Is it &lt;b&gt;?<br>@channel **see**</blockquote>",
        "m.mentions": {},
    },
    "json": {
        "type": "reading-group.comment",
        "timestamp": "2026-11-26T10:00:00+00:00",
        "data": {
            "group": GROUP,
            "about": TITLE,
            "said": SAID,
            "url": PAGE,
            "text": "Is it <b>?\n@channel **see**",
            "items": [],
        },
    },
}


@pytest.mark.parametrize("service", ADDRESSES)
def test_each_service_is_sent_what_it_expects_once(cast: Cast, services: receiver.Receiver, service: str) -> None:
    made = room(cast, service)
    comment(cast)
    comment(cast)

    send_due()
    send_due()

    (got,) = services.got
    address = ADDRESSES[service].removeprefix("https://")
    name = Message.objects.get().digest
    where = f"/_matrix/client/v3/rooms/%21abc%3Aexample.org/send/m.room.message/{name}"
    assert f"{got.host}{got.path}" == address + (where if service == "matrix" else "")
    assert got.method == ("PUT" if service == "matrix" else "POST")
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers.get("Authorization") == ("Bearer a token" if service == "matrix" else None)
    assert got.said == EXPECTED[service]
    made.refresh_from_db()
    assert (made.failures, made.worked_at) == (0, THURSDAY)


def test_program_of_ones_own_can_check_who_sends(cast: Cast, services: receiver.Receiver) -> None:
    room(cast, "json")
    comment(cast)

    send_due()

    (got,) = services.got
    signed = b".".join([got.headers["webhook-id"].encode(), got.headers["webhook-timestamp"].encode(), got.body])
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"
    assert got.headers["webhook-timestamp"] == str(int(THURSDAY.timestamp()))
    assert got.headers["webhook-id"] == Message.objects.get().digest


def test_agenda_assignment_and_comment_go_to_the_rooms_that_want_them(
    cast: Cast, client: Client, services: receiver.Receiver
) -> None:
    all_of_it = room(cast, "json")
    room(cast, "slack", kinds=["agenda"])
    room(cast, "discord", disabled_at=THURSDAY)
    Webhook.objects.create(key=uuid4(), scope="group:0", service="slack", url=SENSIBLE, kinds=["agenda"])
    meeting = MeetingFactory(group=cast.group)
    paper = GroupPaperFactory(group=cast.group).paper
    where = {"slug": cast.group.slug, "address": paper.address}

    add_comment(by=cast.member, key=uuid4(), text="x" * 1_000, **where)
    take_paper(by=cast.member, **where)
    client.force_login(cast.organiser)
    client.post(f"/g/{cast.group.slug}/meetings/{meeting.slug}/items/", {"paper": paper.address})
    client.post(f"/g/{cast.group.slug}/meetings/{meeting.slug}/publish/")
    send_due()

    told = [got.said["data"] for got in services.got if got.host == "lab.example.org:8443"]
    assert sorted(each["said"] for each in told) == sorted(
        [
            f"{cast.member.name} commented.",
            f"{cast.member.name} presents a paper on Sun 29 Nov 2026, 11:00 Berlin.",
            "The agenda is published.",
        ]
    )
    (agenda,) = [each for each in told if each["items"]]
    assert [item["title"] for item in agenda["items"]] == [paper.title]
    assert max(len(each["text"]) for each in told) == limits.NEWS_CHARS + 1
    (slack,) = [got.said["text"] for got in services.got if got.host == "hooks.slack.com"]
    assert paper.title in slack
    assert Message.objects.filter(channel="webhook").count() == 4
    assert all_of_it.pk


# --- rooms that fail ----------------------------------------------------------------------------------------


def test_room_that_fails_is_tried_later_and_switched_off_after_a_while_with_a_notice(
    cast: Cast, client: Client, services: receiver.Receiver
) -> None:
    made = room(cast)
    services.status = 503
    for number in range(limits.WEBHOOK_FAILURES + 2):
        comment(cast, number)

    send_due()

    made.refresh_from_db()
    assert (len(services.got), made.failures, made.disabled_at) == (10, limits.WEBHOOK_FAILURES, THURSDAY)
    assert Message.objects.filter(state="waiting", failures=1).count() == limits.WEBHOOK_FAILURES
    client.force_login(cast.organiser)
    settings_page = client.get(f"/g/{cast.group.slug}/settings/").content.decode()
    rooms_page = client.get(f"/g/{cast.group.slug}/settings/rooms/").content.decode()
    assert "1 room was switched off, since nothing arrived there." in settings_page
    assert "hooks.slack.com answered 503 Service Unavailable." in rooms_page


def test_room_that_asks_for_time_gets_it(cast: Cast, services: receiver.Receiver) -> None:
    room(cast)
    comment(cast)
    services.status, services.headers = 429, {"Retry-After": "600"}

    send_due()

    row = Message.objects.get()
    assert (row.state, row.due_at) == ("waiting", THURSDAY + timedelta(seconds=600))


@pytest.mark.parametrize("status", [404, 410])
def test_room_that_is_gone_is_switched_off_at_once(cast: Cast, services: receiver.Receiver, status: int) -> None:
    made = room(cast)
    comment(cast)
    services.status = status

    send_due()

    made.refresh_from_db()
    assert (made.disabled_at, Message.objects.get().state) == (THURSDAY, "dead")


def test_no_redirect_is_followed(cast: Cast, services: receiver.Receiver) -> None:
    room(cast)
    comment(cast)
    services.status, services.headers = 307, {"Location": f"{services.origin}/elsewhere"}

    send_due()

    assert (len(services.got), Message.objects.get().reason) == (
        1,
        "hooks.slack.com answered 307 Temporary Redirect.",
    )


# --- what organisers do -------------------------------------------------------------------------------------


@pytest.fixture
def page(client: Client, cast: Cast) -> str:
    client.force_login(cast.organiser)
    return f"/g/{cast.group.slug}/settings/rooms/"


def test_organiser_adds_a_room_tests_it_and_removes_it(
    client: Client, cast: Cast, page: str, services: receiver.Receiver
) -> None:
    sent = {"key": uuid4(), "service": "slack", "url": ADDRESSES["slack"], "kinds": ["agenda"]}

    for _ in range(2):
        client.post(page, sent)
    made = Webhook.objects.get()
    client.post(f"{page}{made.pk}/", {"do": "test"})
    send_due()
    shown = client.get(page).content.decode()
    client.post(f"{page}{made.pk}/", {"do": "kinds", "kinds": ["comment"]})
    made.refresh_from_db()
    kinds = made.kinds
    client.post(f"{page}{made.pk}/", {"do": "remove"})

    (got,) = services.got
    assert "This is a test" in got.said["text"]
    assert ("The last message arrived" in shown, "/services/T0/B0" in shown) == (True, False)
    assert (kinds, Webhook.objects.count()) == (["comment"], 0)


def test_room_is_switched_off_and_on(client: Client, cast: Cast, page: str) -> None:
    made = room(cast, failures=10, trouble="It failed.", disabled_at=THURSDAY)

    seen = []
    for do in ("on", "off"):
        client.post(f"{page}{made.pk}/", {"do": do})
        made.refresh_from_db()
        seen.append((made.disabled_at, made.failures, made.trouble))

    assert seen == [(None, 0, ""), (THURSDAY, 0, "")]
    assert client.post(f"{page}{made.pk}/", {"do": "test"}).status_code == 409


def test_secret_of_a_program_is_shown_once(client: Client, cast: Cast, page: str) -> None:
    sent = {"key": uuid4(), "service": "json", "url": ADDRESSES["json"], "kinds": ["agenda"], "secret": "mine"}

    first = client.post(page, sent, follow=True).content.decode()
    later = client.get(page).content.decode()

    secret = Webhook.objects.get().secret
    assert secret.startswith("whsec_")
    assert (secret in first, secret in later) == (True, False)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"url": "http://hooks.slack.com/x"}, "The address has to begin with https://."),
        ({"url": "https://127.0.0.1/x"}, "The address has to name a host on the internet, not a number."),
        ({"kinds": []}, "This field is required."),
        ({"service": "matrix"}, "Matrix needs the internal id of the room"),
        ({"service": "pager"}, "Select a valid choice"),
    ],
)
def test_room_that_cannot_be_is_refused_at_the_field(
    client: Client, page: str, fields: dict[str, Any], sentence: str
) -> None:
    sent = {"key": uuid4(), "service": "slack", "url": ADDRESSES["slack"], "kinds": ["agenda"]}

    answer = client.post(page, sent | fields)

    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert Webhook.objects.count() == 0


def test_rooms_and_tests_have_limits(client: Client, cast: Cast, page: str) -> None:
    rooms = [room(cast) for _ in range(limits.WEBHOOKS)]
    sent = {"key": uuid4(), "service": "slack", "url": ADDRESSES["slack"], "kinds": ["agenda"]}

    one_more = client.post(page, sent)
    tests = [client.post(f"{page}{rooms[0].pk}/", {"do": "test"}).status_code for _ in range(21)]

    assert (one_more.status_code, Webhook.objects.count()) == (422, limits.WEBHOOKS)
    assert tests == [302] * limits.WEBHOOK_TESTS_PER_HOUR + [429]


# --- addresses ----------------------------------------------------------------------------------------------


class Sentinel:
    """Listens on the loopback addresses; whoever comes is counted."""

    def __init__(self) -> None:
        self.came = 0
        self.sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port = self.sockets[0].getsockname()[1]
        if socket.has_dualstack_ipv6():
            self.sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        for one in self.sockets:
            threading.Thread(target=self._count, args=(one,), daemon=True).start()

    def _count(self, listening: socket.socket) -> None:
        while True:
            try:
                listening.accept()[0].close()
            except OSError:
                return
            self.came += 1

    def close(self) -> None:
        for one in self.sockets:
            one.close()


@pytest.fixture
def sentinel(monkeypatch: pytest.MonkeyPatch) -> Any:
    found = Sentinel()
    monkeypatch.setattr(limits, "WEBHOOK_PORTS", (*limits.WEBHOOK_PORTS, found.port))
    yield found
    found.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every connection that is begun, whatever comes of it."""
    begun: list[Any] = []

    def note(address: Any, *_: Any, **__: Any) -> None:
        begun.append(address)
        raise OSError

    monkeypatch.setattr("notifications.channels.webhook.socket.create_connection", note)
    return begun


def trouble_of(door: Door, url: str) -> Trouble:
    with pytest.raises(Trouble) as caught:
        door.send(Request(method="POST", url=url, headers={}, body=b"{}"))
    return caught.value


def test_no_hostile_address_is_connected_to(sentinel: Sentinel, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []
    connect = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: begun.append(a) or connect(*a, **k))
    written = refused_by_their_letters()
    with_port = [f"https://localhost.example.org:{sentinel.port}/", f"https://127.0.0.1:{sentinel.port}/"]
    resolved = [([address], f"https://hooks.example.org:{sentinel.port}/x") for address in CLOSED]
    among_open = [(["9.9.9.9", address], f"https://hooks.example.org:{sentinel.port}/x") for address in CLOSED]

    for url in [*written, *with_port]:
        trouble_of(Door(resolve=lambda *_: ["127.0.0.1"]), url)
    for addresses, url in [*resolved, *among_open]:
        trouble_of(Door(resolve=lambda *_, found=addresses: found), url)

    assert len(written) + len(with_port) + len(resolved) + len(among_open) >= 200
    assert [url for url in written if not refusal(url)] == []
    assert (begun, sentinel.came) == ([], 0)


def test_name_is_resolved_once_and_the_address_that_was_checked_is_the_one_connected_to(opened: list[Any]) -> None:
    answers = iter([["9.9.9.9"], ["127.0.0.1"], ["127.0.0.1"]])

    trouble = trouble_of(Door(resolve=lambda *_: next(answers)), SENSIBLE)

    assert (opened, trouble.sentence) == ([("9.9.9.9", 443)], "The connection to hooks.example.org failed.")
    assert next(answers) == ["127.0.0.1"]


def test_sensible_addresses_are_taken() -> None:
    assert [refusal(url) for url in ADDRESSES.values()] == [""] * len(ADDRESSES)


def test_server_that_drips_is_left_when_the_time_is_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        door = Door(test_origin=f"http://127.0.0.1:{listening.getsockname()[1]}", seconds=0.1)

        assert trouble_of(door, SENSIBLE).sentence == "hooks.example.org did not answer within 0 seconds."
