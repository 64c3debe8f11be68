"""What came in so far: the listings by day, and the imports, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from itertools import groupby
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from papers.access import require_importer
from papers.models import Import, Listing, Paper, Problem
from papers.queries.wording import type_words

if TYPE_CHECKING:
    from accounts.models import User

DAYS_SHOWN = 15
IMPORTS_SHOWN = 25
TYPE_COLUMNS = {"new": "new", "cross": "cross", "replace": "replace", "replace_cross": "replace-cross", "unknown": ""}


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A listing and what stands in it; `name` is for buttons, `state` for what can be done with it."""

    pk: int
    name: str
    category: str
    state: str
    state_words: str  # empty while it is simply shown
    changed_at: datetime | None
    changed_by: str
    entries: int
    types: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import in the history; `took` is the time from upload to end ("3 s"), empty while it has not ended."""

    batch: Import
    listings: int
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
    rows = _listings().filter(announced_on__in=shown)
    grouped = groupby(rows.order_by("-announced_on", "category"), key=lambda row: row["announced_on"])
    earlier = shown[-1] if len(days) > DAYS_SHOWN else None
    return [(day, [_listing_row(row) for row in same]) for day, same in grouped], earlier


def listing_rows(batch: Import, count: int) -> list[ListingRow]:
    """Return the first listings that an import filled, as many as `count`."""
    rows = _listings().filter(pk__in=batch.listings.values("pk"))
    return [_listing_row(row) for row in rows.order_by("announced_on", "category")[:count]]


def count_in_use(listing: Listing) -> int:
    """Count the papers of a listing that others than the catalogue point at: groups, whatever they did with them."""
    uses = [
        Exists(relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")}))
        for relation in Paper._meta.related_objects
        if relation.related_model._meta.app_label != Paper._meta.app_label
    ]
    return Paper.objects.filter(reduce(or_, uses, Q(pk__in=[])), entries__listing=listing).count()


def _listings() -> QuerySet[Listing, dict[str, Any]]:
    counted: Any = {
        name: Count("entries", filter=Q(entries__announce_type=value)) for name, value in TYPE_COLUMNS.items()
    }
    facts = ("pk", "announced_on", "category", "state", "changed_at", "changed_by__name")
    rows: QuerySet[Listing, dict[str, Any]] = Listing.objects.values(*facts).annotate(**counted)
    return rows


def _listing_row(row: Mapping[str, Any]) -> ListingRow:
    counts = {value or "unknown": row[name] for name, value in TYPE_COLUMNS.items()}
    state = Listing.State(row["state"])
    return ListingRow(
        pk=row["pk"],
        name=Listing(category=row["category"], announced_on=row["announced_on"]).name,
        category=row["category"],
        state=state,
        state_words="" if state == Listing.State.SHOWN else str(state.label),
        changed_at=row["changed_at"],
        changed_by=row["changed_by__name"] or "",
        entries=sum(counts.values()),
        types=type_words(counts),
    )


def _imports(before: int | None) -> tuple[list[ImportRow], int | None]:
    imports = Import.objects.select_related("created_by")
    if before:
        imports = imports.filter(pk__lt=before)
    rows = list(imports.order_by("-pk")[: IMPORTS_SHOWN + 1])
    shown = rows[:IMPORTS_SHOWN]
    problems = dict(Problem.objects.filter(batch__in=shown, mended=False).values_list("batch").annotate(Count("pk")))
    filled = Import.listings.through.objects.filter(import__in=shown).values_list("import").annotate(Count("pk"))
    listings = dict(filled)
    found = [
        ImportRow(
            batch=batch,
            listings=listings.get(batch.pk, 0),
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
