"""The agenda as a page to print: A4 or Letter, black on white, formulas as MathML."""

from django.template.loader import render_to_string

from meetings.exports.sheet import AgendaSheet

AUTHORS_PRINTED = 6  # names an item; the rest is "and n more"


def render(sheet: AgendaSheet) -> bytes:
    """Draw the agenda as one HTML page in UTF-8."""
    return render_to_string("meetings/print.html", {"sheet": sheet, "authors_printed": AUTHORS_PRINTED}).encode()
