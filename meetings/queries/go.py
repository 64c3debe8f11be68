"""The places that a member can go to from anywhere in the group."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from groups.access import membership_for
from groups.models import Group, Meeting, Membership
from groups.queries import coming_meetings, groups_of
from papers.queries import listing_days

if TYPE_CHECKING:
    from accounts.models import User

DAYS = 10  # the latest ones; the day page has a calendar of all


@dataclass(frozen=True, slots=True)
class Places:
    membership: Membership
    days: list[date]
    meetings: list[Meeting]  # still to come
    others: list[Group]  # that the member is in


def places(*, by: "User", slug: str) -> Places:
    """Gather the places, in a fixed number of statements."""
    membership = membership_for(by, slug)
    group = membership.group
    return Places(
        membership=membership,
        days=listing_days(group.categories, limit=DAYS),
        meetings=coming_meetings(group),
        others=[one for one in groups_of(by) if one.pk != group.pk],
    )
