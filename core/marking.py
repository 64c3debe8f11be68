"""Words that a group looks out for, marked in titles and abstracts that are HTML already."""

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape

# What holds no words of the text: formulas as a whole, tags, and signs that are written as entities.
_PASSED_OVER = r"<math\b.*?</math>|<[^>]*>|&[#\w]+;"


def highlighted(markup: str, words: Iterable[str]) -> str:
    """Return the HTML with `<mark>` around each of the words; "diffus*" is any word that begins so."""
    beginnings, pattern = _sought(tuple(words))
    lower = markup.lower()
    if not any(one in lower for one in beginnings):  # as in most texts: far faster than the pattern
        return markup
    return pattern.sub(lambda found: f"<mark>{found[1]}</mark>" if found[1] else found[0], markup)


@lru_cache(maxsize=256)
def _sought(words: tuple[str, ...]) -> tuple[list[str], re.Pattern[str]]:
    """Return what a text with any word has somewhere, and what passes over what holds none, else finds a word."""
    wanted = sorted({escape(" ".join(word.split()), quote=False) for word in words if word.strip("* ")}, key=len)
    either = "|".join(_written(word) for word in reversed(wanted))
    beginnings = [word.rstrip("*").partition(" ")[0].lower() for word in wanted]
    return beginnings, re.compile(rf"{_PASSED_OVER}|((?<!\w)(?:{either}))", re.IGNORECASE | re.DOTALL)


def _written(word: str) -> str:
    stem = word.rstrip("*")
    plain = r"\s+".join(re.escape(part) for part in stem.split())
    return rf"{plain}\w*" if word.endswith("*") else rf"{plain}(?!\w)"
