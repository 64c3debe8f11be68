"""A listing is taken back, hidden and brought back, from the list by day and from the report of its import."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from core.errors import Conflict
from papers import actions, queries, tasks
from papers.models import Import, Listing
from tests.factories import Cast, CommentFactory, EntryFactory, GroupPaperFactory, ListingFactory, VoteFactory
from tests.pages import page
from tests.papers.samples import DAY, listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


@pytest.fixture
def batch(cast: Cast) -> Import:
    """A listing that came in."""
    batch = actions.receive(by=cast.admin, content=listing(), filename="day.md").batch
    tasks.carry_on_import(batch.pk)
    actions.request_publish(by=cast.admin, pk=batch.pk)
    tasks.carry_on_import(batch.pk)
    batch.refresh_from_db()
    return batch


def set_state(client: Client, state: str, **fields: str) -> Any:
    return client.post(f"/listings/{Listing.objects.get().pk}/state/", {"state": state, **fields})


def states() -> tuple[str, list[str]]:
    """The state of the listing, and those of the imports."""
    return Listing.objects.get().state, list(Import.objects.order_by("pk").values_list("state", flat=True))


def words(response: Any, selector: str) -> list[str]:
    return [each.words for each in page(response).all(selector)]


def test_a_withdrawn_listing_is_gone_for_groups_and_can_be_brought_back(
    cast: Cast, admin: Client, batch: Import
) -> None:
    withdrawn = admin.get(set_state(admin, "withdrawn")["Location"])
    gone = (states(), queries.latest_day(["cs.CV"]))
    back = admin.get(set_state(admin, "shown")["Location"])

    assert gone == (("withdrawn", ["withdrawn"]), None)
    assert words(withdrawn, ".notice") == [
        "cs.CV, Thu 1 Oct 2020 is withdrawn, as if it had never come in. You can bring it back, or upload it again."
    ]
    assert words(withdrawn, ".listing-state") == [
        f"Withdrawn by {cast.admin.name}, just now Bring it back — cs.CV, Thu 1 Oct 2020"
    ]
    assert (states(), queries.latest_day(["cs.CV"])) == (("shown", ["done"]), DAY)
    assert words(back, ".listing-state") == ["Withdraw — cs.CV, Thu 1 Oct 2020"]


def test_a_withdrawn_listing_may_come_in_again(cast: Cast, admin: Client, batch: Import) -> None:
    set_state(admin, "withdrawn")

    again = actions.receive(by=cast.admin, content=listing())
    with pytest.raises(Conflict) as refusal:
        actions.set_listing_state(by=cast.admin, pk=Listing.objects.get().pk, state="shown")

    assert (again.already, again.batch != batch) == ("", True)
    assert refusal.value.sentence == (
        f"The same content has come in again as import {again.batch.pk}, so cs.CV, Thu 1 Oct 2020 was not brought "
        "back. Publish it there, or import nothing there and then bring this one back."
    )
    assert states() == ("withdrawn", ["withdrawn", "received"])


def test_what_the_server_fetches_leaves_a_withdrawn_listing_alone(cast: Cast, admin: Client, batch: Import) -> None:
    set_state(admin, "withdrawn")

    fetched = actions.receive(by=None, content=listing(), kind=Import.Kind.FEED).batch
    actions.carry_through(fetched.pk)

    assert states() == ("withdrawn", ["withdrawn", "done"])
    assert (list(Import.objects.get(pk=fetched.pk).listings.all()), queries.latest_day(["cs.CV"])) == ([], None)


def test_a_listing_that_groups_use_is_not_withdrawn_but_may_be_hidden(cast: Cast, admin: Client, batch: Import) -> None:
    first, second, _ = Listing.objects.get().entries.order_by("position")
    VoteFactory(group_paper=GroupPaperFactory(group=cast.group, paper=first.paper), member=cast.member)
    CommentFactory(group_paper=GroupPaperFactory(group=cast.group, paper=second.paper), author=cast.member)

    refused = set_state(admin, "withdrawn", next="/listings/?until=2020-10-02")
    as_before = states()
    offer = page(refused).one("main form")
    hidden = admin.post(
        offer.get("action"), {each.get("name"): each.get("value") for each in offer.all("input, button")}
    )
    gone = queries.latest_day(["cs.CV"])
    shown = admin.get(set_state(admin, "shown")["Location"])

    assert (refused.status_code, as_before) == (409, ("shown", ["done"]))
    assert words(refused, ".notice")[0].startswith(
        "Papers of this listing have votes, comments or presenters in groups: 2 papers."
    )
    assert offer.one("button").words == "Hide it instead"
    assert (hidden["Location"], gone) == ("/listings/?until=2020-10-02", None)
    assert words(shown, ".listing-state") == ["Withdraw — cs.CV, Thu 1 Oct 2020"]
    assert states() == ("shown", ["done"])


def test_the_report_offers_the_same_and_comes_back_to_itself(cast: Cast, admin: Client, batch: Import) -> None:
    address = f"/listings/imports/{batch.pk}/"

    form = page(admin.get(address)).one(".listing-state form")
    sent = {each.get("name"): each.get("value") for each in form.all("input, button")}
    to = admin.post(form.get("action"), sent)["Location"]
    report = admin.get(to)

    assert (to, sent["state"]) == (address, "withdrawn")
    assert words(report, "#report") == ["Withdrawn"]
    assert words(report, ".listing-state button") == ["Bring it back — cs.CV, Thu 1 Oct 2020"]


def test_an_import_of_several_listings_stands_when_all_of_them_do(cast: Cast, batch: Import) -> None:
    first, second = Listing.objects.get(), ListingFactory(category="cs.CV", announced_on=DAY - timedelta(days=1))
    batch.listings.add(second)

    def state_after(listing: Listing, state: str) -> str:
        actions.set_listing_state(by=cast.admin, pk=listing.pk, state=state)
        return Import.objects.get().state

    assert [
        state_after(first, "withdrawn"),
        state_after(second, "withdrawn"),
        state_after(first, "shown"),
        state_after(second, "shown"),
    ] == ["withdrawn", "withdrawn", "withdrawn", "done"]


def test_the_same_state_again_changes_nothing(cast: Cast, batch: Import) -> None:
    pk = Listing.objects.get().pk
    actions.set_listing_state(by=cast.admin, pk=pk, state="hidden")
    before = Listing.objects.get().changed_at

    actions.set_listing_state(by=cast.admin, pk=pk, state="hidden")

    assert Listing.objects.get().changed_at == before


@pytest.mark.django_db(transaction=True)
def test_withdrawing_waits_for_an_entry_that_is_being_mended(cast: Cast, batch: Import) -> None:
    pk = batch.listings.get().pk

    def withdraw() -> None:
        actions.set_listing_state(by=cast.admin, pk=pk, state="withdrawn")
        connection.close()

    thread = threading.Thread(target=withdraw)
    with transaction.atomic(), connection.cursor() as cursor:
        Import.objects.select_for_update().get(pk=batch.pk)  # as mending begins
        thread.start()
        waits = False
        while not waits:
            cursor.execute(
                "SELECT pg_sleep(0.01), (SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ("
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()))"
            )
            waits = cursor.fetchone()[1] > 0
        Listing.objects.select_for_update(nowait=True).get(pk=pk)  # as it ends; raises when withdrawing holds it
    thread.join()

    assert states() == ("withdrawn", ["withdrawn"])


def test_a_strange_state_is_refused(admin: Client, batch: Import) -> None:
    assert (set_state(admin, "deleted").status_code, states()) == (422, ("shown", ["done"]))


@pytest.mark.parametrize("state", ["hidden", "withdrawn"])
def test_a_paper_does_not_speak_of_a_listing_that_is_not_shown(cast: Cast, client: Client, state: str) -> None:
    entry = EntryFactory(paper__external_id="2009.00001", listing__announced_on=DAY)
    client.force_login(cast.member)
    address = f"/g/{cast.group.slug}/papers/2009.00001/"

    before = client.get(address).content.decode()
    Listing.objects.update(state=state)
    after = client.get(address).content.decode()

    assert (f"day/{entry.listing.announced_on}" in before, f"day/{entry.listing.announced_on}" in after) == (
        True,
        False,
    )
