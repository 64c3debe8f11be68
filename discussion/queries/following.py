"""What a member keeps for themselves of papers: what they saved and hid, and which searches they follow match."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from groups.models import Membership
from papers.models import Entry

_TYPES = Entry.AnnounceType
_REPLACED = frozenset({_TYPES.REPLACE, _TYPES.REPLACE_CROSS})

# Every list asks this for all of its rows; a query set for it takes ten times as long to put together.
_OWN = """
WITH mine AS (
    SELECT * FROM discussion_savedsearch
    WHERE group_id = %(group)s AND member_id = %(member)s AND follows AND dropped_at IS NULL
)
SELECT paper_id, 'saved', NULL::varchar[] FROM discussion_queueitem
WHERE group_id = %(group)s AND member_id = %(member)s AND dropped_at IS NULL AND paper_id = ANY(%(papers)s)
UNION ALL
SELECT paper_id, 'hidden', NULL FROM discussion_hidden
WHERE group_id = %(group)s AND member_id = %(member)s AND paper_id = ANY(%(papers)s)
UNION ALL
SELECT paper.id, 'followed', array_agg(ARRAY[mine.name, mine.q, mine.filters] ORDER BY mine.name, mine.id)
FROM papers_paper paper JOIN mine
    ON paper.search @@ mine.tsquery::tsquery AND (mine.category = '' OR mine.category = ANY(paper.categories))
WHERE paper.id = ANY(%(new)s) GROUP BY paper.id
"""


@dataclass(frozen=True, slots=True)
class OwnMarks:
    """Of papers, by their ids, what one member keeps for themselves."""

    saved: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    followed: defaultdict[int, Sequence[Mapping[str, str]]] = field(default_factory=lambda: defaultdict(tuple))


def newly_announced(entries: Iterable[Entry]) -> list[int]:
    """Return the ids of the papers that are no replacements."""
    return [entry.paper_id for entry in entries if entry.announce_type not in _REPLACED]


def own_marks(membership: Membership, papers: Sequence[int], new: Sequence[int] = ()) -> OwnMarks:
    """Return what this member keeps of the papers with these ids, in one statement.

    Those of the `new` ones that match searches which the member follows come with these: name, q and filters of each.
    """
    member: dict[str, Any] = {"group": membership.group_id, "member": membership.user_id}
    marks = OwnMarks()
    with connection.cursor() as cursor:
        cursor.execute(_OWN, member | {"papers": list(papers), "new": list(new)})
        for paper, mark, searches in cursor:
            if mark == "followed":
                marks.followed[paper] = [dict(zip(("name", "q", "filters"), one, strict=True)) for one in searches]
            else:
                (marks.saved if mark == "saved" else marks.hidden).add(paper)
    return marks
