"""What a person corrects of a dry run, and what becomes of it."""

from typing import Any

import pytest
from django.test import Client

from core.errors import Conflict, Invalid
from papers import actions, tasks
from papers.actions import Answers
from papers.models import Entry, Import, Listing, Paper
from tests.factories import Cast
from tests.pages import page
from tests.papers.samples import DAY, listing
from tests.papers.steps import in_review, published

pytestmark = pytest.mark.django_db

RESTART = listing(["2009.00003", "2009.00002", "2009.00009", "2009.00008"])
RIS = b"TY  - JOUR\nTI  - On matter\nAU  - Noether, Emmy\nDO  - 10.1000/matter\nER  - \n"
DATED = (
    b'{"id": "2009.00002", "title": "On two", "categories": ["cs.CV"], "abstract": "x", "listed": "2020-10-01"}\n'
    b'{"id": "2009.00001", "title": "On one", "categories": ["cs.LG"], "abstract": "x", "listed": "2020-09-30"}\n'
)


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


def entries() -> list[tuple[str, str, bool, str]]:
    """What stands in the listings: the listing, the type, whether it is a guess, and the paper's primary category."""
    rows = Entry.objects.order_by("listing__announced_on", "position").select_related("listing", "paper")
    return [(str(row.listing), row.announce_type, row.inferred, row.paper.primary_category) for row in rows]


def words(response: Any, selector: str) -> str:
    return " ".join(each.words for each in page(response).all(selector))


def test_the_dry_run_says_where_category_and_date_come_from(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, RESTART)
    Import.objects.update(evidence={"category": "# ArXiv cs.CV --Thu, 1 Oct 2020"})

    shown = admin.get(f"/listings/imports/{batch.pk}/")

    assert [each.words for each in page(shown).all("#publish .field__hint")] == [
        "From the file: ‹# ArXiv cs.CV --Thu, 1 Oct 2020›",
        "From the file.",
        "Guessed from the order of the ids. 0 when all are new.",
    ]
    assert "They will stand on Thursday 1 October 2020 in every group that follows cs.CV." in words(shown, "#publish p")


def test_another_category_takes_the_inferred_primaries_along(cast: Cast) -> None:
    published(cast, in_review(cast, RESTART), Answers("cs.CL", DAY, border=3))

    assert entries() == [
        ("cs.CL 2020-10-01", "new", True, "cs.CL"),
        ("cs.CL 2020-10-01", "new", True, "cs.CL"),
        ("cs.CL 2020-10-01", "cross", True, ""),
        ("cs.CL 2020-10-01", "cross", True, ""),
    ]


def test_an_archive_is_no_primary_category(cast: Cast) -> None:
    published(cast, in_review(cast, RESTART), Answers("cs", DAY, border=3))

    assert {primary for *_, primary in entries()} == {""}


@pytest.mark.parametrize(
    ("border", "types"),
    [
        (2, ["new", "cross", "cross", "cross"]),
        (1, ["cross", "cross", "cross", "cross"]),
        (0, ["new", "new", "new", "new"]),
        (9, ["new", "new", "new", "new"]),
    ],
)
def test_the_border_that_a_person_says_is_no_guess(cast: Cast, border: int, types: list[str]) -> None:
    published(cast, in_review(cast, RESTART), Answers("cs.CV", DAY, border=border))

    assert entries() == [("cs.CV 2020-10-01", each, False, "cs.CV" if each == "new" else "") for each in types]
    assert Listing.objects.get().stated == {"new": types.count("new"), "cross": types.count("cross")}


def test_a_border_closes_what_the_order_of_the_ids_left_open(cast: Cast) -> None:
    batch = in_review(cast, listing(["2009.00003", "2009.00009", "2009.00002", "2009.00008"]))

    published(cast, batch, Answers("cs.CV", DAY, border=4))

    assert [kind for _, kind, *_ in entries()] == ["new", "new", "new", "cross"]


def test_a_category_that_nobody_knows_is_pointed_out(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, listing(category="cs.CVV"))

    shown = admin.get(f"/listings/imports/{batch.pk}/")

    assert "arXiv has no category “cs.CVV” that we know, and no group can follow it. Did you mean cs.CV?" in words(
        shown, "#publish .field__hint"
    )


def test_what_an_answer_changes_is_shown_before_anything_is_imported(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, RESTART)
    address = f"/listings/imports/{batch.pk}/answers/"

    to = admin.post(address, {"category": "cs.CL", "announced_on": "2020-10-02", "border": "2"})["Location"]
    part = admin.post(
        address, {"category": "cs.CL", "announced_on": "2020-10-02", "border": "2"}, headers={"HX-Request": "true"}
    )
    wrong = admin.post(address, {"category": "Vision", "announced_on": "2020-10-02"})
    slip = admin.post(address, {"category": "cs.CL", "announced_on": "0202-10-02"})

    shown = admin.get(to)
    assert words(shown, ".import__sum") == "4 entries: 1 new and 3 cross-lists."
    assert words(shown, "h1") == "cs.CL, Friday 2 October 2020"
    assert "in every group that follows cs.CL" in words(shown, "#publish p")
    assert words(part, "#status") == "The dry run shows your answers. Nothing is imported yet."
    assert [(each.status_code, words(each, ".field__error")) for each in (wrong, slip)] == [
        (422, "Write it as arXiv does: cs.CV, astro-ph.GA, hep-th."),
        (422, "Give a day from 1991 to 2099."),
    ]
    assert (Import.objects.get().state, Paper.objects.count()) == ("review", 0)


def test_answers_come_too_late_for_a_listing_that_is_imported(cast: Cast) -> None:
    batch = in_review(cast, RESTART)
    published(cast, batch)

    with pytest.raises(Conflict) as refusal:
        actions.answer(by=cast.admin, pk=batch.pk, answers=Answers("cs.CL", DAY))

    assert refusal.value.sentence.endswith("so its dry run is over.")


def test_what_is_no_announcement_comes_in_without_a_listing(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, RIS)

    shown = admin.get(f"/listings/imports/{batch.pk}/")
    published(cast, batch)
    report = admin.get(f"/listings/imports/{batch.pk}/")

    assert "No listing: the papers go into the catalogue" in words(shown, "#publish p")
    assert (Listing.objects.count(), [paper.title for paper in Paper.objects.all()]) == (0, ["On matter"])
    assert words(report, ".facts dd").startswith("none: the papers are in the catalogue")


def test_what_is_no_announcement_may_become_a_listing_by_both_answers(cast: Cast) -> None:
    batch = in_review(cast, RIS)

    with pytest.raises(Invalid) as no_date:
        actions.request_publish(by=cast.admin, pk=batch.pk, answers=Answers("cs.CV"))
    with pytest.raises(Invalid) as no_category:
        actions.request_publish(by=cast.admin, pk=batch.pk, answers=Answers("", DAY))
    published(cast, batch, Answers("cs.CV", DAY))

    assert (no_date.value.field, no_category.value.field) == ("announced_on", "category")
    assert [str(each) for each in Listing.objects.all()] == ["cs.CV 2020-10-01"]


def test_a_file_of_several_days_shows_them_and_asks_for_no_date(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, DATED)

    shown = admin.get(f"/listings/imports/{batch.pk}/")
    published(cast, batch)

    assert [each.get("name") for each in page(shown).all("#publish .field input")] == ["category"]
    assert (
        "The entries bring their own days along, 2 days: Wed 30 Sep 2020 (1), Thu 1 Oct 2020 (1). "
        "Each goes into the listing of its primary category on its day"
    ) in words(shown, "#publish p")
    assert sorted(map(str, Listing.objects.all())) == ["cs.CV 2020-10-01", "cs.LG 2020-09-30"]


def test_many_days_are_cut_short(cast: Cast, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.limits.DAYS_IN_REVIEW", 1)
    batch = in_review(cast, DATED)

    assert "Wed 30 Sep 2020 (1) and 1 more." in words(admin.get(f"/listings/imports/{batch.pk}/"), "#publish p")


# --- ids alone --------------------------------------------------------------------------------------------


def ticks(response: Any) -> dict[str | None, bool]:
    """Map each id with a tick box to whether it is ticked."""
    return {each.get("value"): each.get("checked") is not None for each in page(response).all("[name=ticked]")}


def test_ids_alone_are_listed_and_come_in_without_titles(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, b"read arXiv:2009.14798 and hep-th/9901001, for 1905.02000 USD")

    shown = admin.get(f"/listings/imports/{batch.pk}/")
    to = admin.post(f"/listings/imports/{batch.pk}/publish/", {"category": "", "announced_on": ""})
    tasks.carry_on_import(batch.pk)

    assert words(shown, ".import__sum") == "3 entries: named by their ids alone."
    assert words(shown, ".numbers") == "2009.14798, hep-th/9901001, 1905.02000"
    assert ticks(shown) == {"1905.02000": False}
    assert to.status_code == 302
    assert sorted(Paper.objects.values_list("external_id", flat=True)) == ["2009.14798", "hep-th/9901001"]


def test_a_tick_takes_a_bare_number_along(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, b"read arXiv:2009.14798, also 2009.14233 and 1905.02000")
    address = f"/listings/imports/{batch.pk}/"

    admin.post(f"{address}answers/", {"category": "", "announced_on": "", "ticked": ["2009.14233", "<b>"]})
    refused = ticks(admin.get(address))
    admin.post(f"{address}answers/", {"category": "", "announced_on": "", "ticked": ["2009.14233"]})
    ticked = ticks(admin.get(address))
    published(cast, batch)

    assert (refused, ticked) == (
        {"2009.14233": False, "1905.02000": False},
        {"2009.14233": True, "1905.02000": False},
    )
    assert sorted(Paper.objects.values_list("external_id", flat=True)) == ["2009.14233", "2009.14798"]


def test_a_list_of_bare_numbers_is_ticked_already_and_needs_one_tick(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, b"2009.14798\n2009.14233\n")
    address = f"/listings/imports/{batch.pk}/"

    shown = admin.get(address)
    none = admin.post(f"{address}publish/", {"category": "", "announced_on": ""})

    assert ticks(shown) == {"2009.14798": True, "2009.14233": True}
    assert (none.status_code, words(none, "#id_ticked .field__error")) == (
        422,
        "Tick the ids that name papers; without any there is nothing to import.",
    )
    assert batch.staged.count() == 2
    published(cast, batch)
    assert Paper.objects.count() == 2
    assert Listing.objects.count() == 0


# --- once more --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["failed", "quarantined"])
def test_what_failed_is_tried_again(cast: Cast, admin: Client, state: str) -> None:
    batch = in_review(cast, RESTART)
    batch.end(Import.State(state), error="It failed.", failures=3, losses=3)

    form = page(admin.get(f"/listings/imports/{batch.pk}/")).one("#import form")
    to = admin.post(form.get("action"))["Location"]
    tasks.carry_on_import(batch.pk)
    again = admin.post(form.get("action"))

    batch.refresh_from_db()
    assert (form.one("button").words, to) == ("Try again", f"/listings/imports/{batch.pk}/")
    assert (batch.state, batch.error, batch.failures, batch.losses) == ("review", "", 0, 0)
    assert (batch.staged.count(), batch.counts) == (4, {"new": 2, "cross": 2, "inferred": 4})
    assert again.status_code == 409


def test_what_is_not_kept_or_came_in_again_is_not_tried_again(cast: Cast) -> None:
    batch = in_review(cast, RESTART)
    batch.end(Import.State.FAILED, error="It failed.")
    since = actions.receive(by=cast.admin, content=RESTART).batch

    with pytest.raises(Conflict) as came_in:
        actions.retry(by=cast.admin, pk=batch.pk)
    number = since.pk
    since.delete()
    Import.objects.update(content=b"")
    with pytest.raises(Conflict) as gone:
        actions.retry(by=cast.admin, pk=batch.pk)

    assert came_in.value.sentence == f"The same content has come in again as import {number}. Go on with that one."
    assert gone.value.sentence == "The content of this import is not kept any more. Upload the file again."
