"""New papers are sorted for oneself, from the menu of the week page, until one switches that off."""

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import Hands, Keyboard, Mouse, Stage

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(("hands", "javascript"), [(Keyboard(), True), (Mouse(), False)], ids=["keyboard", "plain"])
def test_week_is_sorted_for_oneself_until_that_is_switched_off(stage: Stage, hands: Hands, javascript: bool) -> None:
    person = stage.enter(hands=hands, javascript=javascript)
    person.come_back("guest@example.org")
    person.goto("/g/demo/?show=all")

    person.hands.press(person.page.locator("summary", has_text="Sort and filter"))
    person.page.get_by_label("Sort").select_option("Likely for me first")
    person.press_button("Apply")
    expect(person.page.locator(".rows__note")).to_contain_text("Nothing is known yet of what you like")
    person.hands.press(person.page.locator("#papers .row__title a").first)
    person.goto("/me/")
    person.hands.press(person.page.get_by_label("Likely for me"))
    person.press_button("Save")

    expect(person.page.get_by_label("Likely for me")).not_to_be_checked()
    person.goto("/g/demo/?show=all&sort=likely")
    expect(person.page.locator(".rows__note")).to_have_count(0)
    assert "Likely for me first" not in person.page.locator("select[name=sort]").inner_text()
    person.goto("/me/")
    person.hands.press(person.page.get_by_label("Likely for me"))
    person.press_button("Save")
    expect(person.page.get_by_label("Likely for me")).to_be_checked()
