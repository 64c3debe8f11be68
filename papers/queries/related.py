"""Papers that share authors or rare words of the title with another, and which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log10

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from core import limits
from core.authors import folded, words_of_name
from papers.models import Paper, Word
from papers.queries.searching import matches
from papers.search import words_of

_WORD_CHARS = 3  # shorter ones say little
_MARKS = ".,:;?!()[]{}“”‘’\"'"  # around a word
_AUTHOR, _AUTHORS = 2, 3  # what a shared author counts beside a word, which counts less than 1; and how many count
_NEAR = 1  # what it counts that whoever asks has a paper already


@dataclass(frozen=True, slots=True)
class Related:
    """A paper, and what it shares with the one that was asked about."""

    paper: Paper
    authors: int
    words: tuple[str, ...]  # as the other's title has them, the rarest first
    is_near: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """A word: folded, its stem as PostgreSQL writes it in a query, and how many papers have it in title or authors."""

    word: str
    stem: str
    papers: int

    @property
    def lexeme(self) -> str:
        return self.stem.strip("'")


def related_papers(paper: Paper, *, seen: Q, near: Exists) -> list[Related]:
    """List the papers most like this one, the likest first, in two statements.

    Each name that is looked for has a word that few papers have, and so has each pair of words: common ones say little,
    and the index would lead to too many papers that have them anywhere. `seen` is the condition of the papers that the
    person may see, `near` of those that count a little more.
    """
    written = _written(paper.title)
    names = [words_of_name(name) for name in paper.authors[: limits.RELATED_AUTHORS]]
    known = _known({*written, *(word for name in names for word in name)})
    titled = sorted((one for one in known.values() if one.word in written and one.stem), key=lambda one: one.papers)
    titled = titled[: limits.RELATED_WORDS]
    asked = [*_sharing_authors(names, known), *_sharing_words(titled)]
    if not asked:
        return []
    candidates = _candidates(paper, " | ".join(asked), seen, near)
    found = [_related(paper, titled, written, one) for one in candidates]
    found = [one for one in found if one.authors or one.words]
    found.sort(key=lambda one: (_likeness(one, titled), one.paper.pk), reverse=True)
    return found[: limits.RELATED_SHOWN]


def _written(title: str) -> dict[str, str]:
    """Map the words of a title, folded, to how they stand there."""
    words = (word.strip(_MARKS) for word in words_of(title))
    return {folded(word): word for word in words if len(word) >= _WORD_CHARS and word.isalnum()}


def _known(words: Iterable[str]) -> dict[str, _Known]:
    """Return those of the words that several papers have, but not too many, as they were last counted."""
    known = Word.objects.filter(word__in=list(words), papers__gt=1, papers__lte=limits.RELATED_COMMON)
    stems = known.annotate(stem=Cast(SearchQuery(F("word"), config="english"), TextField()))
    return {word: _Known(word, stem, papers) for word, stem, papers in stems.values_list("word", "stem", "papers")}


def _sharing_authors(names: Iterable[tuple[str, ...]], known: Mapping[str, _Known]) -> list[str]:
    """Return a query for each name that has such a word: all of its words, side by side."""
    rare = {word for word, one in known.items() if one.papers <= limits.RELATED_NAMES}
    telling = (words for words in names if len(words) > 1 and not rare.isdisjoint(words))
    phrases = (" <-> ".join(f"'{word}':B" for word in words) for words in dict.fromkeys(telling))
    return [f"({phrase})" for phrase in phrases]


def _sharing_words(titled: Iterable[_Known]) -> list[str]:
    """Return a query for titles with each two of the words, for few pairs: those that go together least by chance."""
    pairs = [(one, other) for one, other in combinations(titled, 2) if one.stem != other.stem]
    pairs.sort(key=lambda pair: pair[0].papers * pair[1].papers)
    telling = [pair for pair in pairs if pair[0].papers * pair[1].papers <= limits.RELATED_BY_CHANCE]
    return [f"({one.stem}:A & {other.stem}:A)" for one, other in telling[: limits.RELATED_PAIRS]]


def _candidates(paper: Paper, tsquery: str, seen: Q, near: Exists) -> QuerySet[Paper]:
    """Return the newest matches with the stems of their titles."""
    titles = Func(F("search"), Value("{a}"), template='ts_filter(%(expressions)s::"char"[])')
    stems = Func(titles, function="tsvector_to_array", output_field=ArrayField(TextField()))
    papers = Paper.objects.filter(seen).filter(matches(tsquery)).exclude(pk=paper.pk)
    # By a sum, not by the key itself: PostgreSQL would walk the papers one by one.
    newest = papers.annotate(stems=stems, is_near=near).order_by((F("pk") + 0).desc())
    shown = newest.only("source", "external_id", "title", "title_html", "authors", "first_announced")
    return shown[: limits.RELATED_CANDIDATES]


def _related(paper: Paper, titled: Sequence[_Known], written: Mapping[str, str], other: Paper) -> Related:
    names = {words_of_name(name) for name in paper.authors}
    authors = len(names & {words_of_name(name) for name in other.authors})
    stems = set(other.stems)  # type: ignore[attr-defined]
    words = tuple(written[one.word] for one in titled if one.lexeme in stems)
    return Related(other, authors, words if len(words) > 1 else (), other.is_near)  # type: ignore[attr-defined]


def _likeness(one: Related, titled: Sequence[_Known]) -> float:
    """Weigh what is shared: authors most, and a word the more the fewer papers have it."""
    shared = {folded(word) for word in one.words}
    words = sum(1 / (1 + log10(each.papers)) for each in titled if each.word in shared)
    return _AUTHOR * min(one.authors, _AUTHORS) + words + _NEAR * one.is_near
