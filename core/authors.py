"""Names compared: accents, letters of other alphabets and the order in which they are written aside."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.names import turned

# Letters that Unicode does not take for an accented one; as PostgreSQL's `unaccent` has them.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
)
_WORD = re.compile(r"[^\W_]+")
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


def folded(text: str) -> str:
    """Return a text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(mark for mark in parts if not unicodedata.combining(mark))


def words_of_name(name: str) -> tuple[str, ...]:
    """Return the words of a name, folded; initials count as words."""
    return tuple(_WORD.findall(folded(name)))


@dataclass(frozen=True, slots=True)
class _Name:
    family: str
    given: tuple[str, ...]  # in full or as initials


class People:
    """Some people by their names, to be found among the authors of papers."""

    def __init__(self, names: Iterable[str]) -> None:
        self._given: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        for name in names:
            read = _read(name)
            if read.given:  # a family's name alone is nobody's in particular
                self._given[read.family].append(read.given)

    def __bool__(self) -> bool:
        return bool(self._given)

    def among(self, authors: Sequence[str]) -> frozenset[int]:
        """Return the places of those authors who may be one of the people."""
        if not self._given:
            return frozenset()
        return frozenset(place for place, author in enumerate(authors) if self._may_be(author))

    def _may_be(self, author: str) -> bool:
        last = folded(author.rpartition(" ")[2])
        if last not in self._given and "," not in author and last.isalnum() and last not in _SUFFIXES:
            return False  # most authors, by a look at their last word
        read = _read(author)
        return any(_go_together(read.given, given) for given in self._given.get(read.family, ()))


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names may be one person's: "S. Kjeldsen" and "Kjeldsen, Søren" may, "Kjeldsen" alone not."""
    return bool(People([one]).among([other]))


def _read(name: str) -> _Name:
    words = [word for word in words_of_name(turned(name)) if word not in _SUFFIXES]
    return _Name(words[-1], tuple(words[:-1])) if words else _Name("", ())


def _go_together(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether given names may be the same, as far as both are written; there has to be one in each."""
    if not one or not other:
        return False
    return all(a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in zip(one, other, strict=False))
