"""Papers of a member's own in the latest listings, for those who want to be told."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from core import limits
from core.authors import People, words_of_name
from core.clock import today
from discussion.models import Noticed
from groups.models import Membership
from papers.models import Entry, Listing, Paper
from papers.queries import matches

_TYPES = Entry.AnnounceType
_NEW = (_TYPES.NEW, _TYPES.CROSS, _TYPES.UNKNOWN)  # not a replacement: its authors know


def own_papers(membership: Membership) -> list[Paper]:
    """Return new papers with the member's name among their authors that they have not noticed yet; one statement.

    None, without a statement, for a member who has not asked for it.
    """
    member = membership.user
    people = People([member.name])
    if not member.own_papers or not people:
        return []
    family = words_of_name(member.name)[-1]
    entries = Entry.objects.filter(
        paper=OuterRef("pk"),
        announce_type__in=_NEW,
        listing__state=Listing.State.SHOWN,
        listing__category__in=membership.group.categories,
        listing__announced_on__gt=today(membership.group.zone) - timedelta(days=limits.OWN_PAPER_DAYS),
    )
    noticed = Noticed.objects.filter(member=member, paper=OuterRef("pk"))
    papers = Paper.objects.filter(Exists(entries), ~Exists(noticed)).filter(matches(f"'{family}':B"))
    return [paper for paper in papers.order_by("-pk")[: limits.PAGE_ROWS] if people.among(paper.authors)]
