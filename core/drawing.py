"""The lines of long lists: those that look the same are drawn once and used again, for whoever asks."""

import secrets
from collections.abc import Hashable, Iterable
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.template import loader
from jinja2.runtime import Macro
from markupsafe import Markup

from core import limits

# Stands on a page for a list; no text can name it.
_LIST = Markup(f"<!--{secrets.token_urlsafe(32)}-->")  # noqa: S704 - markup of our own

_items: dict[Hashable, bytes] = {}


class Group(Protocol):
    slug: str
    marked_words: list[str]


class Membership(Protocol):
    user_id: int
    may_vote: bool


class Entry(Protocol):
    position: int


class Line(Protocol):
    key: Hashable  # equal for lines that look the same
    presenter: object
    entry: Entry | None


class _Lists:
    """The long lists of one page. They are put in when all else is rendered, so that no engine handles them again."""

    def __init__(self) -> None:
        self.all: list[bytes] = []

    def drawn(
        self, row: Macro, group: Group, lines: Iterable[Line], membership: Membership, **shown: Hashable
    ) -> Markup:
        """Take lines as items of a list, each as the macro `row` of discussion/_row.html draws it, with its number.

        What a line looks like depends on nothing but itself, the group's name in addresses and the words that it looks
        out for, what the member may do, and whether they present it.
        """
        about = repr((group.slug, group.marked_words, membership.may_vote, sorted(shown.items())))
        items = []
        for line in lines:
            number = line.entry.position if line.entry else None
            key = (line.key, number, membership.user_id if line.presenter else None, about)
            item = _items.get(key)
            if item is None:
                if len(_items) >= limits.LINES_DRAWN:
                    _items.clear()
                html = f"<li data-asleep>{row(group, line, membership, number=number, **shown)}</li>\n"
                item = _items[key] = html.encode()
            items.append(item)
        self.all.append(b"".join(items))
        return _LIST


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page whose template may call `drawn` for its long lists."""
    lists = _Lists()
    html = loader.render_to_string(template, context | {"drawn": lists.drawn}, request)
    first, *rest = html.encode().split(_LIST.encode())
    parts = [part for pair in zip(lists.all, rest, strict=True) for part in pair]
    return HttpResponse(b"".join([first, *parts]))
