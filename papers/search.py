"""What people type to find a paper, as words to look for."""

import re

from core import limits

_SEARCHED = re.compile(r"\w")


def words_of(text: str) -> list[str]:
    """Return the words that can be looked for, each once, in the order typed; what has no letter or digit is none."""
    words = dict.fromkeys(word for word in text.split() if _SEARCHED.search(word))
    return list(words)[: limits.SEARCH_WORDS]
