"""The columns of a table in CSV: guessed, chosen by a person, and remembered for the same header."""

from typing import Any

import pytest
from django.test import Client

from papers import tasks
from papers.models import Import
from tests.factories import Cast
from tests.pages import page
from tests.papers import steps

pytestmark = pytest.mark.django_db

HEADER = "Name,Paper,Comment,Who,Ref,Seen\n"
ROWS = (
    "On one,Emmy’s,x,Emmy Noether,https://arxiv.org/abs/2009.00001,2020-10-01\n"
    "On two,Ada’s,y,Ada Lovelace,arXiv:2009.00002v2,soon\n"
)
NONE = dict.fromkeys(("title", "authors", "abstract", "link", "doi", "categories", "date"), "-1")
CHOSEN = NONE | {"title": "0", "authors": "3", "link": "4", "date": "5"}


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


def in_review(cast: Cast, text: str) -> Import:
    return steps.in_review(cast, text.encode())


def staged(batch: Import) -> list[tuple[str, str, list[str], Any]]:
    rows = batch.staged.order_by("position")
    return [(row.external_id, row.record["title"], row.record["authors"], row.announced_on) for row in rows]


def test_columns_are_shown_chosen_and_remembered_for_the_same_header(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, HEADER + ROWS)
    guessed = page(admin.get(f"/listings/imports/{batch.pk}/"))

    to = admin.post(f"/listings/imports/{batch.pk}/columns/", CHOSEN)["Location"]
    tasks.carry_on_import(batch.pk)
    shown = page(admin.get(to))
    other = in_review(cast, HEADER + ROWS.replace("On two", "On 2"))

    assert guessed.one(".columns summary").words == "Columns as we guessed them: Title from ‹Paper›"
    assert [(each.get("name"), len(each.all("option"))) for each in guessed.all(".columns select")] == [
        (name, 7) for name in NONE
    ]
    assert shown.one(".columns summary").words == (
        "Columns as they were chosen for this header: Title from ‹Name›, Authors from ‹Who›, arXiv id or link from "
        "‹Ref›, Announced on from ‹Seen›"
    )
    assert [(row[0], row[1], row[2], str(row[3])) for row in staged(batch)] == [
        ("2009.00001", "On one", ["Emmy Noether"], "2020-10-01"),
        ("2009.00002", "On two", ["Ada Lovelace"], "None"),
    ]
    assert [row[1] for row in staged(other)] == ["On one", "On 2"]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (NONE, "Choose the column with arXiv ids or links, or the one with DOIs: they name the papers."),
        (CHOSEN | {"link": "6"}, "The table has no such column. Choose among those that are offered."),
        ({}, "Choose a column for each line, or none. Nothing was changed."),
    ],
)
def test_what_cannot_be_taken_is_refused_and_changes_nothing(
    cast: Cast, admin: Client, columns: dict[str, str], sentence: str
) -> None:
    batch = in_review(cast, HEADER + ROWS)
    before = staged(batch)

    response = admin.post(f"/listings/imports/{batch.pk}/columns/", columns)

    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert (staged(batch), Import.objects.get().state) == (before, "review")


def test_only_a_table_has_columns(cast: Cast, admin: Client) -> None:
    batch = in_review(cast, "@article{one, title={On one}, eprint={2009.00001}}\n")

    assert page(admin.get(f"/listings/imports/{batch.pk}/")).all(".columns") == []
    assert admin.post(f"/listings/imports/{batch.pk}/columns/", CHOSEN).status_code == 409
