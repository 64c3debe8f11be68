"""Reading, resuming, failing and cancelling: the worker's side of an import."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from core import limits
from core.clock import now
from core.errors import Conflict, Invalid
from core.leases import LeaseLost, claim, heartbeat
from papers import actions, tasks
from papers.actions import reading as reading_module
from papers.models import Entry, Import, Listing, Paper, Problem, StagedEntry
from papers.parsers import registry
from papers.parsers.record import Reading, Record
from tests.factories import Cast
from tests.papers.samples import listing

pytestmark = pytest.mark.django_db


def received(cast: Cast, content: bytes) -> Import:
    return actions.receive(by=cast.admin, content=content).batch


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STAGING_BATCH", 2)


class Killed(BaseException):
    """Ends a step as a kill does: nothing after it runs."""


@pytest.fixture
def kill_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the worker die after so many staged batches."""
    real = reading_module._stage

    def arm(batches: int) -> None:
        left = iter(range(batches))

        def stage(*args: Any, **options: Any) -> None:
            if next(left, None) is None:
                raise Killed
            real(*args, **options)

        monkeypatch.setattr(reading_module, "_stage", stage)

    return arm


def test_an_import_is_read_and_waits_for_its_review(cast: Cast) -> None:
    batch = received(cast, listing(["2009.00003", "2009.00002", "2009.00009"]) + b"### 4.No link\n>  x\n")

    tasks.carry_on_import(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.category, batch.announced_on) == ("review", "cs.CV", date(2020, 10, 1))
    assert (batch.done, batch.total, batch.entries, batch.lease_until) == (3, 3, 3, None)
    assert batch.counts == {"new": 2, "cross": 1, "inferred": 3}
    assert list(batch.problems.values_list("line", "position", "reason")) == [(8, 4, "no arXiv id found in this entry")]
    first = batch.staged.order_by("position")[0]
    assert (first.position, first.external_id, first.announce_type) == (1, "2009.00003", "new")
    assert "<math" in first.title_html
    assert "<math" in first.abstract_html
    assert not Paper.objects.exists()


def test_reading_goes_on_where_a_killed_worker_fell(cast: Cast, small_batches: None, kill_after: Any) -> None:
    batch = received(cast, listing(7))
    kill_after(2)
    with pytest.raises(Killed):
        actions.carry_on(batch.pk)
    batch.refresh_from_db()
    fallen = (batch.state, batch.done, batch.staged.count(), batch.attempts)

    Import.objects.update(lease_until=now() - timedelta(seconds=1))
    kill_after(99)
    tasks.sweep_imports()

    batch.refresh_from_db()
    assert fallen == ("reading", 4, 4, 1)
    assert (batch.state, batch.done, batch.attempts) == ("review", 7, 2)
    assert list(batch.staged.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6, 7]


def test_reading_that_a_person_interrupts_goes_on_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = received(cast, listing(3))

    def interrupt(*args: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(reading_module, "_stage", interrupt)
        for _ in range(limits.ATTEMPTS + 1):
            with pytest.raises(KeyboardInterrupt):
                actions.carry_on(batch.pk)
    actions.carry_on(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("review", 3)


def test_an_entry_that_names_no_paper_is_a_problem_and_the_rest_is_read(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, small_batches: None
) -> None:
    batch = received(cast, listing())
    records = [Record(n, None if n == 2 else f"2009.0000{n}", title=f"Title {n}") for n in (1, 2, 3, 4)]
    monkeypatch.setattr(registry, "read", lambda *args: Reading("md-listing", entries=4, records=records))

    tasks.carry_on_import(batch.pk)

    batch.refresh_from_db()
    assert batch.state == "review"
    assert list(batch.staged.order_by("position").values_list("position", flat=True)) == [1, 3, 4]
    assert list(batch.problems.values_list("position", "text", "reason")) == [
        (2, "Title 2", "no arXiv id found in this entry")
    ]


def test_a_held_import_is_left_alone(cast: Cast) -> None:
    batch = received(cast, listing())
    claim(Import.objects.filter(pk=batch.pk))

    tasks.sweep_imports()

    assert not StagedEntry.objects.exists()


def test_a_holder_who_lost_the_lease_writes_nothing(cast: Cast) -> None:
    batch = received(cast, listing())
    mine = claim(Import.objects.filter(pk=batch.pk))
    Import.objects.update(lease_until=now() - timedelta(seconds=1))
    claim(Import.objects.filter(pk=batch.pk))
    assert mine is not None

    with pytest.raises(LeaseLost):
        actions.read_into_staging(mine, mine.attempts)

    batch.refresh_from_db()
    assert (batch.state, batch.staged.count()) == ("received", 0)


@pytest.mark.django_db(transaction=True)
def test_a_lease_that_ended_while_the_machine_slept_is_renewed_unless_someone_has_the_row(
    cast: Cast, settings: Any
) -> None:
    settings.LEASE_SECONDS = 1
    batch = received(cast, listing())
    mine = claim(Import.objects.filter(pk=batch.pk))
    assert mine is not None
    Import.objects.update(lease_until=now() - timedelta(hours=1))

    with heartbeat(Import, mine.pk, mine.attempts) as lost:
        while Import.objects.filter(lease_until__lt=now() - timedelta(minutes=1)).exists():
            assert not lost.wait(0.01)
        Import.objects.update(attempts=mine.attempts + 1)  # someone has claimed it
        lost.wait()


def test_cancelling_while_reading_stops_the_worker_quietly(
    cast: Cast, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = received(cast, listing(6))
    real = reading_module._stage

    def stage(row: Import, token: int, drawn: Any, **options: Any) -> None:
        if options["done"] == 4:
            actions.cancel(by=cast.admin, pk=row.pk)
        real(row, token, drawn, **options)

    monkeypatch.setattr(reading_module, "_stage", stage)
    actions.carry_on(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.staged.count(), batch.failures) == ("cancelled", 0, 0)
    assert batch.finished_at is not None


def test_three_failures_set_an_import_aside(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    batch = received(cast, listing())
    monkeypatch.setattr(reading_module, "stage", lambda *args, **options: 1 / 0)
    states = []

    for _ in range(4):
        tasks.sweep_imports()
        batch.refresh_from_db()
        states.append((batch.state, batch.failures, batch.lease_until))

    assert states == [("reading", 1, None), ("reading", 2, None), *[("quarantined", 3, None)] * 2]
    assert batch.error.startswith("This listing could not be processed, and 3 attempts ended the same way")
    reference = batch.error.rstrip(".").rsplit(" ", 1)[1]
    assert f"import {batch.pk} failed (reference {reference})" in caplog.text
    assert batch.staged.count() == 0


def test_an_import_that_costs_three_workers_is_set_aside_and_the_others_go_on(
    cast: Cast, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = registry.read

    def kill_at_the_fourth(data: bytes, *args: Any) -> Reading:
        reading = real(data, *args)
        if b"poison" in data:
            reading.records = poisoned(list(reading.records))
        return reading

    def poisoned(records: list[Record]) -> Iterator[Record]:
        yield from records[:3]
        raise Killed

    monkeypatch.setattr(registry, "read", kill_at_the_fourth)
    monkeypatch.setattr(limits, "STAGING_BATCH_AFTER_LOSS", 1)
    batch, other = received(cast, listing(6, word="poison")), received(cast, listing(2))
    deaths = 0
    for _ in range(8):
        try:
            tasks.sweep_imports()
        except Killed:
            deaths += 1
        Import.objects.update(lease_until=now() - timedelta(seconds=1))
    batch.refresh_from_db()
    other.refresh_from_db()
    ended = (batch.state, batch.staged.count(), deaths, other.state)
    monkeypatch.setattr(registry, "read", real)

    actions.retry(by=cast.admin, pk=batch.pk)
    actions.retry(by=cast.admin, pk=batch.pk)
    tasks.sweep_imports()

    assert ended == ("quarantined", 0, 4, "review")
    assert batch.error.startswith("The worker was lost 3 times while it read this listing, after 3 entries,")
    batch.refresh_from_db()
    assert (batch.state, batch.error, batch.losses, batch.staged.count()) == ("review", "", 0, 6)


def test_a_database_failure_is_not_the_files_fault(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = received(cast, listing())

    def away(*args: object, **options: object) -> None:
        raise OperationalError("the server is away")

    monkeypatch.setattr(reading_module, "_stage", away)
    with pytest.raises(OperationalError):
        actions.carry_on(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.failures) == ("reading", 0)


def test_a_file_that_turns_out_to_be_none_fails_with_a_sentence(cast: Cast) -> None:
    batch = received(cast, listing(2) + b" " * 70_000 + b"\0")

    tasks.carry_on_import(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.staged.count()) == ("failed", 0)
    assert batch.error == "The file holds NUL characters, so it is not a text."


@pytest.mark.parametrize(("entries", "state"), [(2, "review"), (3, "review"), (4, "failed")])
def test_a_listing_has_a_limit_of_entries(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, entries: int, state: str
) -> None:
    monkeypatch.setattr(limits, "UPLOAD_ENTRIES", 3)
    batch = received(cast, listing(entries))

    tasks.carry_on_import(batch.pk)

    batch.refresh_from_db()
    assert batch.state == state
    if state == "failed":
        assert batch.error == "A listing may have 3 entries; this one has more. Split the file."


def test_cancel_throws_the_staged_entries_away_and_can_be_repeated(cast: Cast) -> None:
    batch = received(cast, listing())
    tasks.carry_on_import(batch.pk)

    actions.cancel(by=cast.admin, pk=batch.pk)
    actions.cancel(by=cast.admin, pk=batch.pk)
    tasks.sweep_imports()

    batch.refresh_from_db()
    assert (batch.state, batch.staged.count(), Listing.objects.count()) == ("cancelled", 0, 0)


def test_publishing_is_asked_for_once_and_not_too_early(cast: Cast) -> None:
    batch = received(cast, listing())
    with pytest.raises(Conflict):
        actions.request_publish(by=cast.admin, pk=batch.pk)
    tasks.carry_on_import(batch.pk)

    actions.request_publish(by=cast.admin, pk=batch.pk)
    actions.request_publish(by=cast.admin, pk=batch.pk)
    tasks.carry_on_import(batch.pk)
    done = actions.request_publish(by=cast.admin, pk=batch.pk)

    assert (done.state, Entry.objects.count(), batch.staged.count()) == ("done", 3, 0)
    with pytest.raises(Conflict):
        actions.cancel(by=cast.admin, pk=batch.pk)


def test_a_cancelled_import_cannot_be_published(cast: Cast) -> None:
    batch = received(cast, listing())
    actions.cancel(by=cast.admin, pk=batch.pk)

    with pytest.raises(Conflict):
        actions.request_publish(by=cast.admin, pk=batch.pk)


def test_what_the_file_does_not_say_is_asked_for(cast: Cast) -> None:
    batch = received(cast, listing(heading=False))
    tasks.carry_on_import(batch.pk)

    with pytest.raises(Invalid) as first:
        actions.request_publish(by=cast.admin, pk=batch.pk)
    with pytest.raises(Invalid) as second:
        actions.request_publish(by=cast.admin, pk=batch.pk, answers=actions.Answers("hep-th"))
    actions.request_publish(by=cast.admin, pk=batch.pk, answers=actions.Answers("hep-th", date(2020, 10, 2)))
    tasks.carry_on_import(batch.pk)

    assert (first.value.field, second.value.field) == ("category", "announced_on")
    assert [str(each) for each in Listing.objects.all()] == ["hep-th 2020-10-02"]
    assert set(Paper.objects.values_list("primary_category", flat=True)) == {"hep-th"}


def test_what_the_file_says_stands_until_a_person_corrects_it(cast: Cast) -> None:
    batch = received(cast, listing())
    tasks.carry_on_import(batch.pk)

    actions.request_publish(by=cast.admin, pk=batch.pk, answers=actions.Answers("hep-th", date(1999, 1, 1)))
    tasks.carry_on_import(batch.pk)

    assert [str(each) for each in Listing.objects.all()] == ["hep-th 1999-01-01"]
    assert set(Paper.objects.values_list("primary_category", flat=True)) == {"hep-th"}


def test_every_task_may_run_again(cast: Cast) -> None:
    batch = received(cast, listing())
    for _ in range(2):
        tasks.carry_on_import(batch.pk)
    actions.request_publish(by=cast.admin, pk=batch.pk)
    for _ in range(2):
        tasks.carry_on_import(batch.pk)
        tasks.sweep_imports()
        tasks.forget_content()

    assert (Entry.objects.count(), Paper.objects.count(), Import.objects.get().state) == (3, 3, "done")


def test_uploaded_bytes_are_forgotten_after_a_month(cast: Cast) -> None:
    batch = received(cast, listing())
    tasks.carry_on_import(batch.pk)
    actions.cancel(by=cast.admin, pk=batch.pk)
    kept = bytes(Import.objects.get().content)

    Import.objects.update(finished_at=now() - timedelta(days=limits.CONTENT_DAYS, minutes=1))
    tasks.forget_content()

    assert kept
    assert bytes(Import.objects.get().content) == b""
    assert not Problem.objects.exists()
