"""What people type to find a paper, as words to look for."""

import re
from dataclasses import dataclass

from core import limits

# Marks around what was looked for, and what stands for "<" meanwhile: control characters, since no text has them.
HIT, HIT_END, LESS = "\x02", "\x03", "\x04"
Pieces = list[tuple[str, bool]]  # a text in pieces, each with whether it was looked for

_WORDS_BEFORE, _WORDS = 8, 40  # of an excerpt
_FORMULA_OR_WORD = re.compile(r"(?:\$[^$]{1,200}\$|[^\s$]|\$)+")

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_SEARCHED = re.compile(r"\w")
_TYPED = re.compile(r'(?P<minus>(?<!\S)-(?=[\w"]))?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))  # what telephones and word processors put in their place
_LAST_WORD = re.compile(r"(?P<before>.*[^\w])?(?P<last>[^\W_]+)$", re.DOTALL)
_PREFIX_CHARS = 3  # fewer letters begin too many words to look for


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or words that stand side by side."""

    text: str
    is_phrase: bool = False
    is_excluded: bool = False
    is_open: bool = False  # still being typed: a longer word may be meant


def words_of(text: str) -> list[str]:
    """Return the words that can be looked for, each once, in the order typed; what has no letter or digit is none."""
    words = dict.fromkeys(word for word in text.split() if _SEARCHED.search(word))
    return list(words)[: limits.SEARCH_WORDS]


def terms_of(text: str) -> tuple[Term, ...]:
    """Return what is looked for: words, "phrases" and -words that must not be there, in the order typed.

    The last word counts as half typed, from three letters on. A single letter beside other words is passed over: it is
    an initial, or the beginning of a word. Without anything but excluded words nothing is looked for.
    """
    terms = dict.fromkeys(
        term for found in _TYPED.finditer(text.translate(_QUOTES)) if _SEARCHED.search((term := _term(found)).text)
    )
    wanted = list(terms)[: limits.SEARCH_WORDS]
    longer = [term for term in wanted if term.is_phrase or len(term.text.rstrip(".,")) > 1]
    kept = longer if any(not term.is_excluded for term in longer) else wanted
    if not any(not term.is_excluded for term in kept):
        return ()
    return (*kept[:-1], *_opened(kept[-1]))


def _term(found: re.Match[str]) -> Term:
    phrase = found["phrase"]
    text = (found["word"] if phrase is None else phrase).strip()
    return Term(text, is_phrase=phrase is not None, is_excluded=bool(found["minus"]))


def _opened(term: Term) -> tuple[Term, ...]:
    """Part the word that is being typed from what stands before it in a compound."""
    found = None if term.is_phrase or term.is_excluded else _LAST_WORD.match(term.text)
    if not found or len(found["last"]) < _PREFIX_CHARS:
        return (term,)
    before = (found["before"] or "").strip()
    opened = Term(found["last"], is_open=True)
    return (Term(before), opened) if _SEARCHED.search(before) else (opened,)


def excerpt(marked: str) -> str:
    """Return some words of a marked text around the first that was looked for; no formula is cut."""
    words = _FORMULA_OR_WORD.findall(marked)
    first = next((at for at, word in enumerate(words) if HIT in word), 0)
    start = max(0, min(first - _WORDS_BEFORE, len(words) - _WORDS))
    end = start + _WORDS
    return " ".join((["…"] if start else []) + words[start:end] + (["…"] if end < len(words) else []))


def pieces(marked: str) -> Pieces:
    """Part a marked text at its marks."""
    plain, *rest = marked.replace(LESS, "<").split(HIT)
    parts = [(plain, False)]
    for part in rest:
        hit, _, behind = part.partition(HIT_END)
        parts += [(hit, True), (behind, False)]
    return [(part.replace(HIT_END, ""), is_hit) for part, is_hit in parts if part]


def slips_of(word: str) -> set[str]:
    """Return what is one slip of the keys away: a letter too many, missing or wrong, or two in the wrong order."""
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    missing = {before + letter + behind for before, behind in parts for letter in _ALPHABET}
    wrong = {before + letter + behind[1:] for before, behind in parts if behind for letter in _ALPHABET}
    more = {before + behind[1:] for before, behind in parts if behind}
    swapped = {before + behind[1] + behind[0] + behind[2:] for before, behind in parts if len(behind) > 1}
    return (missing | wrong | more | swapped) - {word}
