"""Staged entries: how records get into them, and from them into the table `found` (papers.actions.found)."""

import datetime
import json
from collections.abc import Sequence
from string import Template
from typing import Any

from django.db import connection

from core import limits
from core.categories import is_whole_archive
from core.text import abstract_html, inline_html
from papers.actions.found import DAY, RANK, VERSION
from papers.actions.merging import digest_of, fitted, identity_of
from papers.actions.ranking import exactness_of, rank_of
from papers.models import Import
from papers.parsers.record import Record

_NAMES = tuple(Record.__dataclass_fields__)

_COPY = """
COPY papers_stagedentry (batch_id, position, external_id, announce_type, announced_on, record, digest,
    title_html, abstract_html) FROM STDIN
"""

# Two imports with this in common say the same of a paper, with the same weight. What stands as new in the listing of
# a category, and names none, has this one as its primary category.
# An entry that a person changed has no digest any more.
_DIGEST = """
CASE WHEN said.digest = '' THEN ''
    ELSE md5(concat_ws('|', said.digest, said.day, said.new_in, %(rank)s::int, %(exactness)s::int)) END
"""

_UNCHANGED = Template("""
SELECT said.number FROM unnest(
        %(sources)s::text[], %(external_ids)s::text[], %(digests)s::text[], %(days)s::date[], %(new_in)s::text[])
    WITH ORDINALITY AS said (source, external_id, digest, day, new_in, number)
JOIN papers_paper paper ON (paper.source, paper.external_id, paper.scope) = (said.source, said.external_id, '')
WHERE paper.digest = $digest
""").substitute(digest=_DIGEST)

_FIND = Template("""
INSERT INTO found (staged, source, external_id, title, title_html, abstract, abstract_html, authors,
    primary_category, categories, comments, journal_ref, doi, license, latest_version, first_announced, rank, weight,
    digest, announced_on, category, place, announce_type, inferred, standing, paper_id, is_unchanged)
SELECT said.id, said.source, said.external_id, said.title, said.title_html, coalesce(said.abstract, ''),
    said.abstract_html, said.authors, coalesce(said.primary_category, said.new_in, ''),
    CASE WHEN said.new_in IS NULL THEN said.categories ELSE ARRAY[said.new_in] END,
    coalesce(said.comments, ''), coalesce(said.journal_ref, ''), coalesce(said.doi, ''), coalesce(said.license, ''),
    said.version,
    CASE WHEN said.announce_type NOT LIKE 'replace%%' THEN said.day END,
    %(rank)s,
    %(rank)s * $rank + coalesce(said.day - DATE '0001-01-01', 0) * $day + coalesce(said.version, 0) * $version
        + %(exactness)s,
    $digest, said.day,
    coalesce(nullif(%(category)s, ''), CASE WHEN said.has_day THEN said.primary_category END, ''),
    said.position, said.announce_type, said.inferred,
    CASE WHEN said.announce_type = '' THEN 0 WHEN said.inferred THEN 1 ELSE 2 END * 10000
        + %(rank)s * 100 + %(exactness)s,
    paper.id, coalesce(said.digest <> '' AND paper.digest = $digest, FALSE)
FROM (
    SELECT staged.id, staged.position, staged.external_id, staged.announce_type, staged.digest,
        staged.title_html, staged.abstract_html, record.*,
        CASE WHEN record.arxiv_id IS NULL THEN 'doi' ELSE 'arxiv' END AS source,
        coalesce(staged.announced_on, %(announced_on)s::date) AS day,
        staged.announced_on IS NOT NULL AS has_day,
        CASE WHEN staged.announce_type = 'new' AND record.primary_category IS NULL THEN %(new_in)s::text END AS new_in
    FROM papers_stagedentry staged CROSS JOIN LATERAL jsonb_to_record(staged.record) AS record (
        arxiv_id text, version smallint, title text, abstract text, authors jsonb, primary_category text,
        categories text[], inferred boolean, comments text, journal_ref text, doi text, license text
    )
    WHERE staged.batch_id = %(batch)s
) said
LEFT JOIN papers_paper paper ON (paper.source, paper.external_id, paper.scope) = (said.source, said.external_id, '')
""").substitute(digest=_DIGEST, rank=f"{RANK}::bigint", day=f"{DAY}::bigint", version=VERSION)

_UNTYPESET = """
SELECT staged, title, abstract FROM found
WHERE NOT is_unchanged AND (title <> '' AND title_html = '' OR abstract <> '' AND abstract_html = '')
"""
_TYPESET = "UPDATE found SET title_html = %s, abstract_html = %s WHERE staged = %s"


def stage(
    batch: Import, records: Sequence[Record], *, category: str = "", announced_on: datetime.date | None = None
) -> None:
    """Copy the records into staged entries, with the HTML of those that would change a paper.

    `category` and `announced_on` are what the file says of the whole, as far as it is read.
    """
    records = [fitted(record) for record in records]
    digests = [digest_of(record) for record in records]
    unchanged = _unchanged(batch, records, digests, _new_in(category), announced_on)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for number, (record, digest) in enumerate(zip(records, digests, strict=True), start=1):
            typeset = number not in unchanged or record.position <= limits.SAMPLE_ROWS
            copy.write_row(_row(batch, record, digest, typeset=typeset))


def _row(batch: Import, record: Record, digest: str, *, typeset: bool) -> Sequence[object]:
    said = {name: getattr(record, name) for name in _NAMES}
    return (
        batch.pk,
        batch.offset + record.position,
        identity_of(record).external_id,
        record.announce_type or "",
        record.announced_on,
        json.dumps(said),
        digest,
        inline_html(record.title) if typeset else "",
        abstract_html(record.abstract or "") if typeset else "",
    )


def _unchanged(
    batch: Import,
    records: Sequence[Record],
    digests: Sequence[str],
    new_in: str | None,
    announced_on: datetime.date | None,
) -> set[int]:
    """Return which of the records, counted from 1, say of their paper what was merged into it last."""
    identities = [identity_of(record) for record in records]
    found = {
        "sources": [identity.source for identity in identities],
        "external_ids": [identity.external_id for identity in identities],
        "digests": digests,
        "days": [_day(record) or announced_on for record in records],
        "new_in": [
            new_in if record.announce_type == "new" and not record.primary_category else None for record in records
        ],
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNCHANGED, found | _source(batch))
        return {number for (number,) in cursor.fetchall()}


def _day(record: Record) -> datetime.date | None:
    return datetime.date.fromisoformat(record.announced_on) if record.announced_on else None


def _source(batch: Import) -> dict[str, Any]:
    return {"rank": rank_of(batch.format).value, "exactness": exactness_of(batch.format)}


def _new_in(category: str) -> str | None:
    """Return what is the primary category of everything new in the listing of this category, if anything is."""
    return None if not category or is_whole_archive(category) else category


def find_staged(cursor: Any, batch: Import) -> None:
    """Fill `found` from the import's staged entries, in the transaction that publishes them."""
    answers = {
        "batch": batch.pk,
        "category": batch.category,
        "announced_on": batch.announced_on,
        "new_in": _new_in(batch.category),
    }
    cursor.execute(_FIND, answers | _source(batch))
    # What was known when it was read, and is not any more: another day was answered, or the paper is gone.
    cursor.execute(_UNTYPESET)
    late = [(inline_html(title), abstract_html(abstract), staged) for staged, title, abstract in cursor.fetchall()]
    if late:
        cursor.executemany(_TYPESET, late)
