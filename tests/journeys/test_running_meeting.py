"""A running meeting in three browsers: who runs it, who writes and loses the network, and the projector."""

import os
import re

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.pages import Person, Stage
from tests.journeys.scene import Scene

pytestmark = pytest.mark.journey

AWAY = int(os.environ.get("RUN_AWAY_SECONDS", "0"))  # how long who writes has no network, beyond what the others do


def enter(stage: Stage, name: str, address: str) -> Person:
    person = stage.enter()
    person.come_back(f"{name}@example.org")
    person.goto(address)
    return person


def meeting_of(scene: Scene, group: int) -> str:
    """Let a meeting of the group be about to begin."""
    (slug,) = scene.ask(
        "UPDATE groups_meeting SET starts_at = now() + interval '5 minutes', closes_at = now() - interval '1 minute' "
        f"WHERE id = (SELECT min(id) FROM groups_meeting WHERE group_id = {group}) RETURNING slug"
    )
    return str(slug)


def test_pages_follow_and_no_note_is_lost(stage: Stage, scene: Scene) -> None:
    group = scene.group("running", categories=["cs.LG"])
    here = f"/g/running/meetings/{meeting_of(scene, group)}/"
    organiser = enter(stage, "organiser", here)
    for topic in ("Welcome", "Ana’s talk"):
        organiser.write("Topic", topic)
        organiser.press_button("Add topic")
        expect(organiser.page.locator(".agenda__title", has_text=topic)).to_be_visible()
    organiser.goto(here)
    organiser.press_button("Begin the meeting")
    scribe = enter(stage, "member", f"{here}run/")
    projector = enter(stage, "guest", f"{here}run/?projector")
    titles = [each.page.locator(".run__title") for each in (organiser, scribe, projector)]
    for title in titles:
        expect(title).to_have_text("Welcome")
        expect(title.page.locator("#run")).to_have_attribute("hx-trigger", "every 2s")

    # Hands in order, and who is there, on every page.
    for person in (projector, organiser):
        person.goto(f"{here}run/")
    for person in (scribe, projector, organiser):
        person.press_button("Raise hand")
        expect(person.page.locator("#hand")).to_have_attribute("aria-pressed", "true")
        person.press_button("I’m here")
        expect(person.page.locator("#here")).to_have_attribute("aria-pressed", "true")
    names = ["Ben Okafor", "Chiara Rossi", "Ana Duarte"]
    projector.goto(f"{here}run/?projector")
    for person in (organiser, scribe, projector):
        expect(person.page.locator(".run__queue bdi")).to_have_text(names)
        expect(person.page.locator(".run__count")).to_have_text("3 here")

    scribe.write("What was said", "We agreed on Thursday.")
    assert stage.complaints == []
    scribe.page.context.set_offline(True)
    scribe.press_button("Write down")
    organiser.page.locator("button[value=discussed]").click()

    for title in (titles[0], titles[2]):
        expect(title).to_have_text("Ana’s talk")
    expect(projector.page.locator(".run__queue")).to_have_count(0)
    organiser.page.wait_for_timeout(AWAY * 1_000)
    expect(scribe.page.get_by_label("What was said")).to_have_value("We agreed on Thursday.")
    scribe.page.context.set_offline(False)
    expect(titles[1]).to_have_text("Ana’s talk")
    expect(scribe.page.get_by_label("What was said")).to_have_value("We agreed on Thursday.")
    scribe.press_button("Write down")
    expect(scribe.page.locator("#status")).to_have_text("Written down.")
    expect(scribe.page.get_by_label("What was said")).to_have_value("")
    stage.complaints.clear()  # of the network that was away
    expect(scribe.page.locator(".run__queue")).to_have_count(0)

    wrote = f"FROM meetings_note note JOIN meetings_agendaitem item ON item.id = item_id WHERE note.group_id = {group}"
    assert scene.ask(f"SELECT item.title || ': ' || note.text {wrote}") == ["Welcome: We agreed on Thursday."]


def test_answer_to_a_button_that_the_page_has_replaced_meanwhile_is_said(stage: Stage, scene: Scene) -> None:
    here = f"/g/hands/meetings/{meeting_of(scene, scene.group('hands', categories=['cs.LG']))}/"
    organiser = enter(stage, "organiser", here)
    organiser.write("Topic", "Welcome")
    organiser.press_button("Add topic")
    expect(organiser.page.locator(".agenda__title", has_text="Welcome")).to_be_visible()
    organiser.goto(here)
    organiser.press_button("Begin the meeting")
    expect(organiser.page.locator(".run__title")).to_have_text("Welcome")
    member, held = enter(stage, "member", f"{here}run/"), list[Route]()
    queue, hand = member.page.locator(".run__queue bdi"), re.compile("/hand/$")
    member.page.route(hand, lambda route: held.append(route))

    with member.page.expect_request(hand):
        member.press_button("Raise hand")
    organiser.press_button("Raise hand")
    expect(queue).to_have_text(["Ana Duarte"])
    held[0].continue_()

    expect(member.page.locator("#status")).to_have_text("Hand raised.")
    expect(queue).to_have_text(["Ana Duarte", "Ben Okafor"])
