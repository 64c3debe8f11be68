"""A vote is a state that is set; setting it again changes nothing."""

from typing import TYPE_CHECKING, NamedTuple

from django.db import connection, transaction

from core.clock import now
from core.columns import Columns
from core.errors import Invalid
from core.wording import plural
from discussion.access import group_paper_of, paper_of, scope_of
from discussion.actions.learning import want_learning
from discussion.models import Vote
from discussion.queries import PaperVotes, VotesLeft, as_voted, open_votes, votes_for, votes_left
from groups.access import voting_membership_for
from groups.models import Membership
from papers.models import Paper
from papers.queries import NAMED, named_by

if TYPE_CHECKING:
    from accounts.models import User


class Voted(NamedTuple):
    """Who voted, how the votes for the paper stand with it, and what is left of the member's own."""

    membership: Membership
    votes: PaperVotes
    left: VotesLeft | None


_PAPER = Columns(Paper, "paper", only=("id", "source", "external_id", "title", "title_html"))  # what an answer shows
# The paper as the group has it, and its open votes as they were before the change.
_SET = f"""
WITH touched AS (
    SELECT touched.id AS group_paper, {_PAPER} FROM discussion_grouppaper touched
    JOIN papers_paper paper ON paper.id = touched.paper_id WHERE touched.group_id = %(group)s AND {NAMED}
), changed AS ({{change}})
SELECT ARRAY(
    SELECT ARRAY[vote.member_id::text, person.name] {open_votes("touched.group_paper")} ORDER BY vote.cast_at, vote.id
), touched.* FROM touched
"""  # noqa: S608 - constants, all
_ON = _SET.format(
    change="""
    INSERT INTO discussion_vote (group_id, group_paper_id, member_id, cast_at)
    SELECT %(group)s, group_paper, %(member)s, %(now)s FROM touched ON CONFLICT DO NOTHING
"""
)
_OFF = _SET.format(
    change="""
    DELETE FROM discussion_vote USING touched
    WHERE group_paper_id = touched.group_paper AND member_id = %(member)s AND settled_by_id IS NULL
"""
)


@transaction.atomic
def set_vote(*, by: "User", slug: str, address: str, on: bool) -> Voted:
    """Set whether the member wants the paper discussed.

    On is an insert that a vote already there makes harmless; off removes the open vote. A vote that a meeting has
    settled stays as it was. Raises Invalid when the group gives so many votes a week and all are given.
    """
    membership = voting_membership_for(by, slug, lock=True)  # held: a member's votes are counted one after the other
    want_learning(membership)
    if on:
        _refuse_beyond_budget(membership, address)
    votes = _set(membership, address, on)
    if votes is None and on:  # the group's first touch
        group_paper_of(membership.group, address)
        votes = _set(membership, address, on)
    votes = votes or votes_for(membership, paper_of(membership.group, address))
    return Voted(membership, votes, votes_left(membership))


def _set(membership: Membership, address: str, on: bool) -> PaperVotes | None:
    """Set the vote and return how all stand with it, in one statement; None for a paper that is new to the group."""
    asked = named_by(address) | {
        "group": membership.group_id,
        "member": membership.user_id,
        "scope": scope_of(membership.group),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ON if on else _OFF, asked | {"now": now()})
        found = cursor.fetchone()
    if found is None:
        return None
    voters = {int(member): name for member, name in found[0]}
    if on:
        voters.setdefault(membership.user_id, membership.user.name)
    else:
        voters.pop(membership.user_id, None)
    return as_voted(membership, _PAPER.load(found, 2), voters)


def _refuse_beyond_budget(membership: Membership, address: str) -> None:
    remaining = votes_left(membership)
    if remaining is None or remaining.left:
        return
    group, paper = membership.group, paper_of(membership.group, address)
    mine = Vote.objects.unsettled().filter(group=group, member=membership.user_id)
    if not mine.filter(group_paper__paper=paper).exists():  # the same vote again is harmless
        given = plural(remaining.budget, "vote", "votes")
        raise Invalid(f"Not saved. You have given your {given} of this week. Take one back to vote for this paper.")
