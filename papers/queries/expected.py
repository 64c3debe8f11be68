"""Days as arXiv has them: which have listings here, why others have none, and which is the next."""

from collections.abc import Sequence
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from papers.models import Entry, Listing
from papers.sources.announcements import next_expected_day, why_none


def listings_between(categories: Sequence[str], first: date, last: date) -> QuerySet[Listing]:
    """Return the listings that are shown, each with `last_position`, that of its last entry; None when it is empty."""
    positions = Entry.objects.filter(listing=OuterRef("pk")).order_by("-position").values("position")
    listings = Listing.objects.shown().filter(category__in=categories, announced_on__range=(first, last))
    return listings.annotate(last_position=Subquery(positions[:1]))


def why_no_listing(day: date) -> str:
    """Return "weekend", or the name of arXiv's holiday; empty when a listing of this date is to be expected."""
    return why_none(day).removeprefix("holiday: ")


def next_listing_day(day: date) -> date:
    """Return the date of the next listing after `day` that arXiv is expected to make."""
    return next_expected_day(day)
