"""The agenda as Markdown, to paste into a wiki, a chat or a shared notebook.

Formulas in dollars stay as they are, by the same rule as on the pages. Everything else that Markdown would
read as markup is escaped.
"""

import re
from collections.abc import Iterator

from core.formulas import formula_at
from meetings.exports.sheet import AgendaSheet, SheetItem

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$])")
# Inside a formula TeX ignores the blank, and Markdown no longer sees a tag, a link or an image.
_MARKUP_IN_FORMULA = re.compile(r"(?<=<)(?=[A-Za-z/!?])|(?<=\])(?=[(\[])")


def render(sheet: AgendaSheet) -> bytes:
    """Draw the agenda as CommonMark in UTF-8."""
    blocks = [
        f"# {escape(sheet.title)}",
        escape(sheet.group),
        "\n".join(f"- {line}" for line in _facts(sheet)),
        *([f"**{sheet.state_shown}**"] if sheet.state_shown else []),
        *(block for item in sheet.items for block in _item(sheet, item)),
    ]
    return ("\n\n".join(blocks) + "\n").encode()


def escape(text: str) -> str:
    """Return the text so that Markdown shows it as it is, formulas in dollars excepted."""
    return "".join(_escaped_parts(text))


def _escaped_parts(text: str) -> Iterator[str]:
    start = 0
    for dollar in (found.start() for found in re.finditer(r"\$", text)):
        formula = formula_at(text, dollar) if dollar >= start else None
        if formula:
            yield _SPECIAL.sub(r"\\\1", text[start:dollar])
            yield _MARKUP_IN_FORMULA.sub(" ", text[dollar : formula.end])
            start = formula.end
    yield _SPECIAL.sub(r"\\\1", text[start:])


def _facts(sheet: AgendaSheet) -> list[str]:
    return [
        f"When: {escape(sheet.when)}",
        *([f"Place: {escape(sheet.place)}"] if sheet.place else []),
        *([f"Video: <{sheet.link}>"] if sheet.link else []),
        f"Agenda: <{sheet.page}>",
        sheet.balance,
    ]


def _item(sheet: AgendaSheet, item: SheetItem) -> list[str]:
    lines = [
        f"{sheet.clock(item)}, {item.minutes} min",
        *([f"Presenter: {escape(item.presenter_shown)}"] if item.presenter_shown else []),
        *([f"Authors: {escape(item.authors_shown())}"] if item.authors_shown() else []),
        *([f"Paper: {_paper(item)}"] if _paper(item) else []),
        *([f"Discussion: <{item.page_link}>"] if item.page_link else []),
        *([escape(item.because)] if item.because else []),
        *([f"Note: {escape(item.note)}"] if item.note else []),
    ]
    return [f"## {item.number}. {escape(item.title)}", "\n".join(f"- {line}" for line in lines)]


def _paper(item: SheetItem) -> str:
    name = escape(item.identifier)
    parts = [
        *([name] if name else []),
        *([f"<{item.paper_link}>"] if item.paper_link else []),
        *([f"({escape(', '.join(item.categories))})"] if item.categories else []),
    ]
    return " ".join(parts)
