"""Papers meet what is said of them: a lower rank never overwrites a higher one, empty fields are filled."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction

from core.text import abstract_html, inline_html
from papers.actions import found
from papers.models import Paper, Rank, Source
from papers.parsers.record import Record, clip

RENDERING = b"1"  # raised when core.text makes other HTML of the same text, so that known papers are rendered again

# How many characters a column takes. Readers report long titles; the rest is cut, so that it never spoils an import.
ROOM = {each.name: each.max_length for each in Paper._meta.concrete_fields if each.max_length}
_CATEGORY_ROOM = ROOM["primary_category"]

_COPY = """
COPY found (source, external_id, title, title_html, abstract, abstract_html, authors, primary_category, categories,
    comments, journal_ref, doi, license, latest_version, rank, weight, digest) FROM STDIN
"""
_STORED = "SELECT source, external_id, paper_id FROM found"


class Identity(NamedTuple):
    """What names a paper of the world."""

    source: str
    external_id: str


def has_identity(record: Record) -> bool:
    """Say whether the record names a paper of the world, by an arXiv id, a DOI or an id at OpenReview."""
    return bool(record.arxiv_id or record.openreview_id) or 0 < len(record.doi or "") <= ROOM["external_id"]


def identity_of(record: Record) -> Identity:
    """Return what names the record's paper; raises ValueError when there is nothing.

    A DOI names a preprint of bioRxiv or medRxiv too: whichever list it comes from, it is one paper.
    """
    if record.arxiv_id:
        return Identity(Source.ARXIV, record.arxiv_id)
    if record.doi and len(record.doi) <= ROOM["external_id"]:
        return Identity(Source.DOI, record.doi.lower())
    if record.openreview_id:
        return Identity(Source.OPENREVIEW, record.openreview_id)
    raise ValueError(f"entry {record.position} names no paper")


def fitted(record: Record) -> Record:
    """Return the record as the columns take it, its primary category among its categories."""
    categories = tuple(each for each in record.categories if len(each) <= _CATEGORY_ROOM)
    primary = record.primary_category or next(iter(categories), None)
    if not categories and primary:
        categories = (primary,)
    doi, license = clip(record.doi or "", ROOM["doi"]) or None, clip(record.license or "", ROOM["license"]) or None
    fit = (clip(record.title, ROOM["title"]), primary, categories, doi, license)
    if fit == (record.title, record.primary_category, record.categories, record.doi, record.license):
        return record
    title, *_ = fit
    return record._replace(title=title, primary_category=primary, categories=categories, doi=doi, license=license)


def digest_of(record: Record) -> str:
    """Return what is the same for two records that say the same of a paper, wherever they stand in their files."""
    replaces = (record.announce_type or "").startswith("replace")  # says nothing of the first announcement
    said = (
        record.title,
        record.abstract or "",
        *record.authors,
        *record.categories,
        record.primary_category or "",
        record.comments or "",
        record.journal_ref or "",
        record.doi or "",
        record.license or "",
        f"{record.version} {len(record.authors)} {replaces}",
    )
    return hashlib.blake2b("\0".join(said).encode(), digest_size=16, key=RENDERING).hexdigest()


def merge_records(records: Iterable[Record], rank: int) -> dict[Identity, Paper]:
    """Insert or merge what undated records say, with their versions, and map each identity to its stored paper.

    Each record needs an arXiv id or a DOI; of those that name the same paper, the first counts.
    """
    named: dict[Identity, Record] = {}
    for record in records:
        named.setdefault(identity_of(record), record)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(found.CREATE)
        with cursor.copy(_COPY) as copy:
            for identity, record in named.items():
                copy.write_row(_row(identity, fitted(record), rank))
        cursor.execute(found.MATCH)
        found.merge_found(cursor)
        cursor.execute(_STORED)
        keys = {Identity(source, external_id): pk for source, external_id, pk in cursor.fetchall()}
        cursor.execute(found.DROP)
        stored = Paper.objects.in_bulk(keys.values())
    return {identity: stored[pk] for identity, pk in keys.items()}


def _row(identity: Identity, record: Record, rank: int) -> Sequence[object]:
    abstract = record.abstract or ""
    return (
        *identity,
        record.title,
        inline_html(record.title),
        abstract,
        abstract_html(abstract),
        json.dumps(record.authors),
        record.primary_category or "",
        list(record.categories),
        record.comments or "",
        record.journal_ref or "",
        record.doi or "",
        record.license or "",
        record.version,
        rank,
        rank * found.RANK + (record.version or 0) * found.VERSION,
        "",
    )


def merge_record(record: Record, rank: int = Rank.MEMBER) -> Paper:
    """Return the stored paper of one record, inserted or merged; the record needs an arXiv id or a DOI."""
    return merge_records([record], rank)[identity_of(record)]


def bring_named(record: Record) -> Paper:
    """Return the stored paper that a member named; one that was unknown is not shown to groups that do not name it."""
    with transaction.atomic():
        paper = merge_record(record)
        # Rows of this very transaction: an import may have brought the paper a moment ago.
        if Paper.objects.filter(pk=paper.pk, created_at=TransactionNow()).update(by_members=True):
            paper.by_members = True
    return paper
