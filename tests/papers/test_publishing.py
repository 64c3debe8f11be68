"""From staged entries to a listing, whole or not at all."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from papers import actions, tasks
from papers.actions import publishing
from papers.models import Entry, Import, Listing, Paper, PaperVersion, Rank
from papers.parsers.record import Record
from tests.factories import Cast, EntryFactory, ListingFactory, PaperFactory
from tests.papers.samples import DAY, listing

pytestmark = pytest.mark.django_db


def bring_in(cast: Cast, content: bytes) -> Import:
    """Take a listing all the way."""
    batch = actions.receive(by=cast.admin, content=content).batch
    tasks.carry_on_import(batch.pk)
    actions.request_publish(by=cast.admin, pk=batch.pk)
    tasks.carry_on_import(batch.pk)
    batch.refresh_from_db()
    return batch


def entries() -> list[tuple[int, str, str]]:
    rows = Entry.objects.order_by("position")
    return list(rows.values_list("position", "paper__external_id", "announce_type"))


def test_publish_makes_the_listing_its_entries_and_papers(cast: Cast) -> None:
    batch = bring_in(cast, listing(["2009.00003", "2009.00002", "2009.00009"]))

    assert (batch.state, batch.listings.get(), batch.lease_until) == ("done", Listing.objects.get(), None)
    assert batch.counts == {"new": 2, "cross": 1, "inferred": 3, "known": 0, "added": 3}
    assert batch.finished_at is not None
    assert batch.staged.count() == 0
    assert entries() == [(1, "2009.00003", "new"), (2, "2009.00002", "new"), (3, "2009.00009", "cross")]
    paper = Paper.objects.get(external_id="2009.00003")
    assert (paper.title, paper.authors, paper.rank) == ("On matter $x_{1}$ number 1", [], Rank.UPLOAD)
    assert (paper.primary_category, paper.categories, paper.first_announced) == ("cs.CV", ["cs.CV"], DAY)
    assert Paper.objects.get(external_id="2009.00009").primary_category == ""
    assert not PaperVersion.objects.exists()


def test_a_paper_in_two_listings_is_one_paper_and_its_gaps_are_filled(cast: Cast) -> None:
    bring_in(cast, listing(["2009.00003", "2009.00009"]))

    second = bring_in(cast, listing(["2009.00009"], category="cs.LG", day=date(2020, 9, 30), word="order"))

    paper = Paper.objects.get(external_id="2009.00009")
    assert (second.counts["known"], second.counts["added"]) == (1, 1)
    assert (paper.primary_category, paper.first_announced) == ("cs.LG", date(2020, 9, 30))
    # Both are of one rank: the later announcement stands, not the later import.
    assert paper.title == "On matter $x_{2}$ number 2"
    assert Paper.objects.count() == 2


def test_an_upload_fills_gaps_of_better_metadata_and_changes_nothing_else(cast: Cast) -> None:
    PaperFactory(
        external_id="2009.00003",
        title="From the API",
        title_html="From the API",
        abstract="",
        abstract_html="",
        rank=Rank.API,
        latest_version=2,
    )

    bring_in(cast, listing(["2009.00003"]))

    paper = Paper.objects.get()
    assert (paper.title, paper.title_html, paper.rank) == ("From the API", "From the API", Rank.API)
    assert paper.abstract == "We look at matter with $\\alpha_{1}$ and find it, 1 times."
    assert "<math" in paper.abstract_html
    assert (paper.authors, paper.latest_version) == (["Ada Lovelace", "Emmy Noether"], 2)


def test_the_same_day_again_is_added_to_its_listing(cast: Cast) -> None:
    bring_in(cast, listing(["2009.00005", "2009.00003"]))

    again = bring_in(cast, listing(["2009.00005", "2009.00004", "2009.00003", "2009.00002"]))

    # 2009.00003 has its place from the first file, and 2009.00004 the same place from the second: the ids decide.
    assert (again.counts["added"], again.counts["known"]) == (2, 2)
    assert Listing.objects.count() == 1
    assert entries() == [
        (1, "2009.00005", "new"),
        (2, "2009.00003", "new"),
        (3, "2009.00004", "new"),
        (4, "2009.00002", "new"),
    ]


def test_a_guessed_type_gives_way_to_a_said_one_and_never_the_other_way(cast: Cast) -> None:
    day = ListingFactory(announced_on=DAY)
    said = EntryFactory(
        listing=day,
        paper=PaperFactory(external_id="2009.00003"),
        announce_type="replace",
        version=2,
        position=1,
        weight=22_000,
        place=1,
    )
    unsaid = EntryFactory(
        listing=day, paper=PaperFactory(external_id="2009.00002"), announce_type="", position=2, version=None
    )

    bring_in(cast, listing(["2009.00003", "2009.00002"]))

    said.refresh_from_db()
    unsaid.refresh_from_db()
    assert (said.announce_type, said.inferred, said.version) == ("replace", False, 2)
    assert (unsaid.announce_type, unsaid.inferred, unsaid.version) == ("new", True, None)


def test_a_paper_that_only_members_had_named_is_the_worlds_once_a_listing_has_it(cast: Cast) -> None:
    for arxiv_id in ("2009.00003", "2009.00004"):
        actions.bring_named(Record(1, arxiv_id))
    known = PaperFactory(external_id="2009.00009")
    actions.bring_named(Record(1, known.external_id))

    bring_in(cast, listing(["2009.00003", "2009.00009"]))

    named = Paper.objects.order_by("external_id").values_list("external_id", "by_members")
    assert list(named) == [("2009.00003", False), ("2009.00004", True), ("2009.00009", False)]


def test_a_listing_of_a_whole_archive_says_nothing_of_primary_categories(cast: Cast) -> None:
    bring_in(cast, listing(2, category="q-fin"))

    assert set(Paper.objects.values_list("primary_category", flat=True)) == {""}


def test_a_withdrawn_listing_starts_afresh_and_a_hidden_one_stays_hidden(cast: Cast) -> None:
    withdrawn = ListingFactory(announced_on=DAY, state="withdrawn", stated={"new": 9})
    hidden = ListingFactory(category="cs.LG", announced_on=DAY, state="hidden")
    for day in (withdrawn, hidden):
        EntryFactory(listing=day)

    bring_in(cast, listing(["2009.00003"]))
    bring_in(cast, listing(["2009.00004"], category="cs.LG"))

    filled = Listing.objects.order_by("category")
    assert [(each.state, each.entries.count()) for each in filled] == [("shown", 1), ("hidden", 2)]
    assert filled[0].stated != {"new": 9}


def test_a_listing_keeps_the_totals_that_its_sources_state(cast: Cast) -> None:
    for stated in ({"new": 3, "cross": 1}, {"new": 2, "replace": 4}):
        batch = actions.receive(by=cast.admin, content=listing(word=f"matter {len(stated)} {stated['new']}")).batch
        tasks.carry_on_import(batch.pk)
        Import.objects.filter(pk=batch.pk).update(stated=stated)
        actions.request_publish(by=cast.admin, pk=batch.pk)
        tasks.carry_on_import(batch.pk)

    assert Listing.objects.get().stated == {"cross": 1, "new": 3, "replace": 4}


def test_what_was_known_when_it_was_read_is_typeset_when_it_is_gone(cast: Cast) -> None:
    ids = [f"2009.{14020 - n:05d}" for n in range(20)]
    bring_in(cast, listing(ids))
    batch = actions.receive(by=cast.admin, content=listing(ids) + b"\n").batch
    tasks.carry_on_import(batch.pk)
    untypeset = batch.staged.filter(title_html="").count()
    Entry.objects.all().delete()
    Paper.objects.all().delete()

    actions.request_publish(by=cast.admin, pk=batch.pk)
    tasks.carry_on_import(batch.pk)

    assert untypeset == 15
    assert Paper.objects.filter(title_html__contains="<math", abstract_html__contains="<math").count() == 20


def test_a_failure_while_publishing_leaves_nothing_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = actions.receive(by=cast.admin, content=listing()).batch
    tasks.carry_on_import(batch.pk)
    actions.request_publish(by=cast.admin, pk=batch.pk)
    monkeypatch.setattr(publishing, "_add_entries", lambda *args: 1 / 0)

    tasks.carry_on_import(batch.pk)
    batch.refresh_from_db()
    after_failure = (batch.state, batch.failures, Paper.objects.count(), Listing.objects.count())
    monkeypatch.undo()
    tasks.sweep_imports()

    batch.refresh_from_db()
    assert after_failure == ("publishing", 1, 0, 0)
    assert (batch.state, Entry.objects.count()) == ("done", 3)


def test_publish_takes_as_many_statements_for_thirty_entries_as_for_one(cast: Cast) -> None:
    taken = []
    for size, month in ((1, 2008), (30, 2009)):
        ids = [f"{month}.{size - n:05d}" for n in range(size)]
        batch = actions.receive(by=cast.admin, content=listing(ids)).batch
        tasks.carry_on_import(batch.pk)
        actions.request_publish(by=cast.admin, pk=batch.pk)
        with CaptureQueriesContext(connection) as captured:
            tasks.carry_on_import(batch.pk)
        taken.append(len(captured))

    assert taken[0] == taken[1] == 34
