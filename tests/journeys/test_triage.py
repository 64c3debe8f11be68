"""Going through the week by keyboard alone: every key is confirmed by the server, and the focus stays on its row."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.pages import Person, Stage

pytestmark = pytest.mark.journey


def focused(person: Person) -> Locator:
    return person.page.locator("[data-row]:focus-within")


def does(person: Person, key: str, address: str, said: str | re.Pattern[str]) -> None:
    """Press a key; the server confirms it, one sentence is said, and the row keeps the focus."""
    row = focused(person).get_attribute("id")
    with person.page.expect_response(lambda answer: answer.url.endswith(f"/{address}/")) as answer:
        person.page.keyboard.press(key)
    assert answer.value.ok
    expect(person.page.locator("#status")).to_have_text(said)
    assert focused(person).get_attribute("id") == row


def test_week_is_triaged_by_keyboard(stage: Stage) -> None:
    person = stage.enter()
    person.log_in("organiser@example.org")
    person.goto("/g/demo/?show=triage")
    page, keys = person.page, person.page.keyboard
    total = page.locator("[data-row]").count()

    keys.press("j")
    does(person, "v", "vote", re.compile(r"^Vote saved\."))
    keys.press("j")
    does(person, "s", "save", "Saved to your queue.")
    keys.press("j")
    does(person, "x", "hide", "Hidden for you alone.")
    expect(focused(person).locator(".row__hidden")).to_be_visible()
    does(person, "u", "hide", "No longer hidden.")
    does(person, "x", "hide", "Hidden for you alone.")
    does(person, "a", "assignment", "You have taken this paper.")
    does(person, "u", "assignment", "Given back. Someone else can take it.")

    expect(page.locator("[data-row]")).to_have_count(total)
    saved = page.locator("[data-row]:has([id^='save-'][aria-pressed='true']) .row__title").all_inner_texts()
    keys.press("g")
    keys.press("w")
    expect(page.locator("[data-row]")).to_have_count(total - 2)
    keys.press("g")
    keys.press("q")
    person.sees("My queue")
    expect(page.locator(".row__title").first).to_be_visible()
    assert saved[-1].partition("] ")[2] in page.locator(".row__title").all_inner_texts()


def test_keys_can_be_switched_off(stage: Stage) -> None:
    person = stage.enter()
    person.log_in("guest@example.org")
    person.goto("/me/")
    person.page.get_by_label("Single-key shortcuts").uncheck()
    person.press_button("Save")

    person.goto("/g/demo/?show=top")
    person.page.keyboard.press("j")
    expect(focused(person)).to_have_count(0)
