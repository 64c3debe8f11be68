"""Talking about papers in a real browser: the last comments beside the week, drafts, names, quotes, what is unread."""

import re
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import parse_qs

import psutil
import pytest
from playwright.sync_api import Page, Playwright, Response, Route, expect

from tests import chromium
from tests.journeys.pages import SECONDS, Keys, Mouse, Person, Stage
from tests.journeys.scene import Scene
from tests.running import Running

pytestmark = pytest.mark.journey

ASKED = "performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/talk/')).length"


def test_last_comments_come_on_wide_screens_alone(stage: Stage) -> None:
    member = stage.enter()
    member.come_back("member@example.org")
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


PAPER = "/g/demo/papers/2203.15556/"


def open_paper(stage: Stage, name: str = "member") -> Person:
    person = stage.enter()
    person.come_back(f"{name}@example.org")
    person.goto(PAPER)
    return person


def saved(page: Page, text: str) -> AbstractContextManager[object]:
    """Go on when a draft that ends so has its answer."""

    def is_it(answer: Response) -> bool:
        sent = parse_qs(answer.request.post_data or "") if answer.url.endswith("/comments/draft/") else {}
        return sent.get("text", [""])[0].endswith(text)

    return page.expect_response(is_it)


def test_text_is_back_when_the_browser_was_killed(
    running: Running, playwright: Playwright, chromium_path: str, tmp_path: Path, stage: Stage
) -> None:
    options = {"executable_path": chromium_path, "args": chromium.ARGUMENTS, "base_url": running.url}
    browser = playwright.chromium.launch_persistent_context(tmp_path, **options, timeout=SECONDS)
    browser.set_default_timeout(SECONDS)
    killed = Person(browser.new_page(), Mouse(), True)
    killed.come_back("organiser@example.org")
    killed.goto(PAPER)
    field = killed.page.locator("#text-new")
    with saved(killed.page, "just about"):
        field.press_sequentially("I was just about")
    with saved(killed.page, "to say"):
        field.press_sequentially(" to say")
    field.press_sequentially(" th")

    for process in psutil.process_iter(["cmdline"]):
        if f"--user-data-dir={tmp_path}" in (process.info["cmdline"] or []):
            process.kill()

    back = open_paper(stage, "organiser")
    expect(back.page.locator("#text-new")).to_have_value(re.compile("^I was just about to say"))
    back.press_button("Comment")
    expect(back.page.locator("#status")).to_have_text("Comment saved.")
    expect(back.page.locator("#text-new")).to_have_value("")


def test_what_is_typed_before_the_scripts_are_there_is_kept(stage: Stage) -> None:
    early = stage.enter()
    early.come_back("member@example.org")
    page, held = early.page, list[Route]()
    page.route(re.compile(r"/drafts[^/]*\.js"), lambda route: held.append(route))
    with page.expect_request(re.compile(r"/drafts[^/]*\.js")):
        page.goto("/g/demo/papers/1512.03385/", wait_until="commit")

    page.locator("#text-new").fill("I type fast.")
    with saved(page, "I type fast."):
        held[0].continue_()

    page.unroute_all()
    page.reload()
    expect(page.locator("#text-new")).to_have_value("I type fast.")
    with saved(page, ""):
        page.locator("#text-new").fill("")


def test_two_tabs_lose_neither_text(stage: Stage) -> None:
    one = open_paper(stage)
    other = one.page.context.new_page()
    other.goto(PAPER)

    with saved(one.page, "first tab"):
        one.page.locator("#text-new").fill("From the first tab")
    with saved(other, "second tab"):
        other.locator("#text-new").fill("From the second tab")

    both = other.locator(".composer__theirs")
    expect(both.locator("pre")).to_have_text("From the first tab")
    expect(other.locator("#text-new")).to_have_value("From the second tab")
    with saved(other, "second tab"):
        both.get_by_role("button", name="Keep mine").click()
    expect(both).to_have_count(0)
    one.page.reload()
    expect(one.page.locator("#text-new")).to_have_value("From the second tab")
    one.press_button("Comment")
    expect(one.page.locator("#status")).to_have_text("Comment saved.")
    stage.complaints.clear()  # Chromium reports the conflict


def test_name_is_offered_formula_is_shown_and_selection_is_quoted(stage: Stage) -> None:
    member = open_paper(stage)
    page, field = member.page, member.page.locator("#text-new")

    field.press_sequentially("Is $x^2$ meant, @luk")
    option = page.get_by_role("listbox", name="Members").get_by_role("option", name="Lukas Brandt")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "mention-0")
    field.press("Enter")
    expect(field).to_have_value("Is $x^2$ meant, @Lukas Brandt ")
    expect(page.locator("#preview-new math msup")).to_have_count(1)
    expect(page.locator("#preview-new .mention")).to_have_text("@Lukas Brandt")
    field.press("Control+Enter")
    expect(page.locator("#status")).to_have_text("Comment saved.")
    expect(page.locator(".thread .mention").last).to_have_text("@Lukas Brandt")

    text = page.locator(".thread .comment__text", has_text="Worth reading side by side").first
    text.locator("p").first.evaluate("part => getSelection().selectAllChildren(part)")
    page.get_by_role("button", name="Quote").click()
    reply = page.locator("details[data-reply][open] textarea")
    expect(reply).to_be_focused()
    quoted = r"^> Worth reading side by side .* \$0\.73\$ to \$0\.5\$\. What changed\?\n\n$"
    expect(reply).to_have_value(re.compile(quoted))


def test_thanks_and_following_keep_the_focus_and_the_key_goes_on(stage: Stage) -> None:
    member = open_paper(stage, "guest")
    page = member.page

    thanks = page.locator(".reactions button").first
    thanks.press("Enter")
    expect(thanks).to_have_attribute("aria-pressed", "true")
    expect(thanks).to_be_focused()
    Keys(page).press("u")
    expect(thanks).to_have_attribute("aria-pressed", "false")
    page.locator("#follow-follow").press("Enter")
    expect(page.locator("#follow-follow")).to_be_focused()
    expect(page.locator("#status")).to_have_text("You follow this paper.")

    member.goto("/g/demo/inbox/")
    first = page.locator(".inbox article h2 a").first
    address = first.get_attribute("href") or ""
    Keys(page).press("n")
    expect(first).to_be_focused()
    Keys(page).press("o")
    expect(page).to_have_url(re.compile(re.escape(address.partition("#")[0])))
    Keys(page).press("n")
    Keys(page).press("n")
    expect(page).not_to_have_url(re.compile(re.escape(address.partition("#")[0])))


def test_talk_goes_on_without_script(stage: Stage, scene: Scene) -> None:
    scene.group("plain", categories=["test.talk"])
    scene.listing("test.talk", scene.papers("2804", 1, title="'A paper without script'"))
    here = "/g/plain/papers/2804.00001/"
    writer, reader = stage.enter(javascript=False), stage.enter(javascript=False)
    writer.come_back("member@example.org")
    writer.goto(here)
    said = writer.page.get_by_role("article", name="Question by Ben Okafor")

    writer.write("Your comment", "What if $x^2$?")
    writer.press_button("Preview")
    expect(writer.page.locator("#preview-new math")).to_have_count(1)
    writer.press_button("Keep as a draft")
    writer.goto(here)
    expect(writer.page.locator("#text-new")).to_have_value("What if $x^2$?")
    writer.page.get_by_label("A question").check()
    writer.press_button("Comment")
    expect(said).to_contain_text("What if")
    said.locator("summary", has_text="Edit").click()
    said.get_by_label("Your comment, changed").fill("What if not?")
    said.get_by_role("button", name="Save").click()
    expect(said).to_contain_text("What if not?")
    said.get_by_role("link", name="edited").click()
    expect(writer.page.get_by_role("main")).to_contain_text("What if")
    writer.goto(here)
    said.get_by_role("button", name="Delete — comment by").click()
    writer.press_button("Bring it back — comment by Ben Okafor")
    expect(said).to_contain_text("What if not?")

    reader.come_back("organiser@example.org")
    reader.goto("/g/plain/inbox/")
    reader.press_button("Mark all as read")
    expect(reader.page.get_by_text("You have read everything")).to_be_visible()
    reader.page.locator("#undo-button").click()
    reader.press_link("A paper without script")
    for button in ("Thanks", "Same question"):
        reaction = reader.page.get_by_role("button", name=re.compile(f"^{button}"))
        reader.hands.press(reaction)
        expect(reaction).to_have_attribute("aria-pressed", "true")
    for state in ("Mute", "Normal", "Follow"):
        reader.press_button(state)
        expect(reader.page.get_by_role("button", name=state, exact=True)).to_have_attribute("aria-pressed", "true")
    reader.page.locator("summary", has_text="Write a summary").click()
    reader.page.get_by_label("The summary").fill("In short: it is not known.")
    reader.press_button("Save")
    expect(reader.page.locator(".comment--summary")).to_contain_text("In short: it is not known.")

    reader.goto("/g/plain/settings/")
    reader.page.get_by_label("Members may ask questions without their name").check()
    reader.press_button("Save — How you talk")
    expect(reader.page.locator(".saved")).to_be_visible()
    writer.goto(here)
    writer.write("Your comment", "Why is it so?")
    writer.page.get_by_label("A question").check()
    writer.page.get_by_label("… without my name").check()
    writer.press_button("Comment")
    reader.goto(here)
    nameless = reader.page.get_by_role("article", name="Question by a member")
    expect(nameless).to_contain_text("Why is it so?")
