"""Papers as a source says them, in the temporary table `found`, and how they meet the catalogue: set by set.

The rule, for each field by itself: what is said by the higher weight stands, and nothing said never replaces
something. A weight is, from the left, the rank of the source, the day of the announcement, the version, and the
exactness of the format (papers.actions.ranking). Where even that is equal, the longer text stands, and among texts of
one length the one that sorts last. So the outcome does not depend on the order in which sources come, nor on how often.
"""

from dataclasses import dataclass
from string import Template
from typing import Any

# What one of each adds to a weight: a rank, a day since the year 1, a version; exactness counts singly.
RANK, DAY, VERSION = 10**14, 10**7, 10**2


@dataclass(frozen=True, slots=True)
class Field:
    """Columns that are taken over together; the first decides. `text` compares it, `html` is made from it."""

    name: str
    beside: str = ""
    html: str = ""
    empty: str = "''"
    text: str = "$t.$name"


FIELDS = (
    Field("title", html="title_html"),
    Field("abstract", html="abstract_html"),
    Field("authors", empty="'[]'", text="$t.authors::text"),
    Field(
        "categories",
        "primary_category",
        empty="'{}'",
        text="$t.primary_category || array_to_string($t.categories, ' ')",
    ),
    Field("comments"),
    Field("journal_ref"),
    Field("doi"),
    Field("license"),
)
SAID = tuple(name for each in FIELDS for name in (each.name, each.beside, each.html) if name)
MERGED = (*SAID, "weights", "latest_version", "first_announced", "rank")

CREATE = """
CREATE TEMPORARY TABLE found (
    staged bigint, source text, external_id text,
    title text, title_html text, abstract text, abstract_html text, authors jsonb,
    primary_category text, categories text[], comments text, journal_ref text, doi text, license text,
    latest_version smallint, first_announced date, rank smallint, weight bigint, digest text,
    announced_on date, category text, place integer, announce_type text, inferred boolean, standing smallint,
    paper_id bigint, is_new boolean NOT NULL DEFAULT FALSE, is_unchanged boolean NOT NULL DEFAULT FALSE
) WITH (toast_tuple_target = 8160) ON COMMIT DROP
"""
DROP = "DROP TABLE found"

# Each looked up by itself, whatever the planner believes of a catalogue that has just grown.
MATCH = """
UPDATE found SET paper_id = (
    SELECT paper.id FROM papers_paper paper
    WHERE (paper.source, paper.external_id, paper.scope) = (found.source, found.external_id, '')
) WHERE paper_id IS NULL
"""

ANALYZE = "ANALYZE found (source, external_id, paper_id, is_new, is_unchanged, category, announced_on)"

# A paper of arXiv that lacks any of these is asked of arXiv's API later.
LACKING = """
$t.source = 'arxiv' AND ($t.title = '' OR $t.authors = '[]' OR $t.categories = '{}' OR $t.latest_version IS NULL)
"""

# The search vector of a new row costs more than all else here, so that known papers must not come this far.
INSERT = """
WITH made AS (
    INSERT INTO papers_paper (source, external_id, scope, $said, weights, latest_version, first_announced, rank,
        digest, link, fill_due, fill_tries, created_at)
    SELECT source, external_id, '', $said, ARRAY[$weights]::bigint[], latest_version, first_announced, rank,
        digest, '', CASE WHEN $lacking THEN now() END, 0, now()
    FROM found WHERE paper_id IS NULL ORDER BY source, external_id
    ON CONFLICT DO NOTHING
    RETURNING id, source, external_id
)
UPDATE found SET paper_id = made.id, is_new = TRUE FROM made
WHERE (made.source, made.external_id) = (found.source, found.external_id)
"""

# Votes and comments only point at papers, and need not wait for these locks.
LOCK = """
SELECT count(*) FROM (
    SELECT paper.id FROM papers_paper paper JOIN found ON paper.id = found.paper_id
    WHERE NOT found.is_new AND NOT found.is_unchanged ORDER BY paper.id FOR NO KEY UPDATE OF paper
) locked
"""

UPDATE = """
UPDATE papers_paper paper
SET ($merged) = ($merged_now), digest = now_said.digest, fill_due = CASE
    WHEN NOT ($lacking) THEN NULL
    WHEN paper.fill_tries > 0 THEN paper.fill_due
    ELSE coalesce(paper.fill_due, now()) END
FROM (
    SELECT paper.id, paper.source, found.digest, $chosen,
        ARRAY[$weights]::bigint[] AS weights,
        greatest(paper.latest_version, found.latest_version) AS latest_version,
        least(paper.first_announced, found.first_announced) AS first_announced,
        greatest(paper.rank, found.rank) AS rank
    FROM found JOIN papers_paper paper ON paper.id = found.paper_id
    CROSS JOIN LATERAL (SELECT $takes) takes
    WHERE NOT found.is_new AND NOT found.is_unchanged
) now_said
WHERE paper.id = now_said.id AND ROW($merged_before) IS DISTINCT FROM ROW($merged_now)
"""

VERSIONS = """
INSERT INTO papers_paperversion AS known (paper_id, number, announced)
SELECT paper_id, latest_version, announced_on FROM found
WHERE latest_version IS NOT NULL AND NOT is_unchanged ORDER BY paper_id
ON CONFLICT (paper_id, number) DO UPDATE SET announced = least(known.announced, excluded.announced)
WHERE known.announced IS DISTINCT FROM least(known.announced, excluded.announced)
"""


def merge_found(cursor: Any) -> None:
    """Insert or merge what stands in `found`, inside the caller's transaction; known papers have their `paper_id`.

    Afterwards all have it. Two at once cannot deadlock: all insert in the order of the identities, then lock in the
    order of the keys.
    """
    for statement in (ANALYZE, _INSERT, MATCH, LOCK, _UPDATE, VERSIONS):
        cursor.execute(statement)


def _filled(template: str, **parts: str) -> str:
    return Template(template).substitute(parts)


def _prefixed(table: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{table}.{name}" for name in names)


def _takes(field: Field, number: int) -> str:
    """Return the condition under which the field is taken over; weights of before there were any are of their rank."""
    found, stored = (_filled(field.text, t=table, name=field.name) for table in ("found", "paper"))
    return _filled(
        """found.$name <> $empty AND (paper.$name = $empty OR
            (found.weight, length($found), ($found) COLLATE "C") >
            (coalesce(paper.weights[$number], paper.rank * $by_rank), length($stored), ($stored) COLLATE "C")
        ) AS $name""",
        name=field.name,
        empty=field.empty,
        found=found,
        stored=stored,
        number=str(number),
        by_rank=str(RANK),
    )


def _chosen(field: Field) -> str:
    """Return the field's columns as they are after merging. HTML follows its text, also when the text is the same."""
    columns = [
        f"CASE WHEN takes.{field.name} THEN found.{name} ELSE paper.{name} END AS {name}"
        for name in (field.name, field.beside)
        if name
    ]
    if field.html:
        fresh = f"(takes.{field.name} OR found.{field.name} = paper.{field.name}) AND found.{field.html} <> ''"
        columns.append(f"CASE WHEN {fresh} THEN found.{field.html} ELSE paper.{field.html} END AS {field.html}")
    return ", ".join(columns)


def _weight_found(field: Field) -> str:
    return f"CASE WHEN {field.name} <> {field.empty} THEN weight ELSE 0 END"


def _weight_merged(field: Field, number: int) -> str:
    stored = f"CASE WHEN paper.{field.name} = {field.empty} THEN 0 ELSE paper.rank * {RANK} END"
    return f"CASE WHEN takes.{field.name} THEN found.weight ELSE coalesce(paper.weights[{number}], {stored}) END"


_NUMBERED = tuple(enumerate(FIELDS, start=1))
_INSERT = _filled(
    INSERT,
    said=", ".join(SAID),
    weights=", ".join(map(_weight_found, FIELDS)),
    lacking=_filled(LACKING, t="found"),
)
_UPDATE = _filled(
    UPDATE,
    merged=", ".join(MERGED),
    merged_now=_prefixed("now_said", MERGED),
    merged_before=_prefixed("paper", MERGED),
    lacking=_filled(LACKING, t="now_said"),
    chosen=", ".join(map(_chosen, FIELDS)),
    weights=", ".join(_weight_merged(field, number) for number, field in _NUMBERED),
    takes=", ".join(_takes(field, number) for number, field in _NUMBERED),
)
