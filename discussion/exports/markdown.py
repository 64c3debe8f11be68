"""The discussion as Markdown: what members typed stays as it is, but that nothing of it is HTML or a strange link.

A reader that takes raw HTML, or follows any scheme, would run it; ours does neither.
"""

import re
from collections.abc import Iterator

from discussion.exports.sheet import Said, TalkSheet

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&])")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_STRANGE_LINK = re.compile(r"\](?=[(:]\s*<?\s*(?!https?:|mailto:|\s))", re.IGNORECASE)
_HEADING = re.compile(r"^(?=\s{0,3}#{1,6}(?:\s|$))", re.MULTILINE)


def render(sheet: TalkSheet) -> bytes:
    """Draw the discussion as CommonMark in UTF-8."""
    return ("\n\n".join(_blocks(sheet)) + "\n").encode()


def _blocks(sheet: TalkSheet) -> Iterator[str]:
    yield f"# {_escaped(sheet.title)}"
    facts = (
        ("Group", _escaped(sheet.group)),
        ("Paper", " ".join(filter(None, (sheet.identifier, f"<{sheet.paper_link}>" if sheet.paper_link else "")))),
        ("Discussion", f"<{sheet.page}>"),
    )
    yield "\n".join(f"- {label}: {value}" for label, value in facts if value)
    if sheet.summary:
        yield "## Summary"
        yield _text(sheet.summary)
    yield "## Discussion"
    for comment in sheet.comments:
        yield f"### {_head(sheet, comment)}"
        yield _text(comment)
        for reply in comment.replies:
            yield f"#### {_head(sheet, reply)}"
            yield _text(reply)


def _head(sheet: TalkSheet, said: Said) -> str:
    label = f"{said.label.capitalize()} by " if said.label else ""
    edited = ", edited" if said.edited_at else ""
    return f"{label}{_escaped(said.who or 'Deleted')}, {sheet.clock(said.at)}{edited}"


def _text(said: Said) -> str:
    """Return what was typed; a heading in it becomes text, so that the document keeps its own."""
    return _HEADING.sub(r"\\", _STRANGE_LINK.sub(r"\]", _TAG.sub("&lt;", said.text))).strip("\n")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
