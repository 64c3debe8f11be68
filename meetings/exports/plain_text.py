"""The agenda as plain text that reads well in a mail: 72 columns, addresses never broken."""

from textwrap import TextWrapper

from core.wording import plural
from meetings.exports.sheet import AgendaSheet, SheetItem

COLUMNS = 72
_INDENT = " " * 7  # under the title, beside the clock
_HANGING = " " * 9  # a line that goes on


def render(sheet: AgendaSheet) -> bytes:
    """Draw the agenda as text in UTF-8 with line feeds."""
    paragraphs = [_head(sheet), sheet.balance, *(_item(sheet, item) for item in sheet.items), _foot(sheet)]
    return ("\n\n".join(paragraphs) + "\n").encode()


def _head(sheet: AgendaSheet) -> str:
    lines = [sheet.title, sheet.group, sheet.when, sheet.place, sheet.link or "", sheet.state_shown]
    return "\n".join(_wrapped(line) for line in lines if line)


def _item(sheet: AgendaSheet, item: SheetItem) -> str:
    lines = [
        ", ".join(part for part in (plural(item.minutes, "minute", "minutes"), item.presenter_shown) if part),
        item.authors_shown(),
        ", ".join(part for part in (item.identifier, *item.categories) if part),
        item.paper_link or "",
        item.page_link or "",
        f"Slides: {item.slides}" if item.slides else "",
        f"Summary: {item.summary}" if item.summary else "",
        item.because,
        *(f"{label}: {text}" for label, text in item.remarks),
    ]
    number = f"{item.number}. "
    title = _wrapped(item.title, first=f"{sheet.clock(item):<7}{number}", rest=_INDENT + " " * len(number))
    return "\n".join([title, *(_wrapped(line, first=_INDENT, rest=_HANGING) for line in lines if line)])


def _foot(sheet: AgendaSheet) -> str:
    return f"The agenda with its discussions:\n{sheet.page}"


def _wrapped(text: str, *, first: str = "", rest: str = "") -> str:
    wrapper = TextWrapper(
        width=COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.fill(text)
