"""arXiv's page of one paper, as a browser saves it: what it tells search engines, and its table of metadata.

<meta name="citation_author" content="Family, Given"/> <meta name="citation_arxiv_id" content="0704.0001"/>
<td class="tablecell subjects"><span class="primary-subject">… (hep-ph)</span>; … (hep-ex)</td>
<div class="submission-history"> … <strong>[v2]</strong> … </div>
"""

import datetime
import re

from lxml import etree

from core.categories import looks_like_category
from core.html_reading import has_class, is_html, of_class, parsed, text_of
from core.ids import ArxivId, find_doi
from core.names import decode_tex_accents, turned
from papers.parsers.record import (
    NO_ABSTRACT,
    Data,
    Gathering,
    Reading,
    Record,
    Unreadable,
    decode_page,
    fold_paragraphs,
    fold_space,
)

NAME = "html-abs"

_MARKED = re.compile(r"<meta\s[^<>]{0,200}\bcitation_(?:arxiv_id|title)\b|<title>\s*\[[^\]\s]{9,30}\]\s", re.IGNORECASE)
_TITLE = re.compile(r"\s*\[([^\]\s]{9,30})\]\s+(.*)", re.DOTALL)
_VERSION = re.compile(r"\[v([1-9][0-9]{0,3})\]")
_CODE = re.compile(r"\(([^()\s]{1,40})\)\s*(?:;|\Z)")
_NOT_SHOWN = re.compile(r"additional authors? not shown", re.IGNORECASE)


def detect(head: str) -> bool:
    """Say whether a text is such a page."""
    return is_html(head) and _MARKED.search(head) is not None


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read the page of a paper, which says nothing of listings. Raises Unreadable when it is another page."""
    text, problem = decode_page(data)
    gathering = Gathering(Reading(NAME))
    if problem:
        gathering.reading.problems.append(problem)
    root = parsed(text)
    meta = _meta(root) if root is not None else {}
    said = meta.get("citation_arxiv_id", [""])[0]
    titled = _TITLE.match(text_of(title)) if root is not None and (title := root.find(".//title")) is not None else None
    if root is None or not (said or titled):
        raise Unreadable("This page has no arXiv entries.")
    said, line = said or (titled[1] if titled else ""), _line(root)
    quoted = fold_space(titled[0] if titled else said)
    paper = gathering.paper(said, line=line, text=quoted, position=1)
    if paper:
        record = _record(root, meta, paper, titled[2] if titled else "")
        if not record.abstract:
            gathering.report(NO_ABSTRACT, line=line, text=quoted, position=1)
        if _NOT_SHOWN.search(_cell(root, "authors")):
            gathering.reading.notes.append(f"Not all authors are named in 1 of the entries: {paper.identity}.")
        gathering.add(record, line=line, text=quoted)
    return gathering.finish(category, date)


def _record(root: etree._Element, meta: dict[str, list[str]], paper: ArxivId, title: str) -> Record:
    categories = _categories(root)
    abstract = meta.get("citation_abstract", [""])[0] or _cell(root, "abstract")
    return Record(
        1,
        paper.identity,
        paper.version or _version(root),
        title=fold_space(meta.get("citation_title", [title])[0]),
        abstract=fold_paragraphs(abstract) or None,
        authors=tuple(decode_tex_accents(turned(fold_space(name))) for name in meta.get("citation_author", ())),
        primary_category=next(iter(categories), None),
        categories=categories,
        comments=fold_space(_cell(root, "comments")) or None,
        journal_ref=_journal_ref(root),
        doi=find_doi(meta.get("citation_doi", [""])[0] or _cell(root, "doi")),
        license=_license(root),
    )


def _meta(root: etree._Element) -> dict[str, list[str]]:
    """Map the names of the citation's parts to what they say, in order."""
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name, content = (element.get("name") or "").lower(), element.get("content") or ""
        if name.startswith("citation_") and content.strip():
            found.setdefault(name, []).append(content)
    return found


def _line(root: etree._Element) -> int:
    marked = (each for each in root.iter("meta") if (each.get("name") or "") == "citation_title")
    return next(marked, root).sourceline or 1


def _cell(root: etree._Element, name: str) -> str:
    found = next(of_class(root, name), None)
    return text_of(found, without=("descriptor", "button-and-tooltip")) if found is not None else ""


def _journal_ref(root: etree._Element) -> str | None:
    """Return the journal reference; the report number stands in a cell of the same class."""
    for cell in root.iter("td"):
        label = cell.getprevious()
        if has_class(cell, "jref") and label is not None and "journal" in text_of(label).lower():
            return fold_space(text_of(cell)) or None
    return None


def _categories(root: etree._Element) -> tuple[str, ...]:
    codes = _CODE.findall(fold_space(_cell(root, "primary-subject")))
    codes += _CODE.findall(fold_space(_cell(root, "subjects")))
    return tuple(dict.fromkeys(filter(looks_like_category, codes)))


def _version(root: etree._Element) -> int | None:
    """Return the version that the page is of: the one in the history that is bold and no link."""
    history = next(of_class(root, "submission-history"), None)
    if history is None:
        return None
    current = [found for each in history.iter("strong", "b") if (found := _VERSION.match((each.text or "").strip()))]
    return int(current[-1][1]) if current else None


def _license(root: etree._Element) -> str | None:
    part = next(of_class(root, "abs-license"), None)
    link = part.find(".//a") if part is not None else None
    return link.get("href") if link is not None else None
