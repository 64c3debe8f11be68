"""A category is asked for, chosen by typing, followed, and its papers are there without an upload."""

import re

import pytest
from playwright.sync_api import expect

from core.clock import now
from papers.sources import announcements
from tests.journeys.pages import WORKER_SECONDS, Keyboard, Stage
from tests.papers.arxiv import newest_page, past_week, rss
from tests.papers.sources.replay import Replay, Reply

pytestmark = pytest.mark.journey

CATEGORY, NAME = "math.LO", "Logic"
IDS = ["2611.20003", "2611.20002", "2611.20001"]


@pytest.fixture
def listed(arxiv: Replay) -> None:
    """arXiv has a listing of the category, of today."""
    day = announcements.newest_day(now())
    arxiv.answers |= {
        f"rss.arxiv.org/rss/{CATEGORY}": Reply(rss(IDS, day, category=CATEGORY)),
        f"arxiv.org/list/{CATEGORY}/new": Reply(newest_page({"new": IDS}, day, category=CATEGORY)),
        f"arxiv.org/list/{CATEGORY}/pastweek": Reply(past_week({day: IDS}, category=CATEGORY)),
    }


def test_a_group_reads_what_the_server_follows(stage: Stage, listed: None) -> None:
    """The organiser chooses by keyboard, the admin follows by mouse; the listing comes by itself."""
    organiser = stage.enter(hands=Keyboard())
    organiser.come_back("organiser@example.org")
    organiser.goto("/groups/new/")
    organiser.write("Name of the group", "Logicians")
    field = organiser.page.locator("[data-codes]")
    organiser.write("What do you read? optional", "logic mathem")
    expect(organiser.page.locator(".chooser").get_by_role("option")).to_have_text([f"{CATEGORY} {NAME}"])
    for key in ("ArrowDown", "Enter"):
        organiser.keys.press(key)
    expect(field).to_have_value(f"{CATEGORY} ")
    expect(organiser.page.get_by_role("listbox")).to_be_hidden()
    organiser.press_button("Start the group")
    organiser.page.wait_for_url(re.compile("/g/logicians/"))
    organiser.goto("/g/logicians/settings/")
    expect(organiser.page.locator(".category-states")).to_contain_text("Asked for; an admin has to follow it.")

    admin = stage.enter()
    admin.come_back("admin@example.org")
    admin.goto("/listings/subscriptions/")
    row = admin.page.locator(".following__row", has_text=CATEGORY)
    expect(row).to_contain_text("Asked for by Ana Duarte")
    row.get_by_role("button", name=f"Follow — {CATEGORY}").click()
    expect(row).to_contain_text("3 entries.", timeout=WORKER_SECONDS)
    expect(admin.page.locator("#subscriptions")).not_to_have_attribute("data-poll", "")

    organiser.goto("/g/logicians/day/")
    expect(organiser.page.get_by_role("link", name=f"A paper about {IDS[0]}")).to_be_visible()
    organiser.goto("/g/logicians/settings/")
    expect(organiser.page.locator(".category-states")).to_contain_text("Followed: its listings come in by themselves.")


def test_categories_are_followed_without_javascript(stage: Stage) -> None:
    admin = stage.enter(javascript=False)
    admin.come_back("admin@example.org")
    admin.goto("/listings/subscriptions/")
    admin.page.locator(".category-list > summary").click()
    expect(admin.page.locator(".category-list__codes").last).to_be_visible()
    admin.write("Categories to follow", "math.KT")
    admin.press_button("Follow")

    row = admin.page.locator(".following__row", has_text="math.KT")
    row.get_by_role("button", name="Stop — math.KT").click()

    expect(admin.page.locator(".notice")).to_contain_text("math.KT is not followed any more.")
    expect(row.get_by_role("button", name="Follow again — math.KT")).to_be_visible()


def test_a_choice_is_added_and_taken_back_by_pointer(stage: Stage) -> None:
    admin = stage.enter()
    admin.come_back("admin@example.org")
    admin.goto("/listings/subscriptions/")
    field = admin.page.locator("[data-codes]")
    field.press_sequentially("quantum ph")
    admin.page.get_by_role("option", name="quant-ph").click()
    field.press_sequentially("cs.cv")
    added = field.input_value()
    field.press("Escape")
    field.fill("quant-ph ")
    admin.page.get_by_role("option", name="quant-ph", selected=True).click()

    assert added == "quant-ph cs.cv"
    expect(field).to_have_value("")
    expect(field).to_be_focused()
