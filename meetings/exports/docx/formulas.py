"""Formulas as Office MathML (ECMA-376, part 1, section 22.1)."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element

from lxml.builder import ElementMaker

NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
LEVELS = 20  # inside each other; programs that read it recurse
_M = ElementMaker(namespace=NAMESPACE, nsmap={"m": NAMESPACE})
_VAL = f"{{{NAMESPACE}}}val"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ACCENTS = {
    "^": "\u0302",
    "~": "\u0303",
    "¯": "\u0305",
    "˙": "\u0307",
    "¨": "\u0308",
    "´": "\u0301",
    "`": "\u0300",
    "˘": "\u0306",
    "ˇ": "\u030c",
    "→": "\u20d7",
    "⃗": "\u20d7",
}
_BRACES = {"⏞": "top", "⏟": "bot"}
_LINES = {"―": "top", "‾": "top", "_": "bot"}

Drawn: TypeAlias = list[Any]  # elements of Office MathML


class Untypeset(Exception):
    """The formula has something that Office MathML has no word for; its source is shown."""


def omath(tree: Element) -> Any:
    """Return a formula as `m:oMath`. Raises Untypeset."""
    return _M("oMath", *_drawn(tree, 1))


def _drawn(tree: Element, level: int) -> Drawn:
    if level > LEVELS:
        raise Untypeset
    if tree.tag in _TEXTS:
        return _text(tree)
    if tree.tag == "mspace":
        return [_run("\u2009", plain=True)] if tree.get("width") else []
    if build := _WITH_PARTS.get(tree.tag):
        return build(tree, [_drawn(part, level + 1) for part in tree])
    raise Untypeset


def _text(tree: Element) -> Drawn:
    text = tree.text or ""
    plain = tree.tag == "mtext" or (tree.tag in {"mi", "mo"} and len(text) > 1) or tree.get("mathvariant") == "normal"
    return [_run(text, plain=plain)] if text else []


def _run(text: str, *, plain: bool) -> Any:
    style = [_M("rPr", _M("sty", {_VAL: "p"}))] if plain else []
    return _M("r", *style, _M("t", {_SPACE: "preserve"}, text))


def _row(tree: Element, parts: Sequence[Drawn]) -> Drawn:
    ends = [tree[0], tree[-1]] if len(tree) > 1 else []
    if ends and all(one.tag == "mo" and one.get("stretchy") == "true" for one in ends):
        begin, end = ({_VAL: one.text if one.text and one.text != "." else ""} for one in ends)
        inner = [element for part in parts[1:-1] for element in part]
        return [_M("d", _M("dPr", _M("begChr", begin), _M("endChr", end)), _M("e", *inner))]
    return [element for part in parts for element in part]


def _fraction(tree: Element, parts: Sequence[Drawn]) -> Drawn:
    kind = [_M("fPr", _M("type", {_VAL: "noBar"}))] if tree.get("linethickness") == "0" else []
    return [_M("f", *kind, _M("num", *parts[0]), _M("den", *parts[1]))]


def _root(parts: Drawn, degree: Drawn | None) -> Drawn:
    if degree is None:
        return [_M("rad", _M("radPr", _M("degHide", {_VAL: "1"})), _M("deg"), _M("e", *parts))]
    return [_M("rad", _M("deg", *degree), _M("e", *parts))]


def _under_or_over(tree: Element, parts: Sequence[Drawn], where: str) -> Drawn:
    mark = (tree[1].text or "") if tree[1].tag == "mo" else ""
    if mark in _LINES:
        return [_M("bar", _M("barPr", _M("pos", {_VAL: _LINES[mark]})), _M("e", *parts[0]))]
    if mark in _BRACES:
        place = _BRACES[mark]
        properties = _M("groupChrPr", _M("chr", {_VAL: mark}), _M("pos", {_VAL: place}))
        return [_M("groupChr", properties, _M("e", *parts[0]))]
    if where == "limUpp" and mark in _ACCENTS:
        return [_M("acc", _M("accPr", _M("chr", {_VAL: _ACCENTS[mark]})), _M("e", *parts[0]))]
    return [_M(where, _M("e", *parts[0]), _M("lim", *parts[1]))]


def _both(_: Element, parts: Sequence[Drawn]) -> Drawn:
    return [_M("limUpp", _M("e", _M("limLow", _M("e", *parts[0]), _M("lim", *parts[1]))), _M("lim", *parts[2]))]


def _table(tree: Element, parts: Sequence[Drawn]) -> Drawn:
    if any(row.tag != f"{{{NAMESPACE}}}mr" for part in parts for row in part):
        raise Untypeset
    return [_M("m", *(row for part in parts for row in part))] if len(tree) else []


_TEXTS = frozenset({"mi", "mn", "mo", "mtext", "ms"})
_WITH_PARTS: dict[str, Callable[[Element, Sequence[Drawn]], Drawn]] = {
    "math": _row,
    "mrow": _row,
    "mstyle": _row,
    "mpadded": _row,
    "mfrac": _fraction,
    "msqrt": lambda tree, parts: _root(_row(tree, parts), None),
    "mroot": lambda _, parts: _root(parts[0], parts[1]),
    "msub": lambda _, parts: [_M("sSub", _M("e", *parts[0]), _M("sub", *parts[1]))],
    "msup": lambda _, parts: [_M("sSup", _M("e", *parts[0]), _M("sup", *parts[1]))],
    "msubsup": lambda _, parts: [_M("sSubSup", _M("e", *parts[0]), _M("sub", *parts[1]), _M("sup", *parts[2]))],
    "munder": lambda tree, parts: _under_or_over(tree, parts, "limLow"),
    "mover": lambda tree, parts: _under_or_over(tree, parts, "limUpp"),
    "munderover": _both,
    "mtable": _table,
    "mtr": lambda _, parts: [_M("mr", *(_M("e", *part) for part in parts))],
    "mtd": _row,
}
