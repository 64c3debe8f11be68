"""From staged entries to a listing: one short transaction, so that a listing shows whole or not at all."""

from collections.abc import Mapping
from datetime import date
from itertools import count

from django.db import transaction

from core.categories import is_whole_archive
from core.leases import held
from papers.actions.merging import Identity, add_versions, identity_of, merge_papers, paper_from
from papers.models import Entry, Import, Listing, Paper, Rank, StagedEntry
from papers.parsers import abstract_page, announcement_mail, api_atom, feed, list_page, monthly_text, oai_pmh
from papers.parsers.record import Record

# What arXiv itself says of its papers outranks what others made of it.
RANKS = {
    **dict.fromkeys((announcement_mail.NAME, monthly_text.NAME, list_page.NAME, abstract_page.NAME), Rank.FEED),
    **dict.fromkeys((dialect.name for dialect in feed.DIALECTS), Rank.FEED),
    **dict.fromkeys((api_atom.NAME, oai_pmh.NAME), Rank.API),
}
NEW_HERE = ("new", "cross", None)  # a replacement tells nothing of when a paper was announced first


def publish(batch: Import, token: int) -> None:
    """Merge what was staged into papers and listing in one transaction; the number of statements is fixed.

    Raises LeaseLost when the import is someone else's by now.
    """
    with transaction.atomic():
        batch = held(Import, batch.pk, token)
        if batch.announced_on is None:
            raise ValueError("an import without a date was let through to publishing")
        staged = list(batch.staged.order_by("position"))
        records = [_record(row, batch.category) for row in staged]
        known = _count_known(staged)
        listing = _locked_listing(batch.category, batch.announced_on)
        papers = merge_papers([_paper(row, record, batch) for row, record in zip(staged, records, strict=True)])
        add_versions(papers, records, batch.announced_on)
        added = _add_entries(listing, records, papers)
        batch.staged.all().delete()
        counts = batch.counts | {"known": known, "added": added}
        batch.listings.add(listing)
        batch.end(Import.State.DONE, done=len(staged), total=len(staged), counts=counts)


def _record(row: StagedEntry, category: str) -> Record:
    """Return the staged record; what is new in a category's listing has this category as its primary one."""
    said = row.record | {name: tuple(row.record[name]) for name in ("authors", "categories")}
    if said["announce_type"] == "new" and not said["primary_category"] and not is_whole_archive(category):
        said |= {"primary_category": category, "categories": (category,)}
    return Record(**said)


def _paper(row: StagedEntry, record: Record, batch: Import) -> Paper:
    return paper_from(
        record,
        rank=RANKS.get(batch.format, Rank.UPLOAD),
        announced=batch.announced_on if record.announce_type in NEW_HERE else None,
        title_html=row.title_html,
        abstract_html_=row.abstract_html,
    )


def _count_known(staged: list[StagedEntry]) -> int:
    return Paper.objects.filter(scope="", external_id__in=[row.external_id for row in staged]).count()


def _locked_listing(category: str, announced_on: date) -> Listing:
    """Return the listing of the category and day, made if need be; one import at a time adds to it."""
    Listing.objects.bulk_create([Listing(category=category, announced_on=announced_on)], ignore_conflicts=True)
    return Listing.objects.select_for_update(no_key=True).get(category=category, announced_on=announced_on)


def _add_entries(listing: Listing, records: list[Record], papers: Mapping[Identity, Paper]) -> int:
    """Add the listing's missing entries, improve those it has, and return how many were added.

    An entry keeps the place it has. A new one takes its place in the file, or one after the last where that
    is taken.
    """
    present = {entry.paper_id: entry for entry in listing.entries.all()}
    taken = {entry.position for entry in present.values()}
    after_last = count(max(taken | {record.position for record in records}, default=0) + 1)
    added, improved = [], []
    for record in records:
        paper = papers[identity_of(record)]
        if (entry := present.get(paper.pk)) is None:
            position = next(after_last) if record.position in taken else record.position
            added.append(_entry(listing, paper, record, position))
        elif _improve(entry, record):
            improved.append(entry)
    Entry.objects.bulk_create(added)
    Entry.objects.bulk_create(
        improved,
        update_conflicts=True,
        update_fields=["announce_type", "inferred", "version"],
        unique_fields=["listing", "paper"],
    )
    return len(added)


def _entry(listing: Listing, paper: Paper, record: Record, position: int) -> Entry:
    return Entry(
        listing=listing,
        paper=paper,
        position=position,
        announce_type=record.announce_type or "",
        inferred=record.inferred,
        version=record.version,
    )


def _improve(entry: Entry, record: Record) -> bool:
    """Take over a type that the file says where we had guessed or had none, and a version where we had none."""
    before = (entry.announce_type, entry.inferred, entry.version)
    guessed = entry.inferred or not entry.announce_type
    if guessed and record.announce_type and not (entry.announce_type and record.inferred):
        entry.announce_type, entry.inferred = record.announce_type, record.inferred
    entry.version = max(filter(None, (entry.version, record.version)), default=None)
    return before != (entry.announce_type, entry.inferred, entry.version)
