"""Two organisers make one agenda at once, by dragging and by buttons: nothing of either is lost."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.pages import Person, Stage, drag
from tests.journeys.scene import MEMBER, Scene

pytestmark = pytest.mark.journey


def enter(stage: Stage, name: str, address: str, **screen: object) -> Person:
    person = stage.enter(**screen)
    person.come_back(f"{name}@example.org")
    person.goto(address)
    return person


def sees_order(person: Person, *titles: str) -> None:
    expect(person.page.locator("[data-line] .agenda__title")).to_have_text(list(titles))


def test_both_versions_are_shown_and_one_button_decides(stage: Stage, scene: Scene) -> None:
    group = scene.group("two", categories=["test.two"])
    scene.ask(
        f"UPDATE groups_membership SET role = 'organiser' WHERE group_id = {group} AND user_id = {MEMBER} RETURNING id"
    )
    scene.voted_paper(group, "2803", title="'A paper for two'")
    (slug,) = scene.ask(f"SELECT min(slug) FROM groups_meeting WHERE group_id = {group}")
    here = f"/g/two/meetings/{slug}/"
    ana = enter(stage, "organiser", here)
    for topic in ("Welcome", "Cake"):
        ana.write("Topic", topic)
        ana.press_button("Add topic")
        expect(ana.page.locator(".agenda__title", has_text=topic)).to_be_visible()
    ben = enter(stage, "member", here, viewport={"width": 375, "height": 800}, has_touch=True)

    # Dragged by Ana from the pool onto the agenda, and within it.
    lines = ana.page.locator("[data-line]")
    pool = ana.page.locator(".pool-item", has_text="A paper for two")
    drag(pool.locator("[data-grip]"), lines.nth(1), steps=8)
    expect(pool).to_have_count(0)
    sees_order(ana, "Welcome", "A paper for two", "Cake")
    drag(lines.nth(1).locator("[data-grip]"), lines.nth(0), steps=8)
    sees_order(ana, "A paper for two", "Welcome", "Cake")

    # Ben, who has not seen it, changes something else, and then what Ana works on.
    cake = ben.page.locator("[data-line]", has_text="Cake")
    cake.get_by_label("Minutes").fill("5")
    ben.press_button("Set minutes — Cake")
    sees_order(ben, "A paper for two", "Welcome", "Cake")
    expect(cake.locator(".agenda__minutes")).to_have_text("5 min")
    ana.page.get_by_label("Minutes").nth(1).fill("20")
    ana.press_button("Set minutes — Welcome")
    expect(ana.page.locator("#status")).to_have_text("Saved.")
    welcome = ben.page.locator("[data-line]", has_text="Welcome")
    welcome.get_by_label("Minutes").fill("7")
    ben.press_button("Set minutes — Welcome")
    notice = ben.page.locator(".versions")
    expect(notice).to_be_focused()
    expect(notice).to_contain_text(re.compile(r"^\s*Ana Duarte changed this agenda at \d\d:\d\d"))
    expect(notice).to_contain_text("Welcome: 20 minutes (was 10).")
    expect(notice).to_contain_text("Welcome: 7 minutes (was 20).")
    ben.press_button("Keep mine")
    expect(notice).to_have_count(0)
    expect(welcome.locator(".agenda__minutes")).to_have_text("7 min")


def drag_by_finger(person: Person, line: Locator, onto: Locator) -> None:
    """Drag a line by its grip with a finger, as Chromium takes it from a touch screen."""
    line.evaluate("line => line.scrollIntoView({ block: 'start', behavior: 'instant' })")
    start, end = line.locator("[data-grip]").bounding_box(), onto.bounding_box()
    assert start
    assert end
    screen = person.page.context.new_cdp_session(person.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    goal = end["y"] + end["height"] / 2
    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x, y + (goal - y) * step / 8))
    # Sortable looks twenty times a second over what the finger is: whoever lifts it before has moved nothing.
    expect(onto).to_have_class(re.compile("sortable-ghost"))
    touch("touchEnd")


@pytest.mark.parametrize("width", [320, 375])
def test_lines_are_ordered_by_a_finger_and_by_tapped_buttons(stage: Stage, scene: Scene, width: int) -> None:
    group = scene.group(f"finger-{width}", categories=["test.finger"])
    (slug,) = scene.ask(f"SELECT min(slug) FROM groups_meeting WHERE group_id = {group}")
    screen = {"viewport": {"width": width, "height": 1200}, "has_touch": True, "is_mobile": True}
    ana = enter(stage, "organiser", f"/g/finger-{width}/meetings/{slug}/", **screen)
    for topic in ("Welcome", "Cake", "Tea"):
        ana.write("Topic", topic)
        ana.press_button("Add topic")
        expect(ana.page.locator(".agenda__title", has_text=topic)).to_be_visible()
    lines = ana.page.locator("[data-line]")
    assert ana.page.evaluate("document.documentElement.scrollWidth") == width

    drag_by_finger(ana, lines.nth(0), lines.nth(1))
    sees_order(ana, "Cake", "Welcome", "Tea")
    expect(ana.page.locator("#status")).to_have_text("Moved.")
    ana.page.reload()
    sees_order(ana, "Cake", "Welcome", "Tea")
    ana.page.get_by_role("button", name="Move up — Tea").tap()
    sees_order(ana, "Cake", "Tea", "Welcome")
    ana.page.get_by_role("button", name="Move down — Cake").tap()
    sees_order(ana, "Tea", "Cake", "Welcome")
