"""Titles, abstracts and what was looked for in them, as HTML."""

import re
from collections.abc import Iterator, Sequence

from django.utils.safestring import SafeString, mark_safe

from core.formulas import formula_at
from core.text.safe import ABSTRACT, LINE, MARKED, sanitised
from core.text.tex import TEX, Typesetter, readable

_PARAGRAPH = re.compile(r"\n\s*\n")
# They stand for <mark> while a text is set: no text needs them, and unlike control characters they are kept.
_MARK, _MARK_END = "\ue000", "\ue001"
_NO_MARKS = str.maketrans({_MARK: " ", _MARK_END: " "})


def inline_html(text: str) -> SafeString:
    """Return a title or another single line as HTML: escaped, formulas typeset, no links."""
    if _is_bare(text):
        return mark_safe(_bare(text))  # noqa: S308 - text in which nothing is left to mark up
    markup = Typesetter(links=False).line(readable(text))
    return sanitised(markup, LINE)


def marked_html(pieces: Sequence[tuple[str, bool]]) -> SafeString:
    """Return a line in pieces as HTML, those that were looked for in `<mark>`; in a formula, all of it is marked."""
    text = "".join(piece for piece, _ in pieces)
    if _is_bare(text):
        parts = (f"<mark>{_bare(piece)}</mark>" if is_hit else _bare(piece) for piece, is_hit in pieces)
        return mark_safe("".join(parts))  # noqa: S308 - as in a title
    marked = readable(_with_marks(text, _hits(text, pieces)))
    markup = Typesetter(links=False).line(marked).replace(_MARK, "<mark>").replace(_MARK_END, "</mark>")
    return sanitised(markup, MARKED)


def abstract_html(text: str) -> SafeString:
    """Return an abstract as paragraphs of HTML: escaped, formulas typeset, web addresses linked."""
    if _is_bare(text):
        paragraphs = (_bare(part.strip()) for part in _PARAGRAPH.split(text))
        return mark_safe("\n".join(f"<p>{part}</p>" for part in paragraphs if part))  # noqa: S308 - as in a title
    typesetter = Typesetter(links=True)
    paragraphs = (part.strip() for part in _PARAGRAPH.split(readable(text)))
    markup = "\n".join(f"<p>{typesetter.line(part)}</p>" for part in paragraphs if part)
    return sanitised(markup, ABSTRACT)


def _is_bare(text: str) -> bool:
    """Say whether all that is left to do is escaping: no TeX, no address, nothing that cannot be seen.

    So it is with two of three abstracts, and with nearly every title.
    """
    return not ("\\" in text or "$" in text or "://" in text) and text.replace("\n", "").isprintable()


def _bare(text: str) -> str:
    """Escape as the allow-list writes text again."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _hits(text: str, pieces: Sequence[tuple[str, bool]]) -> Iterator[tuple[int, int]]:
    """Yield where the marks begin and end: around a whole formula, and none in the name of a command."""
    formulas = _formulas(text)
    at = behind = 0
    for piece, is_hit in pieces:
        start, at = at, at + len(piece)
        if not is_hit or start < behind:
            continue
        around = next((one for one in formulas if one[0] < at and start < one[1]), None)
        if around or text[start - 1 : start] != "\\":
            first, behind = around or (start, at)
            yield first, behind


def _formulas(text: str) -> list[tuple[int, int]]:
    found, start = [], 0
    while sign := TEX.search(text, start):
        formula = formula_at(text, sign.start()) if sign["dollar"] else None
        # A command's text may hold formulas as well; an address holds none.
        start = formula.end if formula else sign.start() + 2 if sign["command"] else sign.end()
        if formula:
            found.append((sign.start(), formula.end))
    return found


def _with_marks(text: str, hits: Iterator[tuple[int, int]]) -> str:
    plain, parts, at = text.translate(_NO_MARKS), [], 0
    for start, end in hits:
        parts += [plain[at:start], _MARK, plain[start:end], _MARK_END]
        at = end
    return "".join([*parts, plain[at:]])
