"""How many votes a member has left, in a group that gives so many a week."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.clock import today
from discussion.models import Vote
from groups.dates import moment
from groups.models import Membership


@dataclass(frozen=True, slots=True)
class VotesLeft:
    left: int
    budget: int


def votes_left(membership: Membership) -> VotesLeft | None:
    """Return what is left of the week's votes; None where a member votes as often as they like.

    The week begins on Monday, by the group's calendar. A vote that is taken back is free again.
    """
    group = membership.group
    if group.vote_budget is None or not membership.may_vote:
        return None
    since = _monday(group.zone)
    cast = Vote.objects.filter(group=group, member=membership.user_id, cast_at__gte=since).count()
    return VotesLeft(left=max(0, group.vote_budget - cast), budget=group.vote_budget)


def _monday(zone: str) -> datetime:
    day = today(zone)
    return moment(day - timedelta(days=day.weekday()), time(0), zone)


class VotingPage:
    """A page on which a member votes: it says above all else what is left of the week's votes."""

    __slots__ = ()
    membership: Membership

    @property
    def votes_left(self) -> VotesLeft | None:
        return votes_left(self.membership)
