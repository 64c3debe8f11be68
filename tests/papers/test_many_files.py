"""Several files at once, archives among them, and the page of what became of each."""

import gzip
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import limits
from papers import actions, tasks
from papers.models import Import
from tests.core.test_unpacking import zipped
from tests.factories import Cast, UserFactory
from tests.pages import page
from tests.papers.samples import listing

pytestmark = pytest.mark.django_db

DAYS = {f"{category}.md": listing(category=category) for category in ("cs.CV", "cs.LG", "cs.CL")}


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


def send(client: Client, files: dict[str, bytes], key: str = "") -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return client.post("/listings/upload/", {"key": key or str(uuid4()), "file": sent})


def rows(response: Any) -> list[list[str]]:
    return [[cell.words for cell in row.elements] for row in page(response).all("#sending tbody tr")]


def files() -> list[tuple[str, bytes]]:
    return [(each.filename, bytes(each.content)) for each in Import.objects.order_by("pk").only("filename", "content")]


def test_each_file_is_an_import_of_its_own(admin: Client) -> None:
    shown = admin.get(send(admin, DAYS)["Location"])

    assert files() == list(DAYS.items())
    assert rows(shown) == [
        [each.filename, f"Import {each.pk}: Received", "–", "–"] for each in Import.objects.order_by("pk")
    ]


def test_what_became_of_each_file_is_said(cast: Cast, admin: Client) -> None:
    known = actions.receive(by=UserFactory(name="Ben", is_staff=True), content=DAYS["cs.CV.md"]).batch
    bomb = gzip.compress(bytes(10_000_000))

    to = send(admin, DAYS | {"note.txt": b"Dear all", "bomb.gz": bomb})["Location"]
    said = [row[1] for row in rows(admin.get(to))]
    again = [row[1] for row in rows(admin.get(to))]

    assert said == again
    assert said[0].startswith("Already imported by Ben, today ")
    assert said[0].endswith(f"(received): Import {known.pk}")
    assert said[3].startswith("Refused. This does not look like any listing we read. First line: ‹Dear all›.")
    assert said[4] == (
        "Refused. This archive was not opened, and nothing of it was stored. Unpacked it would be more than 100 times "
        "as large, as no listing is. Send the file itself."
    )
    assert Import.objects.count() == 3


def test_the_same_sending_again_returns_its_first_imports(admin: Client) -> None:
    key = str(uuid4())

    first, again = (rows(admin.get(send(admin, DAYS, key)["Location"])) for _ in range(2))

    assert first == again
    assert Import.objects.count() == 3


def test_an_archive_gives_an_import_for_each_file(admin: Client) -> None:
    send(admin, {"day.zip": zipped(DAYS)})

    assert files() == [(f"day.zip › {name}", content) for name, content in DAYS.items()]


def test_an_archive_of_one_listing_opens_its_import(admin: Client) -> None:
    packed = gzip.compress(DAYS["cs.CV.md"])

    response = send(admin, {"cs.CV.md.gz": packed})

    assert response["Location"] == f"/listings/imports/{Import.objects.get().pk}/"
    assert files() == [("cs.CV.md.gz", DAYS["cs.CV.md"])]


def test_a_listing_that_came_in_plain_is_known_in_an_archive(admin: Client) -> None:
    send(admin, {"cs.CV.md": DAYS["cs.CV.md"]})

    again = send(admin, {"cs.CV.zip": zipped({"x.md": DAYS["cs.CV.md"]})})

    assert (again.status_code, Import.objects.count()) == (409, 1)


def test_an_archive_that_is_not_opened_is_refused_at_the_field(admin: Client) -> None:
    response = send(admin, {"day.docx": zipped({"[Content_Types].xml": b"x"})})

    assert response.status_code == 422
    assert page(response).one(".field__error").words == (
        "This archive was not opened, and nothing of it was stored. It is an office document or a program, not an "
        "archive of listings. Send the text of it."
    )
    assert not Import.objects.exists()


def test_all_archives_of_a_sending_share_the_room(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(DAYS["cs.CV.md"])
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 2 * size)

    said = rows(admin.get(send(admin, {f"{name}.gz": gzip.compress(each) for name, each in DAYS.items()})["Location"]))

    assert [row[1].partition(".")[0] for row in said] == [
        "Import " + str(each.pk) + ": Received" for each in Import.objects.order_by("pk")
    ] + ["Refused"]
    assert Import.objects.count() == 2


def test_files_have_limits_together(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOAD_FILES", 2)
    many = send(admin, DAYS)
    monkeypatch.undo()
    monkeypatch.setattr(limits, "UPLOAD_BYTES", len(DAYS["cs.CV.md"]) + 1)
    large = send(admin, DAYS)

    assert page(many).one(".field__error").words == (
        "At most 2 files at once; these are 3. Send the others afterwards."
    )
    assert page(large).one(".field__error").words.endswith("at once it may be 25 MB. Send fewer.")
    assert not Import.objects.exists()


def test_the_page_follows_its_imports_until_all_are_read(admin: Client) -> None:
    address = send(admin, DAYS | {"note.txt": b"Dear all"})["Location"]
    shown = page(admin.get(address))
    poll = shown.one("[data-poll]").get("hx-get")
    unchanged = admin.get(poll, headers={"HX-Request": "true"})
    for batch in Import.objects.all():
        tasks.carry_on_import(batch.pk)
    ready = admin.get(poll, headers={"HX-Request": "true"})

    assert shown.one(".page-head__facts").words == (
        "3 files are still being read or published. 1 was refused; the others are not touched by that."
    )
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    assert page(ready).all("[data-poll]") == []
    assert page(ready).one("#status").words == "All files are read."
    assert [row[1:] for row in rows(ready)][:3] == [
        [f"Import {each.pk}: Waiting for review", "3 new", "–"] for each in Import.objects.order_by("pk")
    ]


def test_a_sending_is_known_to_its_sender_alone(cast: Cast, admin: Client, client: Client) -> None:
    address = send(admin, DAYS)["Location"]
    other = Client()
    other.force_login(UserFactory(is_staff=True))

    assert (admin.get(address).status_code, other.get(address).status_code) == (200, 404)


@pytest.mark.parametrize("count", [2, 30])
def test_the_page_costs_the_same_for_any_number_of_files(
    admin: Client, django_assert_num_queries: Any, count: int
) -> None:
    address = send(admin, {f"{n}.md": listing(1, word=f"matter {n}") for n in range(count)})["Location"]

    with django_assert_num_queries(2):
        admin.get(address)
