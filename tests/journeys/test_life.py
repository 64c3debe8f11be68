"""A group and an account through their lives, in the browser: set up, archived, taken out, deleted and brought back."""

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import PASSWORD, Person, Stage
from tests.journeys.scene import Scene

pytestmark = pytest.mark.journey

WITH_AND_WITHOUT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])


def enter(stage: Stage, name: str, address: str, *, javascript: bool) -> Person:
    person = stage.enter(javascript=javascript)
    person.come_back(f"{name}@example.org")
    person.goto(address)
    return person


@WITH_AND_WITHOUT
def test_group_is_set_up_archived_taken_out_deleted_and_brought_back(
    stage: Stage, scene: Scene, javascript: bool
) -> None:
    slug = f"life-{javascript}".lower()
    scene.group(slug, categories=["cs.LG"])
    organiser = enter(stage, "organiser", f"/g/{slug}/members/", javascript=javascript)
    main = organiser.page.get_by_role("main")

    organiser.write("E-mail addresses", "new.comer@example.org")
    organiser.press_button("Send invitations")
    expect(main).to_contain_text("new.comer@example.org")
    organiser.goto(f"/g/{slug}/settings/")
    organiser.write("Room or place optional", "Room 7")
    organiser.press_button("Save — Where you meet")
    expect(organiser.page.locator(".saved")).to_be_visible()
    organiser.goto(f"/g/{slug}/log/")
    expect(main).to_contain_text("made invitations (mail, member, 1 person)")

    organiser.goto(f"/g/{slug}/settings/")
    organiser.press_button("Archive")
    organiser.press_button("Open the group again")
    expect(organiser.page.get_by_role("button", name="Archive", exact=True)).to_be_visible()
    with organiser.page.expect_download() as download:
        organiser.press_button("Export the group")
    assert download.value.suggested_filename.endswith(".zip")
    organiser.write(f"Type “Group {slug}” to delete it", f"Group {slug}")
    organiser.press_button("Delete the group")
    organiser.press_button(f"Bring back — Group {slug}")
    organiser.goto(f"/g/{slug}/")
    organiser.sees("This week")


@WITH_AND_WITHOUT
def test_member_leaves_and_sees_the_group_no_more(stage: Stage, scene: Scene, javascript: bool) -> None:
    slug = f"left-{javascript}".lower()
    scene.group(slug, categories=["cs.LG"])
    member = enter(stage, "member", f"/g/{slug}/members/", javascript=javascript)

    member.page.locator(".leave > summary").click()
    member.press_button(f"Leave Group {slug}")

    expect(member.page.get_by_role("status").or_(member.page.locator(".notice")).first).to_be_attached()
    answer = member.page.goto(f"/g/{slug}/")
    assert answer is not None
    assert answer.status == 404


@WITH_AND_WITHOUT
def test_account_ends_its_other_log_ins_and_is_taken_out_and_kept(stage: Stage, javascript: bool) -> None:
    name = f"Lou {'Script' if javascript else 'Plain'}"
    address = f"{name.lower().replace(' ', '.')}@example.org"
    person, elsewhere = stage.enter(javascript=javascript), stage.enter(javascript=javascript)
    person.goto("/accounts/signup/")
    person.sign_up(name, button="Sign up")
    elsewhere.goto("/accounts/login/")
    elsewhere.write("Email", address)
    elsewhere.write("Password", PASSWORD)
    elsewhere.press_button("Log in")
    expect(elsewhere.page.locator("summary", has_text="Account:")).to_be_visible()

    person.goto("/me/sessions/")
    person.press_button("End all others")
    expect(person.page.get_by_role("button", name="End all others")).to_have_count(0)
    elsewhere.goto("/me/")
    elsewhere.sees("Log in")

    person.goto("/me/data/")
    person.press_button("Download my data")
    person.sees("Is it you?")
    person.write("Password", PASSWORD)
    with person.page.expect_download() as download:
        person.press_button("Go on")
    assert download.value.suggested_filename.endswith(".zip")
    person.goto("/me/data/")
    person.write("Type your e-mail address to delete the account", address)
    person.press_button("Delete my account")
    person.press_button("Keep my account")
    expect(person.page.get_by_role("heading", name="Delete the account")).to_be_visible()
