"""Staged entries: how records get into them, and from them into the table `found` (papers.actions.found)."""

import datetime
import json
from collections.abc import Sequence
from string import Template
from typing import Any, NamedTuple

from django.db import connection

from core import limits
from core.categories import is_whole_archive
from core.text import abstract_html, inline_html
from papers.actions.found import DAY, RANK, VERSION
from papers.actions.keeping import content_of
from papers.actions.merging import Identity, digest_of, fitted, identity_of
from papers.actions.ranking import exactness_of, rank_of
from papers.models import Import
from papers.parsers import registry
from papers.parsers.record import Record

_ALL = Record._fields
# What an entry takes that says of its paper what is known: the text stays in the file, until it is needed after all.
_BRIEF = (
    *("position", "arxiv_id", "doi", "version", "primary_category", "categories"),
    *("announce_type", "inferred", "announced_on"),
)
_as_json = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode

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

# Each paper is looked up by itself, whatever the planner believes of a catalogue that has just grown.
_KNOWN = """
SELECT id, papers_paper.digest FROM papers_paper
WHERE (papers_paper.source, papers_paper.external_id, scope) = (said.source, said.external_id, '') LIMIT 1
"""

_UNCHANGED = Template("""
SELECT said.position FROM jsonb_to_recordset(%(said)s::jsonb)
    AS said (position integer, source text, external_id text, digest text, day date, new_in text)
CROSS JOIN LATERAL ($known) paper
WHERE paper.digest = $digest
""").substitute(digest=_DIGEST, known=_KNOWN)

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
        CASE WHEN record.arxiv_id IS NOT NULL THEN 'arxiv' WHEN staged.external_id = record.openreview_id
            THEN 'openreview' ELSE 'doi' END AS source,
        coalesce(staged.announced_on, %(announced_on)s::date) AS day,
        staged.announced_on IS NOT NULL AS has_day,
        CASE WHEN staged.announce_type = 'new' AND record.primary_category IS NULL THEN %(new_in)s::text END AS new_in
    FROM papers_stagedentry staged CROSS JOIN LATERAL jsonb_to_record(staged.record) AS record (
        arxiv_id text, version smallint, title text, abstract text, authors jsonb, primary_category text,
        categories text[], inferred boolean, comments text, journal_ref text, doi text, license text, openreview_id text
    )
    WHERE staged.batch_id = %(batch)s
) said
LEFT JOIN LATERAL ($known) paper ON TRUE
""").substitute(digest=_DIGEST, known=_KNOWN, rank=f"{RANK}::bigint", day=f"{DAY}::bigint", version=VERSION)

_BRIEF_YET_NEEDED = "SELECT place FROM found WHERE NOT is_unchanged AND title IS NULL"
# What a person changed meanwhile stands.
_MAKE_WHOLE = """
UPDATE papers_stagedentry SET record = %s::jsonb || record, title_html = %s, abstract_html = %s
WHERE batch_id = %s AND position = %s
"""


def stage(
    batch: Import, records: Sequence[Record], *, category: str = "", announced_on: datetime.date | None = None
) -> None:
    """Copy the records into staged entries, with the HTML of those that would change a paper.

    `category` and `announced_on` are what the file says of the whole, as far as it is read.
    """
    named = [_Named(identity_of(record), digest_of(record), record) for record in map(fitted, records)]
    unchanged = _unchanged(batch, named, _new_in(category), announced_on)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for each in named:
            whole = each.record.position not in unchanged or each.record.position <= limits.SAMPLE_ROWS
            copy.write_row(_row(batch, each, whole=whole))


class _Named(NamedTuple):
    identity: Identity
    digest: str
    record: Record


def _row(batch: Import, named: _Named, *, whole: bool) -> Sequence[object]:
    record = named.record
    return (
        batch.pk,
        batch.offset + record.position,
        named.identity.external_id,
        record.announce_type or "",
        record.announced_on,
        _as_json({name: getattr(record, name) for name in (_ALL if whole else _BRIEF)}),
        named.digest,
        inline_html(record.title) if whole else "",
        abstract_html(record.abstract or "") if whole else "",
    )


def _unchanged(
    batch: Import, named: Sequence[_Named], new_in: str | None, announced_on: datetime.date | None
) -> set[int]:
    """Return the positions of the records that say of their paper what was merged into it last."""
    said = [
        {
            "position": each.record.position,
            "source": each.identity.source,
            "external_id": each.identity.external_id,
            "digest": each.digest,
            "day": each.record.announced_on or (announced_on and announced_on.isoformat()),
            "new_in": new_in if _lacks_category(each.record) else None,
        }
        for each in named
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UNCHANGED, {"said": _as_json(said)} | _source(batch))
        return {position for (position,) in cursor.fetchall()}


def _lacks_category(record: Record) -> bool:
    return record.announce_type == "new" and not record.primary_category


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
    cursor.execute(_BRIEF_YET_NEEDED)
    if needed := {place for (place,) in cursor.fetchall()}:
        _make_whole(cursor, batch, needed)
        cursor.execute("DELETE FROM found")
        cursor.execute(_FIND, answers | _source(batch))


def _make_whole(cursor: Any, batch: Import, positions: set[int]) -> None:
    """Read again what was known when it was staged, and is not any more: another day was answered, a paper is gone."""
    reading = registry.read(content_of(batch.pk), batch.format or None)
    rows = (_whole_row(batch, record) for record in reading.records if batch.offset + record.position in positions)
    cursor.executemany(_MAKE_WHOLE, rows)


def _whole_row(batch: Import, record: Record) -> Sequence[object]:
    record = fitted(record)
    said = _as_json({name: getattr(record, name) for name in _ALL})
    html = inline_html(record.title), abstract_html(record.abstract or "")
    return (said, *html, batch.pk, batch.offset + record.position)
