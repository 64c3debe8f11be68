"""Where a group's news goes, chosen in the browser: chat rooms, mail, feeds, and agendas in a form of one's own."""

import time

import pytest
from django.core.signing import Signer
from playwright.sync_api import expect

from tests.journeys.pages import SECONDS, Person, Stage
from tests.journeys.scene import Scene
from tests.notifications.receiver import Receiver
from tests.running import POLL_SECONDS, Running

pytestmark = pytest.mark.journey

WITH_AND_WITHOUT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])


def enter(stage: Stage, name: str, address: str, *, javascript: bool = True) -> Person:
    person = stage.enter(javascript=javascript)
    person.come_back(f"{name}@example.org")
    person.goto(address)
    return person


def test_room_is_added_tried_switched_off_and_removed(stage: Stage, scene: Scene, room: Receiver) -> None:
    scene.group("rooms", categories=["cs.LG"])
    organiser = enter(stage, "organiser", "/g/rooms/settings/rooms/")
    page, named = organiser.page, " — Slack at hooks.slack.com"
    organiser.page.get_by_label("Where to").select_option("slack")
    organiser.write("Address of the webhook", "https://hooks.slack.com/services/T0/B0/journey")
    organiser.press_button("Add the room")
    expect(page.locator(".room")).to_contain_text("Nothing was sent there yet.")

    organiser.press_button(f"Send a test{named}")
    expect(page.locator(".notice")).to_contain_text("A test is on its way")
    _until(scene, "SELECT 1 FROM notifications_webhook WHERE url LIKE '%journey' AND worked_at IS NOT NULL")
    organiser.goto("/g/rooms/settings/rooms/")
    expect(page.locator(".room")).to_contain_text("The last message arrived")
    (got,) = [one for one in room.got if one.path.endswith("/journey")]
    assert (got.host, "Group rooms" in str(got.said)) == ("hooks.slack.com", True)

    organiser.press_button(f"Switch off{named}")
    expect(page.locator(".room")).to_contain_text("Switched off.")
    expect(page.get_by_role("button", name=f"Send a test{named}")).to_have_count(0)
    organiser.press_button(f"Remove{named}")
    expect(page.get_by_text("Nowhere yet")).to_be_visible()


def _until(scene: Scene, question: str) -> None:
    """Wait until the database has an answer."""
    deadline = time.monotonic() + SECONDS / 1000
    while not scene.ask(question):
        assert time.monotonic() < deadline, question
        time.sleep(POLL_SECONDS)


@WITH_AND_WITHOUT
def test_mail_is_chosen_and_stopped_and_a_feed_made_and_ended(
    stage: Stage, scene: Scene, running: Running, javascript: bool
) -> None:
    slug = f"told-{javascript}".lower()
    group = scene.group(slug, categories=["cs.LG"])
    member = enter(stage, "member", "/me/notices/", javascript=javascript)
    page = member.page
    none = page.get_by_label("A mention of you: None")
    none.check()
    member.press_button("Save")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(none).to_be_checked()

    (pk,) = scene.ask("SELECT id FROM accounts_user WHERE email = 'member@example.org'")
    secret = running.workers()[0].environ()["SECRET_KEY"]
    link = Signer(key=secret, salt="notifications.stop", sep="~").sign(f"{pk}.group:{group}")
    stranger = stage.enter(javascript=javascript)
    stranger.goto(f"/me/notices/stop/{link}/")
    stranger.press_button("Stop all mail")
    stranger.sees("No mail comes to you")
    member.goto("/me/notices/")
    expect(page.get_by_role("button", name=f"Mail me again — Group {slug}")).to_be_visible()

    member.goto("/me/feeds/")
    member.press_button(f"Make a link — Group {slug}")
    address = page.get_by_label("For a feed reader").input_value()
    assert page.request.get(address).status == 200
    member.goto("/me/feeds/")
    member.press_button(f"End the link — Group {slug}")
    expect(page.get_by_text(f"The link for Group {slug} no longer works.")).to_be_visible()
    assert page.request.get(address).status == 404


@WITH_AND_WITHOUT
def test_agendas_get_a_form_of_ones_own(stage: Stage, scene: Scene, javascript: bool) -> None:
    slug = f"form-{javascript}".lower()
    scene.group(slug, categories=["cs.LG"])
    organiser = enter(stage, "organiser", f"/g/{slug}/meetings/template/", javascript=javascript)
    page = organiser.page

    organiser.write("Template", "{% for item in items %}")
    organiser.press_button("Preview")
    expect(page.locator(".notice--error")).to_contain_text("Not drawn, and not saved.")
    expect(page.get_by_label("Template")).to_have_value("{% for item in items %}")
    organiser.write("Template", "Agenda of *{{ group }}*")
    organiser.press_button("Preview")
    expect(page.locator(".template-preview")).to_have_text("Agenda of *Sample group*")
    expect(page.get_by_text("This is the standard form")).to_be_visible()
    organiser.press_button("Save")

    expect(page.get_by_text("This group has a form of its own.")).to_be_visible()
    expect(page.get_by_label("Template")).to_have_value("Agenda of *{{ group }}*")
