"""TeX and web addresses between the words of a text: set as HTML, or unwrapped for plain text."""

import re
from collections.abc import Iterator
from html import escape

from core import limits
from core.formulas import formula_at, mathml

# Left-to-right and right-to-left overrides would let a text pose as another one: they are shown, not obeyed.
_SHOWN_AS_MARKS = {0x202D: "[LRO]", 0x202E: "[RLO]"}
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)])
_LINE_END = re.compile(r"\r\n?")

_ADDRESS = r"(?<!\w)https?://(?:[^\s<>\"'`{}\\$|^]|\\[_%#&~])+"
ADDRESS_IN_TEXT = re.compile(_ADDRESS, re.IGNORECASE)
# What authors of titles and abstracts write outside formulas.
TEX = re.compile(
    r"(?=[hH\\$])(?:"  # lets the search pass over what can begin none of these
    rf"(?P<address>(?i:{_ADDRESS}))"
    r"|\\(?P<command>emph|textbf|textit|textsl|texttt|textsc|underline|mbox|text|cite[pt]?)\{(?P<inner>[^{}]{0,1000})\}"
    r"|\\(?P<sign>[$%&#_{}])"
    r"|(?P<dollar>\$))"
)
_COMMAND_TAGS = {"emph": "em", "textit": "em", "textsl": "em", "textbf": "strong", "texttt": "code"}
_CLOSERS = {")": "(", "]": "["}


def readable(text: str) -> str:
    """Return a text without control characters, its lines ended alike."""
    return _LINE_END.sub("\n", text).translate(_CONTROLS).translate(_SHOWN_AS_MARKS)


class Typesetter:
    """Sets one text; counts its formulas, and shows those beyond the limit as source."""

    def __init__(self, *, links: bool) -> None:
        self.links = links
        self.formulas = 0

    def formula(self, tex: str, *, display: bool) -> str:
        """Return a formula as MathML, or its source where that is none."""
        self.formulas += 1
        markup = mathml(tex, display=display) if self.formulas <= limits.FORMULAS_PER_TEXT else None
        return markup or f'<code class="tex">{escape(tex)}</code>'

    def line(self, text: str) -> str:
        """Return a text as HTML: escaped, and what is TeX in it set."""
        return "".join(self._parts(text))

    def _parts(self, text: str) -> Iterator[str]:
        start = 0
        while found := TEX.search(text, start):
            yield escape(text[start : found.start()])
            markup, start = self._part(text, found)
            yield markup
        yield escape(text[start:])

    def _part(self, text: str, found: re.Match[str]) -> tuple[str, int]:
        """Return the markup of what was found, and the index at which the text goes on."""
        if found["dollar"]:
            formula = formula_at(text, found.start())
            if formula is None:
                return "$", found.end()
            return self.formula(formula.tex, display=formula.display), formula.end
        if found["address"]:
            address = without_trailing_marks(found["address"])
            return self._address(address), found.start() + len(address)
        if found["command"]:
            return self._command(found["command"], found["inner"]), found.end()
        return escape(found["sign"]), found.end()

    def _address(self, address: str) -> str:
        shown = escape(_without_backslashes(address))
        return f'<a href="{shown}">{shown}</a>' if self.links else shown

    def _command(self, command: str, inner: str) -> str:
        if command.startswith("cite"):
            return f"[{escape(inner)}]"
        tag = _COMMAND_TAGS.get(command)
        markup = self.line(inner)
        return f"<{tag}>{markup}</{tag}>" if tag else markup


def plain_text(text: str) -> str:
    """Return Markdown or TeX for a mail's text part: commands unwrapped, formulas and Markdown as typed."""
    return "".join(_plain_parts(readable(text))).strip()


def _plain_parts(text: str) -> Iterator[str]:
    start = 0
    while found := TEX.search(text, start):
        yield text[start : found.start()]
        start = found.end()
        if found["dollar"] and (formula := formula_at(text, found.start())):
            start = formula.end
            yield text[found.start() : start]
        elif found["address"]:
            yield _without_backslashes(found["address"])
        elif found["command"]:
            yield f"[{found['inner']}]" if found["command"].startswith("cite") else plain_text(found["inner"])
        else:
            yield found["sign"] or "$"
    yield text[start:]


def without_trailing_marks(address: str) -> str:
    """Cut the punctuation of the sentence around an address; a bracket that the address opened stays."""
    while address:
        last = address[-1]
        opener = _CLOSERS.get(last)
        closes_its_own = opener and address.count(opener) >= address.count(last)
        if closes_its_own or (not opener and last not in ".,;:!?*"):
            break
        address = address[:-1]
    return address


def _without_backslashes(address: str) -> str:
    return re.sub(r"\\([_%#&~])", r"\1", address)
