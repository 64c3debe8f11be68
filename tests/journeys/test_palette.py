"""The palette of commands: go anywhere, run what a row can do, search; by keyboard, by mouse, without script."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.inspection import findings
from tests.journeys.pages import Person, Stage

pytestmark = pytest.mark.journey

LOADED = "performance.getEntriesByType('resource').filter((one) => /palette/.test(one.name)).length"


@pytest.fixture
def member(stage: Stage) -> Person:
    """A member who looks at the week."""
    member = stage.enter()
    member.come_back("member@example.org")
    member.goto("/g/demo/?show=all")
    return member


def ask(member: Person, typed: str) -> Locator:
    """Open the palette by its keys and type; return the option that Enter runs."""
    member.keys.press("Control+k")
    expect(member.page.get_by_role("combobox", name="Go to, run")).to_be_focused()
    member.page.keyboard.insert_text(typed)
    return chosen(member)


def chosen(member: Person) -> Locator:
    return palette(member).get_by_role("option", selected=True)


def palette(member: Person) -> Locator:
    return member.page.get_by_role("dialog", name="Go to or run")


def test_palette_goes_and_runs_by_keyboard(member: Person) -> None:
    page, keys = member.page, member.keys
    assert page.evaluate(LOADED) == 0, "it weighs nothing until it is asked for"

    expect(ask(member, "top vo")).to_have_text("Week: Top voted")
    assert findings(page) == []
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"\?show=top$"))

    keys.press("j")
    title = page.locator("[data-row] .row__title a").first
    saved = page.locator("[id^='save-']").first
    expect(ask(member, "save")).to_have_text("Save")
    keys.press("Escape")
    expect(title).to_be_focused()
    expect(ask(member, "save")).to_have_text("Save")
    with page.expect_response(re.compile("/save/$")):
        keys.press("Enter")
    expect(saved).to_have_attribute("aria-pressed", "true")
    expect(title).to_be_focused()
    expect(ask(member, "undo")).to_have_text("Undo")
    with page.expect_response(re.compile("/save/$")):
        keys.press("Enter")
    expect(saved).to_have_attribute("aria-pressed", "false")

    expect(ask(member, "colours dark")).to_have_text("Colours: Dark")
    keys.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(re.compile(r"\?show=top$"))
    ask(member, "colours device")
    keys.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "system")


def test_palette_moves_through_what_fits_and_searches(member: Person) -> None:
    page, keys = member.page, member.keys

    expect(ask(member, "week")).to_have_text("Week")
    keys.press("ArrowDown")
    expect(chosen(member)).to_have_text("Week: To triage")
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    expect(chosen(member)).to_have_text("Search for “week”")
    keys.press("Control+a")
    page.keyboard.insert_text("1706.03762v2")
    expect(palette(member).get_by_role("option")).to_have_text(["Open 1706.03762"])
    keys.press("Enter")
    member.sees("Attention Is All You Need")

    ask(member, "residual learning")
    keys.press("Enter")
    member.sees("Search")
    expect(page.get_by_role("link", name="Deep Residual Learning")).to_be_visible()


def test_palette_is_used_by_mouse_and_its_page_stands_for_it_without_script(stage: Stage, member: Person) -> None:
    member.page.locator("footer").get_by_role("link", name="Go to or run").click()
    palette(member).get_by_role("option", name="Queue", exact=True).click()
    member.sees("My queue")

    plain = stage.enter(javascript=False)
    plain.come_back("guest@example.org")
    plain.goto("/g/demo/?show=top")
    plain.page.locator("footer").get_by_role("link", name="Go to or run").click()
    plain.sees("Go to")
    plain.page.get_by_role("button", name="Spacing: Compact").click()
    expect(plain.page.locator("html")).to_have_attribute("data-density", "compact")
    plain.page.get_by_role("button", name="Spacing: Normal").click()
    expect(plain.page.locator("html")).to_have_attribute("data-density", "normal")


def test_keys_lead_home_and_are_switched_off_and_on_where_they_are_explained(member: Person) -> None:
    page, keys = member.page, member.keys
    member.goto("/g/demo/queue/")
    keys.press("g")
    keys.press("h")
    member.sees("This week")

    keys.press("?")
    with page.expect_navigation():
        page.get_by_role("button", name="Switch single keys off").click()
    keys.press("j")
    expect(page.locator("[data-row]:focus-within")).to_have_count(0)
    page.get_by_role("button", name="Keys").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Switch single keys on").click()
    keys.press("j")
    expect(page.locator("[data-row]:focus-within")).to_have_count(1)
