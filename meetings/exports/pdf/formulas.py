"""Formulas as a tree that agenda.typ builds: lists that begin with a name known there, strings that are only drawn."""

from collections.abc import Callable, Sequence
from typing import TypeAlias
from xml.etree.ElementTree import Element

Node: TypeAlias = str | float | bool | list["Node"] | None

LEVELS = 14  # inside each other; Typst's functions may call each other 80 deep
_ACCENTS = {
    "^": "\u0302",
    "~": "\u0303",
    "¯": "\u0304",
    "˙": "\u0307",
    "¨": "\u0308",
    "´": "\u0301",
    "`": "\u0300",
    "˘": "\u0306",
    "ˇ": "\u030c",
    "→": "\u20d7",
    "⃗": "\u20d7",
}
_LINES = {"―": "overline", "‾": "overline", "_": "underline", "⏞": "overbrace", "⏟": "underbrace"}
_STYLES = {
    "normal": "upright",
    "bold": "bold",
    "italic": "italic",
    "double-struck": "bb",
    "script": "cal",
    "fraktur": "frak",
    "sans-serif": "sans",
    "monospace": "mono",
}
_EM = {"em": 1.0, "pt": 0.1, "px": 0.08, "": 0.1}


class Untypeset(Exception):
    """The formula has something that the document cannot build; its source is shown."""


def node(tree: Element, level: int = 1) -> Node:
    """Return what draws an element of MathML. Raises Untypeset."""
    if level > LEVELS:
        raise Untypeset
    if build := _WITH_PARTS.get(tree.tag):
        return build(tree, [node(part, level + 1) for part in tree])
    if tree.tag in _DRAWN:
        return _DRAWN[tree.tag](tree, tree.text or "")
    raise Untypeset


def _row(tree: Element, parts: Sequence[Node]) -> Node:
    if len(parts) == 1:
        return parts[0]
    ends = [tree[0], tree[-1]] if len(tree) > 1 else []
    fenced = bool(ends) and all(one.tag == "mo" and one.get("stretchy") == "true" for one in ends)
    return ["fenced" if fenced else "row", *parts]


def _identifier(tree: Element, text: str) -> Node:
    style = _STYLES.get(tree.get("mathvariant", ""))
    drawn: Node = ["sign", text] if len(text) == 1 else ["operator", text]
    return ["style", style, ["text", text] if len(text) > 1 else drawn] if style else drawn


def _operator(_: Element, text: str) -> Node:
    return ["sign", text] if len(text) == 1 else ["operator" if text.isalpha() else "text", text]


def _space(tree: Element, _: str) -> Node:
    width = tree.get("width", "")
    number = width.rstrip("emptx")
    return ["space", float(number) * _EM.get(width[len(number) :], 0.0) if number else 0.0]


def _fraction(tree: Element, parts: Sequence[Node]) -> Node:
    return ["pile" if tree.get("linethickness") == "0" else "fraction", *parts]


def _limits(tree: Element, parts: Sequence[Node], below: Node, above: Node) -> Node:
    """Draw what stands right under and over something: a line, a brace, an accent, or more mathematics."""
    mark = tree[1].text or "" if len(tree) == 2 and tree[1].tag == "mo" else ""
    if mark in _LINES:
        return [_LINES[mark], parts[0]]
    if mark in _ACCENTS and tree.tag == "mover":
        return ["accent", parts[0], _ACCENTS[mark]]
    return ["limits", parts[0], below, above]


_WITH_PARTS: dict[str, Callable[[Element, Sequence[Node]], Node]] = {
    "math": _row,
    "mrow": _row,
    "mstyle": _row,
    "mpadded": _row,
    "mphantom": lambda tree, parts: ["hidden", _row(tree, parts)],
    "mfrac": _fraction,
    "msqrt": lambda tree, parts: ["root", None, _row(tree, parts)],
    "mroot": lambda _, parts: ["root", parts[1], parts[0]],
    "msub": lambda _, parts: ["scripts", parts[0], parts[1], None],
    "msup": lambda _, parts: ["scripts", parts[0], None, parts[1]],
    "msubsup": lambda _, parts: ["scripts", *parts],
    "munder": lambda tree, parts: _limits(tree, parts, parts[1], None),
    "mover": lambda tree, parts: _limits(tree, parts, None, parts[1]),
    "munderover": lambda tree, parts: _limits(tree, parts, parts[1], parts[2]),
    "mtable": lambda _, parts: ["table", *parts],
    "mtr": lambda _, parts: list(parts),
    "mtd": _row,
}
_DRAWN: dict[str, Callable[[Element, str], Node]] = {
    "mi": _identifier,
    "mn": lambda _, text: ["text", text],
    "mo": _operator,
    "mtext": lambda _, text: ["text", text],
    "ms": lambda _, text: ["text", text],
    "mspace": _space,
}
