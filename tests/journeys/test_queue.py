"""The queue is put in order, noted and emptied in its place, by keyboard and by dragging."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import Keys, Person, Stage, drag
from tests.journeys.scene import Scene
from tests.journeys.test_triage import LISTEN

pytestmark = pytest.mark.journey


@pytest.fixture
def member(stage: Stage, scene: Scene, request: pytest.FixtureRequest) -> Person:
    """A member of a group of the test's own, with three papers in the queue."""
    number = 1 + ["keyboard", "dragging"].index(str(request.node.name).rsplit("_", 1)[-1])
    scene.group(f"queue-{number}", categories=[f"nlin.S{number}"])
    scene.listing(f"nlin.S{number}", scene.papers(f"270{number}", 3, title="'Lattice ' || n"))
    member = stage.enter()
    member.come_back("member@example.org")
    member.goto(f"/g/queue-{number}/?show=all")
    for row in member.page.locator("[data-row]").all():
        with member.page.expect_response(re.compile("/save/$")):
            row.locator("[id^='save-']").click()
    member.press_link("Queue")
    member.sees("My queue")
    member.page.evaluate(LISTEN)
    return member


def items(page: Page) -> Locator:
    return page.locator("[data-order] > li")


def expect_order(page: Page, *numbers: int) -> None:
    expect(items(page).locator(".row__title")).to_have_text([f"Lattice {number}" for number in numbers])


def test_queue_is_ordered_noted_and_dropped_by_keyboard(member: Person) -> None:
    page = member.page

    move = items(page).nth(1).get_by_role("button", name=re.compile("^Move down"))
    move.press("Enter")
    expect_order(page, 1, 3, 2)
    expect(items(page).nth(2).locator(":focus")).to_have_count(1)  # the last has no such button any more
    items(page).nth(2).get_by_role("button", name=re.compile("^To the top")).press("Enter")
    expect_order(page, 2, 1, 3)
    expect(items(page).first.locator(":focus")).to_have_count(1)

    items(page).first.locator("summary", has_text="Note, only for you").press("Enter")
    items(page).first.get_by_role("textbox").fill("Ask Emmy.")
    items(page).first.get_by_role("button", name="Save the note").press("Enter")
    expect(page.locator("#status")).to_have_text("Note saved.")
    expect(items(page).first.get_by_role("button", name="Save the note")).to_be_focused()

    drop = page.get_by_role("button", name="Drop the chosen papers")
    for number in (0, 1):
        items(page).nth(number).get_by_role("checkbox").check()
    drop.press("Enter")
    expect_order(page, 3)
    expect(drop).to_be_focused()
    items(page).get_by_role("checkbox").check()
    drop.press("Enter")
    expect(items(page)).to_have_count(0)
    expect(page.get_by_role("heading", name="To read")).to_be_focused()
    Keys(page).press("u")
    expect_order(page, 3)

    said = [f"{papers} dropped. Notes are kept for 30 days." for papers in ("2 papers", "1 paper")]
    said = ["Moved down.", "Moved to the top.", "Note saved.", *said, "1 paper back in your queue."]
    assert page.evaluate("window.said") == said


def test_queue_is_ordered_by_dragging(member: Person) -> None:
    page = member.page

    with page.expect_response(re.compile("/move/$")):
        drag(items(page).nth(2).locator("[data-grip]"), items(page).first.locator(".row__title"))
    expect(page.locator("#status")).to_have_text("Moved to place 1.")
    expect_order(page, 3, 1, 2)

    page.reload()
    expect_order(page, 3, 1, 2)
