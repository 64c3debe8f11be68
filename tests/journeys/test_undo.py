"""What was done last can be taken back on the page: by key, by button, and without script."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.pages import Keys, Person, Stage
from tests.journeys.scene import Scene
from tests.journeys.test_triage import LISTEN

pytestmark = pytest.mark.journey

# A row's key: the address it is sent to, what is said, and what is said of its undo.
KEYS = {
    "v": ("vote", "Vote saved. 1 vote.", "Vote taken back. 0 votes."),
    "s": ("save", "Saved to your queue.", "Dropped from your queue."),
    "x": ("hide", "Hidden for you alone.", "No longer hidden."),
    "a": ("assignment", "You have taken this paper.", "Given back. Someone else can take it."),
}


@pytest.fixture(scope="module")
def group(scene: Scene) -> str:
    """A group with four new papers."""
    scene.group("undoing", categories=["nlin.PS"])
    scene.listing("nlin.PS", scene.papers("2612", 4, title="'Standing waves, part ' || n"))
    return "/g/undoing/"


@pytest.fixture
def member(stage: Stage, group: str) -> Person:
    """A member who looks at the new papers."""
    member = stage.enter()
    member.come_back("member@example.org")
    member.goto(f"{group}?show=all")
    return member


def confirmed(page: Page, address: str, press: "Locator | str") -> None:
    """Press a key or a button, and wait for the server."""
    with page.expect_response(lambda answer: answer.url.endswith(f"/{address}/")) as answer:
        Keys(page).press(press) if isinstance(press, str) else press.click()
    assert answer.value.ok


def test_last_change_is_undone_by_key_with_the_focus_where_it_was(member: Person) -> None:
    page, notice = member.page, member.page.locator(".undo")
    page.evaluate(LISTEN)
    Keys(page).press("j")
    title = page.locator("[data-row] .row__title a").first

    for key, (address, said, undone) in KEYS.items():
        confirmed(page, address, key)
        expect(notice).to_contain_text("Standing waves, part 1")
        expect(page.locator("#status")).to_have_text(said)
        expect(title).to_be_focused()
        confirmed(page, address, "u")
        expect(page.locator("#status")).to_have_text(undone)
        expect(notice).to_have_count(0)
        expect(title).to_be_focused()

    assert page.evaluate("window.said") == [each for _, *both in KEYS.values() for each in both]


def test_button_gives_the_focus_back_to_what_it_undid(member: Person) -> None:
    page, row = member.page, member.page.locator("[data-row]").nth(1)
    vote = row.locator(".vote__button")

    confirmed(page, "vote", vote)
    confirmed(page, "vote", page.get_by_role("button", name=re.compile("^Undo")))
    expect(vote).to_have_attribute("aria-pressed", "false")
    expect(vote).to_be_focused()

    row.locator("[id^='hide-']").press("Enter")
    expect(row.locator(".row__hidden")).to_be_visible()
    page.get_by_role("button", name="Dismiss").press("Enter")
    expect(page.locator(".undo")).to_have_count(0)
    expect(row.locator("[id^='hide-']")).to_be_focused()
    confirmed(page, "hide", row.locator("[id^='hide-']"))


def test_undo_waits_for_the_answer_that_it_means(member: Person) -> None:
    page, held = member.page, list[Route]()
    row = page.locator("[data-row]").nth(2)
    confirmed(page, "save", row.locator("[id^='save-']"))
    page.route(re.compile("/vote/$"), lambda route: route.continue_() if held else held.append(route))

    with page.expect_request(re.compile("/vote/$")):
        row.locator(".vote__button").click()
    Keys(page).press("u")
    with page.expect_response(lambda answer: "state=off" in (answer.request.post_data or "")):
        held[0].continue_()

    expect(page.locator("#status")).to_have_text("Vote taken back. 0 votes.")
    expect(row.locator("[id^='save-']")).to_have_attribute("aria-pressed", "true")
    confirmed(page, "save", row.locator("[id^='save-']"))


def test_line_taken_off_the_agenda_comes_back(stage: Stage, group: str) -> None:
    organiser = stage.enter()
    organiser.come_back("organiser@example.org")
    organiser.goto(group)
    organiser.press_link(re.compile("^Agenda"))
    page, lines = organiser.page, organiser.page.locator(".agenda__item")
    for number, topic in enumerate(("Welcome", "Travel", "Posters"), 1):
        organiser.write("Topic", topic)
        organiser.press_button("Add topic")
        expect(lines).to_have_count(number)
    page.evaluate(LISTEN)

    lines.nth(1).get_by_role("button", name="Take off").press("Enter")
    expect(lines).to_have_count(2)
    expect(lines.nth(1).locator(":focus")).to_have_count(1)
    Keys(page).press("u")
    expect(lines).to_have_count(3)
    expect(lines.nth(2).locator(":focus")).to_have_count(1)
    for left in (2, 1, 0):
        lines.last.get_by_role("button", name="Take off").press("Enter")
        expect(lines).to_have_count(left)
    expect(page.get_by_role("heading", name="Agenda", exact=True)).to_be_focused()
    page.get_by_role("button", name=re.compile("^Undo")).press("Enter")
    expect(lines.first.locator(":focus")).to_have_count(1)

    off, back = "Taken off the agenda.", "Put back on the agenda."
    assert page.evaluate("window.said") == [off, back, off, off, off, back]


def test_deleted_comment_comes_back(member: Person) -> None:
    page, comments = member.page, member.page.locator(".comment")
    said = page.locator(".comment__text")
    page.locator("[data-row] .row__title a").nth(3).click()
    for text in ("First.", "Second."):
        member.comment(text)
        expect(said.get_by_text(text, exact=True)).to_be_visible()
    page.evaluate(LISTEN)

    comments.first.get_by_role("button", name=re.compile("^Delete")).press("Enter")
    back = comments.first.get_by_role("button", name=re.compile("^Bring it back"))
    expect(back).to_be_focused()
    Keys(page).press("u")
    expect(said.get_by_text("First.", exact=True)).to_be_visible()
    expect(comments.first.get_by_role("button", name=re.compile("^Delete"))).to_be_focused()
    expect(page.locator("#status")).to_have_text("Comment brought back.")
    assert page.evaluate("window.said") == ["Comment deleted.", "Comment brought back."]

    comments.first.get_by_role("button", name=re.compile("^Delete")).press("Enter")
    expect(back).to_be_focused()
    page.reload()
    expect(said.get_by_text("First.", exact=True)).to_have_count(0)
    back.press("Enter")
    expect(said.get_by_text("First.", exact=True)).to_be_visible()


def test_without_script_the_way_back_is_a_form_on_the_next_page(stage: Stage, group: str) -> None:
    member = stage.enter(javascript=False)
    member.come_back("member@example.org")
    member.goto(f"{group}?show=all")
    vote = member.page.locator(".vote__button").first

    vote.click()
    expect(vote).to_have_attribute("aria-pressed", "true")
    expect(member.page.locator(".undo")).to_contain_text("Vote saved. Standing waves, part 1")
    member.page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(vote).to_have_attribute("aria-pressed", "false")
    expect(member.page.locator(".undo")).to_have_count(0)
