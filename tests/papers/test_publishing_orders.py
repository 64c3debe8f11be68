"""The same tables, in whatever order sources come, how often, and in how many files."""

import json
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest
from django.db import connection, transaction

from papers import actions
from papers.models import Import
from tests.papers.tables import catalogue

pytestmark = pytest.mark.django_db

# One day as arXiv told it, and a list that a person made of it.
DAY = (
    "feeds/q-fin-2023-03-17-rss20.xml",
    "mail/q-fin-2023-03-17.txt",
    "html/q-fin-new-2023-03-17.html",
    "feeds/q-fin-2023-03-17-atom.xml",
    "listings/derived-q-fin-2023-03-17.md",
)


def read(content: bytes) -> int:
    """Take a file to its review; return the import's key."""
    batch = actions.receive(by=None, content=content).batch
    actions.carry_on(batch.pk)
    return batch.pk


def publish(pk: int) -> None:
    """Publish what was read as it is; what the review asks for is another matter."""
    Import.objects.filter(pk=pk).update(state="publishing")
    actions.carry_on(pk)
    assert Import.objects.get(pk=pk).state == "done"


def published(order: Sequence[int]) -> dict[str, list[object]]:
    """Publish what was read, in this order, and return the tables; everything is as before then."""
    with transaction.atomic():
        for pk in order:
            publish(pk)
        connection.check_constraints()
        tables = catalogue()
        transaction.set_rollback(True)
    return tables


@pytest.fixture
def day(shared_data: Path) -> list[int]:
    return [read((shared_data / name).read_bytes()) for name in DAY]


def test_feed_mail_and_page_of_a_day_lead_to_the_same_tables_in_any_order(day: list[int]) -> None:
    outcomes = [published(order) for order in permutations(day[:3])]

    assert len(outcomes[0]["entries"]) == 16
    assert all(each == outcomes[0] for each in outcomes[1:])


def test_five_sources_of_a_day_lead_to_the_same_tables_wherever_they_begin(day: list[int]) -> None:
    turned = [day[start:] + day[:start] for start in range(len(day))]

    outcomes = [published(order) for order in (*turned, *(each[::-1] for each in turned))]

    assert len({str(each["listings"]) for each in outcomes}) == 1
    assert all(each == outcomes[0] for each in outcomes[1:])


def test_every_source_again_changes_nothing(shared_data: Path, day: list[int]) -> None:
    for pk in day:
        publish(pk)
    before = catalogue()

    for name in DAY:
        publish(read((shared_data / name).read_bytes() + b"\n"))

    assert catalogue() == before


def json_lines(days: dict[str, list[str]]) -> bytes:
    """Return what a collector keeps: one paper a line, with the day on which it was announced."""
    papers = [
        {"id": each, "title": f"On {each}", "abstract": "x", "categories": ["cs.CV" if each[-1] < "5" else "cs.LG"]}
        | {"listed": day}
        for day, ids in days.items()
        for each in ids
    ]
    return "\n".join(map(json.dumps, papers)).encode()


def test_several_days_in_one_file_or_in_several_lead_to_the_same_tables() -> None:
    days = {f"2025-03-2{day}": [f"2503.0{day}{number:03d}" for number in range(8)] for day in range(5)}
    five = published([read(json_lines({day: ids})) for day, ids in days.items()])

    one = published([read(json_lines(days))])
    twice = published([read(json_lines(days) + b"\n"), read(json_lines(dict(reversed(days.items()))))])

    assert [str(listing[1]) for listing in one["listings"]] == [*days, *days]
    assert len(one["entries"]) == 40
    assert [entry[2:4] for entry in one["entries"][:2]] == [(1, "2503.00000"), (2, "2503.00001")]
    assert (five["papers"], five["listings"]) == (one["papers"], one["listings"])
    assert [entry[:-1] for entry in five["entries"]] == [entry[:-1] for entry in one["entries"]]
    assert [entry[:-1] for entry in twice["entries"]] == [entry[:-1] for entry in one["entries"]]


def test_papers_without_a_day_come_in_alone() -> None:
    line = b'{"id": "2503.00001", "title": "Alone", "abstract": "x", "categories": ["cs.CV"]}'

    tables = published([read(line)])

    assert (len(tables["papers"]), tables["listings"], tables["entries"]) == (1, [], [])
