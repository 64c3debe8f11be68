"""An upload becomes one row, or a sentence."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from core import limits, wake
from core.clock import now
from core.errors import Invalid, NotAllowed, TooMany
from papers import actions
from papers.models import Import
from tests.factories import Cast, UserFactory
from tests.papers.samples import listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """The tasks that were asked for."""
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(wake, "after_commit", lambda task, *args: asked.append((task, *args)))
    return asked


def test_receive_keeps_one_row_and_wakes_the_worker(cast: Cast, woken: list[tuple[object, ...]]) -> None:
    content = listing()

    received = actions.receive(by=cast.admin, content=content, filename="a.md", kind="upload")

    batch = Import.objects.get()
    assert received == actions.Received(batch, already="")
    assert (batch.state, batch.kind, batch.filename, batch.format) == ("received", "upload", "a.md", "md-listing")
    assert (bytes(batch.content), batch.created_by) == (content, cast.admin)
    assert woken == [("papers.tasks.carry_on_import", batch.pk)]


def test_receive_answers_a_retry_of_the_same_form_with_its_first_result(cast: Cast) -> None:
    key = uuid4()

    first = actions.receive(by=cast.admin, content=listing(), key=key)
    again = actions.receive(by=cast.admin, content=listing(), key=key)

    assert (again.batch, again.already) == (first.batch, "")


def test_receive_takes_another_content_from_a_form_that_was_used_before(cast: Cast) -> None:
    key = uuid4()

    first = actions.receive(by=cast.admin, content=listing(2), key=key)
    other = actions.receive(by=cast.admin, content=listing(3), key=key)

    assert (other.already, other.batch != first.batch, Import.objects.count()) == ("", True, 2)


@time_machine.travel("2026-11-25 08:12Z", tick=False)
def test_receive_names_who_brought_the_same_content_and_when(cast: Cast) -> None:
    ben = UserFactory(name="Ben", is_staff=True)
    cast.admin.zone = "Europe/Berlin"
    first = actions.receive(by=ben, content=listing()).batch

    waiting = actions.receive(by=cast.admin, content=listing())
    Import.objects.update(state="done")
    done = actions.receive(by=cast.admin, content=listing())
    with time_machine.travel("2026-11-26 08:12Z", tick=False):
        next_day = actions.receive(by=cast.admin, content=listing())
    with time_machine.travel("2026-12-03 08:12Z", tick=False):
        next_week = actions.receive(by=cast.admin, content=listing())

    assert {each.batch for each in (waiting, done, next_day, next_week)} == {first}
    assert waiting.already == "Already imported by Ben, today 09:12 (received)"
    assert done.already == "Already imported by Ben, today 09:12"
    assert next_day.already == "Already imported by Ben, yesterday 09:12"
    assert next_week.already == "Already imported by Ben, 25 Nov 2026, 09:12"


@pytest.mark.parametrize("state", Import.ENDED_WITHOUT)
def test_receive_takes_again_what_came_to_nothing(cast: Cast, state: str) -> None:
    key = uuid4()
    first = actions.receive(by=cast.admin, content=listing(), key=key).batch
    Import.objects.update(state=state)

    again = actions.receive(by=cast.admin, content=listing(), key=key)

    assert (again.already, again.batch != first) == ("", True)


@pytest.mark.parametrize(
    ("content", "begins"),
    [
        (b"", "This does not look like any listing we read."),
        (b"%PDF-1.7 # ArXiv cs.CV --Thu, 1 Oct 2020", "This does not look like any listing we read."),
        ("Dear all,\n\nlunch is at one".encode("utf-16"), "This does not look like any listing we read."),
        (b"Dear all,\nlunch is at one", "This does not look like any listing we read. First line: ‹Dear all,›."),
        (b"#" * (limits.UPLOAD_BYTES + 1), "A listing may have 25 MB; this one is larger."),
    ],
)
def test_receive_refuses_what_is_no_listing_and_stores_nothing(cast: Cast, content: bytes, begins: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.receive(by=cast.admin, content=content, filename="listing.md")

    assert refusal.value.sentence.startswith(begins)
    assert not Import.objects.exists()


@pytest.mark.parametrize("size", [limits.UPLOAD_BYTES - 1, limits.UPLOAD_BYTES])
def test_receive_takes_a_listing_up_to_the_limit(cast: Cast, size: int) -> None:
    content = listing().ljust(size)

    assert actions.receive(by=cast.admin, content=content).batch.sha256


def test_receive_keeps_the_hourly_pace(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOADS_PER_HOUR", 3)
    for number in range(limits.UPLOADS_PER_HOUR):
        actions.receive(by=cast.admin, content=listing(number + 1))

    with pytest.raises(TooMany):
        actions.receive(by=cast.admin, content=listing(99))
    Import.objects.update(created_at=now() - timedelta(minutes=61))

    assert actions.receive(by=cast.admin, content=listing(99)).batch.pk


@pytest.mark.parametrize("person", ["organiser", "member", "guest", "outsider"])
def test_receive_is_for_importers_only(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        actions.receive(by=getattr(cast, person), content=listing())

    assert not Import.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_uploads_of_one_listing_at_once_make_one_import() -> None:
    people = [UserFactory(name=f"Person {n}", is_staff=True) for n in range(20)]

    def send(person: object) -> actions.Received:
        try:
            return actions.receive(by=person, content=listing())  # type: ignore[arg-type]
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        received = list(pool.map(send, people))

    batch = Import.objects.get()
    assert {each.batch for each in received} == {batch}
    assert sorted(each.already.partition(",")[0] for each in received) == [
        "",
        *[f"Already imported by {batch.created_by.name}"] * 19,  # type: ignore[union-attr]
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.md", "../../etc/passwd.md"),
        ("day\r\n\0.md", "day.md"),
        ("day\u202egpj.md", "daygpj.md"),
        ("CON", "CON"),
        ("x" * 300 + ".md", "x" * 159 + "…" + "x" * 37 + ".md"),
    ],
)
def test_a_file_is_called_what_can_be_shown(cast: Cast, name: str, shown: str) -> None:
    assert actions.receive(by=cast.admin, content=listing(), filename=name).batch.filename == shown
    assert len(shown) <= limits.FILENAME_CHARS
