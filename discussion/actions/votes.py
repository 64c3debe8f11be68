"""A vote is a state that is set; setting it again changes nothing."""

from typing import TYPE_CHECKING

from django.db import transaction

from core.clock import now
from discussion.access import group_paper_of, paper_of
from discussion.models import Vote
from groups.access import voting_membership_for
from papers.models import Paper

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def set_vote(*, by: "User", slug: str, address: str, on: bool) -> Paper:
    """Set whether the member wants the paper discussed.

    On is an insert that a vote already there makes harmless; off removes the open vote. A vote that a meeting has
    settled stays as it was.
    """
    group = voting_membership_for(by, slug, lock=True).group
    if on:
        group_paper = group_paper_of(group, address)
        vote = Vote(group=group, group_paper=group_paper, member=by, cast_at=now())
        Vote.objects.bulk_create([vote], ignore_conflicts=True)
        return group_paper.paper
    paper = paper_of(group, address)
    Vote.objects.unsettled().filter(group=group, group_paper__paper=paper, member=by).delete()
    return paper
