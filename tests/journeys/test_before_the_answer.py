"""What a page shows while an answer is on its way, when none comes, and when someone else has it open."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.pages import Person, Stage
from tests.running import ROOT, Running

pytestmark = pytest.mark.journey

VOTES = re.compile(r"/vote/$")


@pytest.fixture
def member(stage: Stage) -> Person:
    """A member who looks at the latest day of the demo group."""
    member = stage.enter()
    member.come_back("member@example.org")
    member.goto("/g/demo/day/")
    return member


def hold_first_vote(page: Page) -> list[Route]:
    """Keep the first vote from leaving; the list has it, for the test to let go, and the later ones, which leave."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)
        if len(routes) > 1:
            route.continue_()

    page.route(VOTES, hold)
    return routes


def open_vote(member: Person) -> Locator:
    """Return the vote of a paper for which the person has not voted yet."""
    button = member.page.get_by_role("button", name=re.compile("^Vote"), pressed=False).first
    vote = member.page.locator(".vote", has=button).first
    return member.page.locator(f"#{vote.get_attribute('id')}")


def cast_and_held(member: Person) -> tuple[Locator, Locator, int, Route]:
    """Vote for a paper; return its vote, the button, the count before, and the request, which has not left."""
    vote = open_vote(member)
    button, count = vote.get_by_role("button", name=re.compile("^Vote")), count_of(vote)
    routes = hold_first_vote(member.page)
    with member.page.expect_request(VOTES):
        button.click()
    return vote, button, count, routes[0]


def count_of(vote: Locator) -> int:
    return int(vote.locator(".vote__count").inner_text().split()[0])


def test_vote_shows_at_once_and_goes_back_with_a_word_when_it_is_not_saved(stage: Stage, member: Person) -> None:
    vote, button, count, request = cast_and_held(member)
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(vote.locator(".vote__count")).to_have_text(re.compile(f"^{count + 1} "))
    request.abort()

    expect(button).to_have_attribute("aria-pressed", "false")
    expect(vote.locator(".vote__count")).to_have_text(re.compile(f"^{count} "))
    expect(vote.get_by_text("Not saved.")).to_be_visible()
    expect(member.page.get_by_role("alert")).to_have_text("Not saved.")
    stage.complaints.clear()  # Chromium and htmx report what was cut off

    with member.page.expect_response(VOTES):  # it shows before the server has it
        vote.get_by_role("button", name="Retry").click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(vote.get_by_text("Not saved.")).to_have_count(0)
    member.page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert count_of(vote) == count + 1


@pytest.mark.parametrize(("presses", "on"), [(2, False), (3, True)])
def test_rapid_presses_end_in_the_last_wish(member: Person, presses: int, on: bool) -> None:
    vote = open_vote(member)
    button, count = vote.get_by_role("button", name=re.compile("^Vote")), count_of(vote)
    wish = f"state={'on' if on else 'off'}"

    routes = hold_first_vote(member.page)
    with member.page.expect_request(VOTES):
        button.click(click_count=presses)
    expect(button).to_have_attribute("aria-pressed", str(on).lower())
    assert len(routes) == 1
    with member.page.expect_response(lambda answer: wish in (answer.request.post_data or "")):
        routes[0].continue_()

    expect(button).to_have_attribute("aria-pressed", str(on).lower())
    member.page.reload()
    expect(button).to_have_attribute("aria-pressed", str(on).lower())
    assert count_of(vote) == count + on


def test_one_button_after_the_other_does_both(member: Person) -> None:
    """The answer to the first replaces both, so that the second is asked after it."""
    hide = member.page.get_by_role("button", name=re.compile("^Not for me")).first
    row = member.page.locator(f"#{member.page.locator('[data-row]', has=hide).first.get_attribute('id')}")
    save = row.get_by_role("button", name=re.compile("^Save"))
    routes: list[Route] = []
    member.page.route("**/save/", lambda route: routes.append(route))

    with member.page.expect_request("**/save/"):
        save.press("Enter")
    asked: list[str] = []
    member.page.on("request", lambda request: asked.append(request.url.split("/")[-2]))
    row.get_by_role("button", name=re.compile("^Not for me")).press("Enter")
    member.page.wait_for_timeout(100)
    assert asked == []
    routes[0].continue_()

    expect(row.get_by_text("Hidden.")).to_be_visible()
    expect(save).to_have_attribute("aria-pressed", "true")
    member.page.reload()
    expect(save).to_have_attribute("aria-pressed", "true")
    member.page.unroute_all()
    for name in ("Undo", "Save"):
        row.get_by_role("button", name=re.compile(f"^{name}")).press("Enter")
    expect(row.get_by_text("Hidden.")).to_have_count(0)
    expect(save).to_have_attribute("aria-pressed", "false")


def test_vote_is_settled_where_its_row_was_put_meanwhile(stage: Stage, member: Person) -> None:
    vote, button, count, request = cast_and_held(member)
    vote.evaluate("vote => vote.replaceWith(vote.cloneNode(true))")  # as when a list is ordered
    request.abort()

    expect(button).to_have_attribute("aria-pressed", "false")
    expect(vote.locator(".vote__count")).to_have_text(re.compile(f"^{count} "))
    stage.complaints.clear()  # Chromium and htmx report what was cut off


def test_question_that_is_refused_leaves_the_panel_and_says_why_beside_the_form(stage: Stage, member: Person) -> None:
    member.goto("/g/demo/day/")
    take = member.page.get_by_role("button", name=re.compile("^I’ll take it")).first
    row = member.page.locator("[data-row]", has=take).first
    row.locator(".row__title a").click()
    member.page.wait_for_load_state()
    panel = member.page.locator("#presenting")
    panel.get_by_text("Ask a member").click()
    # Stands for someone who left the group while the page was open.
    panel.get_by_label("Member").evaluate("choice => { choice.options[1].value = '999999'; }")
    panel.get_by_label("Member").select_option(index=1)

    panel.get_by_role("button", name="Ask").click()

    sentence = "Choose an organiser or a member of the group."
    expect(panel.get_by_text(sentence)).to_be_visible()
    expect(member.page.get_by_role("alert")).to_have_text(sentence)
    expect(panel.get_by_role("heading", name="Who presents it?")).to_be_visible()
    stage.complaints.clear()  # Chromium and htmx report the refusal


def test_import_is_followed_in_a_second_browser(stage: Stage, running: Running, tmp_path: Path) -> None:
    listing = tmp_path / "listing.md"
    listing.write_bytes((ROOT / "samples" / "arxiv-cs.LG-sample.md").read_bytes() + b"\n" * 9)
    first, second = stage.enter(), stage.enter()
    for admin in (first, second):
        admin.come_back("admin@example.org")
        admin.open_upload()

    with running.workers_paused():
        first.upload(listing)
        expect(first.page.get_by_text("Received, waiting for a worker")).to_be_visible()
        second.press_link("Listings")
        second.press_link(re.compile(r"^Import \d+$"))
        expect(second.page.get_by_text("Received, waiting for a worker")).to_be_visible()
        second.page.reload()
        expect(second.page.get_by_text("Received, waiting for a worker")).to_be_visible()
    for admin in (first, second):
        admin.wait_for_import("Dry run")

    second.press_button(re.compile(r"^Import \d+$"))
    second.wait_for_import("Imported")
    first.page.reload()
    first.wait_for_import("Imported")
    assert first.page.url == second.page.url
