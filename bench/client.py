"""A client that costs next to nothing: requests as bytes over kept connections, answers counted and let go."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import cycle
from typing import NamedTuple

TIMEOUT_SECONDS = 20
CHUNK = 1 << 20  # bytes


class Answer(NamedTuple):
    status: int
    head: bytes
    body: bytes


class Ran(NamedTuple):
    """What a slice of time brought: answers a second, and the times of all answers in seconds, sorted."""

    a_second: float
    times: list[float]

    def p95(self) -> float:
        """Return within how many milliseconds 19 of 20 answers were here."""
        return 1000 * self.times[int(len(self.times) * 0.95)]


class Connection:
    """One kept connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> Answer:
        """Send a request and read its answer to the end."""
        self.socket.sendall(request)
        head, _, body = self._until_body().partition(b"\r\n\r\n")
        parts, missing = [body], _length(head) - len(body)
        while missing > 0:
            parts.append(self._some())
            missing -= len(parts[-1])
        return Answer(int(head[9:12]), head, b"".join(parts))

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def _until_body(self) -> bytes:
        begun = b""
        while b"\r\n\r\n" not in begun:
            begun += self._some()
        return begun

    def _some(self) -> bytes:
        some = self.socket.recv(CHUNK)
        if not some:
            raise RuntimeError("the server hung up")
        return some


def request(method: str, address: str, headers: dict[str, str], body: str = "") -> bytes:
    """Return a request as it goes over the wire."""
    sent = {"Host": "127.0.0.1", **headers}
    if body:
        sent |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    lines = [f"{method} {address} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def run(port: int, requests: Sequence[bytes], status: int, *, connections: int, seconds: float) -> Ran:
    """Ask over and over again for so long, on each connection one request after the other."""
    times: list[float] = []
    failures: list[str] = []
    rounds = [cycle(requests[start::connections] or requests) for start in range(connections)]
    threads = [
        threading.Thread(target=_ask_on, args=(port, one, status, time.perf_counter() + seconds, times, failures))
        for one in rounds
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - begun
    if failures:
        raise RuntimeError(failures[0])
    return Ran(len(times) / lasted, sorted(times))


def _ask_on(
    port: int, requests: Iterator[bytes], status: int, until: float, times: list[float], failures: list[str]
) -> None:
    with closing(Connection(port)) as connection:
        while (begun := time.perf_counter()) < until and not failures:
            one = next(requests)
            answer = connection.ask(one)
            if answer.status != status:
                failures.append(f"{answer.status} instead of {status} to {one.partition(b' HTTP')[0].decode()}")
            times.append(time.perf_counter() - begun)


def _length(head: bytes) -> int:
    found = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return int(found) if found else 0
