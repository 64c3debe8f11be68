"""People's names as papers print them: a line of authors split into names, TeX accents decoded.

How arXiv writes authors: https://info.arxiv.org/help/prep.html#author
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeGuard

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerError

from core import limits

NOT_ALL_NAMED = "more authors than the file names"

_BRACKET = re.compile(r"\\.|(?P<bracket>[(){}])", re.DOTALL)
_SEPARATOR = re.compile(r"\\[^A-Za-z&]|(?P<here>,|:(?!\S)|(?<![^\s,\0])(?:and|\\?&)(?![^\s\0]))")
# What makes a line more than names between commas; begins with what a search passes over fast.
_MARK = re.compile(r"[\\(){}:&\0]")
_WORD_AND = re.compile(r"and(?<![^\s,]and)(?!\S)")
_CLOSES = {")": "(", "}": "{"}
_OTHERS = re.compile(r"(?:^|\s)(?:et\.?\s?al\b\.?|\{\\(?:it|em) et\.? al\.?\})$|^others\.?$", re.IGNORECASE)
_MAY_HIDE = re.compile(r"al\b|others", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"([0-9]{1,5}) additional authors? not shown")
# A line of nothing but words with capitals and such as "van" between commas, as most are, perhaps with affiliations:
# there is nothing to decode, cut or join. The words excepted stand for other authors or belong to "for the X
# Collaboration"; as the first of a name they may be a suffix. They are told by their first letters, which is fast.
_WORD = (
    r"(?:(?!(?:E[tT](?i:al)?|A[lL]|O(?i:thers)|T(?i:he))\b)-?[A-Z\u00c0-\u00d6\u00d8-\u00de][A-Za-z\w'.-]{0,30}+"
    r"|v[ao]n|de[lnr]?|d[aiu]|dos|l[ae]|te[nr])"
)
_NAME = rf"(?!(?:[JS][rR]|I[iI]{{1,2}}|I[vV])\b){_WORD}(?>(?: {_WORD}){{0,7}})(?>(?: \([^(){{}}\\\0]*+\))?)"
_PLAIN_LINE = re.compile(rf"{_NAME}(?>(?:, {_NAME})*)")
_AFFILIATION = re.compile(r" \([^()]*\)")
# "(1) Institute" begins the list of institutes, whereas "Name (1)" refers to it.
_INSTITUTE = re.compile(r"\s*\(+\s*(?:[0-9]{1,3}|[a-z*])\s*\)\s*[^\s(]")
_UNPAIRED = re.compile(r"\(.*|[()]")
_ON_BEHALF = re.compile(r"(?:for|on behalf of) the ", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:jr|sr)\.?|I{2,3}|IV|[2-4](?:nd|rd|th)", re.IGNORECASE)

# What the decoder is asked for: accents, letters of other alphabets and marks, one at a time. Whatever else is
# written in TeX is not for it to guess.
_LETTER = r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"
_BARE = rf"(?:\{{ ?(?:\\[ij]|{_LETTER}{{1,2}}) ?\}}|\\[ij](?![A-Za-z]) ?|{_LETTER})"
_ACCENT = (
    rf"\\(?:[`'^\"~=.] ?{_BARE}|[ckvuHrdbt](?: |(?=[{{\\])){_BARE}"
    r"|(?:[lLoOij]|aa|AA|ae|AE|oe|OE|ss|SS|dh|DH|dj|DJ|ng|NG|th|TH|textquotesingle)(?![A-Za-z])(?: |\{\})?|[ ,&%/])"
)
_ACCENTS = re.compile(rf"\{{{_ACCENT}\}}|{_ACCENT}")
_WRAPPED = re.compile(r"\\(?:text(?:sc|it|bf|rm)?|emph|mbox)\{([^{}\\]*)\}")
_NESTING = 3  # accents upon accents: Nguy\~{\^e}n
_SUPERSCRIPT = re.compile(r"\$\s*\^[^$]{0,100}\$|\\textsuperscript\{[^{}]{0,100}\}")
_TEX_MARK = re.compile(r"[\\{}~$]")
_LATEX = LatexNodes2Text()


def split_authors(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split a line of authors into names, and return notes on those it leaves out.

    Commas and "and" separate outside brackets; affiliations in parentheses are dropped; in
    "X Collaboration: A, B" the collaboration is the first author; "Jr." belongs to the name before it.
    """
    if _PLAIN_LINE.fullmatch(text) and text.count(",") < limits.AUTHORS and "not shown" not in text:
        return tuple((_AFFILIATION.sub("", text) if "(" in text else text).split(", ")), ()
    names: list[str] = []
    hidden = _NOT_SHOWN.finditer(text) if "not shown" in text else ()
    notes = [f"{found[1]} additional authors not shown" for found in hidden]
    for written, piece in _pieces(text):
        if names and "(" in written and _INSTITUTE.match(written):
            break
        shown = _OTHERS.sub("", piece) if _MAY_HIDE.search(piece) else piece
        if shown != piece and not notes:
            notes.append(NOT_ALL_NAMED)
        _add(names, shown.strip(" ,;"))
    if not names and not notes:
        _add(names, text.strip("() \t\n"))
    if len(names) > limits.AUTHORS:
        notes.append(f"{len(names) - limits.AUTHORS} authors beyond {limits.AUTHORS:,} left out")
    return tuple(names[: limits.AUTHORS]), tuple(notes)


def _add(names: list[str], written: str) -> None:
    if names and _SUFFIX.fullmatch(written):
        names[-1] = f"{names[-1]} {written}"
    elif name := name_of(written) if len(names) < limits.AUTHORS else written:
        names.append(name)


def name_of(written: str) -> str:
    """Return one name as it is to be shown; empty when nothing in it is a name, such as a colon left by a list."""
    name = decode_tex_accents(written).strip(" ,;:")
    behalf = _ON_BEHALF.match(name)
    name = name[behalf.end() :] if behalf else name
    return name if name[:1].isalpha() or any(char.isalpha() for char in name) else ""


def decode_tex_accents(name: str) -> str:
    r"""Return a name with TeX's accents as letters (`Erd\H{o}s`); as it is when something else is in it."""
    plain = name.strip() if name.isprintable() and "  " not in name else " ".join(name.split())
    if len(plain) > limits.AUTHOR_NAME_CHARS:
        return plain[: limits.AUTHOR_NAME_CHARS - 1] + "…"
    if not _TEX_MARK.search(plain):
        return plain
    plain = _SUPERSCRIPT.sub("", plain).strip() or plain
    decoded = plain
    for _ in range(_NESTING):
        decoded = _WRAPPED.sub(r"\1", _ACCENTS.sub(lambda found: _decoded(found[0]), decoded))
    if not {"\\", "$"}.isdisjoint(decoded) or decoded.count("{") != decoded.count("}"):
        return plain
    decoded = decoded.replace("{", "").replace("}", "").replace("~", " ")
    return unicodedata.normalize("NFC", " ".join(decoded.split())) or plain


@cache  # there are only so many accents, and the decoder takes its time
def _decoded(accent: str) -> str:
    try:
        return str(_LATEX.latex_to_text(accent, tolerant_parsing=False))
    except (LatexWalkerError, ValueError, IndexError):
        return accent


def are_plain(names: list[Any]) -> TypeGuard[list[str]]:
    """Say whether `decode_tex_accents` would leave all these names as they are, by one look at all of them."""
    texts = [name for name in names if isinstance(name, str) and len(name) <= limits.AUTHOR_NAME_CHARS]
    joined = " ".join(texts)
    tidy = joined.isprintable() and "  " not in joined and joined == joined.strip()  # none is empty either
    plain = tidy and not _TEX_MARK.search(joined) and unicodedata.is_normalized("NFC", joined)
    return plain and len(texts) == len(names)


def turned(name: str) -> str:
    """Turn "Family, Given" and "Family, Jr, Given" as lists of references write them; others stay."""
    parts = [part for part in (part.strip() for part in name.split(",")) if part]
    if len(parts) == 2:
        family, given = parts
        return f"{family} {given}" if _SUFFIX.fullmatch(given) else f"{given} {family}"
    if len(parts) == 3:
        family, *rest = parts
        rest.sort(key=lambda part: _SUFFIX.fullmatch(part) is not None)
        return f"{rest[0]} {family} {rest[1]}" if _SUFFIX.fullmatch(rest[1]) else name.strip()
    return name.strip(" ,")


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield what stands between separators: as it is written, and folded without what is in parentheses."""
    if not _MARK.search(text) and not _WORD_AND.search(text):  # most lines of authors: names and commas
        yield from ((piece, " ".join(piece.split())) for piece in text.split(","))
        return
    groups = _groups(text)
    masked = _overwritten(text, groups, "\0")
    outside = _overwritten(text, [group for group in groups if text[group[0]] == "("], " ")
    start = 0
    for found in _SEPARATOR.finditer(masked):
        if found["here"]:
            yield text[start : found.start()], _folded(outside[start : found.start()])
            start = found.end()
    yield text[start:], _folded(outside[start:])


def _folded(piece: str) -> str:
    return " ".join(_UNPAIRED.sub(" ", " ".join(piece.split())).split())


def _overwritten(text: str, spans: Sequence[tuple[int, int]], filler: str) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], filler * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _groups(text: str) -> list[tuple[int, int]]:
    """Return start and end of the outermost pairs of brackets; a bracket without its partner is none."""
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for found in _BRACKET.finditer(text):
        bracket = found["bracket"]
        if bracket in _CLOSES and opened and text[opened[-1]] == _CLOSES[bracket]:
            start = opened.pop()
            while pairs and pairs[-1][0] > start:
                pairs.pop()
            pairs.append((start, found.end()))
        elif bracket and bracket not in _CLOSES:
            opened.append(found.start())
    return pairs
