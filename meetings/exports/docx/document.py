"""The document itself, by python-docx; packed so that the same agenda is the same bytes."""

import zipfile
from datetime import UTC
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from core.formulas import Formula, mathml_tree, parts_of
from meetings.exports.docx.formulas import Untypeset, omath
from meetings.exports.sheet import AgendaSheet, SheetItem

_AUTHORS = 20  # names an item; the rest is "and n more"
_BLACK, _GREY = RGBColor(0, 0, 0), RGBColor(0x50, 0x50, 0x50)
_PACKED_AT = (1980, 1, 1, 0, 0, 0)  # the zip format's first moment: when it was packed is no part of the agenda


def render(sheet: AgendaSheet) -> bytes:
    """Draw the agenda as an Office Open XML document, A4."""
    document = _empty(sheet)
    document.add_paragraph(sheet.group).runs[0].font.color.rgb = _GREY
    _write(document.add_heading(level=1), sheet.title)
    if sheet.state_shown:
        document.add_paragraph().add_run(sheet.state_shown).bold = True
    _fact(document, "When", sheet.when)
    _fact(document, "Where", sheet.place)
    _fact(document, "Video", link=sheet.link)
    _fact(document, "Agenda", link=sheet.page)
    _fact(document, "Time", sheet.balance)
    for item in sheet.items:
        _item(document, sheet, item)
    return _packed(document)


def _empty(sheet: AgendaSheet) -> Any:
    """Return a document with our styles and nothing in it; its times are those of the agenda."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(22)
    normal = document.styles["Normal"]
    normal.font.size, normal.paragraph_format.space_after = Pt(10.5), Pt(2)
    for name, size in (("Heading 1", 18), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), _BLACK
    about = document.core_properties
    about.title = f"{sheet.title}, {sheet.when}"[:255]
    about.author, about.comments, about.language = sheet.group[:255], "", "en"
    about.created = about.modified = sheet.changed_at.astimezone(UTC).replace(tzinfo=None)
    return document


def _item(document: Any, sheet: AgendaSheet, item: SheetItem) -> None:
    _write(document.add_heading(level=2), f"{item.number}. {item.title}")
    _fact(document, "Time", f"{sheet.clock(item)}, {item.minutes} min")
    _fact(document, "Presenter", item.presenter_shown)
    _fact(document, "Authors", item.authors_shown(_AUTHORS))
    paper = " · ".join(part for part in (item.identifier, ", ".join(item.categories)) if part)
    _fact(document, "Paper", paper, link=item.paper_link)
    _fact(document, "Discussion", link=item.page_link)
    _fact(document, "Slides", link=item.slides)
    _sentence(document, "Summary", item.summary)
    _sentence(document, "Why", item.because)
    for label, text in item.remarks:
        _sentence(document, label, text)


def _fact(document: Any, label: str, text: str = "", *, link: str | None = None) -> None:
    """Add a line with its label; one that has nothing to say is left out."""
    if not text and not link:
        return
    paragraph = _labelled(document, label)
    paragraph.add_run(f"{text} " if text and link else text)
    if link:
        _link(paragraph, link)


def _sentence(document: Any, label: str, text: str) -> None:
    """Add a line whose text may have formulas."""
    if text:
        _write(_labelled(document, label), text)


def _labelled(document: Any, label: str) -> Paragraph:
    paragraph: Paragraph = document.add_paragraph()
    paragraph.add_run(f"{label}: ").font.color.rgb = _GREY
    return paragraph


def _write(paragraph: Paragraph, text: str) -> None:
    """Write a text with its formulas."""
    for part in parts_of(text):
        formula = None if isinstance(part, str) else _formula(part)
        if formula is not None:
            paragraph._p.append(formula)
        else:
            paragraph.add_run(part if isinstance(part, str) else part.source)


def _formula(formula: Formula) -> Any:
    tree = mathml_tree(formula.tex, display=False)
    if tree is None:
        return None
    try:
        return omath(tree)
    except Untypeset:
        return None


def _link(paragraph: Paragraph, address: str) -> None:
    """Write an address that can be followed; python-docx reads such links and does not write them."""
    relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(address)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _packed(document: Any) -> bytes:
    saved, packed = BytesIO(), BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as ours:
        for name in sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            ours.writestr(zipfile.ZipInfo(name, _PACKED_AT), parts.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
