"""Papers meet what a listing says of them: a lower rank never overwrites a higher one, empty fields are filled."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction

from core.text import abstract_html, inline_html
from papers.models import Paper, PaperVersion, Rank, Source
from papers.parsers.record import Record, clip

# What is taken over together: the first decides, the rest belongs to it.
TOGETHER = (
    ("title", "title_html"),
    ("abstract", "abstract_html"),
    ("authors",),
    ("categories", "primary_category"),
    ("comments",),
    ("journal_ref",),
    ("doi",),
    ("license",),
)
MERGED = [*(name for names in TOGETHER for name in names), "latest_version", "first_announced", "rank"]


# How many characters a column takes. Readers report long titles; the rest is cut, so that it never spoils an import.
ROOM = {each.name: each.max_length for each in Paper._meta.concrete_fields if each.max_length}


class Identity(NamedTuple):
    """What names a paper of the world."""

    source: str
    external_id: str


def has_identity(record: Record) -> bool:
    """Say whether the record names a paper of the world, by an arXiv id or a DOI."""
    return bool(record.arxiv_id) or 0 < len(record.doi or "") <= ROOM["external_id"]


def identity_of(record: Record) -> Identity:
    """Return what names the record's paper; raises ValueError when there is neither arXiv id nor DOI."""
    if record.arxiv_id:
        return Identity(Source.ARXIV, record.arxiv_id)
    if record.doi:
        return Identity(Source.DOI, record.doi.lower())
    raise ValueError(f"entry {record.position} names no paper")


def paper_from(
    record: Record,
    *,
    rank: int,
    announced: date | None = None,
    title_html: str | None = None,
    abstract_html_: str | None = None,
) -> Paper:
    """Build a paper, not saved, that knows what the record knows. The HTML is made here unless it is at hand."""
    identity = identity_of(record)
    categories = [each for each in record.categories if len(each) <= ROOM["primary_category"]]
    primary = record.primary_category or next(iter(categories), "")
    return Paper(
        source=identity.source,
        external_id=identity.external_id,
        title=clip(record.title, ROOM["title"]),
        title_html=inline_html(record.title) if title_html is None else title_html,
        abstract=record.abstract or "",
        abstract_html=abstract_html(record.abstract or "") if abstract_html_ is None else abstract_html_,
        authors=list(record.authors),
        primary_category=primary,
        categories=categories or [primary] * bool(primary),
        comments=record.comments or "",
        journal_ref=record.journal_ref or "",
        doi=clip(record.doi or "", ROOM["doi"]),
        license=clip(record.license or "", ROOM["license"]),
        latest_version=record.version,
        first_announced=announced,
        rank=rank,
    )


def merge(paper: Paper, found: Paper) -> bool:
    """Take over into `paper` what `found` knows better, and say whether anything changed.

    Among equals in rank the later one wins, unless it speaks of an older version.
    """
    before = [getattr(paper, name) for name in MERGED]
    older = (found.latest_version or 0) < (paper.latest_version or 0) and found.latest_version is not None
    wins = found.rank > paper.rank or (found.rank == paper.rank and not older)
    for deciding, *others in TOGETHER:
        if getattr(found, deciding) and (wins or not getattr(paper, deciding)):
            for name in (deciding, *others):
                setattr(paper, name, getattr(found, name))
    paper.latest_version = max(filter(None, (paper.latest_version, found.latest_version)), default=None)
    paper.first_announced = min(filter(None, (paper.first_announced, found.first_announced)), default=None)
    paper.rank = max(paper.rank, found.rank)
    return before != [getattr(paper, name) for name in MERGED]


def merge_papers(found: Sequence[Paper]) -> dict[Identity, Paper]:
    """Insert or merge the papers, inside the caller's transaction, and map each identity to its stored paper.

    Two at once cannot deadlock: all insert in the order of the identities, then lock in the order of the keys.
    """
    found = sorted(found, key=_identity)
    Paper.objects.bulk_create(found, ignore_conflicts=True)
    stored = {_identity(paper): paper for paper in _locked(found)}
    changed = [paper for each in found if merge(paper := stored[_identity(each)], each)]
    if changed:
        # One statement for all: Django's bulk_update compares every row with every other.
        Paper.objects.bulk_create(
            changed, update_conflicts=True, update_fields=MERGED, unique_fields=["source", "external_id", "scope"]
        )
    return stored


def _locked(found: Iterable[Paper]) -> Iterable[Paper]:
    """Lock and return the stored papers; votes and comments, which only point at them, need not wait."""
    by_source: dict[str, list[str]] = {}
    for paper in found:
        by_source.setdefault(paper.source, []).append(paper.external_id)
    for source, external_ids in sorted(by_source.items()):
        same = Paper.objects.filter(source=source, scope="", external_id__in=external_ids)
        yield from same.order_by("pk").select_for_update(no_key=True)


def _identity(paper: Paper) -> Identity:
    return Identity(paper.source, paper.external_id)


def add_versions(papers: dict[Identity, Paper], records: Iterable[Record], announced: date | None) -> None:
    """Keep the versions that the records name; known ones stay as they are."""
    versions = [
        PaperVersion(paper=papers[identity_of(record)], number=record.version, announced=announced)
        for record in records
        if record.version
    ]
    if versions:
        PaperVersion.objects.bulk_create(versions, ignore_conflicts=True)


def merge_record(record: Record, rank: int = Rank.MEMBER) -> Paper:
    """Return the stored paper of one record, inserted or merged; the record needs an arXiv id or a DOI."""
    with transaction.atomic():
        paper = paper_from(record, rank=rank)
        papers = merge_papers([paper])
        add_versions(papers, [record], announced=None)
        return papers[_identity(paper)]
