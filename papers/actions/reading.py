"""From bytes to staged entries: in batches, each its own transaction, so that a new holder goes on where one fell."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import length_hint

from django.db import transaction

from core import limits
from core.categories import looks_like_category
from core.leases import held
from papers.actions.keeping import content_of
from papers.actions.merging import has_identity, identity_of
from papers.actions.staging import stage
from papers.models import Import, Problem
from papers.parsers import record as reading_record
from papers.parsers import registry
from papers.parsers.record import NO_ID, Reading, Record, Unreadable
from papers.queries import columns_of

_UNNAMED = (NO_ID, "not a valid arXiv id")  # how the reasons begin by which a reader says that an entry names no paper


class Deadly(Exception):
    """Reading this import ended its worker too often, after `done` entries."""

    def __init__(self, done: int) -> None:
        super().__init__(f"after entry {done}")
        self.done = done


def read_into_staging(batch: Import, token: int) -> None:
    """Read the import into staged entries and problems, and leave it waiting for its review.

    Raises Unreadable when the content is no listing after all or is beyond a limit, LeaseLost when the import
    was cancelled or claimed by someone else, Deadly when its workers were lost too often.
    """
    done = batch.done if batch.state == Import.State.READING else 0
    if batch.losses >= limits.ATTEMPTS:
        raise Deadly(done)
    # Counted before the content is touched, since there may be no after.
    _move(batch, token, state=Import.State.READING, done=done, losses=batch.losses + 1)
    size = limits.STAGING_BATCH_AFTER_LOSS if batch.losses else limits.STAGING_BATCH
    counts = Counter(batch.counts if done else {})
    columns = columns_of(batch)
    reading = registry.read(
        content_of(batch.pk),
        batch.format or None,
        batch.category or None,
        batch.announced_on,
        columns.taken if columns and columns.is_chosen else None,
    )
    total = length_hint(reading.records, reading.entries)
    _check_size(total, reading)
    _move(batch, token, total=total)
    records = _once(_named(reading), reading)
    deque(islice(records, done), maxlen=0)  # staged by an earlier holder; readers yield the same order each time
    while drawn := list(islice(records, size)):
        done += len(drawn)
        _check_size(done, reading)
        counts.update(_counted(drawn))
        _stage(batch, token, drawn, done=done, counts=dict(counts), reading=reading)
    _finish(batch, token, reading)


def _named(reading: Reading) -> Iterator[Record]:
    """Yield the records that name a paper; the others become problems, unless their reader has said so."""
    reported = {problem.position for problem in reading.problems if problem.reason.startswith(_UNNAMED)}
    for record in reading.records:
        if has_identity(record):
            yield record
        elif record.position not in reported:
            reading.problems.append(reading_record.Problem(None, record.position, record.title, NO_ID))


def _once(records: Iterable[Record], reading: Reading) -> Iterator[Record]:
    """Yield the first record of each paper; readers merge what they can, a window of a long file apart."""
    places: dict[tuple[str, str], int] = {}
    for record in records:
        first = places.setdefault(identity_of(record), record.position)
        if first == record.position:
            yield record
        else:
            said = f"repeated: already entry {first}"
            reading.problems.append(reading_record.Problem(None, record.position, record.title, said))


def _check_size(entries: int, reading: Reading) -> None:
    if entries > limits.UPLOAD_ENTRIES:
        raise Unreadable(f"A listing may have {limits.UPLOAD_ENTRIES:,} entries; this one has more. Split the file.")
    if len(reading.problems) > limits.UPLOAD_ENTRIES:
        raise Unreadable(f"More than {limits.UPLOAD_ENTRIES:,} entries of this file could not be read.")


def _move(batch: Import, token: int, **changes: object) -> None:
    with transaction.atomic():
        held(Import, batch.pk, token).move(**changes)


def _stage(
    batch: Import, token: int, drawn: list[Record], *, done: int, counts: dict[str, int], reading: Reading
) -> None:
    """Keep a batch of records; the counts of the dry run grow with each, so that it can be watched."""
    with transaction.atomic():
        row = held(Import, batch.pk, token)
        stage(row, drawn, category=reading.category or "", announced_on=reading.date)
        row.move(done=done, counts=counts, losses=1)  # the present claim may still be one


def _finish(batch: Import, token: int, reading: Reading) -> None:
    """Keep what the reader says of the file as a whole, and wait for a person."""
    _check_size(reading.entries, reading)
    category = reading.category or ""
    with transaction.atomic():
        row = held(Import, batch.pk, token)
        row.problems.all().delete()
        Problem.objects.bulk_create(_problem(row, each) for each in reading.problems)
        row.move(
            state=Import.State.REVIEW,
            category=category if looks_like_category(category) else "",
            announced_on=reading.date,
            entries=reading.entries,
            notes=list(reading.notes),
            stated=reading.stated,
            evidence=reading.evidence | ({"unconfirmed": reading.unconfirmed} if reading.unconfirmed else {}),
            failures=0,
            losses=0,
            lease_until=None,
        )


def _problem(batch: Import, problem: reading_record.Problem) -> Problem:
    """Return the problem as it is kept: of a part, counted in the whole file."""
    line, position = (each and each + batch.offset for each in (problem.line, problem.position))
    return Problem(batch=batch, line=line, position=position, text=problem.text, reason=problem.reason)


def _counted(records: Iterable[Record]) -> Iterator[str]:
    """Yield the announce type of each record (`unknown` for none), and `inferred` for each that we guessed."""
    for record in records:
        yield record.announce_type or "unknown"
        if record.inferred:
            yield "inferred"
