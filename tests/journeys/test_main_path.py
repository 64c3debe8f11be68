"""From a listing to a published agenda: by mouse, without JavaScript, and by keyboard alone."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from icalendar import Calendar
from markdown_it import MarkdownIt
from playwright.sync_api import expect

from tests.journeys.pages import Hands, Keyboard, Mouse, Person, Stage
from tests.pages import parse

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
FORMULA = "x^2 + y^2 = z^2"


@dataclass(frozen=True)
class Way:
    """How this run of the path is walked."""

    name: str
    hands: Hands
    javascript: bool = True


@dataclass(frozen=True)
class Sample:
    """A listing and what is known of it."""

    file: Path
    category: str
    day: str
    counts: tuple[int, int, int]  # entries, new, cross-lists
    title: str


WAYS = [Way("Mouse", Mouse()), Way("Plain", Mouse(), javascript=False), Way("Keys", Keyboard())]


@pytest.fixture(params=WAYS, ids=lambda way: way.name.lower())
def way(request: pytest.FixtureRequest) -> Way:
    """One of the ways."""
    return request.param


@pytest.fixture
def sample(request: pytest.FixtureRequest, way: Way, tmp_path: Path) -> Sample:
    """The seed listing, else our own; each way has a copy that differs by blank lines, hence is new content."""
    seed = ROOT.parent / "shared" / "data" / "listings" / "arxiv-cs.CV-2020-10-01.md"
    if seed.exists():
        title = "3D Dense Geometry-Guided Facial Expression Synthesis by Adversarial Learning"
        known = Sample(seed, "cs.CV", "Thu 1 Oct 2020", (46, 31, 15), title)
    else:
        own = ROOT / "samples" / "arxiv-cs.LG-sample.md"
        title = "Mamba: Linear-Time Sequence Modeling with Selective State Spaces"
        known = Sample(own, "cs.LG", "Mon 4 Dec 2023", (24, 16, 8), title)
    copy = tmp_path / f"{way.name}.md"
    copy.write_bytes(known.file.read_bytes() + b"\n" * WAYS.index(way))
    return Sample(copy, known.category, known.day, known.counts, known.title)


def test_from_listing_to_agenda(stage: Stage, way: Way, sample: Sample) -> None:
    def enter() -> Person:
        return stage.enter(hands=way.hands, javascript=way.javascript)

    admin, organiser, member = enter(), enter(), enter()

    bring_in(admin, sample)
    organiser.start_group(f"{way.name} group", category=sample.category)
    member.join(organiser.invite(), f"Mira of {way.name}")
    read_vote_and_comment(member, sample)
    minutes = publish(organiser, sample, presenter=f"Mira of {way.name}")
    check_exports(organiser, sample.title, f"Mira of {way.name}", minutes)


def bring_in(admin: Person, sample: Sample) -> None:
    """Upload, look at the dry run, import; the same content again changes nothing."""
    entries, new, cross = sample.counts
    admin.log_in("admin@example.org")
    admin.open_upload()
    admin.upload(sample.file)
    admin.wait_for_import("Dry run")
    main = admin.page.get_by_role("main")
    expect(main).to_contain_text(f"{entries} entries: {new} new and {cross} cross-lists (inferred")
    expect(main.locator(".sample__entry")).to_have_count(5)

    admin.press_button(f"Import {entries}")
    admin.wait_for_import("Imported")
    expect(main).to_contain_text(f"{entries} entries: {new} new and {cross} cross-lists (inferred")

    report = admin.page.url
    admin.press_link("Upload another listing")
    admin.upload(sample.file)
    expect(main).to_contain_text("Already imported by Demo Admin")
    admin.press_link("open it")
    expect(admin.page).to_have_url(report)


def read_vote_and_comment(member: Person, sample: Sample) -> None:
    """Find the paper on its day, vote, say something with a formula, and take it."""
    member.open_day(sample.day)
    row = member.row(sample.title)
    button = row.get_by_role("button", name=re.compile("^Vote"))
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(row.locator(".vote__count")).to_have_text("0 votes")
    member.vote(row)
    expect(row.locator(".vote__count")).to_have_text("1 vote: show who voted")
    expect(button).to_have_attribute("aria-pressed", "true")

    member.open_paper(sample.title)
    expect(member.page.get_by_role("button", name=re.compile("^Vote"))).to_have_attribute("aria-pressed", "true")
    member.comment(f"Does ${FORMULA}$ hold here?")
    expect(member.page.locator(".comment math")).to_have_attribute("alttext", FORMULA)
    member.take()
    expect(member.page.get_by_role("button", name="Give it back")).to_be_visible()


def publish(organiser: Person, sample: Sample, *, presenter: str) -> int:
    """Publish what the votes suggest, and return the paper's minutes."""
    organiser.open_agenda()
    line = organiser.page.locator(".agenda__item", has_text=sample.title)
    expect(line).to_contain_text(f"Presents: {presenter}")
    organiser.publish()
    expect(line).to_contain_text(f"Presents: {presenter}")
    return int(line.locator(".agenda__minutes").inner_text().removesuffix(" min"))


# --- exports -------------------------------------------------------------------------------------------------


def check_exports(organiser: Person, title: str, presenter: str, minutes: int) -> None:
    """Download each export and find the paper, its presenter and its minutes in it."""
    readers: dict[str, Callable[[bytes], tuple[str, str, int]]] = {
        "Markdown": read_markdown,
        "Plain text": read_text,
        "Calendar": read_calendar,
        "Table (CSV)": read_csv,
        "JSON": read_json,
    }
    offered = organiser.page.locator("section[aria-labelledby=exports-heading] a")
    drawn = {"PDF, A4": b"%PDF", "PDF, Letter": b"%PDF", "Word": b"PK"}  # tests/meetings read what is in them
    cited = ["LaTeX", "BibTeX", "RIS", "CSL JSON"]
    expect(offered).to_have_count(len([*readers, "Print", *drawn, *cited]))

    found = {label: read(organiser.export(label)) for label, read in readers.items()}
    found["Print"] = read_print(organiser.print())

    assert found == dict.fromkeys([*readers, "Print"], (title, presenter, minutes))
    assert [label for label, start in drawn.items() if not organiser.export(label).startswith(start)] == []
    assert [label for label in cited if title.split()[0].encode() not in organiser.export(label)] == []


def read_markdown(content: bytes) -> tuple[str, str, int]:
    tokens = MarkdownIt().parse(content.decode())
    heading = next(i for i, token in enumerate(tokens) if (token.type, token.tag) == ("heading_open", "h2"))
    facts = [token.content.partition(": ") for token in tokens[heading + 2 :] if token.type == "inline"]
    said = {label: value for label, _, value in facts}
    return (
        tokens[heading + 1].children[0].content.removeprefix("1. "),
        said["Presenter"],
        int(said["Time"].split(", ")[1].removesuffix(" min")),
    )


def read_text(content: bytes) -> tuple[str, str, int]:
    item = content.decode().split("\n\n")[2]
    found = re.fullmatch(
        r"\d\d:\d\d +1\. (?P<title>.*?)\n {7}(?P<minutes>\d+) minutes, (?P<presenter>[^\n]+)\n.*", item, re.DOTALL
    )
    assert found, item
    return " ".join(found["title"].split()), found["presenter"], int(found["minutes"])


def read_print(markup: str) -> tuple[str, str, int]:
    item = parse(markup).one("li.sheet__item")
    return (
        item.one(".sheet__name").words.removeprefix("1. "),
        item.one(".sheet__presenter").words,
        int(item.one(".sheet__minutes").words.removesuffix(" min")),
    )


def read_calendar(content: bytes) -> tuple[str, str, int]:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    item = str(event["DESCRIPTION"]).split("\n\n")[1].split("\n")
    _, length, presenter = item[1].split(", ")
    return item[0].removeprefix("1. "), presenter, int(length.removesuffix(" min"))


def read_csv(content: bytes) -> tuple[str, str, int]:
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return row["title"], row["presenter"], int(row["minutes"])


def read_json(content: bytes) -> tuple[str, str, int]:
    (item,) = json.loads(content)["items"]
    return item["title"], item["presenter"], item["minutes"]
