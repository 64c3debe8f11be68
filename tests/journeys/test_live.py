"""What others do comes onto an open page by itself: nothing moves, nothing that is in use is taken away."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from core import limits
from tests.journeys.pages import Person, Stage
from tests.journeys.scene import MEMBER, Scene

pytestmark = pytest.mark.journey


def enter(stage: Stage, name: str, address: str) -> Person:
    """Return someone who looks at a page by a clock that the test sets on."""
    person = stage.enter()
    person.page.clock.install()
    person.come_back(f"{name}@example.org")
    person.goto(address)
    return person


def wait_for_look(page: Page) -> None:
    """Let half a minute pass; the page looks for news, and has its answer."""
    page.wait_for_load_state()
    with page.expect_response(lambda answer: "seen=" in answer.url):
        page.clock.fast_forward(1000 * limits.LIVE_SECONDS + 500)


def same_row(person: Person, row: Locator) -> Locator:
    return person.page.locator(f"#{row.get_attribute('id')}")


def test_votes_and_presenters_come_in_while_one_reads_on(stage: Stage) -> None:
    reader = enter(stage, "member", "/g/demo/?show=all")
    rows = reader.page.locator("[data-row]:has(.row__abstract):has-text('I’ll take it')")
    row, reading = same_row(reader, rows.nth(0)), same_row(reader, rows.nth(1))
    reading.locator("summary", has_text="Abstract").click()
    reading.locator(".row__title a").focus()
    count = row.locator(".vote__count")
    before, place = int(count.inner_text().split()[0]), reading.bounding_box()
    other = enter(stage, "organiser", "/g/demo/?show=all")
    theirs = same_row(other, row)
    pressed = theirs.locator(".vote__button").get_attribute("aria-pressed") == "true"

    wait_for_look(reader.page)
    expect(count).to_contain_text(str(before))
    other.vote(theirs)
    expect(theirs.locator(".vote__button")).to_have_attribute("aria-pressed", str(not pressed).lower())
    theirs.get_by_role("button", name=re.compile("^I’ll take it")).click()
    expect(theirs.locator(".presenter")).to_be_visible()
    wait_for_look(reader.page)

    expect(count).to_have_text(re.compile(rf"^{before - 1 if pressed else before + 1}\b"))
    expect(row.locator(".presenter")).to_be_visible()
    expect(reading.locator(".row__abstract")).to_have_attribute("open", "")
    expect(reading.locator(".row__title a")).to_be_focused()
    assert reading.bounding_box()["y"] == pytest.approx(place["y"], abs=1)
    row.locator(".vote__button").click()  # what came in works as what was there
    expect(reader.page.locator("#status")).to_have_text(re.compile("^Vote "))


def test_new_order_is_offered_and_taken_by_its_key(stage: Stage) -> None:
    reader = enter(stage, "guest", "/g/demo/?show=all&sort=discussion")
    titles = reader.page.locator(".row__title")
    shown = titles.all_inner_texts()
    other = enter(stage, "member", "/g/demo/?show=all&sort=discussion")
    other.open_paper(re.sub(r"^\[\d+\] ", "", shown[-1]))  # type: ignore[arg-type]
    for number in range(3):
        other.comment(f"Look at this, {number}.")
        expect(other.page.locator(".comment", has_text=f"Look at this, {number}.")).to_be_visible()

    wait_for_look(reader.page)

    expect(reader.page.get_by_role("link", name=re.compile("^Order changed · show"))).to_be_visible()
    assert titles.all_inner_texts() == shown
    reader.keys.press(".")
    expect(titles.last).not_to_have_text(shown[-1])


def test_comment_comes_in_and_a_begun_one_stays(stage: Stage) -> None:
    writer = enter(stage, "guest", "/g/demo/day/")
    writer.page.locator(".row__title a").first.click()
    draft = writer.page.get_by_label("Your comment")
    draft.fill("Not finished y")
    other = enter(stage, "member", writer.page.url)
    other.comment("Here is an answer.")
    expect(other.page.locator(".comment", has_text="Here is an answer.")).to_be_visible()

    wait_for_look(writer.page)

    expect(writer.page.locator(".comment", has_text="Here is an answer.")).to_be_visible()
    expect(draft).to_have_value("Not finished y")
    expect(draft).to_be_focused()


def test_page_that_gets_no_answer_says_so_once_and_asks_less_often(stage: Stage) -> None:
    reader = enter(stage, "member", "/g/demo/?show=all")
    looks = re.compile("seen=")
    asked: list[str] = []
    reader.page.route(looks, lambda route: (asked.append(route.request.url), route.fulfill(status=404)))

    reader.page.clock.fast_forward(1000 * limits.LIVE_SECONDS + 500)
    expect(reader.page.locator("#status")).to_contain_text("The server does not answer.")
    reader.page.evaluate("document.getElementById('status').textContent = ''")
    reader.page.clock.fast_forward(1000 * limits.LIVE_SECONDS + 500)  # twice as long is to be waited now
    with reader.page.expect_response(looks):
        reader.page.clock.fast_forward(1000 * limits.LIVE_SECONDS + 500)

    assert len(asked) == 2
    expect(reader.page.locator("#status")).to_be_empty()


def test_agenda_that_others_changed_is_offered_and_what_is_half_typed_stays(stage: Stage, scene: Scene) -> None:
    group = scene.group("live", categories=["test.live"])
    scene.ask(
        f"UPDATE groups_membership SET role = 'organiser' WHERE group_id = {group} AND user_id = {MEMBER} RETURNING id"
    )
    (slug,) = scene.ask(f"SELECT min(slug) FROM groups_meeting WHERE group_id = {group}")
    here = f"/g/live/meetings/{slug}/"
    ana, ben = enter(stage, "organiser", here), enter(stage, "member", here)
    topic, lines = ben.page.get_by_label("Topic"), ben.page.locator(".agenda__title")
    bar = ben.page.get_by_role("link", name=re.compile("^The agenda has changed · show"))
    topic.press_sequentially("Half a wo")

    wait_for_look(ben.page)
    expect(bar).to_have_count(0)
    ana.write("Topic", "Welcome")
    ana.press_button("Add topic")
    expect(ana.page.locator(".agenda__title")).to_have_text(["Welcome"])
    wait_for_look(ben.page)

    expect(bar).to_be_visible()
    expect(ben.page.locator("#status")).to_have_text("The agenda has changed.")
    expect(lines).to_have_count(0)
    expect(topic).to_have_value("Half a wo")
    expect(topic).to_be_focused()
    bar.click()
    expect(lines).to_have_text(["Welcome"])
    expect(bar).to_have_count(0)

    # What one does oneself brings the newest, and there is nothing left to be offered.
    ana.write("Topic", "Cake")
    ana.press_button("Add topic")
    expect(ana.page.locator(".agenda__title")).to_have_text(["Welcome", "Cake"])
    wait_for_look(ben.page)
    expect(bar).to_be_visible()
    ben.write("Topic", "Tea")
    ben.press_button("Add topic")
    expect(lines).to_have_text(["Welcome", "Cake", "Tea"])
    expect(bar).to_have_count(0)
    wait_for_look(ben.page)
    expect(ben.page.locator("#status")).to_have_text("Added to the agenda.")
    expect(bar).to_have_count(0)
