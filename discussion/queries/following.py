"""What papers are to one member: saved, hidden, matched by a search that they follow, with comments new to them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from discussion.queries.unread import news_since
from discussion.queries.voters import OPEN_VOTES
from groups.models import Membership
from papers.models import Entry

_TYPES = Entry.AnnounceType
_REPLACED = frozenset({_TYPES.REPLACE, _TYPES.REPLACE_CROSS})

# Every list asks this for all of its rows; a query set for it takes ten times as long to put together. What is new to a
# member is said by `unread.new_to` and `unread.is_muted`, too.
_OWN = """
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
SELECT about.paper_id, 'unread', NULL, count(*)
FROM discussion_comment comment
    JOIN discussion_grouppaper about ON about.id = comment.group_paper_id
    LEFT JOIN discussion_lastread seen ON seen.group_paper_id = about.id AND seen.member_id = %(member)s
WHERE comment.group_id = %(group)s AND about.paper_id = ANY(%(talked_about)s) AND comment.deleted_at IS NULL
    AND comment.author_id IS DISTINCT FROM %(member)s AND comment.written_at > coalesce(seen.read_at, %(since)s)
    AND NOT EXISTS (
        SELECT 1 FROM discussion_follow follow
        WHERE follow.group_id = %(group)s AND follow.member_id = %(member)s AND follow.paper_id = about.paper_id
            AND follow.state = 'mute'
    )
GROUP BY about.paper_id
UNION ALL
SELECT paper.id, 'followed', array_agg(ARRAY[mine.name, mine.q, mine.filters] ORDER BY mine.name, mine.id), 0
FROM papers_paper paper JOIN mine
    ON paper.search @@ mine.tsquery::tsquery AND (mine.category = '' OR mine.category = ANY(paper.categories))
WHERE paper.id = ANY(%(new)s) GROUP BY paper.id
"""

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
{OPEN_VOTES}
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class OwnMarks:
    """Of papers, by their ids, what they are to one member."""

    saved: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    unread: dict[int, int] = field(default_factory=dict)  # how many comments are new
    followed: defaultdict[int, Sequence[Mapping[str, str]]] = field(default_factory=lambda: defaultdict(tuple))


def newly_announced(entries: Iterable[Entry]) -> list[int]:
    """Return the ids of the papers that are no replacements."""
    return [entry.paper_id for entry in entries if entry.announce_type not in _REPLACED]


def own_marks(
    membership: Membership, papers: Sequence[int], *, talked_about: Sequence[int], new: Sequence[int]
) -> OwnMarks:
    """Return what the papers with these ids are to this member, in one statement.

    New comments are counted of those that are `talked_about`. Those of the `new` ones that match searches which the
    member follows come with these: name, q and filters of each.
    """
    asked: dict[str, Any] = {
        "group": membership.group_id,
        "member": membership.user_id,
        "since": news_since(membership),
        "papers": list(papers),
        "talked_about": list(talked_about),
        "new": list(new),
    }
    marks = OwnMarks()
    with connection.cursor() as cursor:
        cursor.execute(_OWN, asked)
        for paper, mark, searches, count in cursor:
            if mark == "followed":
                marks.followed[paper] = [dict(zip(("name", "q", "filters"), one, strict=True)) for one in searches]
            elif mark == "unread":
                marks.unread[paper] = count
            else:
                (marks.saved if mark == "saved" else marks.hidden).add(paper)
    return marks


def page_marks(membership: Membership, paper: int) -> defaultdict[str, list[dict[str, Any]]]:
    """Return what a paper's own page tells of the member, by the words of the statement; in one statement."""
    marks: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    about = {"group": membership.group_id, "member": membership.user_id, "paper": paper}
    with connection.cursor() as cursor:
        cursor.execute(_OWN_PAGE, about)
        for mark, told in cursor:
            marks[mark].append(json.loads(told) if isinstance(told, str) else told or {})
    return marks
