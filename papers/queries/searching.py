"""Papers by full text: how many match is told first, and decides whether they are weighed or shown newest first.

Weighing all matches of a common word is slow, and so is walking the papers by date for a rare one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    Func,
    JSONField,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from core import limits
from core.among import among
from papers.models import Paper
from papers.queries.wanted import has, wanted
from papers.search import HIT, HIT_END, LESS

_OPTIONS = f"StartSel={HIT}, StopSel={HIT_END}, HighlightAll=true"
_LENGTH = 1  # divide by the logarithm of the length, or long lists of authors would win


@dataclass(frozen=True, slots=True)
class Weighed:
    paper: int  # its id
    weight: float | None  # None when there are too many to weigh them
    newest: date


@dataclass(frozen=True, slots=True)
class Marked:
    """A paper and what it says, with marks around what was looked for."""

    paper: Paper
    title: str
    authors: list[str]
    abstract: str


def matches(tsquery: str, field: str = "search") -> Func:
    """Return the condition that a row's search vector has what is looked for."""
    return has(wanted(tsquery), field)


def weight(tsquery: str, field: str = "search") -> Func:
    """Return how well a row's search vector fits what is looked for."""
    return Func(F(field), wanted(tsquery), Value(_LENGTH), function="ts_rank", output_field=FloatField())


def marked(field: str, tsquery: str, *, config: str = "stems") -> Func:
    """Return a text with marks around what was looked for; `config` is one of migration 0012."""
    headline = f"ts_headline('public.{config}', %(expressions)s)"
    text: F | Func = F(field)
    if config == "names":
        return Func(text, wanted(tsquery), Value(_OPTIONS), template=headline, output_field=JSONField())
    text = Func(text, Value("<"), Value(LESS), function="replace")  # "a < b > c" has no tag to leave out
    return Func(text, wanted(tsquery), Value(_OPTIONS), template=headline, output_field=TextField())


def weighed_matches(papers: QuerySet[Paper], tsquery: str, *, besides: Sequence[int]) -> list[Weighed]:
    """Return the matches, and the papers `besides`, in no order; one statement, whose first half ends at the limit.

    One more than are weighed tells that there are too many; then none is.
    """
    matching = papers.filter(matches(tsquery)).order_by().values("pk")[: limits.SEARCH_CANDIDATES + 1]
    found = matching.union(Paper.objects.filter(among("pk", besides)).order_by().values("pk")) if besides else matching
    few_enough = When(LessThanOrEqual(Window(Count("pk")), limits.SEARCH_CANDIDATES), then=weight(tsquery))
    rows = Paper.objects.filter(pk__in=found).annotate(weight=Case(few_enough), newest=_newest())
    return [Weighed(*row) for row in rows.order_by().values_list("pk", "weight", "newest")]


def newest_matching(
    papers: QuerySet[Paper], tsquery: str, *, besides: Sequence[int], after: int | None, limit: int
) -> list[int]:
    """Return the ids of matches, and of the papers `besides`, newest first, from behind the paper `after` on."""
    either = Q(matches(tsquery)) | among("pk", besides) if besides else Q(matches(tsquery))
    found = papers.annotate(newest=_newest()).filter(either).order_by(F("newest").desc(), "-pk")
    behind = Paper.objects.filter(pk=after).values_list(_newest()).first() if after else None
    if behind:
        day = behind[0]
        found = found.filter(newest__lte=day).filter(Q(newest__lt=day) | Q(pk__lt=after))
    return list(found.values_list("pk", flat=True)[:limit])


def marked_papers(papers: Sequence[int], tsquery: str) -> dict[int, Marked]:
    """Map the ids to the papers and what they say, marked."""
    rows = Paper.objects.filter(among("pk", papers)).annotate(
        marked_title=marked("title", tsquery),
        marked_authors=marked("authors", tsquery, config="names"),
        marked_abstract=marked("abstract", tsquery),
    )
    return {row.pk: Marked(row, row.marked_title, row.marked_authors, row.marked_abstract) for row in rows}


def _newest() -> Coalesce:
    """Return the day of the announcement, papers without one last; as the index `paper_newest` has it."""
    return Coalesce("first_announced", Value(date.min))
