"""Six tasks in eight ways: what a member does, by whatever hands, on whatever screen."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.inspection import DESK, PHONE, WIDER_THAN_SCREEN
from tests.journeys.pages import OUT_OF_REACH, Careful, Hands, Keyboard, Mouse, Person, Stage, Touch
from tests.journeys.scene import Scene
from tests.running import Running

pytestmark = pytest.mark.journey

DOUBLE_TEXT = """
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(":root { font-size: 200% }");
  document.adoptedStyleSheets = [sheet];
"""


HEADER = ":is(.site-head, .bottom-bar) :is(a, button, input, summary):visible"


@dataclass(frozen=True)
class Way:
    """How the tasks are done; `holds` is what the browser says when the way is in effect."""

    hands: Hands
    holds: str
    screen: dict[str, Any] = field(default_factory=dict)
    javascript: bool = True
    script: str = ""


WAYS = {
    "mouse": Way(Mouse(), "matchMedia('(hover: hover) and (pointer: fine)').matches"),
    "keyboard": Way(Keyboard(), "document.documentElement.dataset.shortcuts === 'on'"),
    "plain": Way(Mouse(), "document.querySelector('[data-open-keys]').hidden", javascript=False),
    "touch": Way(
        Touch(),
        "innerWidth === 320 && matchMedia('(pointer: coarse)').matches",
        {"viewport": PHONE, "has_touch": True, "is_mobile": True},
    ),
    "large": Way(Mouse(), "getComputedStyle(document.body).fontSize === '32px'", script=DOUBLE_TEXT),
    "dark": Way(Mouse(), "matchMedia('(prefers-color-scheme: dark)').matches", {"color_scheme": "dark"}),
    "forced": Way(Mouse(), "matchMedia('(forced-colors: active)').matches", {"forced_colors": "active"}),
    "still": Way(Mouse(), "matchMedia('(prefers-reduced-motion: reduce)').matches", {"reduced_motion": "reduce"}),
}


@dataclass(frozen=True)
class House:
    """A group, the way into it, and one of its members in front of each kind of screen."""

    stage: Stage
    link: str
    login: Any
    members: dict[str, Person] = field(default_factory=dict)

    def member(self, way: str) -> Person:
        """Return the member who goes this way."""
        if way not in self.members:
            one = WAYS[way]
            screen = {"viewport": DESK, "reduced_motion": "no-preference", "storage_state": self.login, **one.screen}
            person = self.stage.enter(hands=Careful(one.hands), javascript=one.javascript, **screen)
            if one.script:
                person.page.context.add_init_script(one.script)
            self.members[way] = person
        return self.members[way]

    @contextmanager
    def stranger(self, way: str) -> Iterator[Person]:
        """Let the browser of this way forget its member for a while."""
        person = self.member(way)
        person.page.context.clear_cookies()
        yield person
        person.page.context.clear_cookies()
        person.page.context.add_cookies(self.login["cookies"])


@pytest.fixture(scope="module")
def house(browser: Browser, running: Running, log_ins: dict[str, Any], scene: Scene) -> Iterator[House]:
    """A group of its own, with a paper for each task and way."""
    categories = [f"test.{way}" for way in WAYS]
    scene.group("eight", categories=categories)
    for month, (way, category) in enumerate(zip(WAYS, categories, strict=True), start=1):
        titles = "(ARRAY['vote', 'comment', 'save', 'assign', 'search'])[n]"
        scene.listing(category, scene.papers(f"26{month:02d}", 5, title=f"'A paper to {way} ' || {titles}"))
    stage = Stage(browser, running.url, log_ins)
    organiser = stage.enter()
    organiser.come_back("organiser@example.org")
    organiser.goto("/g/eight/members/")
    link = organiser.invite()
    yield House(stage, link, organiser.page.context.storage_state())
    stage.leave()


def vote(person: Person, way: str) -> None:
    button = row_of(person, way, "vote").get_by_role("button", name=re.compile("^Vote"))
    expect(button).to_have_attribute("aria-pressed", "false")
    with person.page.expect_response(re.compile("/vote/$")):  # it shows before the server has it
        person.hands.press(button)
    stays(person.page, lambda: expect(button).to_have_attribute("aria-pressed", "true"))


def comment(person: Person, way: str) -> None:
    person.hands.press(row_of(person, way, "comment").get_by_role("link", name=re.compile("^A paper")))
    person.sees(f"A paper to {way} comment")
    person.comment("Does this *hold* in $n$ dimensions?")
    stays(person.page, lambda: expect(person.page.locator(".comment em")).to_have_text("hold"))


def save(person: Person, way: str) -> None:
    button = row_of(person, way, "save").get_by_role("button", name=re.compile("^Save"))
    person.hands.press(button)
    expect(button).to_have_attribute("aria-pressed", "true")
    person.hands.press(person.page.get_by_role("link", name="Queue", exact=True))
    person.sees("My queue")
    expect(person.page.get_by_role("link", name=f"A paper to {way} save")).to_be_visible()


def assign(person: Person, way: str) -> None:
    row = row_of(person, way, "assign")
    person.hands.press(row.get_by_role("button", name=re.compile("^I’ll take it")))
    stays(person.page, lambda: expect(row.get_by_role("button", name=re.compile("^Give it back"))).to_be_visible())


def search(person: Person, way: str) -> None:
    person.goto("/g/eight/meetings/")
    field = person.page.get_by_label("Search or add: words, arXiv id, link or title")
    if not field.is_visible():
        person.hands.press(person.page.get_by_role("link", name="Search", exact=True))
        field = person.page.get_by_label("Search papers and comments")
    person.hands.write(field, f"{way} search")
    person.hands.press(field.locator("xpath=..").get_by_role("button", name="Search"))
    person.sees("Search")
    expect(person.page.get_by_role("link", name=f"A paper to {way} search")).to_be_visible()


def row_of(person: Person, way: str, task: str) -> Locator:
    person.goto(f"/g/eight/day/?category=test.{way}")
    return person.row(f"A paper to {way} {task}")


def stays(page: Page, holds: Callable[[], None]) -> None:
    """See it on the page, and again on the page as the server has it."""
    holds()
    page.reload()
    holds()


TASKS = (vote, comment, save, assign, search)


@pytest.mark.parametrize("way", WAYS)
def test_stranger_joins(house: House, way: str) -> None:
    with house.stranger(way) as person:
        person.join(house.link, f"Newcomer {way}")

        expect(person.page.locator(".menu__name").first).to_have_text("Group eight")
        check(house, person, way)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.__name__)
@pytest.mark.parametrize("way", WAYS)
def test_member_can(house: House, way: str, task: Callable[[Person, str], None]) -> None:
    person = house.member(way)

    task(person, way)

    check(house, person, way)


def check(house: House, person: Person, way: str) -> None:
    """The way was in effect, the header is in order, nothing is wider than the screen, and no page complained."""
    person.page.wait_for_load_state()
    assert person.page.evaluate(WAYS[way].holds)
    person.page.evaluate("() => window.scrollTo({ top: 0, behavior: 'instant' })")
    for control in person.page.locator(HEADER).all():
        assert control.evaluate(OUT_OF_REACH) == ""
    assert person.page.evaluate(WIDER_THAN_SCREEN) == []
    complaints, house.stage.complaints[:] = list(house.stage.complaints), []
    assert complaints == []
