"""A server on this machine that stands in for arXiv: it answers from a script, and logs who asked what and when."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What the server sends; `cut` ends the body early, `drip` sends a byte at a time until the client leaves."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip: bool = False


@dataclass(frozen=True)
class Seen:
    """One request as the server saw it; `together` counts the requests in progress when it came."""

    host: str
    path: str
    headers: dict[str, str]
    began: float
    together: int


Script = Callable[[Seen], Reply]


@dataclass
class Replay:
    """The running server; `answers` maps an address without its scheme, or its beginning, to a reply or a script."""

    origin: str
    answers: dict[str, Reply | Script] = field(default_factory=dict)
    log: list[Seen] = field(default_factory=list)
    running: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def paths(self) -> list[str]:
        return [f"{seen.host}{seen.path}" for seen in self.log]

    def reply_to(self, seen: Seen) -> Reply:
        asked = f"{seen.host}{seen.path}"
        fitting = sorted((key for key in self.answers if asked.startswith(key)), key=len)
        found = self.answers[fitting[-1]] if fitting else Reply(b"nothing here", 404)
        return found if isinstance(found, Reply) else found(seen)


@contextmanager
def replaying() -> Iterator[Replay]:
    """Run a server on a port of its own."""
    replay = Replay("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with replay.lock:
                replay.running += 1
                seen = Seen(self.headers["Host"], self.path, dict(self.headers), time.monotonic(), replay.running)
                replay.log.append(seen)
            reply = replay.reply_to(seen)
            with replay.lock:
                replay.running -= 1  # before the client can know that it is over
            self.send(reply)

        def send(self, reply: Reply) -> None:
            self.close_connection = True
            self.send_response(reply.status)
            for name, value in ({"Content-Length": str(len(reply.body))} | reply.headers).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                while reply.drip:
                    self.wfile.write(b" ")
                    time.sleep(0.02)
                self.wfile.write(reply.body[: reply.cut])
            except OSError:
                return  # the client has left

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    replay.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield replay
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
