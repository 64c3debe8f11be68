"""Every form in which an agenda can be had, in the order in which pages offer them."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from meetings.exports import calendar_event, csv_table, json_document, markdown, plain_text, print_page
from meetings.exports.sheet import AgendaSheet

_NAME_CHARS = 60  # of the group's name in a file name


@dataclass(frozen=True, slots=True)
class Export:
    """A format: `name` stands in addresses and commands, `label` on buttons."""

    name: str
    label: str
    content_type: str
    suffix: str
    render: Callable[[AgendaSheet], bytes]


EXPORTS: dict[str, Export] = {
    export.name: export
    for export in (
        Export("md", "Markdown", "text/markdown; charset=utf-8", "md", markdown.render),
        Export("txt", "Plain text", "text/plain; charset=utf-8", "txt", plain_text.render),
        Export("html", "Print", "text/html; charset=utf-8", "html", print_page.render),
        Export("ics", "Calendar", "text/calendar; charset=utf-8; method=PUBLISH", "ics", calendar_event.render),
        Export("csv", "Table (CSV)", "text/csv; charset=utf-8; header=present", "csv", csv_table.render),
        Export("json", "JSON", "application/json", "json", json_document.render),
    )
}


def filename(sheet: AgendaSheet, suffix: str) -> str:
    """Return "agenda-galaxy-group-2026-11-26.md": ASCII letters, digits and hyphens before the suffix."""
    ascii_name = unicodedata.normalize("NFKD", sheet.group.casefold()).encode("ascii", "ignore").decode()
    group = re.sub(r"[^a-z0-9]+", "-", ascii_name)[:_NAME_CHARS].strip("-")
    return "-".join(part for part in ("agenda", group, f"{sheet.starts_at:%Y-%m-%d}") if part) + f".{suffix}"
