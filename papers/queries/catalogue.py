"""Papers and listings for the pages of groups: facts of the world, the same for everyone who may see a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, OuterRef, QuerySet, Subquery

from core import limits
from core.among import among
from core.ids import parse_arxiv_id
from papers.models import Entry, Listing, Paper, PaperVersion, Source


@dataclass(frozen=True, slots=True)
class DayListing:
    """One listing with its entries in its own order, without their papers."""

    listing: Listing
    entries: list[Entry]


def paper_by_address(address: str, *, scope: str = "") -> Paper | None:
    """Return the paper that an address names (`2009.14798`, `hep-th/9901001`, `p17`), None when there is none.

    Papers of a scope are found with that scope only; a version in the address is left aside.
    """
    return papers_at(address, scope=scope).first()


def papers_at(address: str, *, scope: str = "") -> QuerySet[Paper]:
    """Return the same as a set of one paper or none, for use inside another query."""
    named = named_by(address)
    if named["number"] is not None:
        return Paper.objects.filter(pk=named["number"], scope__in={"", scope})
    if named["arxiv_id"] is not None:
        return Paper.objects.filter(source=Source.ARXIV, external_id=named["arxiv_id"], scope="")
    return Paper.objects.none()


# The condition of the one paper that is `named_by` an address, for statements written by hand.
NAMED = """(
    paper.id = %(number)s::bigint AND paper.scope IN ('', %(scope)s)
    OR paper.source = 'arxiv' AND paper.external_id = %(arxiv_id)s::varchar AND paper.scope = ''
)"""


def named_by(address: str) -> dict[str, int | str | None]:
    """Return what an address names, a `number` or an `arxiv_id`; neither when it names nothing."""
    if address[:1] == "p" and address[1:].isascii() and address[1:].isdigit():
        number = int(address[1:])
        return {"number": number if number < 2**63 else None, "arxiv_id": None}
    found = parse_arxiv_id(address)
    return {"number": None, "arxiv_id": found.identity if found else None}


def listing_days(categories: Sequence[str], *, until: date | None = None, limit: int = limits.PAGE_ROWS) -> list[date]:
    """Return the days that have a listing of any of the categories, newest first, at most `limit`."""
    listings = Listing.objects.shown().filter(category__in=categories)
    if until:
        listings = listings.filter(announced_on__lte=until)
    days = listings.order_by("-announced_on").values_list("announced_on", flat=True).distinct()
    return list(days[:limit])


def newest_categories(*, limit: int) -> list[str]:
    """Return the categories that have listings, those of the latest day first, at most `limit`."""
    listings = Listing.objects.shown().values("category").annotate(newest=Max("announced_on"))
    return list(listings.order_by("-newest", "category").values_list("category", flat=True)[:limit])


def latest_day(categories: Sequence[str]) -> date | None:
    """Return the newest day with a listing of any of the categories."""
    return next(iter(listing_days(categories, limit=1)), None)


def neighbour_days(categories: Sequence[str], day: date) -> tuple[date | None, date | None]:
    """Return the nearest days with a listing before and after `day`."""
    listings = Listing.objects.shown().filter(category__in=categories)
    earlier = listings.filter(announced_on__lt=day).order_by("-announced_on").values_list("announced_on", flat=True)
    later = listings.filter(announced_on__gt=day).order_by("announced_on").values_list("announced_on", flat=True)
    found = list(earlier[:1].union(later[:1]))
    return next((one for one in found if one < day), None), next((one for one in found if one > day), None)


def day_listings(categories: Sequence[str], day: date) -> list[DayListing]:
    """Return the day's listings of the categories, in the categories' order, in two statements."""
    listings = {each.pk: each for each in Listing.objects.shown().filter(category__in=categories, announced_on=day)}
    entries: dict[int, list[Entry]] = {pk: [] for pk in listings}
    for entry in Entry.objects.filter(listing__in=listings).order_by("listing", "position"):
        entry.listing = listings[entry.listing_id]
        entries[entry.listing_id].append(entry)
    ordered = sorted(listings.values(), key=lambda each: list(categories).index(each.category))
    return [DayListing(each, entries[each.pk]) for each in ordered]


def entries_of(ids: Sequence[int]) -> list[Entry]:
    """Return the entries with these ids, in no order, each with its paper and listing; in one statement.

    `replaced` of each is the last known version of the paper before the one that the entry announces, if there is any.
    """
    earlier = PaperVersion.objects.filter(paper=OuterRef("paper"), number__lt=OuterRef("version"))
    replaced = Subquery(earlier.order_by("-number").values("number")[:1])
    entries = Entry.objects.select_related("paper", "listing").defer("paper__search").filter(among("pk", ids))
    return list(entries.annotate(replaced=replaced))
