"""How often something has changed, by topic: PostgreSQL counts every statement that writes (accounts, migration 0004).

The topics: `papers` (papers, versions, listings), `people` (names), `group:<id>` (what belongs to a group) and
`member:<id>` (a person, and what they keep for themselves).
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

_COUNTS = """
SELECT coalesce(sum(count) FILTER (WHERE topic <> ALL(%(own)s)), 0),
    coalesce(sum(count) FILTER (WHERE topic = ANY(%(own)s)), 0)
FROM changes
WHERE topic = ANY(%(topics)s::text[] || %(own)s::text[])
    OR topic = (SELECT 'group:' || id FROM groups_group WHERE slug = %(group)s)
"""


class Version(NamedTuple):
    """What differs when a page may: by what everyone who sees it shares, and by what is the person's own.

    Of what is shared, `papers` is the part that all groups have in common. It is false when it is not known.
    """

    shared: str = ""
    own: str = ""
    papers: str = ""

    def __bool__(self) -> bool:
        return bool(self.shared)


UNKNOWN = Version()


def counted(topics: str) -> str:
    """Return the SQL of how often something of these topics has changed, of which each is an expression."""
    return f"(SELECT coalesce(sum(count), 0) FROM changes WHERE topic IN ({topics}))"  # noqa: S608 - constants


def changes_of(topics: Sequence[str], own: Sequence[str] = (), *, group: str = "") -> tuple[int, int]:
    """Return two numbers that grow with every change of any of `topics`, and of any of `own`; in one statement.

    `group` is the slug of one whose topic counts among the first. Ask before you read what they stand for: what changes
    in between is then found changed the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"topics": list(topics), "own": list(own), "group": group})
        shared, ours = cursor.fetchone()
    return int(shared), int(ours)
