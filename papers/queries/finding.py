"""Papers by what people call them: an id, a DOI, a title, or some words of it."""

from collections.abc import Iterable

from django.contrib.postgres.lookups import TrigramSimilar
from django.db.models import F, FloatField, Func, Q, QuerySet, Value
from django.db.models.functions import Lower, Upper

from core import limits
from core.ids import PaperName
from papers.models import Entry, Listing, Paper, Source
from papers.queries.wanted import all_of, has, word_query
from papers.search import words_of

_SIMILAR_WORDS = 2  # a single word is like too many titles
_SIMILAR_CHARS = 200  # the comparison by triples of letters costs by the length, and a beginning is enough


def paper_by_name(name: PaperName) -> Paper | None:
    """Return the paper of the world that the name stands for, if it is known here."""
    if name.arxiv:
        return Paper.objects.filter(source=Source.ARXIV, scope="", external_id=name.arxiv.identity).first()
    if name.openreview:
        return Paper.objects.filter(source=Source.OPENREVIEW, scope="", external_id=name.openreview).first()
    named = Paper.objects.filter(scope="", external_id=name.doi).exclude(source=Source.ARXIV).order_by("pk").first()
    # A paper of arXiv says where it was published.
    published = Paper.objects.alias(lower=Lower("doi")).filter(~Q(doi=""), scope="", lower=name.doi)
    return named or published.order_by("pk").first()


def papers_by_title(text: str, *, seen: Q, limit: int) -> list[Paper]:
    """List papers that someone who types this title or these words may mean, the likeliest first.

    All words are in the title, the abstract or the names of the authors, accents aside; when no paper has them all,
    titles that are nearly the same are taken. `seen` is the condition of those that the person may see.
    """
    papers = Paper.objects.filter(seen)
    exact = list(papers_titled(text, seen=seen).order_by("pk")[:limit])
    others = _with_words(papers, text)[:limit]
    found = {paper.pk: paper for paper in (*exact, *others)}
    if found or len(words_of(text)) < _SIMILAR_WORDS:
        return list(found.values())[:limit]
    return list(_similar(papers, text)[:limit])


def papers_titled(text: str, *, seen: Q) -> QuerySet[Paper]:
    """Return the papers that have exactly this title, upper and lower case aside."""
    return Paper.objects.filter(seen).alias(upper=Upper("title")).filter(upper=Upper(Value(text)), title__gt="")


def latest_entries(papers: Iterable[Paper]) -> dict[int, Entry]:
    """Map the papers' ids to where they were announced last, listings that are hidden left aside."""
    entries = Entry.objects.select_related("listing").filter(
        paper__in=[paper.pk for paper in papers], listing__state=Listing.State.SHOWN
    )
    newest = entries.order_by("paper", "-listing__announced_on", "pk").distinct("paper")
    return {entry.paper_id: entry for entry in newest}


def _with_words(seen: QuerySet[Paper], text: str) -> QuerySet[Paper]:
    """Return the papers with all words, best first; of very many matches not each is weighed."""
    words = words_of(text)
    if not words:
        return seen.none()
    query = all_of(word_query(word) for word in words)
    weighed = seen.filter(has(query)).order_by().values("pk")[: limits.SEARCH_CANDIDATES]
    weight = Func(F("search"), query, function="ts_rank", output_field=FloatField())
    return Paper.objects.filter(pk__in=weighed).order_by(
        weight.desc(), F("first_announced").desc(nulls_last=True), "pk"
    )


def _similar(seen: QuerySet[Paper], text: str) -> QuerySet[Paper]:
    typed = Upper(Value(text[:_SIMILAR_CHARS]))
    likeness = Func(Upper("title"), typed, function="similarity", output_field=FloatField())
    similar = seen.filter(TrigramSimilar(Upper("title"), typed))
    return similar.order_by(likeness.desc(), "pk")
