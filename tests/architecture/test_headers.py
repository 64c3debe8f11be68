"""What every answer carries, whatever its status and whoever made it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import Morsel
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponseBase
from django.test import Client

from groups import actions, queries
from tests.factories import PASSWORD, Cast

ROOT = Path(__file__).resolve().parents[2]
HTMX = {"HX-Request": "true"}
CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
Ask = Callable[[Cast], HttpResponseBase]


def anonymous(cast: Cast) -> Client:
    return Client(raise_request_exception=False)


def member(cast: Cast, **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    client.force_login(cast.member)
    return client


def admin(cast: Cast) -> Client:
    client = anonymous(cast)
    client.force_login(cast.admin)
    return client


def organiser(cast: Cast) -> Client:
    client = anonymous(cast)
    client.force_login(cast.organiser)
    return client


@contextmanager
def broken_page() -> Iterator[None]:
    def fail(**_: Any) -> None:
        raise RuntimeError("secret detail of /work/somewhere SELECT * FROM accounts_user")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "members_page", fail)
        yield


@contextmanager
def database_away() -> Iterator[None]:
    def refuse(*_: Any) -> None:
        raise OperationalError("connection to server at 10.0.0.7 failed")

    with connection.execute_wrapper(refuse):
        yield


def failing(cast: Cast, **headers: str) -> HttpResponseBase:
    with broken_page():
        return member(cast).get(f"/g/{cast.group.slug}/members/", headers=headers)


def without_database(cast: Cast, method: str = "get", **headers: str) -> HttpResponseBase:
    client = member(cast)
    with database_away():
        return getattr(client, method)(f"/g/{cast.group.slug}/members/", headers=headers)


KINDS: dict[str, tuple[int, Ask]] = {
    "landing page": (200, lambda cast: anonymous(cast).get("/")),
    "log-in page": (200, lambda cast: anonymous(cast).get("/accounts/login/")),
    "health": (200, lambda cast: anonymous(cast).get("/healthz")),
    "page of a person": (200, lambda cast: member(cast).get("/me/")),
    "page of a group": (200, lambda cast: member(cast).get(f"/g/{cast.group.slug}/members/")),
    "page that one's browser keeps": (200, lambda cast: member(cast).get(f"/g/{cast.group.slug}/")),
    "head": (200, lambda cast: member(cast).head("/me/")),
    "admin site": (200, lambda cast: admin(cast).get("/admin/")),
    "admin form": (200, lambda cast: admin(cast).get("/admin/accounts/user/add/")),
    "file": (200, lambda cast: anonymous(cast).get("/static/css/base.css")),
    "file of the admin site": (200, lambda cast: anonymous(cast).get("/static/admin/css/base.css")),
    "to the log-in": (302, lambda cast: anonymous(cast).get("/me/")),
    "to the log-in by htmx": (200, lambda cast: anonymous(cast).get("/me/", headers=HTMX)),
    "missing slash": (301, lambda cast: anonymous(cast).get("/me")),
    "after a log-in": (
        302,
        lambda cast: anonymous(cast).post("/accounts/login/", {"login": cast.member.email, "password": PASSWORD}),
    ),
    "bad host": (400, lambda cast: anonymous(cast).get("/", headers={"host": "evil.example"})),
    "not allowed": (403, lambda cast: member(cast).get(f"/g/{cast.group.slug}/settings/")),
    "not allowed by htmx": (403, lambda cast: member(cast).get(f"/g/{cast.group.slug}/settings/", headers=HTMX)),
    "forged form": (403, lambda cast: member(cast, enforce_csrf_checks=True).post("/me/preferences/")),
    "no admin": (403, lambda cast: member(cast).get("/admin/login/")),
    "no address": (404, lambda cast: anonymous(cast).get("/no/such/address/")),
    "no group": (404, lambda cast: member(cast).get("/g/no-such-group/members/")),
    "no file": (404, lambda cast: anonymous(cast).get("/static/no-such-file.css")),
    "no row in the admin site": (404, lambda cast: admin(cast).get("/admin/no-such-app/")),
    "wrong method": (405, lambda cast: member(cast).post("/me/")),
    "trace": (405, lambda cast: member(cast).trace("/me/")),
    "conflict": (
        409,
        lambda cast: organiser(cast).post(
            f"/g/{cast.group.slug}/members/{cast.group.memberships.get(user=cast.organiser).pk}/", {"state": "removed"}
        ),
    ),
    "mistake in a form": (422, lambda cast: member(cast).post("/me/preferences/", {"name": ""})),
    "failure": (500, failing),
    "failure by htmx": (500, lambda cast: failing(cast, **HTMX)),
    "database away": (503, without_database),
    "database away by htmx": (503, lambda cast: without_database(cast, "post", **HTMX)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_carries_the_headers(cast: Cast, kind: str) -> None:
    status, ask = KINDS[kind]

    answer = ask(cast)

    assert answer.status_code == status
    assert {name: answer.get(name) for name in ALWAYS} == ALWAYS
    assert set(answer["Content-Security-Policy"].split("; ")) == CSP
    assert re.fullmatch(r"[0-9a-f]{12}", answer["X-Request-Id"])
    assert "Server" not in answer


@pytest.mark.parametrize("kind", KINDS)
def test_only_files_may_be_kept_by_caches(cast: Cast, kind: str) -> None:
    _, ask = KINDS[kind]

    answer = ask(cast)

    kept = {part.strip().partition("=")[0] for part in answer.get("Cache-Control", "").split(",")}
    if kind.startswith("file"):
        assert "public" in kept
    elif kind == "page that one's browser keeps":
        assert {"private", "no-cache"} == kept
    else:
        assert "no-store" in kept
        assert "public" not in kept


def test_page_differs_by_htmx_by_cookie_and_by_packing(cast: Cast) -> None:
    answer = member(cast).get("/me/")

    assert {name.strip() for name in answer["Vary"].split(",")} == {"Accept-Encoding", "Cookie", "HX-Request"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_invitation_never_sends_its_address_on(cast: Cast, method: str) -> None:
    wanted = {"key": uuid4(), "role": "guest", "max_uses": 1}
    token = actions.invite(by=cast.organiser, slug=cast.group.slug, **wanted).token
    client = Client()
    client.force_login(cast.outsider)

    answers = [getattr(client, method)(f"/join/{word}/") for word in (token, "unknown")]

    assert [answer["Referrer-Policy"] for answer in answers] == ["strict-origin", "strict-origin"]


@pytest.mark.parametrize("kind", ["failure", "failure by htmx"])
def test_failure_says_a_reference_and_nothing_of_the_inside(cast: Cast, kind: str) -> None:
    answer = KINDS[kind][1](cast)

    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer["X-Request-Id"] in page
    assert [
        word for word in ("secret", "/work", "SELECT", "RuntimeError", "Traceback", "settings") if word in page
    ] == []


def test_database_away_says_so_and_when_to_come_back(cast: Cast) -> None:
    answer = without_database(cast)

    assert answer["Retry-After"] == "30"
    assert "The database cannot be reached at the moment." in answer.content.decode()  # type: ignore[attr-defined]
    assert "10.0.0.7" not in answer.content.decode()  # type: ignore[attr-defined]


def test_error_pages_load_nothing_but_our_files(cast: Cast) -> None:
    pages = [KINDS[kind][1](cast).content.decode() for kind in ("failure", "no group", "not allowed", "bad host")]  # type: ignore[attr-defined]

    loaded = {address for page in pages for address in re.findall(r'(?:src|href)="([^"]+)"', page)}
    assert {address for address in loaded if not address.startswith(("/", "#"))} == set()


def test_pages_have_no_inline_script_style_or_handler(cast: Cast) -> None:
    pages = {kind: ask(cast) for kind, (_, ask) in KINDS.items()}

    html = {kind: page.content.decode() for kind, page in pages.items() if "html" in page.get("Content-Type", "")}  # type: ignore[attr-defined]
    inline = re.compile(
        r"<style|\sstyle=|<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")|\son[a-z]+=|javascript:"
    )
    assert {kind: found for kind, page in html.items() if (found := inline.findall(page))} == {}


def test_no_hidden_file_is_served(cast: Cast) -> None:
    addresses = (
        "/.git/config",
        "/.env",
        "/static/../manage.py",
        "/static/%2e%2e/manage.py",
        "/manage.py~",
        "/db.sqlite3",
    )

    assert [anonymous(cast).get(address).status_code for address in addresses] == [404] * len(addresses)


def cookies(cast: Cast) -> dict[str, Morsel[str]]:
    client = anonymous(cast)
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": cast.member.email, "password": PASSWORD})
    return dict(client.cookies)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(cast: Cast) -> None:
    found = cookies(cast)

    assert set(found) == {"csrftoken", "sessionid"}
    assert {
        (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) for cookie in found.values()
    } == {(True, "Lax", "/", "")}


def test_cookies_and_transport_are_strict_in_production() -> None:
    program = """
import json
from readinggroup.settings import production as p
names = [name for name in dir(p) if name.startswith(("SESSION_COOKIE", "CSRF_COOKIE", "SECURE"))]
print(json.dumps({name: getattr(p, name) for name in names}))
"""
    environment = os.environ | {
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "reading.example.org",
        "DATABASE_URL": "postgresql:///x",
    }

    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    found = json.loads(result.stdout)
    strict = {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_SSL_REDIRECT": True,
    }
    assert {name: found[name] for name in strict} == strict


def test_log_out_clears_what_the_browser_kept(cast: Cast) -> None:
    answer = member(cast).post("/accounts/logout/")

    assert answer["Clear-Site-Data"] == '"cache"'
