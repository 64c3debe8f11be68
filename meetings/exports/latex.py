r"""The agenda as LaTeX that compiles by itself, with pdfTeX, XeTeX and LuaTeX alike.

Text is escaped to the last character. A formula keeps its TeX only when every command in it is known to set
mathematics and nothing else, its braces and fences are balanced, and the pages could typeset it too; any other is
shown as its source. pdfTeX prints a character that its fonts lack as its number; the other two print it.
"""

import re
from collections.abc import Iterator

from core.formulas import Formula, mathml_tree, parts_of
from meetings.exports.sheet import AgendaSheet, SheetItem

_AUTHORS = 20  # names an item; the rest is "and n more"

_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[a4paper,margin=25mm]{geometry} % or letterpaper
\usepackage{iftex}
\ifPDFTeX
  \usepackage[T1]{fontenc}
  \usepackage[utf8]{inputenc}
  \newcommand{\sign}[2]{[U+#1]}
  \newcommand{\likened}[2]{#1}
\else
  \usepackage{fontspec}
  \newcommand{\sign}[2]{#2}
  \newcommand{\likened}[2]{#2}
\fi
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{textcomp,amsmath,amssymb}
\usepackage[hidelinks]{hyperref}
\setlength{\parindent}{0pt}
\setlength{\parskip}{3pt}
\setlength{\emergencystretch}{3em}
"""

_DASHES = {"\u2010": "-", "\u2011": "-", "\u2212": r"\ensuremath{-}"}
_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    # What pdfTeX knows only by name.
    "\u00a0": "~",
    **{dash: rf"\likened{{{drawn}}}{{{dash}}}" for dash, drawn in _DASHES.items()},
}
_LIGATURE = re.compile(r"([-',])(?=\1)")  # two signs that TeX would draw as one
_DIRECT = frozenset(
    # What the encodings T1 and TS1 have, as read by inputenc.
    "¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"
    "ĂăĄąĆćČčĎďĐđĘęĚěĞğĹĺĽľŁłŃńŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŹźŻżŽžİıŸ–—‘’‚“”„†‡•…‰‹›€™"
)
_GREEK = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ≤≥→∞≈∼∈√"
_GREEK_NAMES = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi "
    "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega leq geq rightarrow infty approx sim in surd"
)
_BY_NAME = dict(zip(_GREEK, _GREEK_NAMES.split(" "), strict=True))

_KNOWN = frozenset(
    r"""alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho
    sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    frac dfrac tfrac binom sqrt overline underline widehat widetilde hat check tilde acute grave dot ddot breve bar vec
    overrightarrow overbrace underbrace mathbb mathcal mathrm mathbf mathsf mathtt mathfrak mathit boldsymbol text
    textrm textbf textit operatorname rm bf it cal sf tt
    sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp lim limsup liminf sup inf max min arg det
    dim ker hom deg gcd Pr
    sum prod coprod int iint iiint oint bigcup bigcap bigoplus bigotimes bigvee bigwedge
    pm mp times div cdot ast star circ bullet oplus ominus otimes oslash odot cap cup uplus sqcap sqcup vee wedge
    setminus wr amalg dagger ddagger triangle triangleleft triangleright diamond rtimes ltimes
    leq le geq ge neq ne equiv sim simeq approx cong propto ll gg prec succ preceq succeq subset supset subseteq
    supseteq subsetneq supsetneq sqsubseteq sqsupseteq in ni notin vdash dashv models mid parallel perp asymp doteq
    lesssim gtrsim lessapprox gtrapprox leqslant geqslant not
    to rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow mapsto longrightarrow longleftarrow
    longmapsto hookrightarrow hookleftarrow uparrow downarrow updownarrow nearrow searrow rightharpoonup
    rightleftharpoons rightsquigarrow implies iff gets
    infty partial nabla forall exists nexists neg lnot emptyset varnothing hbar ell Re Im aleph wp prime angle top bot
    surd sharp flat natural clubsuit diamondsuit heartsuit spadesuit square blacksquare checkmark complement
    ldots cdots vdots ddots dots dotsc dotsb quad qquad lbrace rbrace langle rangle lvert rvert lVert rVert lfloor
    rfloor lceil rceil vert Vert left right big Big bigl bigr Bigl Bigr colon imath jmath
    displaystyle textstyle scriptstyle AA
    """.split()  # noqa: SIM905  (a list of words reads better than one of strings)
)
# Signs that stand for themselves: what may follow ^, _ and an accent without braces.
_SINGLE = (
    r"\\(?:alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|vartheta|iota|kappa|lambda|mu|nu|xi|pi|rho|varrho"
    r"|sigma|tau|upsilon|phi|varphi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega|ell"
    r"|infty|star|ast|circ|bullet|dagger|ddagger|prime|perp|bot|top|parallel|odot|oplus|otimes|times|pm|mp"
    r"|partial)(?![A-Za-z])"
)
_NEEDS_GROUP = re.compile(
    r"\\(?:[dt]?frac|binom|sqrt|overline|underline|widehat|widetilde|over(?:rightarrow|brace)|underbrace"
    r"|math(?:bb|cal|rm|bf|sf|tt|frak|it)|boldsymbol|text(?:rm|bf|it)?|operatorname)(?![A-Za-z])\s*+(?!\{|\[)"
)
_NEEDS_SIGN = re.compile(
    rf"\\(?:hat|check|tilde|acute|grave|d?dot|breve|bar|vec)(?![A-Za-z])\s*+(?!\{{|[A-Za-z0-9]|{_SINGLE})"
)
_NEEDS_FENCE = re.compile(
    r"\\(?:left|right|[bB]ig[lr]?)(?![A-Za-z])\s*+"
    r"(?![()\[\]|./]|\\[{}|]|\\[lr](?:angle|brace|vert|Vert|floor|ceil)(?![A-Za-z]))"
)
_SCRIPT = re.compile(r"[\^_]")
_SCRIPT_WITH_SIGN = re.compile(
    rf"[\^_]\s*+(?:\{{|[A-Za-z0-9*+-]|{_SINGLE}|\\(?:math(?:rm|bf|cal|bb|sf|it)|text)(?![A-Za-z]))"
)
_TEXT_WITH_MATHS = re.compile(r"\\text(?:rm|bf|it)?\s*\{[^{}]*[\\^_{]")
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_SIGNS = frozenset(r",;:!{}|% ")  # commands of one sign that only space or draw
_FORBIDDEN = re.compile(r"[^\x20-\x7e]|(?<!\\)%|[#&$\"`]|\\\\|'\s*\^|\^[^{\\]'|\^\{[^{}]*\}'|\^\\[A-Za-z]+\s*'")
_ODD = (_FORBIDDEN, _NEEDS_GROUP, _NEEDS_SIGN, _NEEDS_FENCE, _TEXT_WITH_MATHS)


def render(sheet: AgendaSheet) -> bytes:
    """Draw the agenda as one LaTeX document in UTF-8."""
    head = [r"\begin{document}", rf"\section*{{{typeset(sheet.title)}}}"]
    blocks = [_PREAMBLE + "\n".join(head), _facts(sheet)]
    blocks += [_item(sheet, item) for item in sheet.items]
    return ("\n\n".join([*blocks, r"\end{document}"]) + "\n").encode()


def escape(text: str) -> str:
    """Return a name or another plain text as TeX that prints it and does nothing else."""
    return _LIGATURE.sub(r"\1{}", "".join(map(_escaped, text)))


def typeset(text: str) -> str:
    """Return a title or a sentence as TeX, with those formulas typeset that are safe."""
    return "".join(escape(part) if isinstance(part, str) else _formula(part) for part in parts_of(text))


def _escaped(sign: str) -> str:
    if sign in _ESCAPED:
        return _ESCAPED[sign]
    if sign in _BY_NAME:
        return rf"\ensuremath{{\{_BY_NAME[sign]}}}"
    if " " <= sign <= "~" or sign in _DIRECT:
        return sign
    return rf"\sign{{{ord(sign):04X}}}{{{sign}}}"


def _formula(formula: Formula) -> str:
    if is_harmless(formula.tex):
        # Within a line, also where the source would stand on its own.
        return f"${formula.tex}$"
    return escape(formula.source)


def is_harmless(tex: str) -> bool:
    """Tell whether a formula can be handed to TeX: known commands only, everything closed that is opened."""
    if any(odd.search(tex) for odd in _ODD) or not _is_balanced(tex):
        return False
    if len(_SCRIPT.findall(tex)) != len(_SCRIPT_WITH_SIGN.findall(tex)):
        return False
    commands = [found[1] for found in _COMMAND.finditer(tex)]
    if not all(name in (_KNOWN if name.isalpha() else _SIGNS) for name in commands):
        return False
    return commands.count("left") == commands.count("right") and mathml_tree(tex, display=False) is not None


def _is_balanced(tex: str) -> bool:
    depth = 0
    for mark in re.findall(r"[{}]", re.sub(r"\\.", "", tex, flags=re.DOTALL)):
        depth += 1 if mark == "{" else -1
        if depth < 0:
            return False
    return depth == 0 and not re.search(r"(?<!\\)(?:\\\\)*\\$", tex)


def _facts(sheet: AgendaSheet) -> str:
    facts = [
        ("Group", escape(sheet.group)),
        ("When", escape(sheet.when)),
        ("Place", escape(sheet.place)),
        ("Video", _link(sheet.link)),
        ("Agenda", _link(sheet.page)),
        ("Time", escape(sheet.balance)),
        ("Note", escape(sheet.state_shown)),
    ]
    return "\n".join(_lines(facts))


def _item(sheet: AgendaSheet, item: SheetItem) -> str:
    paper = (escape(item.identifier), _link(item.paper_link), escape(", ".join(item.categories)))
    facts = [
        ("Time", escape(f"{sheet.clock(item)}, {item.minutes} min")),
        ("Presenter", escape(item.presenter_shown)),
        ("Authors", escape(item.authors_shown(_AUTHORS))),
        ("Paper", " ".join(part for part in paper if part)),
        ("Discussion", _link(item.page_link)),
        ("Slides", _link(item.slides)),
        ("Summary", typeset(item.summary)),
        ("Why", typeset(item.because)),
        *((label, typeset(text)) for label, text in item.remarks),
    ]
    return "\n".join([rf"\subsection*{{{item.number}. {typeset(item.title)}}}", *_lines(facts)])


def _lines(facts: list[tuple[str, str]]) -> Iterator[str]:
    return (rf"\textbf{{{label}:}} {value}\par" for label, value in facts if value)


def _link(address: str | None) -> str:
    r"""Return the address as \url prints it: at the top of a paragraph it obeys nothing but braces."""
    return rf"\url{{{address}}}" if address else ""
