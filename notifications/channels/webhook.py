"""The way out to a chat room, or to another program: one request to an address that an organiser gave.

The address may be anything, so everything but a machine of the open internet is refused: the very address that was
checked is the one connected to, no redirect is followed, and one deadline holds for the request as a whole.
"""

import http.client
import re
import socket
import ssl
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from core import limits
from core.open_internet import Resolver, Watch, deadline, is_closed, resolve
from notifications.channels.chats import Request
from notifications.channels.mail import Trouble

_HOST = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,63}\Z", re.I
)
_GONE = (404, 410)
_DIGITS = re.compile(r"[0-9]{1,6}")


def refusal(url: str) -> str:
    """Say in a sentence why an address cannot be one of a room; empty when it can, as far as its letters tell."""
    try:
        target = urlsplit(url)
        port = 443 if target.port is None else target.port
    except ValueError:
        return "This is no web address."
    if not (url.isascii() and url.isprintable()) or " " in url or "\\" in url:
        return "An address has only plain letters, digits and signs."
    if target.scheme != "https":
        return "The address has to begin with https://."
    if "@" in target.netloc or target.fragment or "#" in url:
        return "The address must not have a name, a password or a # in it."
    if not _HOST.match(target.hostname or ""):
        return "The address has to name a host on the internet, not a number."
    if port not in limits.WEBHOOK_PORTS:
        return f"The port has to be one of {', '.join(map(str, limits.WEBHOOK_PORTS))}."
    return ""


def post(request: Request) -> None:
    """Send the request; returns when it was taken, else raises Trouble."""
    _door().send(request)


@dataclass(frozen=True, slots=True)
class Door:
    """How this server reaches rooms; in tests one server of our own stands in for all of them."""

    user_agent: str = "ReadingGroup"
    test_origin: str = ""
    resolve: Resolver = resolve
    seconds: float = limits.WEBHOOK_SECONDS

    def send(self, request: Request) -> None:
        """Send the request once, to the address that was checked; raises Trouble whatever goes wrong."""
        if reason := refusal(request.url):
            raise Trouble(reason, lasting=True)
        target = urlsplit(request.url)
        host = target.hostname or ""
        with deadline(self.seconds) as watch:
            try:
                connection = self._connected(host, target.port or 443, watch)
                try:
                    connection.request(request.method, _path(target), body=request.body, headers=self._said(request))
                    _judge(connection.getresponse(), host)
                finally:
                    connection.close()
            except (OSError, http.client.HTTPException, ValueError) as error:
                if watch.is_over or isinstance(error, TimeoutError):  # whichever of the two clocks was first
                    raise Trouble(f"{host} did not answer within {self.seconds:.0f} seconds.") from error
                raise Trouble(_sentence(host, error)) from error

    def _connected(self, host: str, port: int, watch: Watch) -> http.client.HTTPConnection:
        """Return a connection to the one address that was checked; certificate and name are those of the host."""
        if self.test_origin:
            origin = urlsplit(self.test_origin)
            connected = socket.create_connection((origin.hostname or "", origin.port or 80), timeout=self.seconds)
            watch.guard(connected)
        else:
            opened = socket.create_connection((self._address(host, port), port), timeout=self.seconds)
            # The handshake comes after the guard: a server may drip there too.
            connected = _trust().wrap_socket(opened, server_hostname=host, do_handshake_on_connect=False)
            watch.guard(connected)
            connected.do_handshake()
        connection = http.client.HTTPConnection(host, timeout=self.seconds)
        connection.sock = connected
        return connection

    def _address(self, host: str, port: int) -> str:
        """Resolve once, and let nothing through when any of the addresses is a closed one."""
        addresses = list(dict.fromkeys(self.resolve(host, port)))
        if not addresses or any(is_closed(address) for address in addresses):
            raise Trouble(f"{host} has an address that is not on the open internet, so nothing was sent there.")
        return addresses[0]

    def _said(self, request: Request) -> dict[str, str]:
        own = {"Host": urlsplit(request.url).netloc, "User-Agent": self.user_agent, "Connection": "close"}
        return own | {"Accept-Encoding": "identity"} | request.headers


def _door() -> Door:
    return Door(user_agent=f"ReadingGroup (+{settings.SITE_URL})", test_origin=settings.WEBHOOK_TEST_ORIGIN)


def _path(target: SplitResult) -> str:
    return (target.path or "/") + (f"?{target.query}" if target.query else "")


def _judge(response: http.client.HTTPResponse, host: str) -> None:
    """Let 2xx pass; anything else, a redirect too, is trouble."""
    response.read(limits.WEBHOOK_ANSWER_BYTES)
    if 200 <= response.status < 300:
        return
    meaning = http.client.responses.get(response.status, "")  # the server's own words may hold anything
    sentence = f"{host} answered {response.status} {meaning}".rstrip() + "."
    wait = (response.getheader("Retry-After") or "").strip()
    seconds = int(wait) if _DIGITS.fullmatch(wait) else None
    raise Trouble(sentence, lasting=response.status in _GONE, wait=seconds)


def _sentence(host: str, error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return f"The address of {host} could not be found."
    if isinstance(error, ssl.SSLError):
        return f"{host} did not prove who it is: its certificate could not be checked."
    if isinstance(error, OSError):
        return f"The connection to {host} failed."
    return f"{host} sent an answer that is none."


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
