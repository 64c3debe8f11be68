"""Every row that imports leave, without keys and times, to compare what different ways lead to."""

from papers.models import Entry, Listing, Paper, PaperVersion

# The digest only says what came last, so that the same again is known; when to ask arXiv is a time.
_LEFT_OUT = ("id", "created_at", "digest", "fill_due")
PAPER = [each.name for each in Paper._meta.concrete_fields if each.name not in _LEFT_OUT]
ENTRY = ("listing__category", "listing__announced_on", "position", "paper__external_id")
ENTRY += ("announce_type", "inferred", "version", "weight", "place")


def catalogue() -> dict[str, list[object]]:
    """Return the rows of papers, versions, listings and entries, by table."""
    versions = PaperVersion.objects.order_by("paper__external_id", "number")
    listings = Listing.objects.order_by("category", "announced_on")
    return {
        "papers": list(Paper.objects.order_by("source", "external_id").values_list(*PAPER)),
        "due": list(Paper.objects.filter(fill_due=None).order_by("external_id").values_list("external_id", flat=True)),
        "versions": list(versions.values_list("paper__external_id", "number", "announced")),
        "listings": list(listings.values_list("category", "announced_on", "state", "stated")),
        "entries": list(Entry.objects.order_by(*ENTRY[:3]).values_list(*ENTRY)),
    }
