"""What came in so far: the listings by day, and the imports, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from papers.access import require_importer
from papers.models import Import, Listing, Problem
from papers.queries.imports import type_words

if TYPE_CHECKING:
    from accounts.models import User

DAYS_SHOWN = 15
IMPORTS_SHOWN = 25
TYPE_COLUMNS = {"new": "new", "cross": "cross", "replace": "replace", "replace_cross": "replace-cross", "unknown": ""}


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A listing and what stands in it."""

    category: str
    entries: int
    types: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import in the history; `took` is the time from upload to end ("3 s"), empty while it has not ended."""

    batch: Import
    types: str
    problems: int
    took: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The first page of both lists, or a later one of either; the cursors are None at the end."""

    days: list[tuple[date, list[ListingRow]]]
    imports: list[ImportRow]
    earlier_days: date | None
    earlier_imports: int | None
    is_first: bool


def history_page(by: "User", *, before: int | None = None, until: date | None = None) -> HistoryPage:
    """Return the days before `until` and the imports numbered below `before`, in a fixed number of statements."""
    require_importer(by)
    days, earlier_days = _days(until)
    imports, earlier_imports = _imports(before)
    return HistoryPage(days, imports, earlier_days, earlier_imports, is_first=before is None and until is None)


def _days(until: date | None) -> tuple[list[tuple[date, list[ListingRow]]], date | None]:
    listings = Listing.objects.filter(announced_on__lt=until) if until else Listing.objects.all()
    days = list(listings.order_by("-announced_on").values_list("announced_on", flat=True).distinct()[: DAYS_SHOWN + 1])
    shown = days[:DAYS_SHOWN]
    counted = {name: Count("entries", filter=Q(entries__announce_type=value)) for name, value in TYPE_COLUMNS.items()}
    rows = Listing.objects.filter(announced_on__in=shown).values("announced_on", "category").annotate(**counted)
    grouped = groupby(rows.order_by("-announced_on", "category"), key=lambda row: row["announced_on"])
    earlier = shown[-1] if len(days) > DAYS_SHOWN else None
    return [(day, [_listing_row(row) for row in same]) for day, same in grouped], earlier


def _listing_row(row: Mapping[str, Any]) -> ListingRow:
    counts = {value or "unknown": row[name] for name, value in TYPE_COLUMNS.items()}
    return ListingRow(row["category"], sum(counts.values()), type_words(counts))


def _imports(before: int | None) -> tuple[list[ImportRow], int | None]:
    imports = Import.objects.select_related("created_by")
    if before:
        imports = imports.filter(pk__lt=before)
    rows = list(imports.order_by("-pk")[: IMPORTS_SHOWN + 1])
    shown = rows[:IMPORTS_SHOWN]
    problems = dict(Problem.objects.filter(batch__in=shown).values_list("batch").annotate(Count("pk")))
    found = [
        ImportRow(
            batch=batch,
            types=type_words(batch.counts | {"inferred": 0}) if batch.counts else "",
            problems=problems.get(batch.pk, 0),
            took=_took(batch),
        )
        for batch in shown
    ]
    return found, shown[-1].pk if len(rows) > IMPORTS_SHOWN else None


def _took(batch: Import) -> str:
    if batch.finished_at is None:
        return ""
    seconds = (batch.finished_at - batch.created_at).total_seconds()
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 1 else "under 1 s"
