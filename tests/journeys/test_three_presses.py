"""An agenda goes out in three interactions from the suggestion, by whatever hands."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.pages import Hands, Keyboard, Mouse, Stage, Touch
from tests.journeys.scene import Scene

pytestmark = pytest.mark.journey

PHONE = {"viewport": {"width": 375, "height": 800}, "has_touch": True, "is_mobile": True}
IDS = {"mouse": "2811", "keys": "2812", "touch": "2813", "plain": "2814"}


@dataclass
class Counting:
    """Works by someone's hands, and counts what is pressed."""

    hands: Hands
    pressed: int = 0

    def go_to(self, target: Locator) -> None:
        self.hands.go_to(target)

    def press(self, target: Locator) -> None:
        self.pressed += 1
        self.hands.press(target)

    def write(self, target: Locator, text: str) -> None:
        raise AssertionError("there is nothing to type")

    def hand_in(self, target: Locator, listing: Path) -> None:
        raise AssertionError("there is nothing to hand in")


def group_that_has_voted(scene: Scene, way: str) -> str:
    """Make a group with a vote; return its name in addresses."""
    slug = f"three-{way}"
    group = scene.group(slug, categories=[f"test.three-{way}"])
    scene.voted_paper(group, IDS[way], title=f"'A paper by {way}'")
    return slug


@pytest.mark.parametrize(
    ("way", "hands", "javascript", "screen"),
    [
        ("mouse", Mouse(), True, {}),
        ("keys", Keyboard(), True, {}),
        ("touch", Touch(), True, PHONE),
        ("plain", Mouse(), False, {}),
    ],
    ids=list(IDS),
)
def test_agenda_goes_out_in_three_presses(
    stage: Stage, scene: Scene, way: str, hands: Hands, javascript: bool, screen: dict[str, object]
) -> None:
    slug = group_that_has_voted(scene, way)
    counting = Counting(hands)
    organiser = stage.enter(hands=hands, javascript=javascript, **screen)
    organiser.come_back("organiser@example.org")
    organiser.goto(f"/g/{slug}/")
    organiser.hands = counting

    organiser.press_link(re.compile("^Agenda"))
    expect(organiser.page.locator(".agenda__item", has_text=f"A paper by {way}")).to_be_visible()
    organiser.press_link("Review and send")
    expect(organiser.page.get_by_role("main")).to_contain_text(f"A paper by {way}")
    organiser.press_button("Publish and send")

    expect(organiser.page.get_by_text("Members see every change at once")).to_be_visible()
    assert counting.pressed == 3
    member = stage.enter()
    member.come_back("member@example.org")
    member.goto(f"/g/{slug}/")
    member.press_link(re.compile("^Agenda"))
    expect(member.page.locator(".agenda__item", has_text=f"A paper by {way}")).to_be_visible()
