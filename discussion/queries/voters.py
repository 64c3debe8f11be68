"""Who voted for a paper."""

from django.db import connection

from groups.models import Group
from papers.models import Paper


def open_votes(group_paper: str) -> str:
    """Return the SQL of the open votes for what a group has of a paper, as `Vote.objects.open()` says whose they are.

    Every answer to a vote asks for them, and a query set takes ten times as long to put together.
    """
    return f"""
FROM discussion_vote vote
    JOIN groups_membership member ON member.group_id = %(group)s AND member.user_id = vote.member_id
    JOIN accounts_user person ON person.id = vote.member_id
WHERE vote.group_paper_id = {group_paper} AND vote.settled_by_id IS NULL
    AND member.left_at IS NULL AND member.role <> 'guest'
"""


# To be put into it: what the group has of a paper that is asked for.
OF_PAPER = "(SELECT id FROM discussion_grouppaper WHERE group_id = %(group)s AND paper_id = %(paper)s)"
_VOTERS = f"SELECT vote.member_id, person.name {open_votes(OF_PAPER)} ORDER BY vote.cast_at, vote.id"


def voters_for(group: Group, paper: Paper) -> dict[int, str]:
    """Map member id to name, in the order of their votes for the paper."""
    with connection.cursor() as cursor:
        cursor.execute(_VOTERS, {"group": group.pk, "paper": paper.pk})
        return dict(cursor.fetchall())
