"""The agenda as Markdown, to paste into a wiki, a chat or a shared notebook.

Formulas in dollars stay as they are, by the same rule as on the pages. Everything else that Markdown would
read as markup is escaped.
"""

import re
from collections.abc import Iterator

from core.formulas import parts_of
from meetings.exports.sheet import AgendaSheet, SheetItem

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$])")
# Inside a formula TeX ignores the blank, and Markdown no longer sees a tag, a link or an image.
_MARKUP_IN_FORMULA = re.compile(r"(?<=<)(?=[A-Za-z/!?])|(?<=\])(?=[(\[])")


def render(sheet: AgendaSheet) -> bytes:
    """Draw the agenda as CommonMark in UTF-8."""
    blocks = [
        f"# {typeset(sheet.title)}",
        *([f"**{sheet.state_shown}**"] if sheet.state_shown else []),
        _facts(sheet),
        *(block for item in sheet.items for block in (f"## {item.number}. {typeset(item.title)}", _item(sheet, item))),
    ]
    return ("\n\n".join(blocks) + "\n").encode()


def escape(text: str) -> str:
    """Return a name or another plain text so that Markdown shows it as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def typeset(text: str) -> str:
    """Return a title or a sentence so that Markdown shows it as it is, its formulas in dollars excepted."""
    return "".join(_typeset_parts(text))


def _typeset_parts(text: str) -> Iterator[str]:
    for part in parts_of(text):
        yield escape(part) if isinstance(part, str) else _MARKUP_IN_FORMULA.sub(" ", part.source)


def _facts(sheet: AgendaSheet) -> str:
    return _listed(
        ("Group", escape(sheet.group)),
        ("When", escape(sheet.when)),
        ("Place", escape(sheet.place)),
        ("Video", _link(sheet.link)),
        ("Agenda", _link(sheet.page)),
        ("Time", sheet.balance),
    )


def _item(sheet: AgendaSheet, item: SheetItem) -> str:
    categories = f"({escape(', '.join(item.categories))})" if item.categories else ""
    paper = (escape(item.identifier), _link(item.paper_link), categories)
    return _listed(
        ("Time", f"{sheet.clock(item)}, {item.minutes} min"),
        ("Presenter", escape(item.presenter_shown)),
        ("Authors", escape(item.authors_shown())),
        ("Paper", " ".join(part for part in paper if part)),
        ("Discussion", _link(item.page_link)),
        ("Slides", _link(item.slides)),
        ("Summary", typeset(item.summary)),
        ("Why", typeset(item.because)),
        *((label, typeset(text)) for label, text in item.remarks),
    )


def _listed(*facts: tuple[str, str]) -> str:
    return "\n".join(f"- {label}: {value}" for label, value in facts if value)


def _link(address: str | None) -> str:
    return f"<{address}>" if address else ""
