"""What words that are in no title and no name may have meant."""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from django.contrib.postgres.lookups import TrigramSimilar
from django.db.models import F, Q, Value

from core.among import among
from core.authors import folded
from papers.models import Word
from papers.search import slips_of, words_of

_LETTERS = re.compile(r"[^\W\d_]{2,40}")
_CORRECTED = 3  # letters; shorter words are too near to too many others
_CORRECTED_WORDS = 12  # of what is typed
_FAR_MORE_COMMON = 20  # times: what is rarer than this beside another word is itself a slip in some title
_SIMILAR = 0.7  # of 1, by the blocks of letters that two words share
_CANDIDATES = 100


def corrected(text: str) -> str:
    """Return what may have been meant: each unknown word replaced by a known one that is near, or left out.

    The text itself is returned when all words are known or nothing is near. Up to three statements.
    """
    typed = list(dict.fromkeys(map(folded, _LETTERS.findall(text))))[:_CORRECTED_WORDS]
    meant = _meant(typed)
    if not meant:
        return text
    better = _LETTERS.sub(lambda found: meant.get(folded(found[0]), found[0]), text)
    shown = " ".join(better.split())
    return shown if words_of(shown) else text


def _meant(typed: list[str]) -> dict[str, str]:
    """Map the unknown words to what they may have meant; those that are near to nothing to an empty text."""
    slips = {word: slips_of(word) for word in typed if len(word) >= _CORRECTED}
    near = {*typed, *(slip for each in slips.values() for slip in each)}
    known = dict(Word.objects.filter(among("word", near)).values_list("word", "papers"))
    meant: dict[str, str] = {}
    for word in typed:
        best = _most_common(slips.get(word, ()), known, beside=word)
        if best and known[best] >= _FAR_MORE_COMMON * known.get(word, 0):
            meant[word] = best
    unknown = [word for word in typed if word not in known and word not in meant]
    if unknown and Word.objects.filter(word__startswith=unknown[-1]).exists() and unknown[-1] == typed[-1]:
        unknown.pop()  # half typed
    return meant | _similar(unknown)


def _most_common(slips: Iterable[str], known: Mapping[str, int], *, beside: str) -> str:
    """Return the word that most papers have, one with the same first letter before all others."""
    return max((slip for slip in slips if slip in known), key=lambda one: (one[0] == beside[0], known[one]), default="")


def _similar(unknown: list[str]) -> dict[str, str]:
    long = [word for word in unknown if len(word) > _CORRECTED]
    near: list[str] = []
    if long:
        alike = Q()
        for word in long:
            alike |= Q(TrigramSimilar(F("word"), Value(word)))
        near = list(Word.objects.filter(alike).order_by("-papers").values_list("word", flat=True)[:_CANDIDATES])
    return {word: _nearest(word, near) if word in long else "" for word in unknown}


def _nearest(word: str, near: Iterable[str]) -> str:
    """Return the word that shares most letters, whole or as far as it is typed."""
    likeness = {one: max(_likeness(word, one), _likeness(word, one[: len(word) + 1])) for one in near}
    best = max(likeness, key=lambda one: likeness[one], default="")
    return best if best and likeness[best] >= _SIMILAR else ""


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
