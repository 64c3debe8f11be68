"""The second step at log-in: an authenticator app, recovery codes, and who has to have one."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD, Cast
from tests.pages import page


def log_in(user: User) -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def knowing(client: Client, method: str, address: str, sent: dict[str, str] | None = None) -> Any:
    """Ask, and say who one is when that is asked."""
    answer = getattr(client, method)(address, sent or {})
    if answer.status_code == 302 and "reauthenticate" in answer["Location"]:
        answer = client.post(answer["Location"], {"password": PASSWORD}, follow=True)
    return answer


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def set_up(user: User) -> tuple[Client, str, list[str]]:
    """Set up an authenticator app; return the browser, the app's key and the recovery codes."""
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    client, _ = log_in(user)
    secret = (
        page(knowing(client, "get", "/accounts/second-step/totp/activate/")).one("#authenticator-secret").get("value")
    )
    assert secret
    shown = page(client.post("/accounts/second-step/totp/activate/", {"code": code_of(secret)}, follow=True))
    return client, secret, shown.one("#recovery-codes").text.split()


def test_app_is_set_up_by_its_drawing_or_its_key(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.member, email=cast.member.email, primary=True, verified=True)
    client, _ = log_in(cast.member)

    shown = page(knowing(client, "get", "/accounts/second-step/totp/activate/"))
    key = shown.one("#authenticator-secret").get("value") or ""
    wrong = client.post("/accounts/second-step/totp/activate/", {"code": "000000"})
    right = client.post("/accounts/second-step/totp/activate/", {"code": code_of(key)}, follow=True)

    assert (len(shown.all(".qr svg path")), shown.all("img"), shown.all("[style]")) == (1, [], [])
    assert page(wrong).one(".field__error").words == "Incorrect code."
    codes = page(right).one("#recovery-codes").text.split()
    assert (len(codes), len(set(codes))) == (10, 10)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert [secret in kept for secret in (key, *codes)] == [False] * 11
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of(key))


def test_log_in_takes_two_steps(cast: Cast) -> None:
    _, secret, codes = set_up(cast.member)

    client, first = log_in(cast.member)
    before = client.get("/me/").status_code
    wrong = client.post("/accounts/second-step/authenticate/", {"code": "123456"})
    right = client.post("/accounts/second-step/authenticate/", {"code": codes[0]})
    again, _ = log_in(cast.member)
    used = again.post("/accounts/second-step/authenticate/", {"code": codes[0]})

    assert (first["Location"], before) == ("/accounts/second-step/authenticate/", 302)
    assert (wrong.status_code, page(wrong).one(".field__error").words) == (200, "Incorrect code.")
    assert (right.status_code, client.get("/me/").status_code) == (302, 200)
    assert (used.status_code, again.get("/me/").status_code) == (200, 302)
    assert secret


def test_pages_of_the_second_step(cast: Cast) -> None:
    client, _, codes = set_up(cast.member)
    pages = {
        "/accounts/second-step/": "Second step and passkeys",
        "/accounts/second-step/recovery-codes/": "Recovery codes",
        "/accounts/second-step/recovery-codes/generate/": "Make recovery codes",
        "/accounts/second-step/totp/deactivate/": "Switch the authenticator app off?",
        "/accounts/second-step/webauthn/": "Passkeys and security keys",
        "/accounts/second-step/webauthn/add/": "Add a passkey or security key",
        "/accounts/second-step/reauthenticate/": "Is it you?",
        "/accounts/email/": "Your e-mail address",
        "/accounts/other/": "Log-in by other services",
    }

    shown = {address: page(knowing(client, "get", address)).one("h1").words for address in pages}
    download = client.get("/accounts/second-step/recovery-codes/download/")
    off = client.post("/accounts/second-step/totp/deactivate/", {}, follow=True)

    assert shown == pages
    assert download.content.decode().split() == codes
    assert page(off).one("h1").words == "Second step and passkeys"
    assert mail.outbox[-1].subject == "Authenticator app switched off for Reading Group"
    assert Authenticator.objects.filter(user=cast.member, type="totp").count() == 0


def test_address_is_confirmed_before_a_second_step_where_mail_is_sent(cast: Cast, settings: Any) -> None:
    EmailAddress.objects.create(user=cast.member, email=cast.member.email, primary=True)  # as a sign-up does
    client, _ = log_in(cast.member)
    # Nobody can, without a mail server.
    set_up = page(knowing(client, "get", "/accounts/second-step/totp/activate/"))
    assert set_up.one("h1").words == "Set up an authenticator app"
    settings.MFA_ALLOW_UNVERIFIED_EMAIL = False  # as with EMAIL_HOST

    answer = client.get("/accounts/second-step/totp/activate/", follow=True)

    assert answer.redirect_chain == [("/accounts/second-step/", 302)]
    assert "until you have verified your email address" in answer.content.decode()
    assert Authenticator.objects.count() == 0


def test_organisers_have_one_where_the_operator_asks_for_it(cast: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = frozenset({"organisers"})
    sent = {"section": "place", "place": "Room 7"}
    client, _ = log_in(cast.organiser)
    member, _ = log_in(cast.member)

    without = client.post(f"/g/{cast.group.slug}/settings/", sent)
    others = member.get(f"/g/{cast.group.slug}/").status_code
    with_one, *_ = set_up(cast.organiser)
    saved = with_one.post(f"/g/{cast.group.slug}/settings/", sent)

    assert (without.status_code, others, saved.status_code) == (403, 200, 302)
    assert "Whoever runs a group here needs a second step at log-in." in without.content.decode()


def test_admins_have_one_where_the_operator_asks_for_it(cast: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = frozenset({"admins"})
    client, _ = log_in(cast.admin)
    member, _ = log_in(cast.member)

    refused = [client.get(address) for address in ("/listings/", "/admin/", "/")]
    allowed = [client.get(address).status_code for address in ("/me/", "/accounts/second-step/", "/me/data/")]
    with_one, *_ = set_up(cast.admin)

    assert [answer["Location"] for answer in refused] == ["/accounts/second-step/"] * 3
    assert (allowed, member.get("/me/").status_code) == ([200, 200, 200], 200)
    assert [with_one.get(address).status_code for address in ("/listings/", "/admin/")] == [200, 200]


def test_log_ins_are_listed_and_ended(cast: Cast) -> None:
    browsers = {
        "Firefox on Linux": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Safari on iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18.0 Mobile Safari/604.1",
        "A browser": "curl/8",
    }
    clients = {}
    for name, agent in browsers.items():
        clients[name] = Client(headers={"user-agent": agent})
        clients[name].post("/accounts/login/", {"login": cast.member.email, "password": PASSWORD})
    here = clients["Firefox on Linux"]
    stranger, _ = log_in(cast.outsider)

    rows = page(here.get("/me/sessions/")).all(".removed li")
    ends = {row.one("b").words: row.all("[name=session]") for row in rows}
    number = ends["A browser"][0].get("value")
    stolen = stranger.post("/me/sessions/", {"session": number}).status_code
    here.post("/me/sessions/", {"session": number})
    after_one = {name: client.get("/me/").status_code for name, client in clients.items()}
    here.post("/me/sessions/", {"session": ""})
    after_all = {name: client.get("/me/").status_code for name, client in clients.items()}

    assert [row.one("b").words for row in rows] == ["Firefox on Linux", "A browser", "Safari on iPhone"]
    assert (ends["Firefox on Linux"], stolen) == ([], 404)
    assert after_one == {"Firefox on Linux": 200, "Safari on iPhone": 200, "A browser": 302}
    assert after_all == {"Firefox on Linux": 200, "Safari on iPhone": 302, "A browser": 302}


def test_address_changes_once_the_new_one_is_confirmed(cast: Cast) -> None:
    old = cast.member.email
    EmailAddress.objects.create(user=cast.member, email=old, primary=True, verified=True)
    stolen = Client()
    stolen.force_login(cast.member)
    asked = stolen.post("/accounts/email/", {"email": "thief@example.org", "action_add": "1"})
    client, _ = log_in(cast.member)

    knowing(client, "post", "/accounts/email/", {"email": "new@example.org", "action_add": "1"})
    cast.member.refresh_from_db()
    waiting = cast.member.email
    (link,) = re.findall(r"http://localhost:8000(/accounts/confirm-email/\S+)", str(mail.outbox[-1].body))
    client.get(link)
    looked = User.objects.get(pk=cast.member.pk).email
    client.post(link)

    cast.member.refresh_from_db()
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert (waiting, looked, cast.member.email) == (old, old, "new@example.org")
    assert list(EmailAddress.objects.filter(user=cast.member).values_list("email", flat=True)) == ["new@example.org"]


@pytest.mark.django_db
def test_log_in_page_offers_no_other_service_unless_one_is_set(client: Client) -> None:
    shown = page(client.get("/accounts/login/"))

    assert [form.get("action") for form in shown.all("main form")] == [
        "/accounts/login/",
        "/accounts/second-step/webauthn/login/",
    ]
