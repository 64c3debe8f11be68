"""What each service is sent: a notice and a room in, one HTTP request out. Values only; nothing is opened here.

Names and titles are text, never markup: none of them can ping a room or pose as a link.

Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
Mattermost: https://developers.mattermost.com/integrate/webhooks/incoming/
Zulip: https://zulip.com/integrations/slack_incoming (its address names channel and topic)
Matrix: https://spec.matrix.org/v1.11/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid
Discord: https://discord.com/developers/docs/resources/webhook#execute-webhook
JSON: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

from core import limits
from notifications.channels.mail import absolute
from notifications.channels.notice import Notice

DISCORD_CHARS = 2_000
AGENDA_ITEMS = 20  # shown in a room; the rest is behind the link
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|>~<])")
_SILENT = "\u200b"  # behind an @, so that it pings nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where to: the address that the service gave, and for some a room and a secret."""

    service: str
    url: str
    room: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is sent: the body is JSON."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


def request_for(room: Room, notice: Notice, *, message_id: str, at: datetime) -> Request:
    """Return the request that brings the notice into the room; `message_id` is the same for another try."""
    if room.service == "matrix":
        return _matrix(room, notice, message_id)
    if room.service == "json":
        return _json(room, notice, message_id, at)
    content = {"slack": _slack, "zulip": _slack, "mattermost": _mattermost, "discord": _discord}[room.service](notice)
    return _posted(room.url, content)


def _posted(url: str, content: dict[str, Any], **headers: str) -> Request:
    body = json.dumps(content, ensure_ascii=False).encode()
    said = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Request(method="POST", url=url, headers=said, body=body)


def _slack(notice: Notice) -> dict[str, Any]:
    def link(text: str, address: str) -> str:
        return f"<{address}|{_slack_text(text).replace('|', '¦')}>"

    lines = [f"*{_slack_text(_sender(notice))}* {_slack_text(_news(notice))}", link(notice.about, _address(notice))]
    lines += [f"{item['clock']} {link(item['title'], item['address'])}" for item in _items(notice) if item["address"]]
    lines += [f"&gt; {_slack_text(line)}" for line in _excerpt(notice)]
    return {"text": "\n".join(lines), "unfurl_links": False, "unfurl_media": False}


def _slack_text(text: str) -> str:
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _pings_nobody(plain).replace("*", "∗")


def _mattermost(notice: Notice) -> dict[str, Any]:
    return {"text": _markdown(notice)}


def _discord(notice: Notice) -> dict[str, Any]:
    content = _markdown(notice)
    if len(content) > DISCORD_CHARS:
        content = content[: DISCORD_CHARS - 1].rpartition("\n")[0] + "\n…"
    # 4 is SUPPRESS_EMBEDS: no pictures of the pages that are linked.
    return {"content": content, "allowed_mentions": {"parse": []}, "flags": 4}


def _markdown(notice: Notice) -> str:
    def link(text: str, address: str) -> str:
        return f"[{_markdown_text(text)}](<{address}>)"

    lines = [f"**{_markdown_text(_sender(notice))}** {_markdown_text(_news(notice))}"]
    lines.append(link(notice.about, _address(notice)))
    lines += [f"- {item['clock']} {link(item['title'], item['address'])}" for item in _items(notice) if item["address"]]
    lines += [f"> {_markdown_text(line)}" for line in _excerpt(notice)]
    return "\n".join(lines)


def _markdown_text(text: str) -> str:
    return _pings_nobody(_MARKS.sub(r"\\\1", text))


def _matrix(room: Room, notice: Notice, message_id: str) -> Request:
    where = f"/_matrix/client/v3/rooms/{quote(room.room, safe='')}/send/m.room.message/{message_id}"
    lines = [f"{_sender(notice)}: {_news(notice)}", f"{notice.about} {_address(notice)}"]
    lines += [f"{item['clock']} {item['title']} {item['address']}" for item in _items(notice)]
    lines += [f"> {line}" for line in _excerpt(notice)]
    rows = [f"<strong>{escape(_sender(notice))}</strong> {escape(_news(notice))}", _anchor(notice.about, notice)]
    rows += [f"{escape(item['clock'])} {_link(item['title'], item['address'])}" for item in _items(notice)]
    html = "<br>".join(rows)
    if excerpt := _excerpt(notice):
        html += f"<blockquote>{'<br>'.join(map(escape, excerpt))}</blockquote>"
    content = {
        "msgtype": "m.notice",
        "body": "\n".join(lines),
        "format": "org.matrix.custom.html",
        "formatted_body": html,
        "m.mentions": {},  # nobody is pinged, whatever the text says
    }
    put = _posted(room.url.rstrip("/") + where, content, Authorization=f"Bearer {room.secret}")
    return Request(method="PUT", url=put.url, headers=put.headers, body=put.body)


def _anchor(text: str, notice: Notice) -> str:
    return _link(text, _address(notice))


def _link(text: str, address: str) -> str:
    return f'<a href="{escape(address)}">{escape(text)}</a>' if address else escape(text)


def _json(room: Room, notice: Notice, message_id: str, at: datetime) -> Request:
    content = {
        "type": f"reading-group.{notice.kind}",
        "timestamp": at.isoformat(),
        "data": {
            "group": _sender(notice),
            "about": notice.about,
            "said": _news(notice),
            "url": _address(notice),
            "text": "\n".join(_excerpt(notice)),
            "items": [
                {name: item[name] for name in ("number", "clock", "title", "presenter", "address")}
                for item in notice.agenda.get("items", [])
            ],
        },
    }
    signed = _posted(room.url, content)
    moment = str(int(at.timestamp()))
    signature = sign(room.secret, message_id=message_id, moment=moment, body=signed.body)
    said = {"webhook-id": message_id, "webhook-timestamp": moment, "webhook-signature": signature}
    return Request(method="POST", url=room.url, headers=signed.headers | said, body=signed.body)


def sign(secret: str, *, message_id: str, moment: str, body: bytes) -> str:
    """Return the signature as Standard Webhooks has it: "v1," and the HMAC-SHA256 of id, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{message_id}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _sender(notice: Notice) -> str:
    return notice.sender or "Reading Group"


def _news(notice: Notice) -> str:
    return notice.news or notice.said


def _address(notice: Notice) -> str:
    return absolute(notice.address)


def _items(notice: Notice) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = notice.agenda.get("items", [])
    return items[:AGENDA_ITEMS]


def _excerpt(notice: Notice) -> list[str]:
    """Return how a comment begins; an agenda has its items instead."""
    if notice.agenda or not notice.text:
        return []
    text = notice.text
    short = text if len(text) <= limits.NEWS_CHARS else f"{text[: limits.NEWS_CHARS].rstrip()}…"
    return [line for line in short.splitlines() if line.strip()]


def _pings_nobody(text: str) -> str:
    return text.replace("@", f"@{_SILENT}")
