"""Listings go in: every format dropped at once, an entry mended, a listing withdrawn and brought back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import WORKER_SECONDS, Person, Stage
from tests.running import Running

pytestmark = pytest.mark.journey

DATA = Path(__file__).parents[1] / "data"
EVERY_FORMAT = [
    "listing-cs.LG-2016-06-28.md",
    "feeds/rss-cs.LG-2016-06-28.xml",
    "feeds/rdf-cs.LG-2016-06-28.xml",
    "feeds/atom-cs.LG-2016-06-28.xml",
    "api/query.xml",
    "mail/cs.LG-2016-06-28.txt",
    "html/new.html",
    "json/papers.jsonl",
    "bib/library.bib",
    "ris/library.ris",
    "pasted/notes.txt",
]
TO_DATA_TRANSFER = """files => {
    const carried = new DataTransfer();
    for (const [name, text] of files) carried.items.add(new File([text], name));
    return carried;
}"""


def drop(page: Page, files: dict[str, str]) -> None:
    """Drag files over the page, and let them go."""
    carried = page.evaluate_handle(TO_DATA_TRANSFER, list(files.items()))
    overlay = page.get_by_text("Drop listings to read them.")
    expect(overlay).to_be_hidden()
    page.dispatch_event("main", "dragover", {"dataTransfer": carried})
    expect(overlay).to_be_visible()
    page.dispatch_event("main", "drop", {"dataTransfer": carried})


def rows(person: Person) -> Locator:
    return person.page.locator("#sending tbody tr")


def test_every_format_is_dropped_at_once_and_followed_through_a_reload(stage: Stage, running: Running) -> None:
    admin = stage.enter()
    admin.come_back("admin@example.org")
    admin.goto("/listings/")
    # Blank lines at the end make content that no other test brings in.
    files = {Path(name).name: (DATA / name).read_text(encoding="utf-8") + 13 * "\n" for name in EVERY_FORMAT}

    with running.workers_paused():
        drop(admin.page, files | {"note.txt": "Dear all, lunch is at one."})
        admin.sees("12 files")
        admin.page.reload()
        admin.sees("12 files")
        expect(admin.page.locator(".page-head__facts")).to_contain_text("11 files are still being read or published.")
    expect(admin.page.locator(".page-head__facts")).to_contain_text("All files are read.", timeout=WORKER_SECONDS)

    expect(rows(admin)).to_have_text(
        [re.compile(rf"{re.escape(name)}\s*Import \d+: Waiting for review\s*\d+ \w+") for name in files]
        + [re.compile(r"note\.txt\s*Refused\. This does not look like any listing we read\.")]
    )


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_an_entry_is_mended_and_its_listing_withdrawn_and_brought_back(
    stage: Stage, tmp_path: Path, javascript: bool
) -> None:
    admin = stage.enter(javascript=javascript)
    admin.come_back("admin@example.org")
    listing = tmp_path / "broken.md"
    category = "math.CO" if javascript else "math.NT"
    listing.write_text(
        f"# ArXiv {category} --Tue, 28 Jun 2016\n"
        "### 1.On one [ :arrow_down: ](https://arxiv.org/pdf/1606.00002.pdf)\n>  We look.\n"
        "### 2.On two [ :arrow_down: ]()\n>  We look again.\n",
        encoding="utf-8",
    )
    name = f"{category}, Tue 28 Jun 2016"

    admin.open_upload()
    admin.upload(listing)
    admin.wait_for_import("Dry run")
    expect(admin.page.locator(".problems tbody tr")).to_contain_text(["no arXiv id found in this entry"])
    admin.press_link("Fix and retry entry 2")
    admin.sees("Entry 2 could not be read")
    admin.press_button("Read it again")
    expect(admin.page.locator(".field__error")).to_have_text("Still not read: no arXiv id found in this entry")
    admin.write("The entry, corrected", "### 2.On two [ :arrow_down: ](https://arxiv.org/pdf/1606.00001.pdf)")
    admin.press_button("Read it again")
    expect(admin.page.get_by_text("Entry 2 could be read now, and is taken in at its place.")).to_be_visible()
    admin.press_button("Import 2")
    admin.wait_for_import("Imported")

    admin.press_button(f"Withdraw — {name}")
    expect(admin.page.get_by_role("heading", name="Withdrawn")).to_be_visible()
    admin.press_button(f"Bring it back — {name}")
    expect(admin.page.get_by_role("heading", name="Imported")).to_be_visible()
    admin.press_link("All listings")
    expect(admin.page.get_by_role("row").filter(has_text=category).filter(has_text="2 new").last).to_be_visible()
