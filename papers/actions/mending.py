"""One entry that could not be read is given again, and goes where it belongs: into the dry run, or into the listing."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from core.errors import Conflict, Invalid, NotFound
from papers.access import import_for
from papers.actions.merging import has_identity, identity_of
from papers.actions.publishing import publish_staged
from papers.actions.reviewing import recount
from papers.actions.staging import stage
from papers.models import Entry, Import, Listing, Problem, StagedEntry
from papers.parsers import csv_papers, pasted_ids, registry, seed_markdown
from papers.parsers.record import NO_ID, Reading, Record, Unreadable
from papers.queries import border_of

if TYPE_CHECKING:
    from accounts.models import User

State = Import.State
HEAD_BYTES = 64 * 1024  # of the file, in which the beginning of its format stands
_ENTRIES = (b"<item", b"<entry", b"<record")  # how the first entry begins in formats of XML
_OF_ITS_PLACE = "number out of order"  # as the number of an entry alone nearly always is
_ID_WORDS = 3  # a text as short as "arXiv:2009.14798 [cs.CV]" may be nothing but an id


@dataclass(frozen=True, slots=True)
class _Place:
    """What the file around an entry says of it."""

    position: int
    announce_type: str | None
    inferred: bool
    announced_on: date | None


def mend(by: "User", pk: int, problem: int, text: str) -> Import:
    """Read the entry of a problem from a corrected text, and mark the problem mended; a repeat changes nothing.

    In a dry run the entry is staged at its place; after the import it is published into the same listing. Raises
    Invalid with the reason when the text cannot be read, Conflict in any other state.
    """
    with transaction.atomic():
        batch = import_for(by, pk, lock=True)
        found = batch.problems.filter(pk=problem).first()
        if found is None:
            raise NotFound
        if found.mended:
            return batch
        if batch.state not in (State.REVIEW, State.DONE):
            raise Conflict("An entry can be mended in the dry run, and after its listing was imported. Not now.")
        place = _place(batch, found)
        record = _placed(_read(batch, found, text), place)
        _check_new(batch, record, place)
        batch.staged.filter(position=place.position).delete()
        stage(batch, [record], category=batch.category, announced_on=batch.announced_on)
        same = batch.problems.filter(position=found.position) if found.position else batch.problems.filter(pk=found.pk)
        same.update(mended=True)
        if batch.state == State.DONE:
            _publish(batch, record)
        else:
            recount(batch)
        return batch


# --- reading ----------------------------------------------------------------------------------------------


def _read(batch: Import, problem: Problem, text: str) -> Record:
    """Return the one paper of a text: read as the file is, else as any format that we know, else by its id."""
    reasons: list[str] = []
    for content, format_ in _ways(batch, text):
        try:
            reading = registry.read(content, format_)
            records = [record for record in reading.records if has_identity(record)]
        except Unreadable as error:
            reasons.append(str(error))
            continue
        reasons += [each.reason for each in reading.problems if not each.reason.startswith(_OF_ITS_PLACE)]
        if len(records) == 1 and not _is_as_before(reading, problem):
            return records[0]
        if len(records) > 1:
            raise Invalid(f"This text holds {len(records)} papers; give the one of this entry.", field="text")
    raise Invalid(f"Still not read: {reasons[0] if reasons else NO_ID}", field="text")


def _ways(batch: Import, text: str) -> list[tuple[bytes, str | None]]:
    """Return what to read in which format, in the order in which it is tried."""
    content = text.encode()
    ways: list[tuple[bytes, str | None]] = [(_head(batch) + content, batch.format), (content, batch.format)]
    detected = registry.detect(content)
    if detected and (detected.name != pasted_ids.NAME or len(text.split()) <= _ID_WORDS):
        ways.append((content, detected.name))
    return ways


def _head(batch: Import) -> bytes:
    """Return what stands before the first entry of the file, where an entry alone would say too little."""
    head = batch.head(HEAD_BYTES)
    if batch.format == csv_papers.NAME:
        return head.lstrip(b"\xef\xbb\xbf\r\n").partition(b"\n")[0] + b"\n"
    begins = [at for at in map(head.find, _ENTRIES) if at > 0]
    return head[: min(begins)] if begins and head.lstrip().startswith(b"<") else b""


def _is_as_before(reading: Reading, problem: Problem) -> bool:
    return any(each.reason == problem.reason for each in reading.problems)


# --- where it belongs -------------------------------------------------------------------------------------


def _place(batch: Import, problem: Problem) -> _Place:
    """Return where the entry stands, and what it shares with the one before it."""
    position = problem.position or (batch.staged.aggregate(last=Max("position"))["last"] or batch.done) + 1
    if not registry.lists_a_day(batch.format):
        return _Place(position, None, inferred=False, announced_on=None)
    if batch.state == State.DONE:
        return _beside_published(batch, position)
    before = batch.staged.filter(position__lt=position).order_by("-position").first()
    beside = before or batch.staged.filter(position__gt=position).order_by("position").first()
    if beside is None:
        return _Place(position, None, inferred=False, announced_on=None)
    return _Place(position, _kind(batch, position, beside), bool(beside.record["inferred"]), beside.announced_on)


def _kind(batch: Import, position: int, beside: StagedEntry) -> str | None:
    """Return the type by the border where there is one, else that of the entry beside."""
    border = border_of(batch) if batch.format == seed_markdown.NAME else None
    if border is None:
        return beside.announce_type or None
    return "cross" if border and position >= border else "new"


def _beside_published(batch: Import, position: int) -> _Place:
    entries = Entry.objects.filter(listing__imports=batch).select_related("listing")
    before = entries.filter(place__lt=position).order_by("-place").first()
    beside = before or entries.filter(place__gt=position).order_by("place").first()
    if beside is None:
        return _Place(position, None, inferred=False, announced_on=None)
    day = None if beside.listing.announced_on == batch.announced_on else beside.listing.announced_on
    return _Place(position, beside.announce_type or None, beside.inferred, day)


def _placed(record: Record, place: _Place) -> Record:
    """Return the record at its place; what it says itself stands, save what was only guessed of it alone."""
    guessed = record.inferred or not record.announce_type
    if guessed:
        record = record._replace(announce_type=place.announce_type, inferred=place.inferred)
    day = record.announced_on or (place.announced_on.isoformat() if place.announced_on else None)
    return record._replace(position=place.position, announced_on=day)


def _check_new(batch: Import, record: Record, place: _Place) -> None:
    same = batch.staged.filter(external_id=identity_of(record).external_id).exclude(position=place.position).first()
    if same:
        raise Invalid(f"{same.external_id} is entry {same.position} of this listing already.", field="text")
    if batch.state == State.DONE:
        _check_not_published(batch, record, place)


def _check_not_published(batch: Import, record: Record, place: _Place) -> None:
    """Refuse a paper that this import brought already; what another file of the day brought may be the same entry."""
    by_others = Listing.objects.filter(imports__in=Import.objects.exclude(pk=batch.pk), pk__in=batch.listings.all())
    entries = Entry.objects.filter(
        listing__in=batch.listings.exclude(pk__in=by_others),
        listing__announced_on=place.announced_on or batch.announced_on,
        paper__external_id=identity_of(record).external_id,
        paper__scope="",
    )
    same = entries.select_related("paper").first()
    if same:
        raise Invalid(f"{same.paper.external_id} is entry {same.position} of this listing already.", field="text")


def _publish(batch: Import, record: Record) -> None:
    """Publish the one staged entry, and count it with those that came in before."""
    published = publish_staged(batch)
    kind = record.announce_type or "unknown"
    counts = batch.counts | {
        kind: batch.counts.get(kind, 0) + published.added,
        "known": batch.counts.get("known", 0) + published.entries - published.new,
        "added": batch.counts.get("added", 0) + published.added,
    }
    done = batch.done + published.entries
    batch.move(counts=counts, done=done, total=done)
