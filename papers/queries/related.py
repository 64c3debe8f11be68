"""Papers that share authors or rare words of the title with another, and which."""

from collections.abc import Sequence
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
class _Rare:
    """A word of the title: as it stands there, its stem as PostgreSQL writes it in a query, how many papers have it."""

    word: str
    stem: str
    papers: int

    @property
    def lexeme(self) -> str:
        return self.stem.strip("'")


def related_papers(paper: Paper, *, seen: Q, near: Exists) -> list[Related]:
    """List the papers most like this one, the likest first, in two statements.

    Bounded in a large catalogue: few authors and words are looked for, common words are not, and of each kind only so
    many matches are weighed. `seen` is the condition of the papers that the person may see, `near` of those that count
    a little more.
    """
    rare = _rare_words(paper.title)
    asked = [tsquery for tsquery in (_sharing_authors(paper), _sharing_words(rare)) if tsquery]
    if not asked:
        return []
    others = Paper.objects.filter(seen).exclude(pk=paper.pk)
    matching = Q(pk__in=[])
    for tsquery in asked:
        matching |= Q(pk__in=others.filter(matches(tsquery)).order_by().values("pk")[: limits.RELATED_CANDIDATES])
    found = [_related(paper, rare, one) for one in _candidates(matching, near)]
    found.sort(key=lambda one: (_likeness(one, rare), one.paper.pk), reverse=True)
    return [one for one in found if one.authors or one.words][: limits.RELATED_SHOWN]


def _candidates(matching: Q, near: Exists) -> QuerySet[Paper]:
    titles = Func(F("search"), Value("{a}"), template='ts_filter(%(expressions)s::"char"[])')
    stems = Func(titles, function="tsvector_to_array", output_field=ArrayField(TextField()))
    papers = Paper.objects.filter(matching).annotate(stems=stems, is_near=near)
    return papers.only("source", "external_id", "title", "title_html", "authors", "first_announced")


def _rare_words(title: str) -> list[_Rare]:
    """Return the words of a title that few papers have, the rarest first; by the words as they were last counted."""
    written = {folded(word).strip(".,:;?!()[]“”\"'"): word.strip(".,:;?!()[]“”\"'") for word in words_of(title)}
    words = Word.objects.filter(
        word__in=[word for word in written if len(word) >= _WORD_CHARS and word.isalnum()],
        papers__gt=1,
        papers__lte=limits.RELATED_COMMON,
    )
    stems = words.annotate(stem=Cast(SearchQuery(F("word"), config="english"), TextField())).exclude(stem="")
    rows = stems.order_by("papers", "word").values_list("word", "stem", "papers")[: limits.RELATED_WORDS]
    return [_Rare(written[word], stem, papers) for word, stem, papers in rows]


def _sharing_authors(paper: Paper) -> str:
    """Return the query for what has one of the first authors, by all words of the name, side by side."""
    names = (words_of_name(name) for name in paper.authors[: limits.RELATED_AUTHORS])
    phrases = (" <-> ".join(f"'{word}':B" for word in words) for words in names if len(words) > 1)
    return " | ".join(f"({phrase})" for phrase in dict.fromkeys(phrases))


def _sharing_words(rare: Sequence[_Rare]) -> str:
    """Return the query for titles that have two of the words."""
    stems = list(dict.fromkeys(one.stem for one in rare))
    return " | ".join(f"({one}:A & {other}:A)" for one, other in combinations(stems, 2))


def _related(paper: Paper, rare: Sequence[_Rare], other: Paper) -> Related:
    names = {words_of_name(name) for name in paper.authors}
    authors = len(names & {words_of_name(name) for name in other.authors})
    stems = set(other.stems)  # type: ignore[attr-defined]
    words = tuple(one.word for one in rare if one.lexeme in stems)
    return Related(other, authors, words if len(words) > 1 else (), other.is_near)  # type: ignore[attr-defined]


def _likeness(one: Related, rare: Sequence[_Rare]) -> float:
    """Weigh what is shared: authors most, and a word the more the fewer papers have it."""
    words = sum(1 / (1 + log10(each.papers)) for each in rare if each.word in one.words)
    return _AUTHOR * min(one.authors, _AUTHORS) + words + _NEAR * one.is_near
