"""HTML pages that strangers save and send: parsed without network or entities, and read as text."""

import re
from collections.abc import Collection, Iterator

from lxml import etree

_PAGE = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?:(?!-->)[^\0]){0,2000}-->\s*)*<(?:!doctype\s+html|html)\b"
)
_ATTRIBUTE = r"""[\s/=]*+[^\s/>=]++(?:\s*+=\s*+(?>"[^"]*+"?|'[^']*+'?|[^\s>]*+))?"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_ATTRIBUTES_READ = 300  # of one element: the time that libxml2 takes grows with their square
_FIRST_ATTRIBUTES = rf"(?>(?:{_ATTRIBUTE}){{0,{_ATTRIBUTES_READ + 1}}})"
_MARKUP = re.compile(  # case is ignored where there is any: elsewhere that would only be slow
    rf"<!--.*?(?:-->|\Z)|<(?:(?i:script\b|style\b)|(?i:[a-z])[^\s/>]*+)({_FIRST_ATTRIBUTES})", re.DOTALL
)
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));?", re.IGNORECASE)
_CONTROLS = frozenset([*range(9), *range(14, 32), *range(127, 160)]) - {0x85}
_THIS_URL = re.compile(r"this \w+ url", re.IGNORECASE)
_THIS = re.compile(r"\s*(?:this|\Z)", re.IGNORECASE)
_FORMULA = "math/tex"
_DEPTH = 100  # elements inside each other; no page of arXiv's has so many, and what is deeper is left out
_SILENT = frozenset({"script", "style", "button", "svg"})
_SPECIAL = _SILENT | {"a", "br"}
_STRING = etree.XPath("string()", smart_strings=False)


def is_html(head: str) -> bool:
    """Say whether a text begins as a page does."""
    return _PAGE.match(head[:5000].lower()) is not None


def parsed(text: str) -> etree._Element | None:
    """Return the root of a page, None when there is nothing to read. Damage is mended as browsers do."""
    if _is_hostile(text):
        return None
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        return etree.fromstring(_REFERENCE.sub(_plain, text).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        return None


def _plain(reference: re.Match[str]) -> str:
    """Return a reference as it is, and nothing for one to a control character, which means nothing on a page."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return "" if code in _CONTROLS else reference[0]


def _is_hostile(text: str) -> bool:
    """Say whether an element has more attributes than any page's."""
    long = (found[1] for found in _MARKUP.finditer(text) if len(found[1] or "") > 2 * _ATTRIBUTES_READ)
    return any(len(_ATTRIBUTES.findall(attributes)) > _ATTRIBUTES_READ for attributes in long)


def has_class(element: etree._Element, name: str) -> bool:
    """Say whether an element is of a class."""
    return name in (element.get("class") or "").split()


def of_class(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the elements below one that are of a class, in order."""
    return (each for each in element.iterdescendants() if has_class(each, name))


def whole_text_of(element: etree._Element) -> str:
    """Return all text in an element, whatever it is in."""
    return str(_STRING(element)) if len(element) else element.text or ""


def text_of(element: etree._Element, *, without: Collection[str] = ()) -> str:
    """Return the text in an element as it is broken into lines, leaving out the classes and tags in `without`.

    `<br>` begins a paragraph, a link "this https URL" is its address, and a formula that a browser has typeset
    is its source.
    """
    if len(element) == 0:
        return element.text or ""
    parts: list[str] = []
    _gather(element, without, parts, _DEPTH)
    return "".join(parts)


def _gather(element: etree._Element, without: Collection[str], parts: list[str], depth: int) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        said = _instead(child, without) if depth else ""
        if said is None:
            _gather(child, without, parts, depth - 1)
        elif said:
            parts.append(said)
        if child.tail:
            parts.append(child.tail)


def _instead(node: etree._Element, without: Collection[str]) -> str | None:
    """Return what stands for an element; None when that is its content."""
    classes = node.get("class")
    if classes and any(name in without or name.startswith("MathJax") for name in classes.split()):
        return ""
    if node.tag in without:
        return ""
    if node.tag not in _SPECIAL:
        return None
    if node.tag == "br":
        return "\n\n"
    if node.tag == "script" and (node.get("type") or "").startswith(_FORMULA):
        return f"${node.text or ''}$"
    if node.tag in _SILENT:
        return ""
    if (
        node.tag == "a"
        and _THIS.match(node.text or "")
        and _THIS_URL.fullmatch(" ".join("".join(node.itertext()).split()))
    ):
        return node.get("href") or ""
    return None
