"""Log-in by other services: off until the environment switches it on, and then the whole way."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.db import connection

from readinggroup.settings.log_ins import other_log_ins
from tests import databases

ROOT = Path(__file__).resolve().parents[2]

# Runs in a process of its own, since what the environment says is read once; takes back what it changed.
PROGRAM = """
import json, re, sys
import django
django.setup()
from urllib.parse import urlsplit
from django.db import transaction
from django.test import Client
from accounts.models import User
said = {}
with transaction.atomic():
    client = Client()
    login = client.get("/accounts/login/?next=/me/")
    shown = login.content.decode()
    said["buttons"] = re.findall(r'>Log in with ([^<]+)</button>', shown)
    actions = re.findall(r'action="(/accounts/[^"]*/login/[?]process=login[^"]*)"', shown)
    said["policy"] = re.search(r"form-action ([^;]*)", login["Content-Security-Policy"])[1].split()
    leads = [client.post(action.replace("&amp;", "&"))["Location"] for action in actions]
    said["leads"] = [f"{urlsplit(one).scheme}://{urlsplit(one).netloc}" for one in leads]
    own = Client()
    away = own.post(actions[0].replace("&amp;", "&"))["Location"]
    from urllib.parse import parse_qs
    state = parse_qs(urlsplit(away).query)["state"][0]
    back = own.get("/accounts/oidc/own/login/callback/", {"state": state, "code": "abc"})
    said["back"] = back.headers.get("Location", back.content.decode()[-2000:])
    user = User.objects.filter(email="emmy@university.example").first()
    said["person"] = [user.name, user.has_usable_password()] if user else None
    said["in"] = own.get("/me/").status_code
    said["connections"] = "Emmy Noether" in own.get("/accounts/other/").content.decode()
    transaction.set_rollback(True)
print(json.dumps(said))
"""


class University(BaseHTTPRequestHandler):
    """An OpenID Connect server that knows one person."""

    def do_GET(self) -> None:
        here = f"http://127.0.0.1:{self.server.server_address[1]}"
        if self.path == "/.well-known/openid-configuration":
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            self.answer({f"{name}_endpoint": f"{here}/{end}" for name, end in ends.items()} | {"issuer": here})
        else:
            self.answer(
                {"sub": "7", "name": "Emmy Noether", "email": "emmy@university.example", "email_verified": True}
            )

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer({"access_token": "t", "token_type": "Bearer"} if sent["code"] == ["abc"] else {"error": "no"})

    def answer(self, document: dict[str, object]) -> None:
        content = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def university() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), University)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_services_are_switched_on_by_the_environment(university: str) -> None:
    names = ("OIDC", "ORCID", "GITHUB", "GOOGLE")
    switched = {f"{name}_CLIENT_{part}": f"{name} {part}" for name in names for part in ("ID", "SECRET")}
    environment = {
        **os.environ,
        **switched,
        "OIDC_SERVER_URL": university,
        "OIDC_NAME": "the University",
        "DATABASE_URL": databases.address(connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "readinggroup.settings.test",
    }

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )

    assert done.returncode == 0, done.stderr
    origins = [university, "https://orcid.org", "https://github.com", "https://accounts.google.com"]
    assert json.loads(done.stdout) == {
        "buttons": ["a passkey", "the University", "ORCID", "GitHub", "Google"],
        "policy": ["'self'", *origins],
        "leads": origins,
        "back": "/me/",
        "person": ["Emmy Noether", False],
        "in": 200,
        "connections": True,
    }


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"GITHUB_CLIENT_ID": "x"},
        {"GITHUB_CLIENT_SECRET": "x"},
        {"OIDC_SERVER_URL": "https://login.example.org"},
        {"OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "x"},
    ],
)
def test_half_of_it_switches_nothing_on(environment: dict[str, str]) -> None:
    assert other_log_ins(environment) == []
