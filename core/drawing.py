"""The lines of long lists: those that look the same are drawn once and used again, for whoever asks."""

import secrets
from collections.abc import Hashable, Iterable
from typing import Protocol

from jinja2.runtime import Macro
from markupsafe import Markup

from core import limits

# Stands in a line for the hidden fields of its forms, which differ with every request; no text can name it.
HIDDEN = Markup(f"<!--{secrets.token_urlsafe(32)}-->")  # noqa: S704 - markup of our own

_items: dict[Hashable, str] = {}


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


def drawn(
    row: Macro, hidden: Markup, group: Group, lines: Iterable[Line], membership: Membership, **shown: Hashable
) -> Markup:
    """Return lines as items of a list, each as the macro `row` of discussion/_row.html draws it, with its number.

    `hidden` are the hidden fields of their forms. What a line looks like depends on nothing but itself, the group's
    name in addresses and the words that it looks out for, what the member may do, and whether they present it.
    """
    about = (group.slug, tuple(group.marked_words), membership.may_vote, *sorted(shown.items()))
    items = []
    for line in lines:
        number = line.entry.position if line.entry else None
        key = (line.key, number, membership.user_id if line.presenter else None, about)
        item = _items.get(key)
        if item is None:
            if len(_items) >= limits.LINES_DRAWN:
                _items.clear()
            item = _items[key] = f"<li>{row(group, line, membership, HIDDEN, number=number, **shown)}</li>\n"
        items.append(item)
    return Markup("".join(items).replace(HIDDEN, hidden))  # noqa: S704 - the macro has escaped all of it
