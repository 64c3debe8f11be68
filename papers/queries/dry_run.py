"""The dry run: what an import would bring, where it would stand, and what the person may still correct."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, QuerySet

from core import limits
from core.categories import is_listing_name, nearest_category
from papers.models import Entry, Import, Listing, Paper, StagedEntry
from papers.parsers import registry, seed_markdown
from papers.parsers.csv_papers import FIELDS, Columns
from papers.queries.columns import columns_of


@dataclass(frozen=True, slots=True)
class Review:
    """What would come in, where, and what of it is known already."""

    entries: int
    known: int
    already_listed: int  # of the entries, when this category and date have a listing
    listing: Listing | None
    sample: list[StagedEntry]
    days: list[tuple[date, int]]  # when the entries bring their own days along: the first of them
    day_count: int
    undated: int  # entries that have no day of their own in a file in which others have one
    is_announcement: bool  # needs category and date; others may come in as papers alone
    has_titles: bool
    has_border: bool  # between new submissions and cross-lists, which we guessed
    answers: dict[str, Any]  # what the form shows at first, by its fields
    hints: dict[str, str]  # below the form's fields: what the file says, in its own words
    unconfirmed: list[str]  # ids that are known from bare numbers only, as many as are shown
    unconfirmed_count: int
    columns: Columns | None  # of a table in CSV
    ids: list[str]  # all that is known of papers without titles, as many as are shown

    @property
    def column_fields(self) -> dict[str, str]:
        """Map each field of the form for columns to its label."""
        return FIELDS


def review_of(batch: Import) -> Review:
    """Return the dry run of an import that waits for its review, in a fixed number of statements."""
    staged = batch.staged.order_by("position")
    external_ids = staged.order_by().values("external_id")
    listing = _listing_of(batch)
    days = list(staged.order_by("announced_on").values_list("announced_on").annotate(Count("pk")))
    dated = [(day, number) for day, number in days if day]
    entries = sum(number for _, number in days)
    has_titles = registry.has_titles(batch.format)
    unconfirmed = batch.evidence.get("unconfirmed", [])
    return Review(
        entries=entries,
        known=Paper.objects.filter(scope="", external_id__in=external_ids).count(),
        already_listed=_already_listed(listing, external_ids) if listing else 0,
        listing=listing,
        sample=list(staged[: limits.SAMPLE_ROWS]) if has_titles else [],
        days=dated[: limits.DAYS_IN_REVIEW],
        day_count=len(dated),
        undated=entries - sum(number for _, number in dated) if dated else 0,
        is_announcement=registry.lists_a_day(batch.format),
        has_titles=has_titles,
        has_border=batch.format == seed_markdown.NAME and entries > 0,
        answers=_answers(batch),
        hints={"category": _category_hint(batch), "announced_on": _date_hint(batch), "border": _border_hint(batch)},
        unconfirmed=unconfirmed[: limits.UNCONFIRMED_SHOWN],
        unconfirmed_count=len(unconfirmed),
        columns=columns_of(batch),
        ids=[] if has_titles else list(staged.values_list("external_id", flat=True)[: limits.IDS_SHOWN]),
    )


def border_of(batch: Import) -> int | None:
    """Return the position at which the cross-lists begin, 0 when all is new, None when the types are open."""
    said: int | None = batch.evidence.get("border")  # where a person put it
    if said is not None:
        return said
    if batch.counts.get("cross"):
        first: int = batch.staged.filter(announce_type="cross").aggregate(first=Min("position"))["first"]
        return first
    return 0 if batch.counts.get("new") else None


def ticked_ids(batch: Import) -> list[str]:
    """Return which of the unconfirmed ids name papers: as a person said, else all when the text has no others."""
    unconfirmed: list[str] = batch.evidence.get("unconfirmed", [])
    ticked: list[str] | None = batch.evidence.get("ticked")
    if ticked is not None:
        return ticked
    return unconfirmed[: limits.UNCONFIRMED_SHOWN] if len(unconfirmed) == batch.entries else []


def _answers(batch: Import) -> dict[str, Any]:
    return {
        "category": batch.category,
        "announced_on": batch.announced_on,
        "border": border_of(batch),
        "ticked": ticked_ids(batch),
    }


def _category_hint(batch: Import) -> str:
    if batch.category and not is_listing_name(batch.category):
        near = nearest_category(batch.category)
        meant = f" Did you mean {near}?" if near else ""
        return f"arXiv has no category “{batch.category}” that we know, and no group can follow it.{meant}"
    said = _said(batch, "category", "category")
    return said or "Not said in the file. As arXiv writes it: cs.CV, astro-ph.GA, hep-th."


def _date_hint(batch: Import) -> str:
    said = _said(batch, "announced_on", "date")
    return said or "Not said in the file. The date of the announcement, not the day of the upload."


def _said(batch: Import, name: str, subject: str) -> str:
    """Say where the file has it; nothing when it has it nowhere."""
    if words := batch.evidence.get(subject):
        return f"From the file: ‹{words}›"
    corrected = name in batch.evidence.get("corrected", [])
    return "From the file." if getattr(batch, name) and not corrected else ""


def _border_hint(batch: Import) -> str:
    if batch.counts.get("inferred"):
        return "Guessed from the order of the ids. 0 when all are new."
    if batch.counts.get("new"):
        return "As you said. 0 when all are new."
    return "The order of the ids does not show it. 0 when all are new; leave it empty when you do not know."


def _already_listed(listing: Listing, external_ids: QuerySet[StagedEntry, Any]) -> int:
    return Entry.objects.filter(listing=listing, paper__external_id__in=external_ids).count()


def _listing_of(batch: Import) -> Listing | None:
    if batch.announced_on is None:
        return None
    return Listing.objects.filter(category=batch.category, announced_on=batch.announced_on).first()
