"""What makes HTML safe to put on a page: allow-lists (nh3) without scripts, styles, ids or attributes not named here.

Nothing is remembered between two texts.
"""

import re
from collections.abc import Callable, Mapping

import nh3
from django.utils.safestring import SafeString, mark_safe

from core.formulas import ATTRIBUTES, ELEMENTS

_LINE_TAGS = {"em", "strong", "code"}
_ABSTRACT_TAGS = _LINE_TAGS | {"p", "a"}
_COMMENT_TAGS = (
    _ABSTRACT_TAGS
    | {"br", "s", "pre", "blockquote", "ul", "ol", "li", "h4", "h5", "h6", "hr"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)

_ATTRIBUTES: Mapping[str, set[str]] = {
    "*": set(),  # nh3 would allow lang and title everywhere
    "a": {"href"},
    "ol": {"start"},
    **{element: set(names) for element, names in ATTRIBUTES.items()},
}

# Links to our own pages are relative, which nobody else may write: they come under a name that no one can register
# (RFC 2606), and lose it here.
OURS = "https://ours.invalid"
_OUR_PAPER = re.compile(r"/g/[a-z0-9-]+/papers/[A-Za-z0-9./-]+/", re.ASCII)
_ABSOLUTE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def _own_or_absolute(tag: str, name: str, value: str) -> str | None:
    if name != "href":
        return value
    if value.startswith(OURS):
        address = value.removeprefix(OURS)
        return address if _OUR_PAPER.fullmatch(address) and ".." not in address else None
    return value if _ABSOLUTE.match(value) else None


def _allowing(
    tags: set[str], rel: str = "nofollow noopener", own: Callable[[str, str, str], str | None] | None = None
) -> nh3.Cleaner:
    """Return the allow-list of these tags; made once, since making it costs more than a text."""
    return nh3.Cleaner(
        tags=tags | ELEMENTS,
        attributes=_ATTRIBUTES,
        attribute_filter=own,
        allowed_classes={"code": {"tex"}, "strong": {"mention"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="pass_through" if own else "deny",
        link_rel=rel,
    )


LINE = _allowing(_LINE_TAGS)
MARKED = _allowing(_LINE_TAGS | {"mark"})
ABSTRACT = _allowing(_ABSTRACT_TAGS)
COMMENT = _allowing(_COMMENT_TAGS, rel="nofollow noopener ugc", own=_own_or_absolute)


def sanitised(markup: str, allowed: nh3.Cleaner) -> SafeString:
    """Return HTML with nothing in it but what an allow-list has."""
    return mark_safe(allowed.clean(markup))  # noqa: S308 - the allow-list is what makes it safe


def stored_html(markup: str) -> SafeString:
    """Mark HTML as safe that came from here and that a column `…_html` kept."""
    return mark_safe(markup)  # noqa: S308 - it passed the allow-list before it was stored


_DRAWING = re.compile(r"(?:<\?xml [^<>]*\?>\s*)?(<svg [^<>]*>\s*<path [^<>]*/>\s*</svg>)\s*")


def drawing(markup: str) -> SafeString:
    """Return an SVG of a single path, without the line that makes it a document, to stand in a page.

    Raises ValueError for any other markup.
    """
    found = _DRAWING.fullmatch(markup)
    if found is None:
        raise ValueError("this is not a drawing of one path")
    return mark_safe(found[1])  # noqa: S308 - one element with attributes, drawn by the program itself
