"""TeX formulas: where one stands in a text, and what it looks like in MathML."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import Converter

from core import limits

ELEMENTS = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "ms", "mfrac", "msqrt", "mroot", "msub", "msup"}
    | {"msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable", "mtr", "mtd"}
    | {"mstyle", "mpadded", "mphantom", "merror"}
)
ATTRIBUTES: dict[str, frozenset[str]] = {
    "math": frozenset({"display", "alttext"}),
    "mi": frozenset({"mathvariant"}),
    "mo": frozenset({"stretchy", "fence", "separator", "form", "largeop", "movablelimits", "minsize", "maxsize"}),
    "mspace": frozenset({"width"}),
    "mfrac": frozenset({"linethickness"}),
    "mover": frozenset({"accent"}),
    "munder": frozenset({"accentunder"}),
    "munderover": frozenset({"accent", "accentunder"}),
    "mstyle": frozenset({"displaystyle", "scriptlevel"}),
    "mtable": frozenset({"columnalign", "rowlines", "columnlines", "displaystyle"}),
    "mtd": frozenset({"columnalign"}),
}
# Words, and lengths below 10 em: a formula may neither blow up the page nor move over the text beside it.
_SAFE_VALUE = re.compile(r"[a-z]{1,12}(?: [a-z]{1,12}){0,40}|[0-9](?:\.[0-9]{1,4})?(?:em|pt|px)?")
_CHILDREN = {
    "mfrac": 2,
    "mroot": 2,
    "msub": 2,
    "msup": 2,
    "munder": 2,
    "mover": 2,
    "msubsup": 3,
    "munderover": 3,
}
# Each brace of the source may become up to three elements inside each other.
_TREE_LEVELS = 3 * limits.FORMULA_NESTING + 10
# Definitions could expand without end, and mean nothing beyond their own formula.
_DEFINES = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|[egx]?def|let|newenvironment|DeclareMathOperator)(?![A-Za-z])"
)

# Macros of their own that authors use as if everyone had them, and mean the same by: sets of numbers, names of
# operators, the ångström, and \rm with the word that it sets glued to it.
_NUMBERS = re.compile(r"\\([RZNQC])\1?(?![A-Za-z])")
_OPERATORS = re.compile(
    r"\\(arg|Aut|depth|diag|End|Ext|GL|Hom|Mod|PGL|poly|polylog|rank|sgn|SL|SO|Sp|Spec|SU|supp|Tor|Tr|tr)(?![A-Za-z])"
)
_ANGSTROM = re.compile(r"\\AA(?![A-Za-z])")
_GLUED = re.compile(r"\\rm(?!oustache|family)([A-Za-z]+)")

_DISPLAY = re.compile(r"\$\$((?:[^$\\]|\\.|\$(?!\$))+)\$\$", re.DOTALL)
_INLINE = re.compile(r"\$((?:[^$\\]|\\.)+)\$", re.DOTALL)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_TEX_SIGN = re.compile(r"[\\^_{=<>]")
_WORD = re.compile(r"\s[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in a text: its source without dollars, as it stands there with them, and the index behind it."""

    tex: str
    display: bool
    end: int
    source: str


def formula_at(text: str, start: int) -> Formula | None:
    """Return the formula that opens with the dollar at `start`; None when the dollar is money or alone."""
    if found := _DISPLAY.match(text, start):
        if found[1].strip() and not _BLANK_LINE.search(found[1]):
            return Formula(found[1].strip(), display=True, end=found.end(), source=found[0])
        return None
    found = _INLINE.match(text, start)
    if found and _is_formula(found[1], following=text[found.end() : found.end() + 1]):
        return Formula(found[1].strip(), display=False, end=found.end(), source=found[0])
    return None


def _is_formula(content: str, *, following: str) -> bool:
    """Tell `$x$` from "$5 and $6": money has a digit after a dollar, and words rather than TeX in between."""
    inner = content.strip()
    if not inner or _BLANK_LINE.search(content):
        return False
    has_tex = _TEX_SIGN.search(content) is not None
    starts_with_amount = content[0].isdigit() and (content[-1].isspace() or _WORD.search(content) is not None)
    if starts_with_amount and (content[-1].isspace() or not has_tex):
        return False
    if following.isdigit() or content[0].isspace() or content[-1].isspace():
        return has_tex
    return True


def parts_of(text: str) -> Iterator[str | Formula]:
    """Yield what stands between the formulas of a text, and the formulas, in their order."""
    start = 0
    for dollar in (found.start() for found in re.finditer(r"\$", text)):
        formula = formula_at(text, dollar) if dollar >= start else None
        if formula:
            yield from filter(None, [text[start:dollar]])
            yield formula
            start = formula.end
    yield from filter(None, [text[start:]])


def mathml(tex: str, *, display: bool) -> str | None:
    """Return a formula as MathML with its source as `alttext`; None when it has to be shown as source.

    The markup holds text as text only, yet goes through the sanitiser with the rest of the page's text.
    """
    tree = mathml_tree(tex, display=display)
    return None if tree is None else tostring(tree, encoding="unicode")


def mathml_tree(tex: str, *, display: bool) -> Element | None:
    """Return the same as a tree, for what sets formulas by other means than a browser."""
    if len(tex) > limits.FORMULA_CHARS or _braces_deep(tex) > limits.FORMULA_NESTING or _DEFINES.search(tex):
        return None
    try:
        tree = Converter(display="block" if display else "inline").convert_to_element(_spelled_out(tex))
        _tidy(tree)
        tree.attrib = {"display": "block", "alttext": tex} if display else {"alttext": tex}
        return tree
    # The converter raises many kinds of errors on odd input, bare Exceptions and RecursionError among them;
    # whatever it is, the reader sees the source.
    except Exception:
        return None


def _spelled_out(tex: str) -> str:
    tex = _NUMBERS.sub(r"\\mathbb{\1}", tex)
    tex = _OPERATORS.sub(r"\\operatorname{\1}", tex)
    tex = _ANGSTROM.sub("Å", tex)
    return _GLUED.sub(r"\\mathrm{\1}", tex)


def _braces_deep(tex: str) -> int:
    deepest = depth = 0
    for char in re.sub(r"\\.", "", tex, flags=re.DOTALL):
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return deepest


def _tidy(tree: Element) -> None:
    """Turn the converter's entities into characters and drop attributes that could do more than set maths.

    A command that nobody knows stays as it is written between what is set, as on arXiv's own pages.
    Raises ValueError when the tree is too deep, lacks an operand or holds nothing but unknown commands.
    """
    waiting, unknown, known = [(tree, 1)], 0, 0
    while waiting:
        element, level = waiting.pop()
        text = element.text or ""
        if level > _TREE_LEVELS or len(element) != _CHILDREN.get(element.tag, len(element)):
            raise ValueError("not a formula that can be typeset")
        is_unknown = text.startswith("\\") and len(text) > 1
        if is_unknown:
            element.tag = "mtext"
        unknown, known = unknown + is_unknown, known + (bool(text.strip()) and not is_unknown)
        element.text = html.unescape(text)
        allowed = ATTRIBUTES.get(element.tag, frozenset())
        element.attrib = {
            name: value for name, value in element.attrib.items() if name in allowed and _SAFE_VALUE.fullmatch(value)
        }
        waiting.extend((child, level + 1) for child in element)
    if unknown and not known:
        raise ValueError("nothing in it is known")
