"""A vote is a state that is set; setting it again changes nothing."""

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from core.clock import now
from core.errors import Invalid
from core.wording import plural
from discussion.access import group_paper_of, known_group_paper_of, paper_of
from discussion.actions.learning import want_learning
from discussion.models import GroupPaper, Vote
from discussion.queries import PaperVotes, VotesLeft, votes_for, votes_left
from groups.access import voting_membership_for
from groups.models import Membership
from papers.models import Paper

if TYPE_CHECKING:
    from accounts.models import User


class Voted(NamedTuple):
    """Who voted, how the votes for the paper stand with it, and what is left of the member's own."""

    membership: Membership
    votes: PaperVotes
    left: VotesLeft | None


@transaction.atomic
def set_vote(*, by: "User", slug: str, address: str, on: bool) -> Voted:
    """Set whether the member wants the paper discussed.

    On is an insert that a vote already there makes harmless; off removes the open vote. A vote that a meeting has
    settled stays as it was. Raises Invalid when the group gives so many votes a week and all are given.
    """
    membership = voting_membership_for(by, slug, lock=True)  # held: a member's votes are counted one after the other
    group = membership.group
    want_learning(membership)
    if on:
        group_paper = group_paper_of(group, address)
        _refuse_beyond_budget(membership, group_paper)
        vote = Vote(group=group, group_paper=group_paper, member=by, cast_at=now())
        Vote.objects.bulk_create([vote], ignore_conflicts=True)
        return _voted(membership, group_paper.paper)
    known = known_group_paper_of(group, address)
    if known is not None:
        Vote.objects.unsettled().filter(group=group, group_paper=known, member=by).delete()
    paper = known.paper if known else paper_of(group, address)
    return _voted(membership, paper)


def _voted(membership: Membership, paper: Paper) -> Voted:
    return Voted(membership, votes_for(membership, paper), votes_left(membership))


def _refuse_beyond_budget(membership: Membership, group_paper: GroupPaper) -> None:
    remaining = votes_left(membership)
    if remaining is None or remaining.left:
        return
    voted = Vote.objects.unsettled().filter(group_paper=group_paper, member=membership.user_id).exists()
    if not voted:  # the same vote again is harmless
        given = plural(remaining.budget, "vote", "votes")
        raise Invalid(f"Not saved. You have given your {given} of this week. Take one back to vote for this paper.")
