"""Text that people and files bring, as HTML that is safe to put on a page.

The only place that marks text as safe. Text is escaped first and marked up by us; the whole then passes an
allow-list (nh3) without scripts, styles, ids or any attribute but those named here. Nothing is remembered
between two texts.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.dollarmath.index import math_block_dollar

from core import limits
from core.formulas import ATTRIBUTES, ELEMENTS, formula_at, mathml
from core.ids import ARXIV_ID_IN_TEXT, find_arxiv_ids

_LINE_TAGS = {"em", "strong", "code"}
_ABSTRACT_TAGS = _LINE_TAGS | {"p", "a"}
_COMMENT_TAGS = (
    _ABSTRACT_TAGS
    | {"br", "s", "pre", "blockquote", "ul", "ol", "li", "h4", "h5", "h6", "hr"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)

# Left-to-right and right-to-left overrides would let a text pose as another one: they are shown, not obeyed.
_SHOWN_AS_MARKS = {0x202D: "[LRO]", 0x202E: "[RLO]"}
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)])
_LINE_END = re.compile(r"\r\n?")
_PARAGRAPH = re.compile(r"\n\s*\n")

_ADDRESS = r"(?<!\w)https?://(?:[^\s<>\"'`{}\\$|^]|\\[_%#&~])+"
_ADDRESS_IN_TEXT = re.compile(_ADDRESS, re.IGNORECASE)
# What authors of titles and abstracts write outside formulas.
_TEX = re.compile(
    r"(?=[hH\\$])(?:"  # lets the search pass over what can begin none of these
    rf"(?P<address>(?i:{_ADDRESS}))"
    r"|\\(?P<command>emph|textbf|textit|textsl|texttt|textsc|underline|mbox|text|cite[pt]?)\{(?P<inner>[^{}]{0,1000})\}"
    r"|\\(?P<sign>[$%&#_{}])"
    r"|(?P<dollar>\$))"
)
# They stand for <mark> while a text is set: no text needs them, and unlike control characters they are kept.
_MARK, _MARK_END = "\ue000", "\ue001"
_NO_MARKS = str.maketrans({_MARK: " ", _MARK_END: " "})
_BLOCK_MARKS = re.compile(
    r"^ {0,3}(?:(?:>|#{1,6}|[-*+]|\d{1,9}[.)]) +|(?:`{3,}+[^`\n]*+|~{3,}+[^\n]*+)$)", re.MULTILINE
)
_SPAN_MARKS = re.compile(r"(?<![\w*`^])(?P<mark>\*\*?|`)(?P<words>[^\s*`$](?:[^*`\n]*[^\s*`])?)(?P=mark)(?![\w*`])")
_COMMAND_TAGS = {"emph": "em", "textit": "em", "textsl": "em", "textbf": "strong", "texttt": "code"}
_CLOSERS = {")": "(", "]": "["}


def inline_html(text: str) -> SafeString:
    """Return a title or another single line as HTML: escaped, formulas typeset, no links."""
    if _is_bare(text):
        return mark_safe(_bare(text))  # noqa: S308 - text in which nothing is left to mark up
    markup = _Typesetter(links=False).line(_readable(text))
    return _sanitised(markup, _LINE)


def marked_html(pieces: Sequence[tuple[str, bool]]) -> SafeString:
    """Return a line in pieces as HTML, those that were looked for in `<mark>`; in a formula, all of it is marked."""
    text = "".join(piece for piece, _ in pieces)
    if _is_bare(text):
        parts = (f"<mark>{_bare(piece)}</mark>" if is_hit else _bare(piece) for piece, is_hit in pieces)
        return mark_safe("".join(parts))  # noqa: S308 - as in a title
    marked = _readable(_with_marks(text, _hits(text, pieces)))
    markup = _Typesetter(links=False).line(marked).replace(_MARK, "<mark>").replace(_MARK_END, "</mark>")
    return _sanitised(markup, _MARKED)


def abstract_html(text: str) -> SafeString:
    """Return an abstract as paragraphs of HTML: escaped, formulas typeset, web addresses linked."""
    if _is_bare(text):
        paragraphs = (_bare(part.strip()) for part in _PARAGRAPH.split(text))
        return mark_safe("\n".join(f"<p>{part}</p>" for part in paragraphs if part))  # noqa: S308 - as in a title
    typesetter = _Typesetter(links=True)
    paragraphs = (part.strip() for part in _PARAGRAPH.split(_readable(text)))
    markup = "\n".join(f"<p>{typesetter.line(part)}</p>" for part in paragraphs if part)
    return _sanitised(markup, _ABSTRACT)


@dataclass(frozen=True, slots=True)
class Known:
    """What a comment may name: people by their names in small letters, and papers by their arXiv ids.

    A person's name leads to ids; a paper's id to its address on our pages, "/g/…/papers/2009.14798/", and its title.
    """

    people: Mapping[str, Sequence[int]] = field(default_factory=lambda: MappingProxyType({}))
    papers: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class CommentText:
    html: SafeString
    mentioned: frozenset[int]  # ids of people


def markdown_html(markdown: str) -> SafeString:
    """Return a member's Markdown as HTML, as `comment_text` does where nothing is known."""
    return comment_text(markdown, Known()).html


def comment_text(markdown: str, known: Known) -> CommentText:
    """Return a member's Markdown as HTML: no raw HTML, no images, formulas typeset, web addresses linked.

    Headings become levels 4 to 6, since the text stands below headings of the page. An id or an address of a known
    paper becomes its title, and leads to our page; "@" and a known name is a mention; neither in code.
    """
    source = _readable(markdown)
    naming = _Naming(known, _people_pattern(known) if "@" in source else None)
    try:
        markup = _MARKDOWN.render(source, {"typesetter": _Typesetter(links=True), "naming": naming})
    except RecursionError:
        markup = f"<p>{escape(source)}</p>"
    return CommentText(_sanitised(markup, _COMMENT), frozenset(naming.mentioned))


def stored_html(markup: str) -> SafeString:
    """Mark HTML as safe that a function above made and a column `…_html` kept."""
    return mark_safe(markup)  # noqa: S308 - it passed the allow-list before it was stored


_DRAWING = re.compile(r"(?:<\?xml [^<>]*\?>\s*)?(<svg [^<>]*>\s*<path [^<>]*/>\s*</svg>)\s*")


def drawing(markup: str) -> SafeString:
    """Return an SVG of a single path, without the line that makes it a document, to stand in a page.

    Raises ValueError for any other markup.
    """
    found = _DRAWING.fullmatch(markup)
    if found is None:
        raise ValueError("this is not a drawing of one path")
    return mark_safe(found[1])  # noqa: S308 - one element with attributes, drawn by the program itself


def unmarked(markdown: str) -> str:
    """Return the beginning of a member's Markdown as a line reads: without the marks for emphasis, code and blocks."""
    line = _BLOCK_MARKS.sub("", markdown)
    return _SPAN_MARKS.sub(lambda found: found["words"], line)


def plain_text(text: str) -> str:
    """Return Markdown or TeX for a mail's text part: commands unwrapped, formulas and Markdown as typed."""
    return "".join(_plain_parts(_readable(text))).strip()


_ATTRIBUTES: Mapping[str, set[str]] = {
    "*": set(),  # nh3 would allow lang and title everywhere
    "a": {"href"},
    "ol": {"start"},
    **{element: set(names) for element, names in ATTRIBUTES.items()},
}


# Links to our own pages are relative, which nobody else may write: they come under a name that no one can register
# (RFC 2606), and lose it here.
_OURS = "https://ours.invalid"
_OUR_PAPER = re.compile(r"/g/[a-z0-9-]+/papers/[A-Za-z0-9./-]+/", re.ASCII)
_ABSOLUTE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def _own_or_absolute(tag: str, name: str, value: str) -> str | None:
    if name != "href":
        return value
    if value.startswith(_OURS):
        address = value.removeprefix(_OURS)
        return address if _OUR_PAPER.fullmatch(address) and ".." not in address else None
    return value if _ABSOLUTE.match(value) else None


def _allowing(
    tags: set[str], rel: str = "nofollow noopener", own: Callable[[str, str, str], str | None] | None = None
) -> nh3.Cleaner:
    """Return the allow-list of these tags; made once, since making it costs more than a text."""
    return nh3.Cleaner(
        tags=tags | ELEMENTS,
        attributes=_ATTRIBUTES,
        attribute_filter=own,
        allowed_classes={"code": {"tex"}, "strong": {"mention"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="pass_through" if own else "deny",
        link_rel=rel,
    )


_LINE = _allowing(_LINE_TAGS)
_MARKED = _allowing(_LINE_TAGS | {"mark"})
_ABSTRACT = _allowing(_ABSTRACT_TAGS)
_COMMENT = _allowing(_COMMENT_TAGS, rel="nofollow noopener ugc", own=_own_or_absolute)


def _sanitised(markup: str, allowed: nh3.Cleaner) -> SafeString:
    return mark_safe(allowed.clean(markup))  # noqa: S308 - the allow-list is what makes it safe


def _is_bare(text: str) -> bool:
    """Say whether all that is left to do is escaping: no TeX, no address, nothing that cannot be seen.

    So it is with two of three abstracts, and with nearly every title.
    """
    return not ("\\" in text or "$" in text or "://" in text) and text.replace("\n", "").isprintable()


def _bare(text: str) -> str:
    """Escape as the allow-list writes text again."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _readable(text: str) -> str:
    return _LINE_END.sub("\n", text).translate(_CONTROLS).translate(_SHOWN_AS_MARKS)


# --- what was looked for ------------------------------------------------------------------------------------


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
    while sign := _TEX.search(text, start):
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


# --- TeX in plain text ------------------------------------------------------------------------------------


class _Typesetter:
    """Sets one text; counts its formulas, and shows those beyond the limit as source."""

    def __init__(self, *, links: bool) -> None:
        self.links = links
        self.formulas = 0

    def formula(self, tex: str, *, display: bool) -> str:
        self.formulas += 1
        markup = mathml(tex, display=display) if self.formulas <= limits.FORMULAS_PER_TEXT else None
        return markup or f'<code class="tex">{escape(tex)}</code>'

    def line(self, text: str) -> str:
        return "".join(self._parts(text))

    def _parts(self, text: str) -> Iterator[str]:
        start = 0
        while found := _TEX.search(text, start):
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
            address = _without_trailing_marks(found["address"])
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


def _plain_parts(text: str) -> Iterator[str]:
    start = 0
    while found := _TEX.search(text, start):
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


def _without_trailing_marks(address: str) -> str:
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


# --- Markdown ---------------------------------------------------------------------------------------------


def _markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    md.block.ruler.before("fence", "math_block", _display_rule)
    md.inline.ruler.before("escape", "math_inline", _formula_rule)
    md.core.ruler.push("page", _fit_to_page)
    md.add_render_rule("math_inline", _render_formula)
    md.add_render_rule("math_block", _render_formula)
    md.add_render_rule("image", _render_image)
    return md


_display_block = math_block_dollar(allow_labels=False, allow_blank_lines=False)


def _display_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Take a formula on lines of its own; the plugin's rule would make one of "$$x$$ and $$y$$"."""
    line = state.src[state.bMarks[start_line] : state.eMarks[start_line]]
    return line.count("$$") <= 2 and bool(_display_block(state, start_line, end_line, silent))


def _formula_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "$":
        return False
    formula = formula_at(state.src, state.pos)
    if formula is None or formula.end > state.posMax:
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = formula.tex
        token.markup = "$$" if formula.display else "$"
    state.pos = formula.end
    return True


def _render_formula(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: dict[str, Any],
) -> str:
    token = tokens[index]
    markup = env["typesetter"].formula(token.content.strip(), display=token.markup == "$$")
    return f"<p>{markup}</p>\n" if token.block else markup


def _render_image(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: dict[str, Any],
) -> str:
    """Render an image as a link to it: loading it would tell its server who reads here."""
    address = str(tokens[index].attrs.get("src", ""))
    return f'<a href="{escape(address)}">{escape(tokens[index].content or address)}</a>'


def _fit_to_page(state: StateCore) -> None:
    """Lower the headings and link bare web addresses."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 3, 6)}"
        if token.type == "inline" and token.children:
            token.children = list(_linked(token.children, state.env["naming"]))


@dataclass(slots=True)
class _Naming:
    """What is known to one text, and who is mentioned in it."""

    known: Known
    people: re.Pattern[str] | None
    mentioned: set[int] = field(default_factory=set)

    def paper_in(self, address: str) -> tuple[str, str] | None:
        """Return the address and the title of the paper that a web address names, if it is known."""
        if not self.known.papers:
            return None
        paper = next(find_arxiv_ids(address), None)
        return self.known.papers.get(paper.identity) if paper else None


def _people_pattern(known: Known) -> re.Pattern[str] | None:
    """Return what finds mentions: the longest name wins, and an address of a mail is none."""
    names = sorted(known.people, key=len, reverse=True)
    if not names:
        return None
    return re.compile(rf"(?<![\w@.])@({'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)


def _linked(tokens: Sequence[Token], naming: _Naming) -> Iterator[Token]:
    inside = 0
    skipped = False  # the words and the end of a link that a title has taken the place of
    for at, token in enumerate(tokens):
        inside += (token.type == "link_open") - (token.type == "link_close")
        paper = naming.paper_in(str(token.attrs["href"])) if _is_bare_link(tokens, at) else None
        if paper:
            skipped = True
            yield from _titled(paper, token.level)
        if token.type == "text" and not inside:
            yield from _linked_text(token, naming)
        elif not skipped:
            yield token
        if token.type == "link_close":
            skipped = False


def _is_bare_link(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a link that begins here was written as an address in angle brackets, without words of its own."""
    return tokens[at].type == "link_open" and tokens[at].info == "auto"


def _linked_text(token: Token, naming: _Naming) -> Iterator[Token]:
    start, level = 0, token.level
    for found in _ADDRESS_IN_TEXT.finditer(token.content):
        address = _without_trailing_marks(found[0])
        yield from _named_text(token.content[start : found.start()], level, naming)
        paper = naming.paper_in(address)
        yield from _titled(paper, level) if paper else _link(address, Token("text", "", 0, content=address), level)
        start = found.start() + len(address)
    yield from _named_text(token.content[start:], level, naming)


def _named_text(text: str, level: int, naming: _Naming) -> Iterator[Token]:
    """Yield a text without web addresses; ids of known papers in it become links, and mentions are marked."""
    start = 0
    for found in _PAPER_IN_TEXT.finditer(text) if naming.known.papers else ():
        paper = naming.paper_in(found[0])
        if paper:
            yield from _mentions(text[start : found.start()], level, naming)
            yield from _titled(paper, level)
            start = found.end()
    yield from _mentions(text[start:], level, naming)


_PAPER_IN_TEXT = re.compile(rf"(?:(?<!\w)arxiv:\s?)?{ARXIV_ID_IN_TEXT.pattern.replace('(?i:', '(?:')}", re.IGNORECASE)


def _mentions(text: str, level: int, naming: _Naming) -> Iterator[Token]:
    start = 0
    for found in naming.people.finditer(text) if naming.people else ():
        naming.mentioned.update(naming.known.people.get(found[1].lower(), ()))
        yield Token("text", "", 0, content=text[start : found.start()], level=level)
        yield Token("html_inline", "", 0, content=f'<strong class="mention">{escape(found[0])}</strong>', level=level)
        start = found.end()
    yield Token("text", "", 0, content=text[start:], level=level)


def _titled(paper: tuple[str, str], level: int) -> Iterator[Token]:
    address, title = paper
    return _link(_OURS + address, Token("html_inline", "", 0, content=inline_html(title)), level)


def _link(address: str, words: Token, level: int) -> Iterator[Token]:
    yield Token("link_open", "a", 1, attrs={"href": address}, level=level)
    words.level = level + 1
    yield words
    yield Token("link_close", "a", -1, level=level)


_MARKDOWN = _markdown()
