"""What was said last stands beside the week where there is room, and costs nothing where there is none."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import Stage

pytestmark = pytest.mark.journey

ASKED = "performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/talk/')).length"


def test_last_comments_come_on_wide_screens_alone(stage: Stage) -> None:
    member = stage.enter()
    member.log_in("member@example.org")
    page = member.page

    member.goto("/g/demo/?show=top")
    expect(page.locator("[data-row]").first).to_be_visible()
    width = page.locator("[data-row]").first.evaluate("row => row.clientWidth")
    expect(page.locator(".talk")).to_be_hidden()
    assert page.evaluate(ASKED) == 0

    page.set_viewport_size({"width": 1680, "height": 900})
    expect(page.locator(".talk li")).to_have_count(5)
    assert page.locator("[data-row]").first.evaluate("row => row.clientWidth") >= width, "rows lose nothing to it"
    page.locator(".talk li a").first.click()
    expect(page).to_have_url(re.compile(r"/papers/.+#c\d+$"))
