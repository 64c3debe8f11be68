"""What papers are to one member: saved, hidden, matched by a search that they follow, with comments new to them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection

from core import limits
from core.changes import UNKNOWN, Version
from core.clock import this_minute
from core.keeping import remembered
from discussion.queries.unread import UNREAD, asked_of, keep_counts, unread_counts
from discussion.queries.voters import OF_PAPER, open_votes
from groups.models import Membership
from papers.models import Entry

_TYPES = Entry.AnnounceType
_REPLACED = frozenset({_TYPES.REPLACE, _TYPES.REPLACE_CROSS})

# Every list asks this for all of its rows; a query set for it takes ten times as long to put together.
_OWN = f"""
WITH mine AS (
    SELECT * FROM discussion_savedsearch
    WHERE group_id = %(group)s AND member_id = %(member)s AND follows AND dropped_at IS NULL
)
SELECT paper_id, 'saved', NULL::varchar[], 0::bigint FROM discussion_queueitem
WHERE group_id = %(group)s AND member_id = %(member)s AND dropped_at IS NULL AND paper_id = ANY(%(papers)s)
UNION ALL
SELECT paper_id, 'hidden', NULL, 0 FROM discussion_hidden
WHERE group_id = %(group)s AND member_id = %(member)s AND paper_id = ANY(%(papers)s)
UNION ALL
SELECT paper_id, 'unread', NULL, count FROM ({UNREAD}) unread
UNION ALL
SELECT paper.id, 'followed', array_agg(ARRAY[mine.name, mine.q, mine.filters] ORDER BY mine.name, mine.id), 0
FROM papers_paper paper JOIN mine
    ON paper.search @@ mine.tsquery::tsquery AND (mine.category = '' OR mine.category = ANY(paper.categories))
WHERE paper.id = ANY(%(new)s) GROUP BY paper.id
"""  # noqa: S608 - constants, both

# What a paper's own page tells besides: what the member wants to hear, what they are writing, who added the paper, and
# who voted for it.
_OWN_PAGE = f"""
SELECT 'saved', NULL::jsonb FROM discussion_queueitem
WHERE group_id = %(group)s AND member_id = %(member)s AND dropped_at IS NULL AND paper_id = %(paper)s
UNION ALL
SELECT 'hidden', NULL FROM discussion_hidden
WHERE group_id = %(group)s AND member_id = %(member)s AND paper_id = %(paper)s
UNION ALL
SELECT 'follow', jsonb_build_object('state', state) FROM discussion_follow
WHERE group_id = %(group)s AND member_id = %(member)s AND paper_id = %(paper)s
UNION ALL
SELECT 'draft', jsonb_build_object('parent', coalesce(parent_id, 0), 'text', text, 'version', version)
FROM discussion_draft WHERE group_id = %(group)s AND member_id = %(member)s AND paper_id = %(paper)s
UNION ALL
SELECT 'added', jsonb_build_object('pk', about.id, 'at', about.added_at, 'who', adder.name)
FROM discussion_grouppaper about JOIN accounts_user adder ON adder.id = about.added_by_id
WHERE about.group_id = %(group)s AND about.paper_id = %(paper)s
UNION ALL
SELECT 'voters', jsonb_build_object(
    'in_order', jsonb_agg(jsonb_build_array(vote.member_id, person.name) ORDER BY vote.cast_at, vote.id)
)
{open_votes(OF_PAPER)}
UNION ALL
SELECT 'unread', jsonb_build_object('paper', paper_id, 'count', count) FROM ({UNREAD}) unread
"""  # noqa: S608 - constants, all


@dataclass(frozen=True, slots=True)
class OwnMarks:
    """Of papers, by their ids, what they are to one member."""

    saved: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    unread: Mapping[int, int] = field(default_factory=dict)  # how many comments are new, also of the group's others
    followed: defaultdict[int, Sequence[Mapping[str, str]]] = field(default_factory=lambda: defaultdict(tuple))


def newly_announced(entries: Iterable[Entry]) -> list[int]:
    """Return the ids of the papers that are no replacements."""
    return [entry.paper_id for entry in entries if entry.announce_type not in _REPLACED]


def own_marks(
    membership: Membership, papers: Sequence[int], *, new: Sequence[int], version: Version = UNKNOWN
) -> OwnMarks:
    """Return what the papers with these ids are to this member, in one statement at most.

    Those of the `new` ones that match searches which the member follows come with these: name, q and filters of each.
    Under the `version` of the group's pages it may be known how much is unread.
    """
    marks = _marks(version, membership, tuple(papers), tuple(new), this_minute())
    return replace(marks, unread=unread_counts(membership, version))


@remembered(limits.LISTS_REMEMBERED)
def _marks(
    version: Version, membership: Membership, papers: tuple[int, ...], new: tuple[int, ...], minute: datetime
) -> OwnMarks:
    """Gather all of it but what is unread, which is kept by itself; for a minute, as that is."""
    asked = asked_of(membership, version)
    marks, unread = OwnMarks(), dict[int, int]()
    with connection.cursor() as cursor:
        cursor.execute(_OWN, asked | {"papers": list(papers), "new": list(new)})
        for paper, mark, searches, count in cursor:
            if mark == "followed":
                marks.followed[paper] = [dict(zip(("name", "q", "filters"), one, strict=True)) for one in searches]
            elif mark == "unread":
                unread[paper] = count
            else:
                (marks.saved if mark == "saved" else marks.hidden).add(paper)
    if asked["uncounted"]:
        keep_counts(membership, version, unread)
    return marks


def page_marks(membership: Membership, paper: int) -> defaultdict[str, list[dict[str, Any]]]:
    """Return what a paper's own page tells of the member, by the words of the statement; in one statement."""
    marks: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    asked = asked_of(membership, UNKNOWN)
    with connection.cursor() as cursor:
        cursor.execute(_OWN_PAGE, asked | {"paper": paper})
        for mark, told in cursor:
            marks[mark].append(json.loads(told) if isinstance(told, str) else told or {})
    if asked["uncounted"]:
        keep_counts(membership, UNKNOWN, {one["paper"]: one["count"] for one in marks["unread"]})
    return marks
