"""Uploading in the browser, through the outer door."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import limits
from core.clock import now
from papers import actions, tasks
from papers.models import Entry, Import, Listing, Problem
from papers.queries.history import IMPORTS_SHOWN
from tests.factories import Cast, EntryFactory, ListingFactory, UserFactory
from tests.pages import page
from tests.papers.samples import DAY, listing

pytestmark = pytest.mark.django_db

BROKEN = listing(["2009.00003", "2009.00002", "2009.00009"]) + "### 4.No =link \u202e<b>\n>  x\n".encode()


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


def send(client: Client, content: bytes | None = None, **fields: Any) -> Any:
    """Post the upload form with a file, or with other fields."""
    if content is not None:
        fields["file"] = SimpleUploadedFile("day.md", content)
    return client.post("/listings/upload/", {"key": str(uuid4()), **fields})


def text_of(response: Any, selector: str) -> str:
    return " ".join(each.words for each in page(response).all(selector))


def facts(response: Any) -> dict[str, str]:
    """Map each term of the page's facts to what is said about it."""
    said = [each.words for each in page(response).all("main dt, main dd")]
    return dict(zip(said[::2], said[1::2], strict=True))


def answers_shown(response: Any) -> dict[str, str | None]:
    """Map each field of the dry run to what stands in it."""
    fields = page(response).all("#publish .field input")
    return {each.get("name") or "": each.get("value") for each in fields if each.get("type") != "checkbox"}


def brought_in(cast: Cast, content: bytes, *, publish: bool = False) -> Import:
    batch = actions.receive(by=cast.admin, content=content, filename="day.md").batch
    tasks.carry_on_import(batch.pk)
    if publish:
        actions.request_publish(by=cast.admin, pk=batch.pk)
        tasks.carry_on_import(batch.pk)
    batch.refresh_from_db()
    return batch


# --- the form ---------------------------------------------------------------------------------------------


def test_the_form_says_what_is_read_and_the_limits(admin: Client) -> None:
    response = admin.get("/listings/upload/")

    form = page(response).one("form[enctype]")
    assert [each.get("name") for each in form.all("input, textarea")] == [
        "csrfmiddlewaretoken",
        "key",
        "file",
        "text",
    ]
    assert "daily listing in Markdown" in form.words
    assert "Up to 25 MB and 50 files at once, 20,000 papers a listing, 200 listings an hour." in form.words


def test_a_file_goes_in_and_its_import_opens(admin: Client) -> None:
    response = send(admin, listing())

    batch = Import.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/listings/imports/{batch.pk}/")
    assert (batch.state, batch.kind, batch.filename, bytes(batch.content)) == (
        "received",
        "upload",
        "day.md",
        listing(),
    )


def test_a_pasted_text_goes_in_as_it_was_typed(admin: Client) -> None:
    text = "\n" + listing().decode()

    send(admin, text=text)

    batch = Import.objects.get()
    assert (batch.kind, bytes(batch.content).replace(b"\r\n", b"\n")) == ("paste", text.encode())


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose a file, or paste the text of a listing."),
        ({"text": "  \n"}, "Choose a file, or paste the text of a listing."),
        ({"text": "Dear all"}, "This does not look like any listing we read. First line: ‹Dear all›."),
        ({"content": b"Dear all"}, "This does not look like any listing we read. First line: ‹Dear all›."),
        ({"content": b""}, "This does not look like any listing we read."),
        ({"content": b"x", "text": "kept"}, "Choose a file or paste a text, not both"),
    ],
)
def test_what_cannot_be_used_is_said_and_the_text_is_kept(admin: Client, fields: Any, sentence: str) -> None:
    response = send(admin, **fields)

    assert response.status_code == 422
    assert sentence in text_of(response, ".notice--error")
    kept = page(response).one("textarea").text
    assert kept.strip() == fields.get("text", "").strip()
    assert not Import.objects.exists()


@pytest.mark.parametrize(("size", "status"), [(9, 302), (10, 302), (11, 422)])
@pytest.mark.parametrize("way", ["file", "text"])
def test_a_listing_has_a_limit_of_bytes(
    admin: Client, monkeypatch: pytest.MonkeyPatch, size: int, status: int, way: str
) -> None:
    content = listing(1)
    monkeypatch.setattr(limits, "UPLOAD_BYTES", len(content) + 10)
    content += b" " * size

    response = send(admin, content) if way == "file" else send(admin, text=content.decode())

    assert response.status_code == status


def test_a_request_beyond_the_limit_is_refused_unread(admin: Client) -> None:
    class Unread:
        def read(self, *args: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    sent = {"CONTENT_LENGTH": str(limits.REQUEST_BYTES + 1), "wsgi.input": Unread()}

    response = admin.generic("POST", "/listings/upload/", content_type="multipart/form-data; boundary=x", **sent)

    assert response.status_code == 413
    assert "The largest listing may have 25 MB; this was more. Nothing was stored." in text_of(response, "main")


def test_the_same_content_again_names_the_first_import_and_links_to_it(cast: Cast, admin: Client) -> None:
    first = brought_in(cast, listing(), publish=True)

    response = send(admin, listing())

    notice = page(response).one(".notice--warning")
    assert response.status_code == 409
    assert notice.words.startswith(f"Already imported by {cast.admin.name}, today ")
    assert notice.one("a").get("href") == f"/listings/imports/{first.pk}/"
    assert Import.objects.count() == 1


def test_a_form_sent_twice_opens_its_one_import(admin: Client) -> None:
    key = str(uuid4())

    first, again = (send(admin, listing(), key=key) for _ in range(2))

    assert first["Location"] == again["Location"]
    assert Import.objects.count() == 1


# --- progress ---------------------------------------------------------------------------------------------


def poll(client: Client, batch: Import, seen: str) -> Any:
    return client.get(f"/listings/imports/{batch.pk}/progress/", {"seen": seen}, headers={"HX-Request": "true"})


def test_progress_names_its_step_and_polls_until_there_is_something_to_decide(cast: Cast, admin: Client) -> None:
    batch = actions.receive(by=cast.admin, content=listing()).batch
    shown = admin.get(f"/listings/imports/{batch.pk}/")
    address = page(shown).one("[data-poll]").get("hx-get")
    unchanged = admin.get(address, headers={"HX-Request": "true"})
    batch.move(state="reading", done=812, total=1300)
    reading = admin.get(address, headers={"HX-Request": "true"})
    batch.move(state="received", done=0, total=0)
    tasks.carry_on_import(batch.pk)
    ready = admin.get(address, headers={"HX-Request": "true"})

    assert page(shown).one(".progress__label").words == "Received, waiting for a worker · 0 %"
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    body = page(reading)
    assert body.one(".progress__label").words == "Reading: 812 of 1,300 entries · 62 %"
    assert [step.words for step in body.all(".steps li")] == [
        "Received: done",
        "Reading",
        "Checking",
        "Publishing",
    ]
    assert body.one(".steps [aria-current=step]").words == "Reading"
    assert body.one("#status").words == "Reading has begun."
    assert page(ready).all("[data-poll]") == []
    assert page(ready).one("#status").words == "Read. The dry run is ready for your review."


def test_progress_is_spoken_once_a_quarter(cast: Cast, admin: Client) -> None:
    batch = actions.receive(by=cast.admin, content=listing()).batch
    spoken = []
    for done in (10, 20, 30, 60, 61):
        batch.refresh_from_db()
        seen = f"reading-{100 * batch.done // 100}-{batch.done}-on"
        batch.move(state="reading", done=done, total=100)
        spoken += [each.words for each in page(poll(admin, batch, seen)).all("#status")]

    assert spoken == ["25 percent read.", "50 percent read."]


@pytest.mark.parametrize("seen", ["", "x", "reading", "reading--", "reading-٣-1-on", "reading-99999999999999-1-on"])
def test_a_poll_with_a_strange_version_gets_the_page(cast: Cast, admin: Client, seen: str) -> None:
    batch = actions.receive(by=cast.admin, content=listing()).batch
    batch.move(state="reading", done=30, total=100)

    assert poll(admin, batch, seen).status_code == 200


def test_progress_without_htmx_goes_to_the_page_which_offers_another_look(cast: Cast, admin: Client) -> None:
    batch = actions.receive(by=cast.admin, content=listing()).batch

    response = admin.get(f"/listings/imports/{batch.pk}/progress/")
    shown = page(admin.get(response["Location"]))

    (again,) = [each for each in shown.all(".buttons a") if each.words == "Look again"]
    assert again.get("href") == response["Location"] == f"/listings/imports/{batch.pk}/"


@pytest.mark.parametrize(("seconds", "late"), [(19, False), (21, True)])
def test_a_delay_is_said_in_words(cast: Cast, admin: Client, seconds: int, late: bool) -> None:
    cast.admin.zone = "Europe/Berlin"
    cast.admin.save()
    batch = actions.receive(by=cast.admin, content=listing()).batch
    Import.objects.update(created_at="2026-11-25T13:02:00Z", moved_at=now() - timedelta(seconds=seconds))

    said = text_of(admin.get(f"/listings/imports/{batch.pk}/"), ".import__now")

    assert ("Accepted at 14:02. Processing is delayed; you can close this page." in said) is late


# --- review -----------------------------------------------------------------------------------------------


def test_the_dry_run_shows_counts_sample_and_every_problem(cast: Cast, admin: Client) -> None:
    batch = brought_in(cast, BROKEN)

    response = admin.get(f"/listings/imports/{batch.pk}/")

    root = page(response)
    assert text_of(response, ".import__sum") == (
        "3 entries: 2 new and 1 cross-list (inferred from the order of the ids)."
    )
    assert facts(response) == {
        "Papers": "3 new to this server, 0 known",
        "Problems": "1, with their lines",
    }
    assert root.all(".sample .row__meta")[0].words == ("2009.00003 · New · cs.CV · authors not in this listing")
    assert [[cell.words for cell in row.elements] for row in root.all(".problems tbody tr")] == [
        [
            "8",
            "4",
            "no arXiv id found in this entry Give the arXiv id, or a link to the paper. Fix and retry entry 4",
            "### 4.No =link ⟨U+202E⟩<b>",
        ]
    ]
    assert answers_shown(response) == {"category": "cs.CV", "announced_on": "2020-10-01", "border": "3"}
    assert [each.words for each in root.all(".import__decision button")] == [
        "Import 3",
        "Show what that changes",
        "Import nothing",
    ]


def test_the_dry_run_shows_five_rows_of_a_longer_listing(cast: Cast, admin: Client) -> None:
    batch = brought_in(cast, listing(9))

    sample = page(admin.get(f"/listings/imports/{batch.pk}/")).all(".sample .sample__entry")

    assert len(sample) == limits.SAMPLE_ROWS == 5


def test_the_dry_run_tells_what_is_known_and_that_the_listing_is_here(cast: Cast, admin: Client) -> None:
    brought_in(cast, listing(["2009.00003", "2009.00002"]), publish=True)
    batch = brought_in(cast, listing(["2009.00003", "2009.00002", "2009.00001"]))

    response = admin.get(f"/listings/imports/{batch.pk}/")

    assert facts(response)["Papers"] == "1 new to this server, 2 known"
    assert text_of(response, ".notice--info") == (
        "This day’s listing of cs.CV is here already, with 2 of these 3 entries. Importing adds the others to it."
    )


def test_importing_without_script_goes_on_to_progress_and_then_the_report(cast: Cast, admin: Client) -> None:
    batch = brought_in(cast, BROKEN)

    response = admin.post(f"/listings/imports/{batch.pk}/publish/")
    publishing = admin.get(response["Location"])
    tasks.carry_on_import(batch.pk)
    report = admin.get(response["Location"])

    assert text_of(publishing, ".progress__label") == "Publishing 3 entries, all at once"
    assert text_of(report, ".import__sum") == "3 entries: 2 new and 1 cross-list (inferred from the order of the ids)."
    assert {key: facts(report)[key] for key in ("Listing", "Added to it", "Papers", "Problems")} == {
        "Listing": "cs.CV, Thu 1 Oct 2020 Withdraw — cs.CV, Thu 1 Oct 2020",
        "Added to it": "3 entries",
        "Papers": "3 new to this server",
        "Problems": "1",
    }
    assert Entry.objects.count() == 3


def test_importing_with_htmx_gets_the_part_and_one_announcement(cast: Cast, admin: Client) -> None:
    batch = brought_in(cast, listing())

    response = admin.post(f"/listings/imports/{batch.pk}/publish/", headers={"HX-Request": "true"})

    part, status, undo = page(response).elements
    assert (part.get("id"), part.get("hx-trigger")) == ("import", "every 1s")
    assert (status.get("id"), status.words) == ("status", "Publishing has begun.")
    assert (undo.get("id"), undo.words) == ("undo", "")  # what was done before is no longer the last thing


def test_importing_nothing_leaves_the_row_and_allows_the_listing_again(cast: Cast, admin: Client) -> None:
    batch = brought_in(cast, listing())

    response = admin.post(f"/listings/imports/{batch.pk}/cancel/", follow=True)
    again = send(admin, listing())

    assert "Nothing was imported" in text_of(response, "#report")
    assert (batch.staged.count(), Listing.objects.count(), again.status_code) == (0, 0, 302)


def test_what_the_file_does_not_say_is_asked_for_and_kept(cast: Cast, admin: Client) -> None:
    batch = brought_in(cast, listing(heading=False))
    address = f"/listings/imports/{batch.pk}/publish/"

    asked = admin.get(f"/listings/imports/{batch.pk}/")
    half = admin.post(address, {"category": "hep-th", "announced_on": ""})
    wrong = admin.post(address, {"category": "Vision", "announced_on": "2020-10-02"}, headers={"HX-Request": "true"})
    right = admin.post(address, {"category": "hep-th", "announced_on": "2020-10-02"})
    tasks.carry_on_import(batch.pk)

    assert answers_shown(asked) == {"category": None, "announced_on": None, "border": "0"}
    assert (half.status_code, wrong.status_code, right.status_code) == (422, 422, 302)
    assert text_of(half, ".field__error") == "The file does not say when it was announced. Please give the date."
    assert page(half).one("[name=category]").get("value") == "hep-th"
    assert page(wrong).one(".field__error").words == ("Write it as arXiv does: cs.CV, astro-ph.GA, hep-th.")
    assert [str(each) for each in Listing.objects.all()] == ["hep-th 2020-10-02"]


def test_a_listing_without_papers_offers_nothing_to_import(cast: Cast, admin: Client) -> None:
    batch = brought_in(cast, b"# ArXiv cs.CV --Thu, 1 Oct 2020\n")

    root = page(admin.get(f"/listings/imports/{batch.pk}/"))
    refused = admin.post(f"/listings/imports/{batch.pk}/publish/")

    assert [each.words for each in root.all("#import button")] == ["Import nothing"]
    assert refused.status_code == 409


def test_a_failed_import_says_why(cast: Cast, admin: Client) -> None:
    batch = brought_in(cast, listing(2) + b" " * 70_000 + b"\0")

    response = admin.get(f"/listings/imports/{batch.pk}/")

    assert text_of(response, ".import .notice--error") == "The file holds NUL characters, so it is not a text."


def test_problems_come_as_a_table_in_which_nothing_is_computed(cast: Cast, admin: Client) -> None:
    batch = brought_in(cast, listing())
    Problem.objects.create(batch=batch, line=3, position=None, text='=HYPERLINK("x") \u202e', reason="@SUM(1)")

    response = admin.get(f"/listings/imports/{batch.pk}/problems.csv")

    assert response["Content-Disposition"] == f'attachment; filename="import-{batch.pk}-problems.csv"'
    assert response.content.decode() == (
        '\ufeff"line","entry","reason","text"\r\n3,"","\'@SUM(1)","\'=HYPERLINK(""x"") ⟨U+202E⟩"\r\n'
    )


def test_hostile_text_stays_text(cast: Cast, admin: Client) -> None:
    title = "<script>alert(1)</script> <img src=x onerror=alert(1)> <a hx-get=/x>"
    content = listing(1).replace(b"On matter", title.encode()).replace(b"We look", title.encode())
    batch = brought_in(cast, content)

    root = page(admin.get(f"/listings/imports/{batch.pk}/"))

    assert root.one(".sample .row__title").words.startswith(f"[1] {title}")
    assert root.all(".sample script, .sample img, .sample [hx-get]") == []


# --- who, and how many statements -------------------------------------------------------------------------

ADDRESSES = [
    ("get", "/listings/"),
    ("get", "/listings/upload/"),
    ("post", "/listings/upload/"),
    ("get", "/listings/imports/{pk}/"),
    ("get", "/listings/imports/{pk}/progress/"),
    ("post", "/listings/imports/{pk}/answers/"),
    ("post", "/listings/imports/{pk}/publish/"),
    ("post", "/listings/imports/{pk}/cancel/"),
    ("get", "/listings/imports/{pk}/problems.csv"),
]


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
@pytest.mark.parametrize("person", ["organiser", "member", "guest", "former_member", "outsider"])
def test_only_importers_come_in_and_others_learn_nothing(
    cast: Cast, client: Client, method: str, address: str, person: str
) -> None:
    batch = brought_in(cast, listing())
    client.force_login(getattr(cast, person))

    there = getattr(client, method)(address.format(pk=batch.pk))
    missing = getattr(client, method)(address.format(pk=batch.pk + 1))

    batch.refresh_from_db()
    assert (there.status_code, there.content == missing.content, batch.state) == (403, True, "review")


@pytest.mark.parametrize(("method", "address"), ADDRESSES[3:])
def test_a_missing_import_is_not_found(admin: Client, method: str, address: str) -> None:
    assert getattr(admin, method)(address.format(pk=1)).status_code == 404


def test_the_permission_alone_is_enough(client: Client, django_user_model: Any) -> None:
    from django.contrib.auth.models import Permission

    person = UserFactory()
    person.user_permissions.add(Permission.objects.get(codename="add_import"))
    client.force_login(person)

    assert client.get("/listings/upload/").status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_the_import_page_costs_the_same_for_any_number_of_entries(
    cast: Cast, admin: Client, django_assert_num_queries: Any, rows: int
) -> None:
    batch = brought_in(cast, listing(rows))
    Problem.objects.bulk_create(Problem(batch=batch, line=n, reason="x") for n in range(rows))

    with django_assert_num_queries(8):
        admin.get(f"/listings/imports/{batch.pk}/")


@pytest.mark.parametrize("rows", [1, 30])
def test_the_history_costs_the_same_for_any_number_of_rows(
    cast: Cast, admin: Client, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        EntryFactory(listing=ListingFactory(announced_on=DAY - timedelta(days=number)))
        batch = Import.objects.create(kind="upload", content=b"x", sha256=f"{number:064}", created_by=cast.admin)
        Problem.objects.create(batch=batch, reason="x")

    with django_assert_num_queries(6):
        admin.get("/listings/")


def test_the_history_tells_what_came_in(cast: Cast, admin: Client) -> None:
    done = brought_in(cast, BROKEN, publish=True)
    actions.receive(by=None, content=listing(1, day=date(2020, 10, 2)), kind="command")

    root = page(admin.get("/listings/"))

    (day,) = root.all("[aria-labelledby=days] .table tbody tr")
    assert [cell.words for cell in day.elements] == [
        "Thu 1 Oct 2020",
        "cs.CV",
        "3",
        "2 new and 1 cross-list",
        "Withdraw — cs.CV, Thu 1 Oct 2020",
    ]
    command, upload = root.all("[aria-labelledby=imports] .table tbody tr")
    assert [cell.words for cell in upload.elements] == [
        f"Import {done.pk}",
        "Imported",
        "cs.CV, Thu 1 Oct 2020",
        "2 new and 1 cross-list",
        "1",
        cast.admin.name,
        "just now",
        "under 1 s",
        done.sha256[:8],
    ]
    assert [cell.words for cell in command.elements][1:6] == ["Received", "–", "–", "–", "Command line"]


def test_the_history_tells_where_papers_went_that_are_of_no_one_listing(cast: Cast, admin: Client) -> None:
    lines = [
        {"id": f"2009.0000{number}", "title": "On one", "categories": ["cs.CV"], "listed": f"2020-10-0{number}"}
        for number in (1, 2)
    ]
    many = brought_in(cast, "\n".join(map(json.dumps, lines)).encode(), publish=True)
    alone = brought_in(cast, b"arXiv:2009.00003", publish=True)

    rows = page(admin.get("/listings/")).all("[aria-labelledby=imports] .table tbody tr")

    assert [[cell.words for cell in row.elements][:3] for row in rows] == [
        [f"Import {alone.pk}", "Imported", "papers alone"],
        [f"Import {many.pk}", "Imported", "2 listings"],
    ]


def test_the_history_goes_on_page_by_page(cast: Cast, admin: Client) -> None:
    batches = [
        Import.objects.create(kind="upload", content=b"x", sha256=f"{number:064}")
        for number in range(IMPORTS_SHOWN + 1)
    ]
    for number in range(16):
        ListingFactory(announced_on=DAY - timedelta(days=number))

    first = page(admin.get("/listings/"))
    imports, days = [each.get("href") for each in first.all(".more a")]
    later_days, later_imports = page(admin.get(days)), page(admin.get(imports))

    assert imports == f"/listings/?before={batches[1].pk}#imports"
    assert [each.words for each in later_imports.all("[aria-labelledby=imports] .table tbody th")] == [
        f"Import {batches[0].pk}"
    ]
    assert [each.words for each in later_days.all("[aria-labelledby=days] .table tbody th")] == ["Wed 16 Sep 2020"]


@pytest.mark.parametrize("query", ["?before=x", "?before=-1", f"?before={10**30}", "?until=x", "?until=0000-00-00"])
def test_a_strange_place_in_the_history_is_its_beginning(admin: Client, query: str) -> None:
    assert admin.get(f"/listings/{query}").status_code == 200


def test_the_admin_site_shows_the_catalogue_and_changes_nothing(cast: Cast, admin: Client) -> None:
    batch = brought_in(cast, BROKEN, publish=True)
    paper = Entry.objects.earliest("position").paper

    for address in (
        "/admin/papers/paper/",
        f"/admin/papers/paper/{paper.pk}/change/",
        "/admin/papers/listing/",
        f"/admin/papers/import/{batch.pk}/change/",
    ):
        shown = page(admin.get(address))
        assert shown.all("#content input[name=_save], #content a.addlink, #content a.deletelink") == []
