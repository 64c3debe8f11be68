"""Who one is, in the browser: passkeys, an authenticator app without script, and members who come back by one press."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, expect

from tests.journeys.inspection import findings
from tests.journeys.pages import PASSWORD, Keys, Person, Stage
from tests.journeys.scene import Scene
from tests.running import Running

pytestmark = pytest.mark.journey

# A device that keeps passkeys and knows its owner, as the browser's developer tools pretend to have.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def newcomer(stage: Stage, scene: Scene, name: str, *, javascript: bool = True) -> Person:
    """Let someone sign up and confirm the address."""
    person = stage.enter(javascript=javascript)
    person.goto("/accounts/signup/")
    person.sign_up(name, button="Sign up")
    scene.connection.execute("UPDATE account_emailaddress SET verified = true WHERE email LIKE 'key.%%'")
    return person


def prove(person: Person) -> None:
    """Say who one is, when that is asked."""
    person.page.wait_for_url(re.compile("/reauthenticate/|/second-step/[a-z]+/"))
    if "reauthenticate" in person.page.url:
        person.write("Password", PASSWORD)
        person.press_button("Go on")


def log_out(person: Person) -> None:
    person.goto("/accounts/logout/")
    person.page.get_by_role("main").get_by_role("button", name="Log out").click()
    person.page.get_by_role("link", name="Log in", exact=True).first.wait_for()


def test_passkey_takes_the_place_of_the_password(browser: Browser, running: Running, scene: Scene) -> None:
    stage = Stage(browser, running.url.replace("127.0.0.1", "localhost"))  # passkeys belong to names, not to numbers
    person = newcomer(stage, scene, "Key Owner")
    page = person.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    person.goto("/accounts/second-step/")
    page.get_by_role("link", name="Add one").click()
    prove(person)
    person.sees("Add a passkey or security key")
    wrong = findings(page)
    page.get_by_label("Log in with it alone").check()
    person.press_button("Add it")
    person.sees("Recovery codes")
    wrong += findings(page)
    person.goto("/accounts/second-step/webauthn/")
    expect(page.locator(".removed li")).to_contain_text("passkey")
    wrong += findings(page)
    log_out(person)
    person.goto("/accounts/login/?next=/me/")
    person.press_button("Log in with a passkey")
    person.sees("Your account")

    stage.leave()
    assert (wrong, stage.complaints) == ([], [])


def test_authenticator_app_needs_no_script(stage: Stage, scene: Scene) -> None:
    person = newcomer(stage, scene, "Key Keeper", javascript=False)
    page = person.page

    person.goto("/accounts/second-step/totp/activate/")
    prove(person)
    secret = page.get_by_label("Key", exact=True).input_value()
    person.write("Authenticator code", code(secret))
    person.press_button("Switch it on")
    person.sees("Recovery codes")
    (first, *_) = page.get_by_label("Unused codes").input_value().split()
    log_out(person)
    person.goto("/accounts/login/?next=/me/")
    person.write("Email", "key.keeper@example.org")
    person.write("Password", PASSWORD)
    person.press_button("Log in")
    person.sees("One more step")
    person.write("Code", first)
    person.press_button("Log in")
    person.sees("Your account")


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def test_drawing_of_the_key_is_shown_under_our_policy(stage: Stage, scene: Scene) -> None:
    person = newcomer(stage, scene, "Key Drawer")

    person.goto("/accounts/second-step/totp/activate/")
    prove(person)

    box = person.page.locator(".qr svg").bounding_box()
    assert box is not None
    assert box["width"] > 100
    assert findings(person.page) == []


def test_removed_member_comes_back_by_the_key_of_undo(stage: Stage, scene: Scene) -> None:
    scene.group("coming-back", categories=["nlin.CG"])
    organiser = stage.enter()
    organiser.come_back("organiser@example.org")
    organiser.goto("/g/coming-back/members/")
    page = organiser.page
    rows = page.locator("#members tbody tr")
    count = rows.count()
    row = rows.filter(has=page.get_by_role("button", name="Remove")).last
    name = row.locator("th bdi").inner_text()

    row.get_by_role("button", name="Remove").click()
    expect(page.locator("#status")).to_have_text(f"{name} was removed.")
    expect(rows).to_have_count(count - 1)
    Keys(page).press("u")
    expect(page.locator("#status")).to_have_text(f"{name} is in the group.")

    expect(rows).to_have_count(count)
    expect(page.locator("#member-count")).to_have_text(str(count))
