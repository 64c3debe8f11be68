"""A paper is found: by the keys alone from any page, and without script."""

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import Stage

pytestmark = pytest.mark.journey

TITLE = "Attention Is All You Need"


@pytest.mark.parametrize("javascript", [True, False], ids=["keys", "plain"])
def test_paper_is_found_from_any_page(stage: Stage, javascript: bool) -> None:
    person = stage.enter(javascript=javascript)
    person.log_in("member@example.org")
    person.goto("/g/demo/meetings/")
    field = person.page.get_by_label("Search or add: words, arXiv id, link or title")

    if javascript:
        person.page.keyboard.press("/")
        expect(field).to_be_focused()
        expect(field).to_have_value("")
    else:
        field.focus()
    person.page.keyboard.insert_text("atention vaswani")
    person.page.keyboard.press("Enter")

    person.sees("Search")
    expect(person.page.locator(".row__title")).to_have_text([TITLE])
    expect(person.page.locator("mark").first).to_have_text("Attention")
    person.press_link(TITLE)
    person.sees(TITLE)
