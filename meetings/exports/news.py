"""What is new in a group, as an Atom feed (RFC 4287): agendas, and what was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from meetings.exports.sheet import many_lines, one_line, web_address

_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One piece of news; `html` is markup that has been made safe, `uid` stays when it changes."""

    uid: str
    title: str
    author: str
    page: str
    published_at: datetime  # aware
    changed_at: datetime  # aware
    html: str


def render(*, uid: str, title: str, page: str, address: str, entries: Iterable[Entry]) -> bytes:
    """Draw the feed in UTF-8, the latest change first."""
    shown = sorted(entries, key=lambda entry: (entry.changed_at, entry.uid), reverse=True)
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _text(feed, "id", uid)
    _text(feed, "title", title)
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": web_address(page) or ""})
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": web_address(address) or ""})
    # A feed without entries has never changed: the first moment that the form can say.
    _text(feed, "updated", _moment(shown[0].changed_at if shown else datetime(1970, 1, 1, tzinfo=UTC)))
    for entry in shown:
        _entry(feed, entry)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(feed, encoding="unicode")}\n'.encode()


def _entry(feed: Element, entry: Entry) -> None:
    one = SubElement(feed, "entry")
    _text(one, "id", entry.uid)
    _text(one, "title", entry.title)
    _text(SubElement(one, "author"), "name", entry.author)
    SubElement(one, "link", {"rel": "alternate", "type": "text/html", "href": web_address(entry.page) or ""})
    _text(one, "published", _moment(entry.published_at))
    _text(one, "updated", _moment(entry.changed_at))
    SubElement(one, "content", {"type": "html"}).text = many_lines(entry.html)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = one_line(text)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
