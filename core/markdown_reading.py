"""Markdown that programs write about papers, read line by line: a renderer would eat what formulas are made of."""

import datetime
import re

_UPDATED = re.compile(r"\W{0,20}(?:last[ -])?updated?(?: on)?\b[:*\s]{0,10}(.{0,60})", re.IGNORECASE)
_NUMBERS = re.compile(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})(?![0-9])")
_WORDS = re.compile(
    r"(?:[A-Za-z]{3,9},? )?([A-Za-z]{3})[a-z]{0,6} +([0-9]{1,2}),? (?:[0-9:]{5,8} )?(?:[A-Z]{3,4} )?([0-9]{4})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EMPHASIS = re.compile(r"(\*\*|__)(.*)\1", re.DOTALL)


def update_said(line: str) -> str:
    """Return the date in a line such as "Updated on 2022.03.01" as it is written; empty when there is none."""
    found = _UPDATED.match(line)
    return found[1].strip(" *_") if found and any(char.isdigit() for char in found[1]) else ""


def date_of(said: str) -> datetime.date | None:
    """Read `2022.03.01`, `2022-03-01` or `Sat Oct 19 20:53:51 2024`; None when it is no date."""
    numbers, words = _NUMBERS.match(said), _WORDS.match(said)
    try:
        if numbers:
            return datetime.date(int(numbers[1]), int(numbers[2]), int(numbers[3]))
        if words and words[1].lower() in _MONTHS:
            return datetime.date(int(words[3]), _MONTHS.index(words[1].lower()) + 1, int(words[2]))
    except ValueError:
        return None
    return None


def last_link(text: str) -> tuple[str, str, str] | None:
    """Return what stands before the last link of a line, its label and its target; the label may hold brackets."""
    end = text.rfind(")")
    middle = text.rfind("](", 0, end)
    if end < 0 or middle < 0:
        return None
    start = _opening(text, middle)
    return (text[:start], text[start + 1 : middle], text[middle + 2 : end].strip()) if start >= 0 else None


def _opening(text: str, closing: int) -> int:
    depth = 0
    for at in range(closing, -1, -1):
        depth += (text[at] == "]") - (text[at] == "[")
        if depth == 0:
            return at
    return text.find("[", 0, closing)  # brackets that do not pair: the label begins at the first


def without_emphasis(text: str) -> str:
    """Return a text without the marks that set the whole of it in bold."""
    found = _EMPHASIS.fullmatch(text.strip())
    return found[2].strip() if found else text.strip()
