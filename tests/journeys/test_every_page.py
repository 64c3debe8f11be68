"""Every page, for everyone who sees it: axe, console, policy, other hosts, small screens, small targets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from core.clock import today
from tests.journeys.inspection import findings
from tests.journeys.pages import Person, Stage
from tests.journeys.scene import Scene
from tests.running import ROOT, Running

pytestmark = pytest.mark.journey

SAMPLE = ROOT / "samples" / "arxiv-cs.LG-sample.md"
FULL = 1_000  # rows
BROKEN = ROOT / "tests" / "data" / "broken-listing-entries.md"


# --- what is filled in, to see what comes back ---------------------------------------------------------------


def sign_up_with_a_short_password(person: Person) -> None:
    person.goto("/accounts/signup/")
    person.write("Name", "Nia")
    person.write("Email", "nia@example.org")
    person.write("Password", "short")
    person.press_button("Sign up")
    person.page.locator(".notice--error").wait_for()


def start_a_group_with_an_unknown_category(person: Person) -> None:
    person.goto("/groups/new/")
    person.write("Name of the group", "Nobody")
    person.write("What do you read? optional", "cs.XX")
    person.press_button("Start the group")
    person.page.locator(".notice--error").wait_for()


def paste_no_listing(person: Person) -> None:
    person.goto("/listings/upload/")
    person.page.locator("textarea").fill("Dear all, here is what I read this week.")
    person.press_button("Read it")
    person.page.locator(".notice--error").wait_for()


def send_two_files(person: Person) -> None:
    person.goto("/listings/upload/")
    files = [{"name": f"{name}.md", "mimeType": "text/markdown", "buffer": name.encode()} for name in ("one", "two")]
    person.page.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    person.press_button("Read it")
    person.sees("2 files")


def add_a_paper_that_nobody_knows(person: Person) -> None:
    person.goto("/g/demo/?show=top")
    person.write("Search or add: words, arXiv id, link or title", "2001.99999")
    person.press_button("Add")
    person.sees("Add a paper")


def enter_a_paper_without_its_title(person: Person) -> None:
    person.goto("/g/demo/papers/add/?q=https://example.org/nowhere")
    person.press_button("Add the entry")
    person.page.locator("details.own").wait_for()


def follow_categories(person: Person) -> None:
    person.goto("/listings/subscriptions/")
    person.write("Categories to follow", "hep-th math.AG")
    person.press_button("Follow")
    expect(person.page.get_by_text("2 categories are followed from now on.")).to_be_visible()
    person.page.locator("[data-codes]").click()
    person.page.get_by_role("listbox").wait_for()


def delete_a_group_by_another_name(person: Person) -> None:
    person.goto("/g/demo/settings/")
    person.page.get_by_label(re.compile("to delete it$")).fill("Another group")
    person.press_button("Delete the group")
    person.page.locator(".notice--error").wait_for()


def make_an_invitation(person: Person) -> None:
    person.goto("/g/demo/members/")
    person.press_button("Make a link")
    expect(person.page.locator("#invite .card")).to_be_focused()


def add_rooms_of_which_one_fails(person: Person) -> None:
    """Add a room, and see the form of a second one come back."""
    person.goto("/g/demo/settings/rooms/")
    for address in ("https://hooks.slack.com/services/T0/B0/x", "https://127.0.0.1/"):
        person.write("Address of the webhook", address)
        person.press_button("Add the room")
    person.sees("Where else news goes")


def log_in_when_the_page_is_too_old(person: Person) -> None:
    person.goto("/accounts/login/")
    person.write("Email", "nia@example.org")
    person.write("Password", "it does not matter")
    person.page.context.clear_cookies()
    person.press_button("Log in")
    person.sees("This page was open too long")


def keep_papers_and_open_the_queue(person: Person) -> None:
    person.goto("/g/demo/?show=top")
    for number in range(2):
        save = person.page.get_by_role("button", name="Save —").nth(number)
        save.press("Enter")
        expect(save).to_have_attribute("aria-pressed", "true")
    person.press_link("Queue")
    unfold(person)


def save_a_search_and_edit_it(person: Person) -> None:
    person.goto("/g/demo/search/?q=diffusion")
    person.press_button("Save this search")
    person.page.locator(".saved__edit summary").click()


def open_the_filters(person: Person) -> None:
    person.goto("/g/demo/search/?q=theory")
    person.page.locator("summary", has_text="Filter").click()


def unfold_the_week(person: Person) -> None:
    person.goto("/g/demo/?show=top")
    unfold(person)


def read_the_tables_of_the_statistics(person: Person) -> None:
    person.goto("/g/demo/statistics/")
    unfold(person)


def ask_for_a_time(person: Person) -> None:
    """Offer three times, and see what members answer with."""
    person.goto("/g/demo/meetings/")
    person.page.locator("summary", has_text="Find a time").click()
    for number in range(1, 4):
        person.write(f"Day {number}", f"{today('UTC') + timedelta(days=20 + number)}")
        person.write(f"Time {number}", "10:00")
    person.press_button("Ask the members")
    expect(person.page.get_by_role("heading", name="Which time suits you?")).to_be_visible()
    unfold(person)


def unfold_a_paper(person: Person) -> None:
    person.goto("/g/demo/?show=top")
    person.hands.press(person.page.locator(".row__meta a[href*='#discussion']").first)
    unfold(person)


def unfold(person: Person) -> None:
    """Open all that is folded away in the page's content, but no menu over it."""
    folded = person.page.locator("main details:not([open], [data-menu]) > summary")
    folded.first.wait_for()
    for _ in range(folded.count()):
        folded.first.click()


def open_the_calendar(person: Person) -> None:
    person.goto("/g/demo/day/")
    person.page.locator("summary", has_text="Calendar").click()
    person.page.get_by_role("table", name=re.compile(r"20\d\d")).wait_for()


def open_the_keys(person: Person) -> None:
    person.goto("/g/demo/?show=top")
    person.press_button("Keys")
    person.page.get_by_role("dialog").wait_for()


# --- the pages -----------------------------------------------------------------------------------------------

# Addresses by who looks, or what one does to get there; words in braces are places that the fixture finds.
VISITS: dict[str, list[str | Callable[[Person], None]]] = {
    "stranger": [
        "/",
        "/accounts/login/",
        log_in_when_the_page_is_too_old,
        "/accounts/signup/",
        sign_up_with_a_short_password,
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-wrong/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/wrong/",
        "/accounts/inactive/",
        "/join/{token}/",
        "/join/wrong/",
        "/admin/login/",
    ],
    "organiser": [
        "/g/demo/?show=top",
        "/g/demo/?show=triage&category=cs.CL",
        "/g/demo/?show=all&sort=votes&hide=cross",
        "/g/demo/?show=all&sort=likely",
        "/g/demo/?show=assigned",
        unfold_the_week,
        open_the_keys,
        "/g/demo/day/",
        "/g/demo/day/2001-01-01/",
        open_the_calendar,
        "/g/demo/go/",
        "/g/demo/talk/",
        "/g/demo/inbox/",
        "/g/demo/removed/",
        "{paper}discussion.html",
        keep_papers_and_open_the_queue,
        "{paper}",
        "{paper}voters/",
        unfold_a_paper,
        "/g/demo/meetings/",
        ask_for_a_time,
        "/g/demo/archive/",
        read_the_tables_of_the_statistics,
        "{year}",
        "{coming}",
        "{later}",
        "{held}",
        "{held}agenda.html",
        "{later}review/",
        "{later}preview/page/",
        "{later}preview/mail/",
        "{later}preview/print/",
        "{later}preview/csv/",
        "{near}run/",
        "{near}run/?projector",
        "/g/demo/meetings/template/",
        "/g/demo/meetings/turns/",
        add_a_paper_that_nobody_knows,
        "/g/demo/papers/add/?q=diffusion+models",
        "/g/demo/search/",
        "/g/demo/search/?q=learning",
        "/g/demo/search/?q=learning&group=on&discussed=on&since=2020-01-01",
        "/g/demo/search/?q=quark&group=on&until=yesterday",
        open_the_filters,
        save_a_search_and_edit_it,
        enter_a_paper_without_its_title,
        "/g/demo/members/",
        make_an_invitation,
        "/g/demo/settings/",
        add_rooms_of_which_one_fails,
        "/groups/new/",
        start_a_group_with_an_unknown_category,
        "/g/demo/log/",
        delete_a_group_by_another_name,
        "/me/",
        "/me/notices/",
        "/me/feeds/",
        "/me/notices/stop/unknown/",
        "/me/data/",
        "/me/sessions/",
        "/accounts/second-step/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/g/nowhere/",
        "/listings/",
        "/g/full/?show=triage",
        "/g/full/?show=top",
        "/g/full/day/",
        "/g/full/queue/",
        "/g/full/search/?q=plenitude",
        "/g/full/meetings/",
        "/g/full/members/",
    ],
    "member": [
        "/g/demo/",
        "/g/demo/day/",
        "{paper}",
        "/g/demo/meetings/",
        "/g/demo/archive/",
        "{coming}",
        "{held}",
        "/g/demo/members/",
        "/g/demo/settings/",
        "/me/",
    ],
    "guest": ["/g/demo/search/?q=attention", "/g/demo/", "/g/demo/day/", "{paper}", "{coming}", "/g/demo/members/"],
    "admin": [
        "/",
        "/listings/",
        "/listings/?until=1990-02-01",
        "/listings/subscriptions/",
        follow_categories,
        "/listings/upload/",
        paste_no_listing,
        send_two_files,
        "{review}",
        "{problem}",
        "{done}",
        "/me/",
        "/admin/",
    ],
    "founder": [
        "/g/empty-group/?show=triage",
        "/g/empty-group/?show=top",
        "/g/empty-group/?show=assigned",
        "/g/empty-group/day/",
        "/g/empty-group/queue/",
        "/g/empty-group/talk/",
        "/g/empty-group/inbox/",
        "/g/empty-group/meetings/",
        "/g/empty-group/meetings/turns/",
        "/g/empty-group/archive/",
        "/g/empty-group/members/",
        "/join/{token}/",
    ],
}
DEMO_PEOPLE = ("organiser", "member", "guest", "admin")


@dataclass(frozen=True)
class House:
    """Everyone with a browser open, and where things are."""

    stage: Stage
    people: dict[str, Person]
    places: dict[str, str]


@pytest.fixture(scope="module")
def house(
    browser: Browser, running: Running, log_ins: dict[str, Any], scene: Scene, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The demo, an empty group, a full one, and two imports: one done, one that waits for its review."""
    scene.full_group(FULL)
    stage = Stage(browser, running.url, log_ins)
    people = {name: stage.enter() for name in VISITS}
    for name in DEMO_PEOPLE:
        people[name].come_back(f"{name}@example.org")
    people["founder"].start_group("Empty group", category="hep-th")
    places = group_places(people["organiser"]) | import_places(people["admin"], tmp_path_factory.mktemp("listings"))
    yield House(stage, people, places)
    stage.leave()


def group_places(organiser: Person) -> dict[str, str]:
    """Find a paper that is talked about, meetings, and an invitation."""

    def address(selector: str) -> str:
        return organiser.page.locator(selector).first.get_attribute("href") or ""

    organiser.goto("/g/demo/?show=top")
    paper, coming = address(".row__meta a[href*='#discussion']"), address(".page-head__actions a")
    organiser.goto("/g/demo/meetings/")
    later, held = address("ol.agenda >> nth=0 >> li:nth-child(2) a"), address("ol.agenda >> nth=1 >> a")
    near = address("ol.agenda >> nth=0 >> li:nth-child(1) a")
    token = re.search("/join/(.+)/", organiser.invite())
    assert token
    organiser.goto("/g/demo/statistics/")
    year = address(".page-head__facts a")
    return {
        "year": year,
        "paper": paper.split("#")[0],
        "coming": coming,
        "near": near,
        "later": later,
        "held": held,
        "token": token[1],
    }


def import_places(admin: Person, folder: Path) -> dict[str, str]:
    """Bring in the sample, and leave a listing with problems in review."""
    places = {}
    for name, listing, outcome in (("done", SAMPLE, "Imported"), ("review", BROKEN, "Dry run")):
        copy = folder / f"{name}.md"
        copy.write_bytes(listing.read_bytes() + b"\n" * 11)  # content that no other test brings in
        admin.goto("/listings/upload/")
        admin.upload(copy)
        admin.wait_for_import("Dry run")
        if outcome == "Imported":
            admin.press_button(re.compile(r"^Import \d+$"))
            admin.wait_for_import(outcome)
        places[name] = admin.page.url.removeprefix(f"{admin.page.url.split('/listings/')[0]}")
    places["problem"] = admin.page.locator(".problems a").first.get_attribute("href") or ""
    return places


def name_of(visit: str | Callable[[Person], None]) -> str:
    return visit if isinstance(visit, str) else visit.__name__


@pytest.mark.parametrize(
    ("who", "visit"),
    [(who, visit) for who, visits in VISITS.items() for visit in visits],
    ids=lambda value: value if isinstance(value, str) else name_of(value),
)
def test_page_is_good_for_everyone(house: House, who: str, visit: str | Callable[[Person], None]) -> None:
    person = house.people[who]

    if isinstance(visit, str):
        person.goto(visit.format(**house.places))
    else:
        visit(person)
    # Django's own pages are as Django draws them; they keep our policy like all others.
    found = [] if "/admin/" in person.page.url else findings(person.page)

    complaints, house.stage.complaints[:] = list(house.stage.complaints), []
    assert "\n".join([*complaints, *found]) == ""


PLANTED = """<!doctype html><html lang="en"><title>Planted faults</title><main><h1>Faults</h1>
<p class="pale">This can hardly be read.</p><button class="tiny"></button><p class="wide">Wider than a phone</p>
<p style="color: red">Styled in its place</p><img src="https://elsewhere.example/pixel.png" alt=""></main>
<link rel="stylesheet" href="/planted.css"></html>"""
POLICY = {"Content-Security-Policy": "default-src 'self'; img-src *; style-src 'self'"}
PLANTED_STYLE = (
    ".pale { color: #bbb } .tiny { inline-size: 8px; block-size: 8px; padding: 0 } .wide { inline-size: 400px }"
)


def test_inspection_sees_planted_faults(stage: Stage) -> None:
    person = stage.enter()
    person.page.route(
        "**/planted/", lambda route: route.fulfill(body=PLANTED, content_type="text/html", headers=POLICY)
    )
    person.page.route("**/planted.css", lambda route: route.fulfill(body=PLANTED_STYLE, content_type="text/css"))
    person.page.route("https://elsewhere.example/**", lambda route: route.abort())

    person.goto("/planted/")
    found = findings(person.page)
    seen, stage.complaints[:] = "\n".join([*stage.complaints, *found]), []

    for fault in (
        "light: color-contrast",
        "dark: color-contrast",
        "light: button-name",
        "small target: button.tiny",
        "phone: wider than the screen: p.wide",
        "style-src 'self'",
        "request to another host: https://elsewhere.example/pixel.png",
    ):
        assert fault in seen
