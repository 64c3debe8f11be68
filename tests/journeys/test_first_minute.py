"""How long it takes a newcomer: the first vote of who was invited, the first agenda of who starts a group.

Time is that of hands, head and answers by the keystroke-level model (Card, Moran and Newell, 1980). An answer counts as
a second, however long a busy machine takes; that it is far less is for `bench` to measure. Whoever records counts what
is pressed and which fields are typed into.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import Keys, Mouse, Stage
from tests.journeys.scene import Scene

pytestmark = pytest.mark.journey

KEY, POINT, HOME, MENTAL, ANSWER = 0.28, 1.1, 0.4, 1.35, 1.0  # seconds: K, P, H, M and R of the model
CATEGORY = "astro-ph.GA"  # with papers of today: among the first that a new group is offered


class Recorder(Mouse):
    """Works by mouse, counts, and adds up how long a person would take, who waits for an answer after every press."""

    def __init__(self) -> None:
        self.pressed = self.fields = 0
        self.seconds = ANSWER  # the page that one comes to

    def press(self, target: Locator) -> None:
        self.pressed += 1
        self.seconds += HOME + MENTAL + POINT + KEY + ANSWER
        super().press(target)

    def write(self, target: Locator, text: str) -> None:
        self.fields += 1
        self.seconds += HOME + MENTAL + POINT + KEY + HOME + KEY * len(text)
        super().write(target, text)

    def strike(self, page: Page, key: str) -> None:
        """Press one key where the focus is."""
        self.pressed += 1
        self.seconds += HOME + MENTAL + KEY + ANSWER
        Keys(page).press(key)

    def hand_in(self, target: Locator, listing: Path) -> None:
        raise AssertionError("a newcomer has no file at hand")

    def check(self, budget: "Budget") -> None:
        """Say what it took, and hold it against what it may take."""
        took = Budget(self.seconds, self.pressed, self.fields)
        sys.stdout.write(f"{took.seconds:.0f} s, {took.interactions} interactions, {took.fields} typed fields\n")
        assert took.seconds <= budget.seconds
        assert took.interactions <= budget.interactions
        assert took.fields <= budget.fields


@dataclass(frozen=True)
class Budget:
    """What a newcomer may be asked for."""

    seconds: float
    interactions: int
    fields: int


def test_invited_member_votes_within_a_minute(stage: Stage, scene: Scene) -> None:
    scene.group("minute", categories=["test.minute"])
    scene.listing("test.minute", scene.papers("2801", 5, title="'A paper of the first minute ' || n"))
    organiser = stage.enter()
    organiser.come_back("organiser@example.org")
    organiser.goto("/g/minute/members/")
    link = organiser.invite()
    hands = Recorder()
    member = stage.enter(hands=hands)

    member.join(link, "Mira of the minute")
    expect(member.page.get_by_text("Press v or tap ▲")).to_be_visible()
    row = member.page.locator("[data-row]").first
    expect(row.locator(".row__title a")).to_be_focused()
    with member.page.expect_response(re.compile("/vote/$")) as answer:
        hands.strike(member.page, "v")

    assert answer.value.ok
    expect(row.locator(".vote__button")).to_have_attribute("aria-pressed", "true")
    hands.check(Budget(seconds=60, interactions=4, fields=3))
    member.page.reload()
    expect(member.page.get_by_text("Press v or tap ▲")).to_have_count(0)


def test_new_organiser_has_an_agenda_within_two_minutes(stage: Stage, scene: Scene) -> None:
    scene.listing(CATEGORY, scene.papers("2802", 5, title="'A paper of the second minute ' || n"))
    hands = Recorder()
    organiser = stage.enter(hands=hands)

    organiser.goto("/")
    organiser.press_link("Start a group")
    organiser.sign_up("Olga of the minute", button="Sign up")
    organiser.write("Name of the group", "Two minutes")
    hands.press(organiser.page.get_by_label(CATEGORY, exact=True))
    organiser.press_button("Start the group")
    organiser.sees("This week")
    row = organiser.page.locator("[data-row]").first
    title = row.locator(".row__title a").inner_text()
    organiser.vote(row)
    organiser.open_agenda()

    expect(organiser.page.locator(".agenda__item", has_text=title)).to_be_visible()
    hands.check(Budget(seconds=120, interactions=12, fields=4))
