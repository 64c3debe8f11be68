"""Sign-up, log-in, log-out and password reset, through allauth as it is set up here."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from core import limits
from core.clock import now
from tests.factories import PASSWORD, Cast, UserFactory

NEWCOMER = {"name": "Emmy  Noether", "email": "Emmy@Example.org", "password1": PASSWORD, "zone": "Europe/Paris"}

# Addresses that are not ours, as a `next` might carry them.
ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "http:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "http://testserver@evil.example",
    "http://testserver.evil.example/",
    "http://evil.example#@testserver/",
    "http://evil.example\\@testserver",
    "//testserver@evil.example",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,hello",
    "vbscript:x",
    "\x00//evil.example",
    "\t//evil.example",
    " //evil.example",
    "\n//evil.example",
    "/\t/evil.example",
    "evil.example",
    "https://testserver",  # ours, but with a host: also not needed
    "ftp://testserver/",
    "//testserver/g/",
    "http://localhost:8000/",
    "ｈttps://evil.example",
    "//evil。example",
    "http://[::1]/",
    "mailto:x@evil.example",
]


def log_in(client: Client, user: User, **fields: str) -> str:
    """Log in by the form and return where it leads."""
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD, **fields})
    return answer.url if answer.status_code == 302 else ""


def reset_link(client: Client, email: str) -> str:
    """Ask for a reset and return the link of the mail, without the site."""
    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": email})
    (link,) = re.findall(r"http://localhost:8000(/accounts/password/reset/key/\S+)", mail.outbox[0].body)
    return link


def test_sign_up_saves_the_name_and_the_zone_and_logs_in(client: Client, db: None) -> None:
    answer = client.post("/accounts/signup/", NEWCOMER)

    user = User.objects.get()
    assert answer.url == "/"
    assert (user.name, user.email, user.zone, user.is_staff) == (
        "Emmy Noether",
        "emmy@example.org",
        "Europe/Paris",
        False,
    )
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "utc", "x" * 5000])
def test_zone_that_is_none_becomes_utc(client: Client, db: None, zone: str) -> None:
    client.post("/accounts/signup/", NEWCOMER | {"zone": zone})

    assert User.objects.get().zone == "UTC"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"email": "not an address"},
        {"password1": "x1!" * 3 + "xy"},  # 11 characters
        {"password1": "password1234"},  # on the list of common ones
        {"password1": "emmy@example.org"},
    ],
)
def test_sign_up_refuses_what_cannot_be(client: Client, db: None, fields: dict[str, str]) -> None:
    client.post("/accounts/signup/", NEWCOMER | fields)

    assert User.objects.count() == 0


def test_sign_up_takes_no_further_field(client: Client, db: None) -> None:
    client.post("/accounts/signup/", NEWCOMER | {"is_staff": "on", "is_superuser": "on", "theme": "dark"})

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.theme) == (False, False, "system")


def test_sign_up_of_a_known_address_in_other_case_makes_no_second_person(client: Client, cast: Cast) -> None:
    before = User.objects.count()

    client.post("/accounts/signup/", NEWCOMER | {"email": cast.member.email.upper()})

    assert User.objects.count() == before
    assert client.get("/me/").status_code == 302


def test_closed_sign_up_takes_nobody(client: Client, db: None, settings: Settings) -> None:
    settings.SIGNUP_OPEN = False

    answer = client.post("/accounts/signup/", NEWCOMER)

    assert User.objects.count() == 0
    assert 'name="password1"' not in answer.content.decode()


def test_log_in_takes_the_address_in_any_case_and_changes_the_session(client: Client, cast: Cast) -> None:
    client.get("/accounts/login/")
    client.session["planted"] = "by someone else"
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted

    client.post("/accounts/login/", {"login": cast.member.email.upper(), "password": PASSWORD})

    assert client.session.session_key != planted
    assert client.get("/me/").status_code == 200


def test_log_in_answers_the_same_for_known_and_unknown_addresses(cast: Cast) -> None:
    answers = []
    for email in (cast.member.email, "unknown-person@example.org"):
        page = Client().post("/accounts/login/", {"login": email, "password": "a wrong password"}).content.decode()
        answers.append(re.sub(r'value="[\w-]{64}"', "", page).replace(email, ""))

    assert answers[0] == answers[1]
    assert "are not correct" in answers[0]


def test_log_in_leads_to_where_one_wanted_to_go(client: Client, cast: Cast) -> None:
    wanted = client.get(f"/g/{cast.group.slug}/members/?x=1&y=2")
    page = client.get(wanted.url)

    assert wanted.url == f"/accounts/login/?next=/g/{cast.group.slug}/members/%3Fx%3D1%26y%3D2"
    assert f'value="/g/{cast.group.slug}/members/?x=1&amp;y=2"' in page.content.decode()
    assert log_in(client, cast.member, next=f"/g/{cast.group.slug}/members/") == f"/g/{cast.group.slug}/members/"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_next_leads_off_the_site(cast: Cast, address: str) -> None:
    client = Client()
    from_log_in = log_in(client, cast.member, next=address)
    from_log_out = client.post("/accounts/logout/", {"next": address}).url
    from_sign_up = client.post(f"/accounts/signup/?next={address}", NEWCOMER | {"next": address}).url

    assert (from_log_in, from_log_out, from_sign_up) == ("/", "/", "/")


def test_htmx_is_led_to_the_log_in_of_this_site(client: Client, cast: Cast) -> None:
    for address in ELSEWHERE:
        answer = client.get(
            f"/g/{cast.group.slug}/members/",
            headers={"HX-Request": "true", "HX-Current-URL": address.encode("latin-1", "ignore").decode("latin-1")},
        )

        assert answer["HX-Redirect"].startswith("/accounts/login/?next=%2F")
        assert "evil" not in answer["HX-Redirect"]


def test_log_out_is_a_post(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)

    client.get("/accounts/logout/")
    still_in = client.get("/me/").status_code
    old_cookie = client.cookies["sessionid"].value
    answer = client.post("/accounts/logout/")

    assert (still_in, answer.url) == (200, "/")
    client.cookies["sessionid"] = old_cookie
    assert client.get("/me/").status_code == 302


def test_reset_answers_the_same_for_known_and_unknown_addresses(cast: Cast) -> None:
    answers = []
    for email in (cast.member.email, "unknown@example.org"):
        client = Client()
        answer = client.post("/accounts/password/reset/", {"email": email})
        answers.append(
            (answer.status_code, answer.url, re.sub(r'value="[\w-]{64}"', "", client.get(answer.url).content.decode()))
        )

    assert answers[0] == answers[1]


@pytest.mark.parametrize("host", ["testserver", "127.0.0.1", "localhost"])
def test_mails_carry_our_address_whatever_the_host_header(cast: Cast, host: str) -> None:
    client = Client(headers={"host": host})

    client.post("/accounts/password/reset/", {"email": cast.member.email})
    client.post("/accounts/password/reset/", {"email": "unknown@example.org"})
    client.post("/accounts/signup/", NEWCOMER)

    links = [link for message in mail.outbox for link in re.findall(r"https?://\S+", message.body)]
    assert len(mail.outbox) == 3
    assert len(links) >= 3
    assert {link.startswith("http://localhost:8000/") for link in links} == {True}
    assert not any("127.0.0.1" in message.body + message.subject for message in mail.outbox)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example:80"]
)
def test_foreign_host_is_refused(cast: Cast, host: str) -> None:
    answer = Client(headers={"host": host}).post("/accounts/password/reset/", {"email": cast.member.email})

    assert answer.status_code == 400
    assert mail.outbox == []


def test_reset_changes_the_password_once_and_logs_nobody_in(client: Client, cast: Cast) -> None:
    link = reset_link(client, cast.member.email)
    form = client.get(link).url
    new = {"password1": "quite another password", "password2": "quite another password"}

    client.post(form, new)
    logged_in = client.get("/me/").status_code
    again = Client().get(link, follow=True).content.decode()

    assert logged_in == 302
    assert 'name="password1"' not in again
    assert (
        Client().post("/accounts/login/", {"login": cast.member.email, "password": new["password1"]}).status_code == 302
    )


@pytest.mark.parametrize(
    ("seconds", "works"), [(limits.RESET_LINK_SECONDS - 5, True), (limits.RESET_LINK_SECONDS + 5, False)]
)
def test_reset_link_works_for_an_hour(client: Client, cast: Cast, seconds: int, works: bool) -> None:
    link = reset_link(client, cast.member.email)

    with time_machine.travel(now() + timedelta(seconds=seconds), tick=False):
        page = client.get(link, follow=True).content.decode()

    assert ('name="password1"' in page) == works


def test_inactive_person_is_not_let_in(client: Client, db: None) -> None:
    user = UserFactory(is_active=False)

    log_in(client, user)

    assert client.get("/me/").status_code == 302


def test_admin_site_asks_for_the_log_in_of_everyone_else(client: Client, cast: Cast) -> None:
    anonymous = client.get("/admin/login/")
    client.force_login(cast.member)
    member = client.get("/admin/login/")

    assert anonymous.url.startswith("/accounts/login/?next=")
    assert member.status_code == 403
