"""The agenda's data for agenda.typ, and the call of Typst."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import typst

from core.formulas import Formula, mathml_tree, parts_of
from meetings.exports.pdf.formulas import Node, Untypeset, node
from meetings.exports.sheet import AgendaSheet, SheetItem

PAPERS = {"a4": "a4", "letter": "us-letter"}
_AUTHORS = 6  # names an item; the rest is "and n more"
# From the strictest: a sign that no font has is no reason to have no agenda, nor is a formula that Typst refuses.
_TRIES: tuple[tuple[Literal["ua-1"] | None, bool], ...] = (("ua-1", True), (None, True), (None, False))
_HERE = Path(__file__).parent


def render_on(paper: str, sheet: AgendaSheet) -> bytes:
    """Draw the agenda as PDF on one of `PAPERS`; the same agenda is the same bytes."""
    return b"".join(drawn(paper, sheet, format="pdf"))


def drawn(paper: str, sheet: AgendaSheet, *, format: Literal["pdf", "png"]) -> list[bytes]:
    """Return the pages as Typst draws them: one PDF, or an image of each."""
    for number, (standard, typeset) in enumerate(_TRIES, start=1):
        data = json.dumps(_document(PAPERS[paper], sheet, typeset=typeset))
        try:
            made: bytes | list[bytes] = typst.compile(
                _HERE / "agenda.typ",
                root=_HERE,
                format=format,
                sys_inputs={"agenda": data},
                ignore_system_fonts=True,
                font_paths=[_HERE / "fonts"],
                pdf_standards=standard,
                timestamp=int(sheet.changed_at.timestamp()),
            )
        except typst.TypstError:
            if number == len(_TRIES):
                raise
        else:
            return made if isinstance(made, list) else [made]
    raise AssertionError("unreachable: the last try raises")


def _document(paper: str, sheet: AgendaSheet, *, typeset: bool) -> dict[str, Any]:
    return {
        "paper": paper,
        "name": f"{sheet.title}, {sheet.when} · {sheet.group}",
        "group": sheet.group,
        "title": list(_pieces(sheet.title, typeset=typeset)),
        "when": sheet.when,
        "place": sheet.place,
        "video": sheet.link,
        "page": sheet.page,
        "state": sheet.state_shown,
        "balance": sheet.balance,
        "items": [_item(sheet, item, typeset=typeset) for item in sheet.items],
    }


def _item(sheet: AgendaSheet, item: SheetItem, *, typeset: bool) -> dict[str, Any]:
    return {
        "clock": sheet.clock(item),
        "minutes": f"{item.minutes} min",
        "title": [f"{item.number}. ", *_pieces(item.title, typeset=typeset)],
        "presenter": item.presenter_shown,
        "is_open": item.presenter is None,
        "authors": item.authors_shown(_AUTHORS),
        "identifier": item.identifier,
        "paper": item.paper_link,
        "page": item.page_link,
        "slides": item.slides,
        "categories": ", ".join(item.categories),
        "summary": list(_pieces(item.summary, typeset=typeset)),
        "because": list(_pieces(item.because, typeset=typeset)),
        "remarks": [[f"{label}: ", *_pieces(text, typeset=typeset)] for label, text in item.remarks],
    }


def _pieces(text: str, *, typeset: bool) -> Iterator[str | dict[str, Node]]:
    """Yield texts, and formulas as trees with their TeX; a formula that cannot be set is text."""
    for part in parts_of(text):
        yield part if isinstance(part, str) else (_formula(part) if typeset else None) or part.source


def _formula(formula: Formula) -> dict[str, Node] | None:
    tree = mathml_tree(formula.tex, display=False)
    if tree is None:
        return None
    try:
        return {"tree": node(tree), "source": formula.tex}
    except Untypeset:
        return None
