"""A paper is found: by the keys alone from any page, and without script."""

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import Hands, Keyboard, Mouse, Stage

pytestmark = pytest.mark.journey

TITLE = "Attention Is All You Need"


@pytest.mark.parametrize("javascript", [True, False], ids=["keys", "plain"])
def test_paper_is_found_from_any_page(stage: Stage, javascript: bool) -> None:
    person = stage.enter(javascript=javascript)
    person.come_back("member@example.org")
    person.goto("/g/demo/meetings/")
    field = person.page.get_by_label("Search or add: words, arXiv id, link or title")

    if javascript:
        person.keys.press("/")
        expect(field).to_be_focused()
        expect(field).to_have_value("")
    else:
        field.focus()
    person.page.keyboard.insert_text("atention vaswani")
    person.keys.press("Enter")

    person.sees("Search")
    expect(person.page.locator(".row__title")).to_have_text([TITLE])
    expect(person.page.locator("mark").first).to_have_text("Attention")
    person.press_link(TITLE)
    person.sees(TITLE)


@pytest.mark.parametrize(("hands", "javascript"), [(Keyboard(), True), (Mouse(), False)], ids=["keyboard", "plain"])
def test_what_is_found_is_narrowed_by_menu_and_widened_again(stage: Stage, hands: Hands, javascript: bool) -> None:
    person = stage.enter(hands=hands, javascript=javascript)
    person.come_back("member@example.org")
    person.goto("/g/demo/search/?q=learning")

    hands.press(person.page.locator("summary", has_text="Filter"))
    hands.press(person.page.get_by_role("checkbox", name="Discussed"))
    person.press_button("Apply")

    expect(person.page.locator(".chip")).to_have_text(["Discussed × — take this filter away"])
    person.page.wait_for_load_state()
    discussed = person.page.locator(".row").count()
    assert discussed
    assert all("discussed" in each for each in person.page.locator(".row .row__meta").all_text_contents())
    hands.press(person.page.locator(".chip"))
    expect(person.page.locator(".chip")).to_have_count(0)
    expect(person.page.locator(".row").nth(discussed)).to_be_visible()


@pytest.mark.parametrize(("hands", "javascript"), [(Keyboard(), True), (Mouse(), False)], ids=["keyboard", "plain"])
def test_search_is_saved_followed_and_dropped(stage: Stage, hands: Hands, javascript: bool) -> None:
    person = stage.enter(hands=hands, javascript=javascript)
    person.come_back("guest@example.org" if javascript else "organiser@example.org")
    person.goto("/g/demo/search/?q=denoising+diffusion")

    person.press_button("Save this search")
    person.hands.press(person.page.locator(".found-line button", has_text="Follow"))
    expect(person.page.locator(".found-line button")).to_have_attribute("aria-pressed", "true")
    person.goto("/g/demo/day/")
    person.hands.press(person.page.locator(".row .tag--accent", has_text="denoising diffusion"))
    expect(person.page.locator(".saved__links [aria-current]")).to_contain_text("denoising diffusion")
    person.hands.press(person.page.locator(".saved__edit summary"))
    saved = person.page.locator(".saved__one", has_text="denoising diffusion")
    person.hands.press(saved.get_by_role("button", name="Drop"))

    expect(saved).to_have_count(0)
    undo = person.page.locator("#undo-button")
    expect(undo).to_be_visible()
    if javascript:
        person.keys.press("u")
    else:
        undo.click()
    expect(person.page.locator(".saved__links a", has_text="denoising diffusion")).to_be_visible()
