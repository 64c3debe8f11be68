"""A paper comes in by hand: by link, by title and by an id that nobody knows; by mouse, without script, by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import Hands, Keyboard, Mouse, Person, Stage

pytestmark = pytest.mark.journey

FIELD = "Search or add: words, arXiv id, link or title"
KNOWN = "Attention Is All You Need"


@pytest.mark.parametrize(
    ("hands", "javascript", "unknown"),
    [(Mouse(), True, "2001.99997"), (Mouse(), False, "2001.99998"), (Keyboard(), True, "2001.99999")],
    ids=["mouse", "plain", "keys"],
)
def test_papers_are_added_by_hand(stage: Stage, hands: Hands, javascript: bool, unknown: str) -> None:
    person = stage.enter(hands=hands, javascript=javascript)
    person.start_group(f"Adding {type(hands).__name__} {javascript}", category="hep-th")

    add_by_link(person)
    add_one_of_several(person)
    add_what_nobody_knows(person, unknown)
    person.open_agenda()
    assert f"arXiv:{unknown}, title not known yet\n" in person.export("Markdown").decode().replace("\\", "")


def add_by_link(person: Person) -> None:
    """Paste a link, see what it is, add it, vote; the same link again opens the paper."""
    look_up(person, "https://www.alphaxiv.org/abs/1706.03762v5")
    expect(person.page.locator(".found")).to_contain_text("not in the group yet")
    person.press_button(f"Add it — {KNOWN}")
    person.sees(KNOWN)
    person.vote(person.page.locator("main"))
    expect(person.page.locator(".vote__count")).to_contain_text("1 vote")

    person.write(FIELD, "1706.03762")
    person.press_button("Add")
    person.sees(KNOWN)
    expect(person.page.get_by_text("This paper is in the group already.")).to_be_visible()


def add_one_of_several(person: Person) -> None:
    """Type words of a title, and choose."""
    look_up(person, "diffusion models")
    expect(person.page.locator(".found")).not_to_have_count(1)
    person.press_button("Add it — Denoising Diffusion Probabilistic Models")
    person.sees("Denoising Diffusion Probabilistic Models")


def add_what_nobody_knows(person: Person, unknown: str) -> None:
    """Add by an id alone; the week page has a sentence in the place of the title."""
    title = f"arXiv:{unknown}, title not known yet"
    look_up(person, unknown)
    person.press_button("Add it")
    person.sees(title)
    person.vote(person.page.locator("main"))
    expect(person.page.locator(".vote__count")).to_contain_text("1 vote")
    person.press_link("Week")
    person.press_link(re.compile("^Top voted"))
    expect(person.page.locator(".row__title", has_text=title)).to_be_visible()


def look_up(person: Person, text: str) -> None:
    person.write(FIELD, text)
    person.press_button("Add")
    person.sees("Add a paper")


DROP = """(link) => {
  const data = new DataTransfer();
  data.setData("text/uri-list", link);
  const event = (type) => new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data });
  const takes = !document.querySelector("main").dispatchEvent(event("dragover"));
  document.querySelector("main").dispatchEvent(event("drop"));
  return takes;
}"""


def test_link_dropped_on_a_page_is_looked_up(stage: Stage) -> None:
    person = stage.enter()
    person.come_back("member@example.org")
    person.goto("/g/demo/meetings/")

    assert person.page.evaluate(DROP, "https://scirate.com/arxiv/2001.99990")

    person.sees("Add a paper")
    expect(person.page.get_by_role("heading", name="arXiv:2001.99990, title not known yet")).to_be_visible()
