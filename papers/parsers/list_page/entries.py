"""The entries of a page that lists papers: what a `dt` says of where they stand, and a `dd` of what they are."""

import re
from typing import NamedTuple

from lxml import etree

from core.categories import looks_like_category
from core.html_reading import text_of, whole_text_of
from core.ids import find_doi
from core.names import are_plain, decode_tex_accents, split_authors
from papers.parsers.record import fold_paragraphs, fold_space

_ABSTRACT_PAGE = re.compile(r"/abs/([^?#]*)")
_WRITTEN_ID = re.compile(r"arxiv:\s*(\S+)", re.IGNORECASE)
_CODE = re.compile(r"\(([^()\s]{1,40})\)\s*(?:;|\Z)")
_NOT_A_NAME = re.compile(r"additional authors? not shown|\Aet al\b", re.IGNORECASE)
_NO_NAMES = ("not shown", "et al", "and ")  # without one of them all links are names
_AND = re.compile(r"\Aand\s+", re.IGNORECASE)
_ITEM = re.compile(r"\[([0-9]{1,6})\]")
_ITEM_NAME = re.compile(r"item([0-9]{1,6})")
_CLASSED = etree.XPath(".//*[@class]")  # passes over the links of authors, who may be thousands
_MARK = "descriptor"  # the class of a label such as "Title:"


class Term(NamedTuple):
    """What a `dt` says; `beside` is in small letters, and without the words of links."""

    line: int
    text: str
    id_said: str
    number: int | None
    beside: str


class Description(NamedTuple):
    """What a `dd` says; the primary category is the first."""

    title: str = ""
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    names_all: bool = True
    categories: tuple[str, ...] = ()
    comments: str | None = None
    journal_ref: str | None = None
    doi: str | None = None


def term_of(element: etree._Element) -> Term | None:
    """Read a `dt`; None when it does not begin an entry."""
    text = fold_space(whole_text_of(element))
    links = list(element.iter("a"))
    id_said = _id_said(text, links)
    if not id_said and not any((link.get("name") or "").startswith("item") for link in links):
        return None
    named = (_ITEM_NAME.fullmatch(link.get("name") or "") for link in links)
    found = _ITEM.match(text) or next(filter(None, named), None)
    beside = fold_space(text_of(element, without=("a",))).lower() if "(" in text else ""
    return Term(element.sourceline or 1, text, id_said, int(found[1]) if found else None, beside)


def _id_said(text: str, links: list[etree._Element]) -> str:
    """Return the id that a `dt` links to, rather as its abstract than otherwise, or names; empty when there is none."""
    other = None
    for link in links:
        if found := _ABSTRACT_PAGE.search(link.get("href") or ""):
            if link.get("title") == "Abstract":
                return found[1].strip()
            other = other or found
    found = other or _WRITTEN_ID.search(text)
    return found[1].strip() if found else ""


def described(element: etree._Element | None) -> Description:
    """Read a `dd`, in one walk through its parts; nothing is said without one."""
    if element is None:
        return Description()
    parts: dict[str, etree._Element] = {}
    for each in _CLASSED(element):
        for name in each.get("class").split():
            parts.setdefault(name if name != "mathjax" or each.tag == "p" else "", each)
    authors, names_all = _authors(parts.get("list-authors"))
    abstract = parts.get("mathjax")
    return Description(
        title=_field(parts.get("list-title")) or "",
        abstract=fold_paragraphs(text_of(abstract)) or None if abstract is not None else None,
        authors=authors,
        names_all=names_all,
        categories=_categories(parts.get("list-subjects"), parts.get("primary-subject")),
        comments=_field(parts.get("list-comments")),
        journal_ref=_field(parts.get("list-journal-ref")),
        doi=find_doi(_field(parts.get("list-doi")) or ""),
    )


def _field(part: etree._Element | None) -> str | None:
    return fold_space(text_of(part, without=(_MARK,))) or None if part is not None else None


def _authors(part: etree._Element | None) -> tuple[tuple[str, ...], bool]:
    """Return the names, and whether they are all; the page links each, so that none has to be split."""
    if part is None:
        return (), True
    linked = [whole_text_of(each) for each in part.iter("a")]
    if not linked:
        names, notes = split_authors(_field(part) or "")
        return names, not notes
    line = fold_space(whole_text_of(part))
    folded = line.casefold()
    if are_plain(linked) and not any(said in folded for said in _NO_NAMES):
        return tuple(linked), True
    named = (_AND.sub("", name) for name in map(fold_space, linked) if name and not _NOT_A_NAME.search(name))
    return tuple(decode_tex_accents(name) for name in named), not _NOT_A_NAME.search(line)


def _categories(part: etree._Element | None, marked: etree._Element | None) -> tuple[str, ...]:
    """Return the categories, the primary one first: "Optics (physics.optics); Mathematical Physics (math-ph)"."""
    if part is None:
        return ()
    codes = _codes(text_of(part, without=(_MARK,)))
    primary = _codes(text_of(marked))[:1] if marked is not None else []
    return tuple(dict.fromkeys([*primary, *codes]))


def _codes(text: str) -> list[str]:
    return [code for code in _CODE.findall(fold_space(text)) if looks_like_category(code)]
