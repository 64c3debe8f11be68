"""No secret of an address comes into a log."""

import logging
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from gunicorn.app.wsgiapp import WSGIApplication

from readinggroup.access_log import AccessLog
from readinggroup.logs import Lines, without_secrets
from tests.architecture.test_access_table import ADDRESSES
from tests.architecture.test_rooms import ROOT

CANARY = "hJk3-_Zx9QwErTyUiOpAsDfGhJkLmNbVcXzQwErTyUi"
# The key of a form that is being sent: it says which one, and opens nothing.
NO_SECRET = {"papers:sending"}


def secret_addresses() -> dict[str, str]:
    """Map the name of each address that holds a secret to the address with the canary in its place."""
    filled = {}
    for name, (_, pattern) in ADDRESSES.items():
        words = [*pattern.pattern.converters, *pattern.pattern.regex.groupindex]
        if {"token", "key"} & set(words) and name not in NO_SECRET:
            filled[name] = reverse(name, kwargs={word: CANARY if word in {"token", "key"} else "1" for word in words})
    return filled


SECRET_ADDRESSES = secret_addresses()


def test_addresses_with_secrets_are_found() -> None:
    assert {"groups:join", "news_feed", "account_reset_password_from_key"} <= set(SECRET_ADDRESSES)


@pytest.mark.parametrize("address", SECRET_ADDRESSES.values(), ids=SECRET_ADDRESSES)
def test_secret_is_left_out_wherever_its_address_stands(address: str) -> None:
    line = f'"GET {address} HTTP/1.1" https://host{address}?next=1 /accounts/login/?next={quote(address, safe="")}&a=b'

    assert CANARY in address
    assert CANARY not in without_secrets(line)
    assert without_secrets(line).endswith("&a=b")


def test_code_of_another_log_in_service_is_left_out() -> None:
    line = f"/accounts/orcid/login/callback/?state=1&code={CANARY}&iss=x"

    assert without_secrets(line) == "/accounts/orcid/login/callback/?state=1&code=…&iss=x"


@pytest.mark.parametrize(
    "line", ["/g/astro-ph/day/2026-11-27/?show=all", "/g/join-us/", "POST /g/demo/papers/2009.14798/vote", "key=value"]
)
def test_other_addresses_stay(line: str) -> None:
    assert without_secrets(line) == line


def test_what_django_logs_holds_no_secret(client: Client, db: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("WARNING"):
        client.get(reverse("groups:join", args=[CANARY]))
        client.delete(reverse("groups:join", args=[CANARY]))

    console = next(one for one in logging.getLogger().handlers if isinstance(one.formatter, Lines))
    assert CANARY in caplog.text
    assert CANARY not in "".join(map(console.format, caplog.records))


def test_what_gunicorn_logs_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # where the image, `make run` and the manual start it
    monkeypatch.setattr("sys.argv", ["gunicorn", "readinggroup.wsgi"])
    config = WSGIApplication(prog="gunicorn").cfg
    path = reverse("groups:join", args=[CANARY])
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"{path}?a=b",
        "PATH_INFO": path,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://host{path}",
    }
    answer = SimpleNamespace(status="200 OK", sent=12, headers=[])

    log = config.logger_class(config)
    atoms = log.atoms(answer, SimpleNamespace(headers=[("REFERER", path)]), environ, timedelta(seconds=1))
    shown = log.atoms_wrapper_class(atoms)
    line = config.access_log_format % shown

    assert isinstance(log, AccessLog)
    assert '"GET /join/…/?a=b HTTP/1.1" 200 12' in line
    assert CANARY in str(atoms)
    assert CANARY not in str([shown[name] for name in atoms])
    assert "!gunicorn.conf.py" in (ROOT / ".dockerignore").read_text().splitlines()
