"""The only code that opens the network: one request to one of arXiv's hosts, with a guard at every step.

The standard library's client rather than a larger one, since the guards are the work: the very address that was checked
is the one connected to, redirects are followed by hand, and one deadline holds for the request as a whole.
"""

import http.client
import re
import socket
import ssl
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urljoin, urlsplit

from core import limits
from core.open_internet import Resolver, Watch, deadline, is_closed, resolve

HOSTS = frozenset({"arxiv.org", "export.arxiv.org", "rss.arxiv.org", "oaipmh.arxiv.org"})
REDIRECTS = {301, 302, 303, 307, 308}
_CHUNK = 64 * 1024
_DIGITS = re.compile(r"[0-9]{1,9}")


class Trouble(Exception):
    """The request brought nothing; the message is a sentence for a person.

    `wait` is how many seconds the server asked to be left alone, None when it did not say.
    """

    def __init__(self, sentence: str, wait: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: where, and what is known of the last answer, so that an unchanged one is not sent again."""

    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; `content` is empty when nothing changed since the last answer."""

    content: bytes
    is_unchanged: bool = False
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """How this server asks: who it says it is, and in tests which server stands in for all of arXiv's hosts."""

    user_agent: str
    test_origin: str = ""
    resolve: Resolver = resolve
    seconds: float = limits.FETCH_SECONDS
    most_bytes: int = limits.FETCH_BYTES

    def fetch(self, asked: Asked) -> Answer:
        """Ask once, following redirects by hand; raises Trouble whatever goes wrong on the way."""
        base, url = "", asked.url
        with deadline(self.seconds) as watch:
            for _ in range(1 + limits.FETCH_REDIRECTS):
                target = _checked(url, base)
                answer = self._one(target, asked, watch)
                if isinstance(answer, Answer):
                    return answer
                base, url = target.geturl(), answer
        raise Trouble(f"arXiv led on more than {limits.FETCH_REDIRECTS} times.")

    def _one(self, target: SplitResult, asked: Asked, watch: Watch) -> Answer | str:
        """Return the answer of one request, or the address that it leads on to."""
        host = target.hostname or ""
        try:
            connection = self._connected(host, watch)
            try:
                path = target.path + (f"?{target.query}" if target.query else "")
                connection.request("GET", path or "/", headers=self._headers(host, asked))
                return self._read(connection.getresponse(), host)
            finally:
                connection.close()
        except (Trouble, OSError, http.client.HTTPException, ValueError) as error:
            if watch.is_over:
                raise Trouble(f"{host} did not answer within {self.seconds:.0f} seconds.") from error
            raise error if isinstance(error, Trouble) else Trouble(_sentence(host, error)) from error

    def _connected(self, host: str, watch: Watch) -> http.client.HTTPConnection:
        """Return a connection to the one address that was checked; certificate and name are those of the host."""
        if self.test_origin:
            origin = urlsplit(self.test_origin)
            connected = self._opened([origin.hostname or ""], origin.port or 80)
            watch.guard(connected)
        else:
            opened = self._opened(self._addresses(host), 443)
            # The handshake comes after the guard: a server may drip there too.
            connected = _trust().wrap_socket(opened, server_hostname=host, do_handshake_on_connect=False)
            watch.guard(connected)
            connected.do_handshake()
        connection = http.client.HTTPConnection(host, timeout=self.seconds)
        connection.sock = connected
        return connection

    def _addresses(self, host: str) -> list[str]:
        """Resolve once, and let nothing through when any of the addresses is a closed one."""
        addresses = list(dict.fromkeys(self.resolve(host, 443)))
        if not addresses or any(is_closed(address) for address in addresses):
            raise Trouble(f"{host} has an address that is not on the open internet, so it was not asked.")
        return addresses

    def _opened(self, addresses: list[str], port: int) -> socket.socket:
        """Connect to the first address that can be reached: a server may have no way to some of them."""
        for address in addresses[:-1]:
            try:
                return socket.create_connection((address, port), timeout=self.seconds / len(addresses))
            except OSError:
                continue
        return socket.create_connection((addresses[-1], port), timeout=self.seconds)

    def _headers(self, host: str, asked: Asked) -> dict[str, str]:
        # Named so that the client does not add the port of a connection that it did not make.
        said = {"Host": host, "User-Agent": self.user_agent, "Accept-Encoding": "identity", "Connection": "close"}
        known = {"If-None-Match": asked.etag, "If-Modified-Since": asked.last_modified}
        return said | {name: value for name, value in known.items() if value}

    def _read(self, response: http.client.HTTPResponse, host: str) -> Answer | str:
        wait = _seconds(response.getheader("Retry-After"))
        if response.status in REDIRECTS:
            return response.getheader("Location") or ""
        if response.status == 304:
            return Answer(b"", is_unchanged=True)
        if response.status == 429:
            raise Trouble(f"{host} asks for fewer requests (429).", wait)
        if response.status != 200:
            meaning = http.client.responses.get(response.status, "")  # the server's own words may hold anything
            raise Trouble(f"{host} answered {response.status} {meaning}".rstrip() + ".", wait)
        return Answer(
            self._body(response, host),
            etag=response.getheader("ETag") or "",
            last_modified=response.getheader("Last-Modified") or "",
        )

    def _body(self, response: http.client.HTTPResponse, host: str) -> bytes:
        announced = response.length
        if (announced or 0) > self.most_bytes:
            raise Trouble(self._too_large(host))
        parts, size = [], 0
        while part := response.read(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > self.most_bytes:
                raise Trouble(self._too_large(host))
        if announced is not None and size < announced:
            raise Trouble(f"The answer of {host} broke off after {size:,} of {announced:,} bytes.")
        return b"".join(parts)

    def _too_large(self, host: str) -> str:
        return f"The answer of {host} has more than {self.most_bytes // 1024**2} MB, which is the limit."


def _checked(url: str, base: str) -> SplitResult:
    """Return the parts of an address of arXiv's, as seen from `base`; whatever else it is, nobody is asked."""
    try:
        target = urlsplit(urljoin(base, url))
        port = target.port
    except ValueError:
        target, port = urlsplit(""), None
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    named = target.netloc.lower() == target.hostname and target.hostname in HOSTS
    if not (plain and named and target.scheme == "https" and port is None):
        shown = "".join(mark for mark in url if mark.isprintable())[: limits.PROBLEM_TEXT_CHARS]
        raise Trouble(f"arXiv led to ‹{shown}›, which is none of its own addresses, so it was not asked.")
    return target


def _seconds(said: str | None) -> int | None:
    """Return the seconds of a Retry-After; a date in it counts as not said, since our own pause is long enough."""
    return int(said) if said and _DIGITS.fullmatch(said.strip()) else None


def _sentence(host: str, error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return f"The address of {host} could not be found. Is this server connected to the internet?"
    if isinstance(error, ssl.SSLError):
        return f"{host} did not prove who it is: its certificate could not be checked."
    if isinstance(error, TimeoutError):
        return f"{host} did not answer in time."
    if isinstance(error, http.client.IncompleteRead):
        return f"The answer of {host} broke off."
    if isinstance(error, OSError):
        return f"The connection to {host} failed."
    return f"{host} sent an answer that is none."


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
