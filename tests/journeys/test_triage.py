"""Going through the week by keyboard alone: every key is confirmed by the server, and the focus stays on its row."""

import re

import pytest
from playwright.sync_api import Locator, Response, expect

from tests.journeys.pages import Keys, Person, Stage
from tests.journeys.scene import Scene

pytestmark = pytest.mark.journey

PAPERS = 50
KEYS_A_PAPER = 1.3
# What one does with some of the papers, beside reading their titles: open the abstract, vote, save, put aside.
DEALT_WITH = {4: "v", 9: "ev", 13: "x", 17: "s", 20: "ev", 26: "v", 31: "s", 33: "x", 38: "ev", 44: "es", 49: "v"}
DOES = {  # the address that a key is sent to, and what is said when the server has it
    "v": ("vote", "Vote saved. 1 vote."),
    "s": ("save", "Saved to your queue."),
    "x": ("hide", "Hidden for you alone."),
}
TITLE_IN_HAND = "document.activeElement.closest('.row__title')?.closest('[data-row]').dataset.position"
LISTEN = """() => {
  window.said = [];
  const listener = new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node.textContent.trim()) window.said.push(node.textContent.trim());
    }
  });
  const regions = document.querySelectorAll("[aria-live], [role='status'], [role='alert'], [role='log'], output");
  for (const region of regions) listener.observe(region, { childList: true, subtree: true });
  return [...regions].map((region) => region.id);
}"""


def focused(person: Person) -> Locator:
    return person.page.locator("[data-row]:focus-within")


def does(person: Person, key: str, address: str, said: str | re.Pattern[str]) -> None:
    """Press a key; the server confirms it, one sentence is said, and the row keeps the focus."""
    row = focused(person).get_attribute("id")
    with person.page.expect_response(lambda answer: answer.url.endswith(f"/{address}/")) as answer:
        person.keys.press(key)
    assert answer.value.ok
    expect(person.page.locator("#status")).to_have_text(said)
    assert focused(person).get_attribute("id") == row


def test_week_is_triaged_by_keyboard(stage: Stage) -> None:
    person = stage.enter()
    person.come_back("organiser@example.org")
    person.goto("/g/demo/?show=triage")
    page, keys = person.page, person.keys
    total = page.locator("[data-row]").count()

    keys.press("j")
    does(person, "v", "vote", re.compile(r"^Vote saved\."))
    keys.press("j")
    does(person, "s", "save", "Saved to your queue.")
    keys.press("j")
    does(person, "x", "hide", "Hidden for you alone.")
    expect(focused(person).locator(".row__hidden")).to_be_visible()
    does(person, "u", "hide", "No longer hidden.")
    does(person, "x", "hide", "Hidden for you alone.")
    does(person, "a", "assignment", "You have taken this paper.")
    does(person, "u", "assignment", "Given back. Someone else can take it.")

    expect(page.locator("[data-row]")).to_have_count(total)
    saved = page.locator("[data-row]:has([id^='save-'][aria-pressed='true']) .row__title").all_inner_texts()
    keys.press("g")
    keys.press("w")
    expect(page.locator("[data-row]")).to_have_count(total - 2)
    keys.press("g")
    keys.press("q")
    person.sees("My queue")
    expect(page.locator(".row__title", has_text=saved[-1].partition("] ")[2])).to_be_visible()


def test_keys_can_be_switched_off_and_on(stage: Stage) -> None:
    person = stage.enter()
    person.come_back("guest@example.org")

    for wanted in (False, True):  # as the journeys after this one find them
        person.goto("/me/")
        person.page.get_by_label("Single-key shortcuts").set_checked(wanted)
        with person.page.expect_navigation():
            person.press_button("Save")

        person.goto("/g/demo/?show=top")
        person.keys.press("j")
        expect(focused(person)).to_have_count(int(wanted))


def test_fifty_papers_are_gone_through_with_few_keys(stage: Stage, scene: Scene) -> None:
    scene.group("fifty", categories=["nlin.CD"])
    scene.listing("nlin.CD", scene.papers("2611", PAPERS, title="'Coupled pendulums, part ' || n"))
    person = stage.enter()
    person.come_back("member@example.org")
    person.goto("/g/fifty/day/")
    page = person.page
    assert page.evaluate(LISTEN) == ["status", "alert"]
    pressed, expected = 0, []

    for number in range(1, PAPERS + 1):
        keys = "j" + DEALT_WITH.get(number, "")
        pressed += len(keys)
        Keys(page).press("j") if number < PAPERS else reads_to_the_end(person)
        assert page.evaluate(TITLE_IN_HAND) == str(number)
        for key in keys[1:]:
            if key == "e":
                Keys(page).press(key)
                expect(focused(person).locator(".row__abstract .prose")).to_be_visible()
            else:
                does(person, key, *DOES[key])
                expected.append(DOES[key][1])
            assert page.evaluate(TITLE_IN_HAND) == str(number)

    assert pressed <= PAPERS * KEYS_A_PAPER
    assert page.evaluate("window.said") == expected
    page.reload()
    marked = {"v": ".vote__button", "s": "[id^=save-]", "x": "[id^=hide-]"}
    for key, button in marked.items():
        rows = page.locator(f"[data-row]:has({button}[value=off])").all()
        done = {int(row.get_attribute("data-position") or 0) for row in rows}
        assert done == {number for number, keys in DEALT_WITH.items() if key in keys}
    expect(page.locator(".seen")).to_contain_text(f"{PAPERS} of {PAPERS} seen")
    person.press_link("Week")
    expect(page.get_by_text("You are done for today")).to_be_visible()


def reads_to_the_end(person: Person) -> None:
    """Go to the last paper; the server is told that all were seen, when the hands rest."""

    def told(answer: Response) -> bool:
        return answer.url.split("?")[0].endswith("/seen/") and f"position={PAPERS}&" in f"{answer.request.post_data}&"

    with person.page.expect_response(told) as answer:
        person.keys.press("j")
    assert answer.value.ok
