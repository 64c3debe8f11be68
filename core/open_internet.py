"""Which addresses are machines of the open internet, and a time that a request is held to."""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# Not `ipaddress.is_private`, whose answer differs between versions of Python and leaves several of these out.
# https://www.iana.org/assignments/iana-ipv4-special-registry/ and iana-ipv6-special-registry
_CLOSED_4 = """0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
    192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24
    203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"""
# All but 2000::/3 is closed as a whole, and of that what leads elsewhere or nowhere: Teredo, 6to4, documentation.
_OPEN_6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_6 = "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20"
_CLOSED = [ipaddress.ip_network(each) for each in (_CLOSED_4 + " " + _CLOSED_6).split()]

Resolver = Callable[[str, int], Iterable[str]]


def resolve(host: str, port: int) -> Iterable[str]:
    """Return the host's addresses."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_closed(address: str) -> bool:
    """Say whether the address is no machine of the open internet: private, local, multicast, a way around."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    if isinstance(found, ipaddress.IPv6Address) and found not in _OPEN_6:
        return True
    return any(found in network for network in _CLOSED if network.version == found.version)


@dataclass(slots=True)
class Watch:
    """What to shut when the time is over: a server that drips is cut off wherever the request is."""

    is_over: bool = False
    connected: socket.socket | None = None

    def guard(self, connected: socket.socket) -> None:
        """Take the connection into care; raises TimeoutError when the time is over already."""
        self.connected = connected
        if self.is_over:
            raise TimeoutError

    def end(self) -> None:
        """Say that the time is over, and shut the connection."""
        self.is_over = True
        if self.connected is not None:
            try:
                self.connected.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # closed by now


@contextmanager
def deadline(seconds: float) -> Iterator[Watch]:
    """Watch over what is done inside: after so many seconds its connection is shut."""
    watch = Watch()
    timer = threading.Timer(seconds, watch.end)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
