"""Titles, abstracts and comments as safe HTML."""

import re
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from core import limits
from core.formulas import formula_at, mathml
from core.text import abstract_html, inline_html, markdown_html, marked_html, plain_text, unmarked
from tests.papers.parsers.recorded import recorded_abstracts


def marked_whole(text: str) -> SafeString:
    return marked_html([(text[: len(text) // 2], False), (text[len(text) // 2 :], True)])


SINKS = [inline_html, abstract_html, markdown_html, marked_whole]

# Said again here, so that a slip in the allow-list of the program does not widen the test's.
_TAGS = """
    a p em strong code mark br s pre blockquote ul ol li h4 h5 h6 hr table thead tbody tr th td
    math mrow mi mn mo mtext mspace ms mfrac msqrt mroot msub msup msubsup munder mover munderover
    mmultiscripts mprescripts mtable mtr mtd mstyle mpadded mphantom merror
"""
_ATTRIBUTES = """
    href rel class start alttext display mathvariant stretchy fence separator form largeop movablelimits minsize
    maxsize width linethickness accent accentunder displaystyle scriptlevel columnalign rowlines columnlines
"""
TAGS, ATTRIBUTES = set(_TAGS.split()), set(_ATTRIBUTES.split())
X, Y, ALPHA = (mathml(tex, display=False) for tex in ("x", "y", "\\alpha"))
VOID = {"br", "hr"}

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example/x.js></sCrIpT>",
    "<script\x0ctype='text/javascript'>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<math href='javascript:alert(1)'>x</math>",
    "<math><maction actiontype='statusline#http://x' xlink:href='javascript:alert(1)'>x</maction></math>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='data:text/html,<script>alert(1)</script>'>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<base href='https://x.example/'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//x.example/x.css>",
    "<style>@import '//x.example/x.css'</style>",
    "<style><img src='</style><img src=x onerror=alert(1)>'></style>",
    "<div style='position:fixed;inset:0'>x</div>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "</p></div></body></html><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "`onmouseover=alert(1)`",
    "<b hx-get='/me/' hx-trigger='load'>x</b>",
    "<b data-hx-post='/me/delete/' data-hx-trigger='load'>x</b>",
    "<div hx-on::load='alert(1)'>x</div>",
    "<form id=csrf name=body><input name=action></form>",
    "<a id=location href=https://x.example>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x0A;script:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](//x.example/y)",
    "[x](/me/)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x](https://x.example 'a\" onmouseover=\"alert(1)')",
    "[<img src=x onerror=alert(1)>](https://x.example)",
    '[x](https://x.example"onmouseover=alert(1)//)',
    "![x](https://x.example/beacon.png)",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](https://x.example/y.png)',
    "![<script>alert(1)</script>](data:image/svg+xml,<svg onload=alert(1)>)",
    "<javascript:alert(1)>",
    '<https://x.example/"onmouseover=alert(1)>',
    'https://x.example/"onmouseover="alert(1)',
    "https://x.example/'><script>alert(1)</script>",
    "https://x.example/<img src=x onerror=alert(1)>",
    "javascript://x.example/%0Aalert(1)",
    "```<script>\nalert(1)\n```",
    '```js" onclick="alert(1)\nx\n```',
    "|<script>alert(1)</script>|x|\n|-|-|\n|<img src=x onerror=alert(1)>|[x](javascript:alert(1))|",
    "# <img src=x onerror=alert(1)>",
    "> <script>alert(1)</script>",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\text{</mtext></math><script>alert(1)</script>}$",
    r"$\text{&lt;img src=x onerror=alert(1)&gt;}$",
    r"$\text{&#60;script&#62;alert(1)&#60;/script&#62;}$",
    r"$\mbox{<svg onload=alert(1)>}$",
    r"$\operatorname{<script>alert(1)</script>}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\href{https://x.example}{x}$",
    r"$\url{javascript:alert(1)}$",
    r"$\style{position:fixed;inset:0}{x}$",
    r"$\class{button}{x}$",
    r"$\cssId{csrf}{x}$",
    r"$\htmlData{hx-get=/me/}{x}$",
    r"$\htmlStyle{color: red}{x}$",
    r"$\color{red;background:url(javascript:alert(1))}{x}$",
    r"$\color{red\" onclick=\"alert(1)}{x}$",
    r"$\unicode{x3c}script\unicode{x3e}$",
    r"$\begin{array}{c\" onclick=\"alert(1)}x\end{array}$",
    r"$\genfrac{}{}{1px\" onclick=\"alert(1)}{}{a}{b}$",
    r"$\hspace{1em\" onclick=\"alert(1)}$",
    r"$\rule{9999em}{9999em}$",
    r"$\includegraphics{https://x.example/beacon.png}$",
    r"$<img src=x onerror=alert(1)>$",
    '$x"><script>alert(1)</script>$',
    "$$\n</code></p><script>alert(1)</script>\n$$",
    r"$\foo<img src=x onerror=alert(1)>$",
    r"\emph{<script>alert(1)</script>}",
    r"\cite{<img src=x onerror=alert(1)>}",
    r"\textbf{$\text{<img src=x onerror=alert(1)>}$}",
]


class _Page(HTMLParser):
    """Reads markup as a browser would and keeps what it is made of."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.strays: list[str] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.strays.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.strays.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.strays.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.strays.append(f"instruction {data}")


def assert_harmless(markup: str) -> None:
    page = _Page(markup)
    assert {tag for tag, _ in page.elements} <= TAGS
    assert {name for _, attributes in page.elements for name in attributes} <= ATTRIBUTES
    assert {attributes["class"] for _, attributes in page.elements if "class" in attributes} <= {"tex", ""}
    for tag, attributes in page.elements:
        if "href" in attributes:
            assert tag == "a"
            assert urlsplit(attributes["href"] or "").scheme in {"http", "https", "mailto"}
            assert {"nofollow", "noopener"} <= set((attributes["rel"] or "").split())
    assert (page.open, page.strays) == ([], [])


@pytest.mark.parametrize("sink", SINKS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_is_harmless(sink: Callable[[str], str], payload: str) -> None:
    for text in (payload, f"before {payload} after", f"$x$ {payload} $y$", f"*{payload}*", payload.swapcase()):
        assert_harmless(sink(text))


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.one_of(st.sampled_from(PAYLOADS), st.sampled_from(list("$\\{}<>\"'`*_[]()!|#\n &;^")), st.text(max_size=5)),
        max_size=12,
    )
)
def test_any_mixture_is_harmless(parts: list[str]) -> None:
    for sink in SINKS:
        assert_harmless(sink("".join(parts)))


@pytest.mark.parametrize("sink", SINKS)
def test_the_result_is_marked_safe(sink: Callable[[str], str]) -> None:
    assert isinstance(sink("x"), SafeString)


def test_title_with_formulas_and_tex() -> None:
    title = r"\emph{Fast} $A^2$NL & 10\% of <b> \cite{Parkhi2015}"

    assert inline_html(title) == (
        '<em>Fast</em> <math alttext="A^2"><mrow><msup><mi>A</mi><mn>2</mn></msup></mrow></math>NL '
        "&amp; 10% of &lt;b&gt; [Parkhi2015]"
    )


def test_characters_that_mean_something_in_html_survive_a_formula() -> None:
    assert inline_html(r"$a < b \& c$") == (
        r'<math alttext="a &lt; b \&amp; c"><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi>'
        "<mi>&amp;</mi><mi>c</mi></mrow></math>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 and $6",
        "US$ 5 and US$ 6",
        "between $10-$20 a month",
        "$20/month or x_i for $30",
        "costs $5 or €4 (or 3$)",
        "a lone $ sign",
        "$ $",
        "$$",
        "$$ $$",
        "from $5 for \\emph{a} to $six",
        "$a\n\nb$",
    ],
)
def test_prices_stay_text(text: str) -> None:
    assert "<math" not in abstract_html(text)
    assert "$" in abstract_html(text)


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("$x$", ["x"]),
        ("$ \\alpha $ and $\\beta$-VAE", ["\\alpha", "\\beta"]),
        ("from $0.8eV$ to $0.9eV$", ["0.8eV", "0.9eV"]),
        ("$5$ and $10$", ["5", "10"]),
        ("costs $5, and $x$ is free", ["x"]),
        ("H$_2$O", ["_2"]),
        ("$a$$b$", ["a", "b"]),
        ("$$x$$ and $$ y $$", ["x", "y"]),
        ("$\\$5$", ["\\$5"]),
        ("\\$5 and $x$", ["x"]),
        ("$x$ ends with a digit 5", ["x"]),
    ],
)
def test_formulas_are_found(text: str, formulas: list[str]) -> None:
    for sink in SINKS:
        page = _Page(sink(text))
        assert [attributes["alttext"] for tag, attributes in page.elements if tag == "math"] == formulas


@pytest.mark.parametrize(
    "tex",
    [
        r"x^{",
        r"\frac{1}",
        r"\foo",
        r"\foo_\bar",
        r"\left( x",
        r"\newcommand{\a}{\a\a}\a",
        r"\gdef\x{y}",
        r"\begin{matrix}",
        r"\sqrt" * 900 + "x",
        r"\left(" * 800 + r"\right)" * 800,
        "x^" * 2000 + "x",
    ],
)
def test_what_cannot_be_typeset_is_shown_as_source(tex: str) -> None:
    page = _Page(inline_html(f"${tex}$"))

    assert page.elements == [("code", {"class": "tex"})]
    assert page.text == tex


def test_command_that_nobody_knows_stays_as_it_is_written_in_a_formula() -> None:
    assert mathml(r"H_\fa(x)", display=False) == (
        r'<math alttext="H_\fa(x)"><mrow><msub><mi>H</mi><mtext>\fa</mtext></msub>'
        '<mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo></mrow></math>'
    )


@pytest.mark.parametrize(
    ("tex", "same"),
    [
        (r"\R^n", r"\mathbb{R}^n"),
        (r"\ZZ_p", r"\mathbb{Z}_p"),
        (r"\Spec R", r"\operatorname{Spec} R"),
        (r"M_{\rmgas}", r"M_{\mathrm{gas}}"),
        (r"5\,\AA", r"5\,Å"),
    ],
)
def test_macros_that_all_authors_mean_alike_are_set(tex: str, same: str) -> None:
    set_so, set_out = mathml(tex, display=False), mathml(same, display=False)

    assert set_so
    assert set_out
    assert set_so.partition(">")[2] == set_out.partition(">")[2]
    assert _Page(set_so).elements[0] == ("math", {"alttext": tex})


_PIECES = r"\R \RR \Rx \Spec \rmgas \rm \AA \fa \foo{x} \frac{1}{2} \left( \right) x ^ _ { } 5 \, \text{a} &"


@given(st.lists(st.sampled_from([*_PIECES.split(" "), " "]), min_size=1, max_size=8).map("".join))
def test_any_formula_is_set_whole_or_shown_as_it_was_written(tex: str) -> None:
    markup = mathml(tex, display=False)

    if markup is not None:
        page = _Page(markup)
        assert page.elements[0] == ("math", {"alttext": tex})
        assert {tag for tag, _ in page.elements} <= TAGS
        assert (page.open, page.strays) == ([], [])


def test_recorded_formulas_are_nearly_all_set(shared_data: Path) -> None:
    shown = [abstract_html(abstract) for abstract in recorded_abstracts(shared_data)]
    formulas = [one for markup in shown for one in re.findall(r"<math.*?</math>|<code.*?</code>", markup, re.DOTALL)]
    as_source = [one for one in formulas if one.startswith("<code")]
    with_unknown_commands = [one for one in formulas if "<mtext>\\" in one]

    assert len(shown) >= 2_000
    assert len(formulas) > 3_000
    assert len(as_source) < 0.01 * len(formulas)
    assert len(with_unknown_commands) < 0.04 * len(formulas)


def test_a_definition_does_not_reach_the_next_text() -> None:
    before = inline_html(r"$\alpha$")

    inline_html(r"$\gdef\alpha{HACKED}\renewcommand{\alpha}{HACKED}$")

    assert inline_html(r"$\alpha$") == before


@pytest.mark.parametrize(("over", "typeset"), [(-1, True), (0, True), (1, False)])
def test_limits_of_one_formula(over: int, typeset: bool) -> None:
    long = "x" * (limits.FORMULA_CHARS + over)
    deep = limits.FORMULA_NESTING + over

    assert (mathml(long, display=False) is not None) is typeset
    for opening in ("{", "x^{", r"\sqrt{", r"\frac{1}{", r"\left({"):
        closing = r"}\right)" if "left" in opening else "}"
        assert (mathml(opening * deep + "x" + closing * deep, display=False) is not None) is typeset


@pytest.mark.parametrize("sink", SINKS)
@pytest.mark.parametrize("over", [-1, 0, 1])
def test_limit_of_formulas_in_a_text(sink: Callable[[str], str], over: int) -> None:
    count = limits.FORMULAS_PER_TEXT + over

    tags = [tag for tag, _ in _Page(sink("$x$ " * count)).elements]

    assert tags.count("math") == min(count, limits.FORMULAS_PER_TEXT)
    assert tags.count("code") == max(over, 0)


def test_a_formula_cannot_blow_up_the_page() -> None:
    page = _Page(inline_html(r"$a\hspace{9999em}b\hspace{-50em}c\quad d\!$ $\rule{99em}{99em}$"))

    assert [attributes.get("width") for tag, attributes in page.elements if tag == "mspace"] == [
        None,
        None,
        "1em",
        None,
        None,
    ]


def test_abstract_has_paragraphs_and_links() -> None:
    abstract = "Code: https://x.org/a\\_b(c).\nSame.\n\nSee (http://y.org/?a=1&b=2), <b>."

    assert abstract_html(abstract) == (
        '<p>Code: <a href="https://x.org/a_b(c)" rel="nofollow noopener">https://x.org/a_b(c)</a>.\nSame.</p>\n'
        '<p>See (<a href="http://y.org/?a=1&amp;b=2" rel="nofollow noopener">http://y.org/?a=1&amp;b=2</a>), '
        "&lt;b&gt;.</p>"
    )


def test_a_title_has_no_links() -> None:
    assert inline_html("See https://x.org/a.") == "See https://x.org/a."


def test_comment_in_markdown() -> None:
    comment = "# Why\n\n**Bold** ~~gone~~ $x$ [l](https://x.org) https://y.org/a_b_c.\n\n- a\n- `$b$`\n"

    assert markdown_html(comment) == (
        "<h4>Why</h4>\n"
        '<p><strong>Bold</strong> <s>gone</s> <math alttext="x"><mrow><mi>x</mi></mrow></math> '
        '<a href="https://x.org" rel="nofollow noopener ugc">l</a> '
        '<a href="https://y.org/a_b_c" rel="nofollow noopener ugc">https://y.org/a_b_c</a>.</p>\n'
        "<ul>\n<li>a</li>\n<li><code>$b$</code></li>\n</ul>\n"
    )


def test_comment_with_a_displayed_formula_over_several_lines() -> None:
    tags = [tag for tag, _ in _Page(markdown_html("Then\n\n$$\na\n= b\n- c\n$$\n\nand so on")).elements]

    assert tags == ["p", "p", "math", "mrow", "mi", "mo", "mi", "mo", "mi", "p"]


def test_comment_shows_an_image_as_a_link() -> None:
    assert markdown_html("![A plot](https://x.org/p.png)") == (
        '<p><a href="https://x.org/p.png" rel="nofollow noopener ugc">A plot</a></p>\n'
    )


@pytest.mark.parametrize("sink", SINKS)
def test_control_characters_go_and_overrides_are_shown(sink: Callable[[str], str]) -> None:
    page = _Page(sink("a\0b\x07c \u202egnp.exe $x\u202e$"))

    assert page.text.strip().startswith("abc [RLO]gnp.exe")
    assert "\u202e" not in sink("$\u202e$")


def test_plain_text_for_a_mail() -> None:
    text = "\\emph{Fast} 10\\% of $\\beta\\%$,\r\n**bold** \\cite{x} for $5, https://x.org/a\\_b.\0"

    assert plain_text(text) == "Fast 10% of $\\beta\\%$,\n**bold** [x] for $5, https://x.org/a_b."


@settings(deadline=None)
@given(st.text(alphabet="$\\ {}ax5\n", max_size=40))
def test_a_formula_ends_at_its_own_dollar(text: str) -> None:
    for start, char in enumerate(text):
        formula = formula_at(text, start) if char == "$" else None
        if formula:
            assert text[formula.end - 1] == "$"
            assert formula.tex == text[start : formula.end].strip("$").strip() or "\\$" in text or "$$" in text


WORST = {
    "brackets": "[" * 20_000,
    "links": "[a](" * 5_000,
    "emphasis": "*a_ " * 5_000,
    "ticks": "".join("`" * n + " " for n in range(190)),
    "quotes": ">" * 20_000,
    "dollars": "$" * 20_000,
    "open formulas": "$$a" + "$b" * 9_000,
    "matrix": r"$\begin{matrix}" + "&" * 4_900 + r"\end{matrix}$",
    "braces": "$" + "{" * 2_400 + "}" * 2_400 + "$",
    "addresses": "https://x" + ")" * 19_000,
    "commands": r"\emph{" * 3_300,
    "table": "|a|\n|-|\n" + "|\n" * 6_000,
}


@pytest.mark.parametrize("name", WORST)
@pytest.mark.parametrize("sink", SINKS)
def test_the_worst_text_takes_no_time(sink: Callable[[str], str], name: str) -> None:
    started = time.process_time()

    assert_harmless(sink(WORST[name][: limits.COMMENT_CHARS]))

    assert time.process_time() - started < 5


def test_a_fifth_of_a_big_day_takes_a_second_or_two() -> None:
    title = r"On the $\beta$-function of $\mathcal{N}=4$ theories"
    abstract = r"We show $\lim_{x\to 0} \frac{\sin x}{x} = 1$ and $\sum_{i=1}^n x_i^2 < \infty$ at 10\%. " * 5
    started = time.process_time()

    for _ in range(260):
        inline_html(title)
        abstract_html(abstract)

    assert time.process_time() - started < 6


@given(st.text(alphabet=st.sampled_from("ab &<>\"'\n\t:/$\\ é\u00a0\u202e\u200b"), max_size=30) | st.text(max_size=60))
def test_text_with_nothing_to_mark_up_takes_a_shorter_way_to_the_same_html(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.text.lines._is_bare", lambda text: False)
        expected = inline_html(text), abstract_html(text)

    assert (inline_html(text), abstract_html(text)) == expected


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([], ""),
        ([("a < ", False), ("b", True), (" & c", False)], "a &lt; <mark>b</mark> &amp; c"),
        ([("$\\", False), ("alpha", True), ("$-decay", False)], f"<mark>{ALPHA}</mark>-decay"),
        ([("$x$ and ", False), ("$y$", True)], f"{X} and <mark>{Y}</mark>"),
        ([("\\", False), ("emph", True), ("{a ", False), ("b", True), ("}", False)], "<em>a <mark>b</mark></em>"),
        ([("\\emph{a ", False), ("b} c", True)], "<em>a <mark>b</mark></em> c"),
        ([("costs $", False), ("5", True), (" and $6", False)], "costs $<mark>5</mark> and $6"),
        ([("\ue000x\ue001", True), (" \\& y", False)], "<mark> x </mark> &amp; y"),
    ],
)
def test_what_was_looked_for_is_marked_and_formulas_are_marked_whole(
    pieces: list[tuple[str, bool]], expected: str
) -> None:
    assert marked_html(pieces) == expected


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("**In short:** six *numbers*, and `code`.", "In short: six numbers, and code."),
        ("> quoted\n# Heading\n- one\n2. two", "quoted\nHeading\none\ntwo"),
        ("See:\n```python\nx = 1\n```\nand ```y```", "See:\n\nx = 1\n\nand ```y```"),
        ("2 * 3 * 4, a**b**c, $x^*$ and $y^*$, a_b", "2 * 3 * 4, a**b**c, $x^*$ and $y^*$, a_b"),
        ("**", "**"),
        ("-5 degrees, #hashtag", "-5 degrees, #hashtag"),
    ],
)
def test_beginning_of_a_comment_reads_without_its_marks(markdown: str, line: str) -> None:
    assert unmarked(markdown) == line


@pytest.mark.parametrize("mark", ["~", "`", "#", ">", "*", "1", " "])
def test_marks_without_an_end_are_taken_away_at_once(mark: str) -> None:
    begun = time.process_time()

    unmarked(mark * limits.COMMENT_CHARS + "`~")

    assert time.process_time() - begun < 1
