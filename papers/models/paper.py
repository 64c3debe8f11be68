"""A work, once, whatever lists it appears in."""

import re
from datetime import date
from typing import ClassVar
from urllib.parse import quote

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, GeneratedField, Q, Value
from django.db.models.functions import Coalesce, Lower, Upper

from core import ids, limits
from core.clock import now


class Source(models.TextChoices):
    ARXIV = "arxiv", "arXiv"
    DOI = "doi", "DOI"
    BIORXIV = "biorxiv", "bioRxiv"
    MEDRXIV = "medrxiv", "medRxiv"
    OPENREVIEW = "openreview", "OpenReview"
    OWN = "own", "the group's own"


class Rank(models.IntegerChoices):
    """Where metadata came from; a lower rank never overwrites a higher one."""

    MEMBER = 10, "a member's entry"
    UPLOAD = 20, "an uploaded listing"
    FEED = 30, "arXiv's feed, mail or page"
    API = 40, "arXiv's API"


# What arXiv's authors and administrators write at the beginning of an abstract, or of a sentence in the comments.
_WORK = (
    r"(?:this|the|our) (?:arxiv )?(?:paper|article|manuscript|submission|preprint|e-?print|work|version|note|letter)"
)
_IS = r"(?: (?:has|have|had) (?:now )?been| (?:is|was)(?: being| now)?)"
_GONE = r" ?withdrawn\b(?! from (?!arxiv))"  # not what was withdrawn from a journal
_WITHDRAWN_ABSTRACT = re.compile(rf"(?:{_WORK}{_IS}|the authors? ha(?:s|ve)|(?:i|we) have){_GONE}", re.IGNORECASE)
_WITHDRAWN_COMMENT = re.compile(
    rf"(?:^|[.;:,(]) ?(?:{_WORK}{_IS}|(?:paper|article|submission|version)?{_IS}?|the authors? ha(?:s|ve)){_GONE}",
    re.IGNORECASE,
)


def says_withdrawn(comments: str, abstract: str) -> bool:
    """Tell whether a paper says of itself that it has been withdrawn."""
    return bool(_WITHDRAWN_ABSTRACT.match(abstract.lstrip(" .*[(")) or _WITHDRAWN_COMMENT.search(comments))


class PaperManager(models.Manager["Paper"]):
    def get_queryset(self) -> models.QuerySet["Paper"]:
        """Leave the search vector in the database: only searching needs it, and it is as long as the abstract."""
        return super().get_queryset().defer("search")


class Paper(models.Model):
    source = models.CharField(max_length=10, choices=Source, default=Source.ARXIV)
    external_id = models.CharField(max_length=200)
    # Whose entry this is, if it is not the world's: opaque here, so that papers need not know who owns it.
    scope = models.CharField(max_length=40, blank=True, default="")
    title = models.CharField(max_length=limits.TITLE_CHARS, blank=True)
    title_html = models.TextField(blank=True)
    abstract = models.TextField(blank=True)
    abstract_html = models.TextField(blank=True)
    authors = models.JSONField(default=list)  # names, order kept; empty means not known yet
    primary_category = models.CharField(max_length=40, blank=True)
    categories = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    comments = models.TextField(blank=True)
    journal_ref = models.TextField(blank=True)
    doi = models.CharField(max_length=300, blank=True)
    license = models.CharField(max_length=200, blank=True)
    latest_version = models.PositiveSmallIntegerField(null=True)
    first_announced = models.DateField(null=True)
    rank = models.PositiveSmallIntegerField(choices=Rank, default=Rank.UPLOAD)
    link = models.CharField(max_length=limits.LINK_CHARS, blank=True)  # of a group's own entry
    # Known only because members named it, in no import so far: groups that did not name it are not shown it.
    by_members = models.BooleanField(default=False, db_default=False, editable=False)
    # How well founded each merged field is, in the order of papers.actions.found.FIELDS; 0: empty.
    weights = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # What was merged last, so that the same again needs no merge; empty: unknown.
    digest = models.CharField(max_length=32, blank=True)
    # When to ask arXiv's API for what the listings left open; null: nothing is missing, or it has no more to say.
    fill_due = models.DateTimeField(null=True)
    fill_tries = models.PositiveSmallIntegerField(default=0)
    search = GeneratedField(
        expression=Func("title", "authors", "abstract", function="paper_search"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(default=now, editable=False)

    objects = PaperManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("source", "external_id", "scope", name="paper_unique"),
            models.CheckConstraint(condition=~Q(external_id=""), name="paper_has_external_id"),
            models.CheckConstraint(
                condition=Q(source=Source.OWN, scope__gt="") | (~Q(source=Source.OWN) & Q(scope="")),
                name="paper_own_has_scope",
            ),
        ]
        indexes: ClassVar = [
            GinIndex("search", name="paper_search"),
            models.Index(Lower("doi"), name="paper_doi", condition=~Q(doi="")),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="paper_title_trigrams"),
            models.Index(Coalesce("first_announced", Value(date.min)).desc(), F("id").desc(), name="paper_newest"),
            models.Index("id", name="paper_by_members", condition=Q(by_members=True)),
            models.Index("fill_due", name="paper_fill_due", condition=Q(fill_due__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.shown_title

    @property
    def shown_title(self) -> str:
        """Return the title, or what stands in its place until it is known."""
        return self.title or f"{'arXiv:' if self.source == Source.ARXIV else ''}{self.external_id}, title not known yet"

    @property
    def authors_unknown(self) -> str:
        """Return what stands in the place of the authors while there are none."""
        return "authors not in this listing" if self.title else "authors not known yet"

    @property
    def is_withdrawn(self) -> bool:
        return says_withdrawn(self.comments, self.abstract)

    @property
    def address(self) -> str:
        """Return what stands for this paper in an address: its arXiv id, or `p` and its number."""
        return self.external_id if self.source == Source.ARXIV else f"p{self.pk}"

    @property
    def arxiv_id(self) -> str | None:
        return self.external_id if self.source == Source.ARXIV else None

    @property
    def abs_url(self) -> str | None:
        return ids.arxiv_abs_url(self.external_id) if self.source == Source.ARXIV else None

    @property
    def pdf_url(self) -> str | None:
        return ids.arxiv_pdf_url(self.external_id) if self.source == Source.ARXIV else None

    @property
    def source_url(self) -> str | None:
        """Return where the paper is: at arXiv or OpenReview, behind its DOI, or at the link that its entry has."""
        if self.source == Source.OWN:
            return self.link or None
        if self.source == Source.OPENREVIEW:
            return f"https://openreview.net/forum?id={quote(self.external_id)}"
        return self.abs_url or f"https://doi.org/{quote(self.external_id)}"

    @property
    def html_url(self) -> str | None:
        """Return arXiv's HTML edition, which papers have since December 2023."""
        found = ids.parse_arxiv_id(self.external_id) if self.source == Source.ARXIV else None
        return ids.arxiv_html_url(self.external_id) if found and found.sequence >= (2023, 12, 0) else None


class PaperVersion(models.Model):
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    announced = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("paper", "number", name="paper_version_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="paper_version_from_1"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
