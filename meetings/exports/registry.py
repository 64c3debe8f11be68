"""Every form in which an agenda can be had, in the order in which pages offer them."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from meetings.exports import (
    calendar_event,
    csv_table,
    json_document,
    latex,
    markdown,
    plain_text,
    print_page,
    references,
)
from meetings.exports.sheet import AgendaSheet

_NAME_CHARS = 60  # of the group's name in a file name


# What one takes an agenda for, as pages group the formats.
READ, SEND, CITE, PROGRAMS = "To read", "To send", "To cite", "For programs"


@dataclass(frozen=True, slots=True)
class Export:
    """A format: `name` stands in addresses and commands, `label` on pages, `purpose` above it there."""

    purpose: str
    name: str
    label: str
    content_type: str
    suffix: str
    render: Callable[[AgendaSheet], bytes]


def _pdf(paper: str) -> Callable[[AgendaSheet], bytes]:
    """Return what draws the PDF; its library, of 80 MB, is loaded when the first one is drawn."""
    return lambda sheet: import_module("meetings.exports.pdf").render_on(paper, sheet)


def _docx(sheet: AgendaSheet) -> bytes:
    return import_module("meetings.exports.docx").render(sheet)  # type: ignore[no-any-return]


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_CSL = "application/vnd.citationstyles.csl+json"
_BIBTEX, _RIS = "application/x-bibtex; charset=utf-8", "application/x-research-info-systems; charset=utf-8"

EXPORTS: dict[str, Export] = {
    export.name: export
    for export in (
        Export(READ, "html", "Print", "text/html; charset=utf-8", "html", print_page.render),
        Export(READ, "pdf", "PDF, A4", "application/pdf", "pdf", _pdf("a4")),
        Export(READ, "pdf-letter", "PDF, Letter", "application/pdf", "pdf", _pdf("letter")),
        Export(READ, "docx", "Word", _DOCX, "docx", _docx),
        Export(SEND, "txt", "Plain text", "text/plain; charset=utf-8", "txt", plain_text.render),
        Export(SEND, "md", "Markdown", "text/markdown; charset=utf-8", "md", markdown.render),
        Export(SEND, "ics", "Calendar", "text/calendar; charset=utf-8; method=PUBLISH", "ics", calendar_event.render),
        Export(SEND, "tex", "LaTeX", "application/x-tex; charset=utf-8", "tex", latex.render),
        Export(CITE, "bib", "BibTeX", _BIBTEX, "bib", references.bibtex),
        Export(CITE, "ris", "RIS", _RIS, "ris", references.ris),
        Export(CITE, "csl", "CSL JSON", _CSL, "csl.json", references.csl_json),
        Export(PROGRAMS, "csv", "Table (CSV)", "text/csv; charset=utf-8; header=present", "csv", csv_table.render),
        Export(PROGRAMS, "json", "JSON", "application/json", "json", json_document.render),
    )
}
# The same by what one takes them for.
BY_PURPOSE: dict[str, list[Export]] = {
    purpose: [export for export in EXPORTS.values() if export.purpose == purpose]
    for purpose in (READ, SEND, CITE, PROGRAMS)
}


def filename(sheet: AgendaSheet, suffix: str) -> str:
    """Return "agenda-galaxy-group-2026-11-26.md": ASCII letters, digits and hyphens before the suffix."""
    ascii_name = unicodedata.normalize("NFKD", sheet.group.casefold()).encode("ascii", "ignore").decode()
    group = re.sub(r"[^a-z0-9]+", "-", ascii_name)[:_NAME_CHARS].strip("-")
    return "-".join(part for part in ("agenda", group, f"{sheet.starts_at:%Y-%m-%d}") if part) + f".{suffix}"
