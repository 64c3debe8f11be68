"""A member's Markdown as HTML, with the people and papers that it names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from typing import Any

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.dollarmath.index import math_block_dollar

from core.formulas import formula_at
from core.ids import ARXIV_ID_IN_TEXT, find_arxiv_ids
from core.text.lines import inline_html
from core.text.safe import COMMENT, OURS, sanitised
from core.text.tex import ADDRESS_IN_TEXT, Typesetter, readable, without_trailing_marks

_BLOCK_MARKS = re.compile(
    r"^ {0,3}(?:(?:>|#{1,6}|[-*+]|\d{1,9}[.)]) +|(?:`{3,}+[^`\n]*+|~{3,}+[^\n]*+)$)", re.MULTILINE
)
_SPAN_MARKS = re.compile(r"(?<![\w*`^])(?P<mark>\*\*?|`)(?P<words>[^\s*`$](?:[^*`\n]*[^\s*`])?)(?P=mark)(?![\w*`])")


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
    source = readable(markdown)
    naming = _Naming(known, _people_pattern(known) if "@" in source else None)
    try:
        markup = _MARKDOWN.render(source, {"typesetter": Typesetter(links=True), "naming": naming})
    except RecursionError:
        markup = f"<p>{escape(source)}</p>"
    return CommentText(sanitised(markup, COMMENT), frozenset(naming.mentioned))


def unmarked(markdown: str) -> str:
    """Return the beginning of a member's Markdown as a line reads: without the marks for emphasis, code and blocks."""
    line = _BLOCK_MARKS.sub("", markdown)
    return _SPAN_MARKS.sub(lambda found: found["words"], line)


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
    for found in ADDRESS_IN_TEXT.finditer(token.content):
        address = without_trailing_marks(found[0])
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
    return _link(OURS + address, Token("html_inline", "", 0, content=inline_html(title)), level)


def _link(address: str, words: Token, level: int) -> Iterator[Token]:
    yield Token("link_open", "a", 1, attrs={"href": address}, level=level)
    words.level = level + 1
    yield words
    yield Token("link_close", "a", -1, level=level)


_MARKDOWN = _markdown()
