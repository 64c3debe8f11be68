"""The papers of the agenda as references for BibTeX, reference managers and citation processors; see core.citing.

Topics are no literature and stay out. When, how long and who presents stand in each reference's note.
"""

from collections.abc import Callable, Iterable

from core.citing import CITING, Reference
from core.wording import plural
from meetings.exports.sheet import AgendaSheet, SheetItem


def bibtex(sheet: AgendaSheet) -> bytes:
    """Draw the papers as BibTeX in UTF-8."""
    return _drawn(sheet, CITING["bib"].render)


def ris(sheet: AgendaSheet) -> bytes:
    """Draw the papers as RIS in UTF-8."""
    return _drawn(sheet, CITING["ris"].render)


def csl_json(sheet: AgendaSheet) -> bytes:
    """Draw the papers as CSL-JSON in UTF-8."""
    return _drawn(sheet, CITING["csl"].render)


def _drawn(sheet: AgendaSheet, render: Callable[[Iterable[Reference]], str]) -> bytes:
    return render(_reference(sheet, item) for item in sheet.items if item.kind == "paper").encode()


def _reference(sheet: AgendaSheet, item: SheetItem) -> Reference:
    arxiv = item.source == "arxiv"
    return Reference(
        title=item.title,
        authors=item.authors if item.authors_known else (),
        year=item.year,
        arxiv_id=item.paper_id if arxiv else "",
        category=item.categories[0] if arxiv and item.categories else "",
        doi=item.doi,
        journal=item.journal,
        link=item.paper_link or "",
        note=_note(sheet, item),
    )


def _note(sheet: AgendaSheet, item: SheetItem) -> str:
    """Return "Weekly reading, Thu 26 Nov 2026, 15:00 Berlin: item 2, 15:20, 25 minutes, presenter open"."""
    place = [f"item {item.number}", sheet.clock(item), plural(item.minutes, "minute", "minutes"), item.presenter_shown]
    return f"{sheet.title}, {sheet.begins}: {', '.join(place)}"
