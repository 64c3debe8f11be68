"""Names compared: accents, letters of other alphabets and the order in which they are written aside."""

import re
import unicodedata

# Letters that Unicode does not take for an accented one; as PostgreSQL's `unaccent` has them.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
)
_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Return a text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(mark for mark in parts if not unicodedata.combining(mark))


def words_of_name(name: str) -> tuple[str, ...]:
    """Return the words of a name, folded; initials count as words."""
    return tuple(_WORD.findall(folded(name)))
