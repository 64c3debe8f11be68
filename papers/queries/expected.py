"""Days as arXiv has them: which have listings here, why others have none, and which is the next."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from papers.models import Entry, Listing
from papers.sources.announcements import next_expected_day, why_none


def with_last_position(listings: QuerySet[Listing]) -> "QuerySet[Any]":
    """Let each listing have `last_position`, that of its last entry; None when it is empty."""
    positions = Entry.objects.filter(listing=OuterRef("pk")).order_by("-position").values("position")
    return listings.annotate(last_position=Subquery(positions[:1]))


def why_no_listing(day: date) -> str:
    """Return "weekend", or the name of arXiv's holiday; empty when a listing of this date is to be expected."""
    return why_none(day).removeprefix("holiday: ")


def next_listing_day(day: date) -> date:
    """Return the date of the next listing after `day` that arXiv is expected to make."""
    return next_expected_day(day)
