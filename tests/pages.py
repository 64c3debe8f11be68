"""An answer as a tree, so that tests can speak of what a page says and not of its markup."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from time import time
from typing import Any

from allauth.account.internal.userkit import user_id_to_str

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SIMPLE = re.compile(r"(?P<tag>^\w+)|#(?P<id>[\w-]+)|\.(?P<cls>[\w-]+)|\[(?P<attr>[\w-]+)(?:=(?P<value>[^\]]*))?\]")


class Element:
    """One element: `words` is its text as one line, `all` finds what it holds."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []

    def get(self, name: str) -> str | None:
        """Return an attribute."""
        return self.attributes.get(name)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    @property
    def elements(self) -> "list[Element]":
        return [child for child in self.children if isinstance(child, Element)]

    def all(self, selector: str) -> "list[Element]":
        """Return what fits a selector, in the page's order: compounds, blanks between them, commas."""
        ways = [way.split() for way in selector.split(",")]
        return [each for each, above in self._walk(()) if any(_fits_path(each, above, way) for way in ways)]

    def one(self, selector: str) -> "Element":
        """Return the only element that fits."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements fit {selector}"
        return found[0]

    def _walk(self, above: "tuple[Element, ...]") -> "Iterator[tuple[Element, tuple[Element, ...]]]":
        for child in self.elements:
            yield child, above
            yield from child._walk((*above, child))


def page(response: Any) -> Element:
    """Return the root of an answer's tree, whether a page or a part of one."""
    return parse(response.content.decode())


def parse(markup: str) -> Element:
    """Return a root that holds the markup's elements."""
    builder = _Builder()
    builder.feed(markup)
    builder.close()
    return builder.open[0]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1 and any(element.tag == tag for element in self.open[1:]):
            if self.open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def _fits_path(element: Element, above: tuple[Element, ...], way: list[str]) -> bool:
    """Say whether the last compound fits the element, and those before it its ancestors, in this order."""
    if not _fits(element, way[-1]):
        return False
    wanted = list(way[:-1])
    for ancestor in above:
        if wanted and _fits(ancestor, wanted[0]):
            wanted.pop(0)
    return not wanted


def _fits(element: Element, compound: str) -> bool:
    return all(_fits_part(element, part) for part in _parts(compound))


@cache
def _parts(compound: str) -> list[re.Match[str]]:
    parts = list(_SIMPLE.finditer(compound))
    assert "".join(part[0] for part in parts) == compound, f"not a selector that we know: {compound}"
    return parts


def _fits_part(element: Element, part: re.Match[str]) -> bool:
    if part["tag"]:
        return element.tag == part["tag"]
    if part["id"]:
        return element.get("id") == part["id"]
    if part["cls"]:
        return part["cls"] in (element.get("class") or "").split()
    return part["attr"] in element.attributes and part["value"] in (None, element.get(part["attr"]))


def sent_by(form: Element) -> dict[str, list[str]]:
    """Return what a form of hidden fields sends, without its token."""
    sent: dict[str, list[str]] = {}
    for each in form.all("[type=hidden]"):
        if each.get("name") != "csrfmiddlewaretoken":
            sent.setdefault(each.get("name") or "", []).append(each.get("value") or "")
    return sent


def press_undo(client: Any, form: Element, **headers: Any) -> Any:
    """Send the form of an undo as its button does."""
    button = form.one("[data-undo]")
    return client.post(form.get("action"), sent_by(form) | {button.get("name") or "": button.get("value")}, **headers)


def log_in_proven(client: Any, user: Any) -> None:
    """Log in someone who has just shown who they are, as allauth notes it."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()
