"""What is looked for, in the language of PostgreSQL's full-text search: as titles have it and as names have it."""

from collections.abc import Iterable
from functools import lru_cache

from django.contrib.postgres.search import SearchQuery, SearchQueryField
from django.db.models import BooleanField, Case, Expression, F, Func, IntegerField, TextField, Value, When
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.db.models.sql import Query
from django.db.models.sql.constants import SINGLE
from django.db.utils import DEFAULT_DB_ALIAS

from core import limits
from papers.search import Term

# The stem of a half-typed word may be shorter than what is typed ("convolutio" of "convolut"), so that no word begins
# with it: words that it may become are looked for as well.
_ENDED = """(
    SELECT coalesce(string_agg(DISTINCT stem::text, ' | '), '')
    FROM unnest(string_to_array('n on ion g ng ing s e ed y ty ity l al', ' ')) AS ending,
        plainto_tsquery('english', fold_accents(%(expressions)s || ending)) AS stem
    WHERE numnode(stem) > 0
)::tsquery"""
_ENDED_CHARS = 5  # shorter ones are the beginning of a stem anyway
_BEGINS = "':*"  # the end of a word of which only the beginning is asked for
_NOTHING = SearchQuery(Value(""), config="simple")


def tsquery_of(terms: Iterable[Term]) -> str:
    """Return the terms as PostgreSQL writes a tsquery; empty when they have nothing to look for.

    One statement, or none when a process knows it: the pages of what was found ask for the same, and so do all who
    look for it.
    """
    return _tsquery_of(tuple(terms))


@lru_cache(maxsize=limits.TSQUERIES_REMEMBERED)
def _tsquery_of(asked: tuple[Term, ...]) -> str:
    if not asked:
        return ""
    # A statement without a table, as Django itself makes for its constraints.
    query = Query(None)
    for number, term in enumerate(asked):
        query.add_annotation(Cast(_asked(term), TextField()), f"term_{number}")
    row = query.get_compiler(DEFAULT_DB_ALIAS).execute_sql(SINGLE)
    texts = (text if term.is_excluded else _each_once(text) for term, text in zip(asked, row, strict=True))
    return " & ".join(f"( {text} )" for text in texts if text)


def _each_once(alternatives: str) -> str:
    """Leave out what stands twice, and what a beginning takes in: each costs time with every paper that is weighed.

    The first one, the word as it is typed, stays: papers that have just this word weigh more.
    """
    typed, *others = dict.fromkeys(alternatives.split(" | "))
    beginnings = tuple(one.removesuffix(_BEGINS) for one in others if one.endswith(_BEGINS))
    return " | ".join([typed, *(one for one in others if one.endswith(_BEGINS) or not one.startswith(beginnings))])


def wanted(tsquery: str) -> Expression:
    """Return a tsquery that was made before, so that the statement plans with it as a constant."""
    return Cast(Value(tsquery), SearchQueryField())


def has(query: Expression, field: str = "search") -> Func:
    """Return the condition that a row's search vector has what the query looks for."""
    return Func(F(field), query, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField())


def all_of(asked: Iterable[Expression]) -> Expression:
    """Return the query for what has everything that is asked."""
    return Func(*asked, template="(%(expressions)s)", arg_joiner=" && ", output_field=SearchQueryField())


def word_query(word: str) -> Expression:
    """Return the query for a word as titles have it, by its stem, or as names have it; "the" asks for nothing."""
    folded = _folded(word)
    return _unless_common(word, SearchQuery(folded, config="english") | SearchQuery(folded, config="simple"))


def _asked(term: Term) -> Expression:
    if term.is_phrase:
        asked: Expression = _phrase(term.text)
    elif term.is_open:
        asked = _beginning(term.text)
    else:
        asked = word_query(term.text)
    return Func(asked, template="!!(%(expressions)s)", output_field=SearchQueryField()) if term.is_excluded else asked


def _phrase(text: str) -> Expression:
    folded = _folded(text)
    return SearchQuery(folded, config="english", search_type="phrase") | SearchQuery(
        folded, config="simple", search_type="phrase"
    )


def _beginning(word: str) -> Expression:
    """Return the query for a word that has been typed in part or in whole."""
    folded = _folded(word)
    prefix = Func(folded, template="('''' || %(expressions)s || ''':*')", output_field=TextField())
    either: Expression = SearchQuery(folded, config="english") | SearchQuery(prefix, config="simple", search_type="raw")
    if len(word) >= _ENDED_CHARS:
        ended = Func(Value(word), template=_ENDED, output_field=SearchQueryField())
        either = Func(either, ended, template="(%(expressions)s)", arg_joiner=" || ", output_field=SearchQueryField())
    return _unless_common(word, either)


def _unless_common(word: str, query: Expression) -> Expression:
    stem = SearchQuery(_folded(word), config="english")
    has_no_stem = Exact(Func(stem, function="numnode", output_field=IntegerField()), 0)
    return Case(When(has_no_stem, then=_NOTHING), default=query, output_field=SearchQueryField())


def _folded(text: str) -> Func:
    return Func(Value(text), function="fold_accents", output_field=TextField())
