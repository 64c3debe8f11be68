"""A mail server on this machine that keeps what it takes: real sockets, and every way in which one fails."""

import email
import email.policy
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

POLICY = email.policy.SMTP.clone(raise_on_defect=False)  # defects are collected by `parsed`, which asserts none


@dataclass(frozen=True)
class Taken:
    """One mail for which the server has said OK."""

    to: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return parsed(self.content)


@dataclass
class Sink:
    """The running server. `mood` says how it is: see `Mood`; `refused` are addresses that it refuses for good."""

    port: int = 0
    mood: str = "fine"  # fine, busy (451 after RCPT), drop (breaks off before its OK), hang up (at once), slow
    refused: set[str] = field(default_factory=set)
    taken: list[Taken] = field(default_factory=list)
    dropped: int = 0
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def to(self, address: str) -> list[EmailMessage]:
        return [one.message for one in self.taken if address in one.to]


class _Session(socketserver.StreamRequestHandler):
    sink: Sink

    def handle(self) -> None:
        sink = self.server.sink  # type: ignore[attr-defined]
        with sink.lock:
            sink.connections += 1
        if sink.mood == "hang up":
            return
        self.say("220 sink.example")
        to: list[str] = []
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            match word.upper():
                case "EHLO" | "HELO":
                    self.say("250-sink.example\r\n250 8BITMIME")
                case "MAIL":
                    to = []
                    self.say("250 OK")
                case "RCPT":
                    address = rest.partition("<")[2].partition(">")[0]
                    if address in sink.refused:
                        self.say("550 no such person")
                    elif sink.mood == "busy":
                        self.say("451 later, please")
                    else:
                        to.append(address)
                        self.say("250 OK")
                case "DATA":
                    self.say("354 go on")
                    content = b"".join(iter(self.body, None))
                    if sink.mood == "drop":
                        with sink.lock:
                            sink.dropped += 1
                        return
                    if sink.mood == "slow":
                        time.sleep(0.05)
                    with sink.lock:
                        sink.taken.append(Taken(tuple(to), content))
                    self.say("250 taken")
                    if sink.mood == "hang up after":
                        return
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 OK")

    def body(self) -> bytes | None:
        line = self.rfile.readline()
        if line in (b".\r\n", b""):
            return None
        return line[1:] if line.startswith(b".") else line

    def say(self, text: str) -> None:
        try:
            self.wfile.write(f"{text}\r\n".encode())
        except OSError:
            return


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def running() -> Iterator[Sink]:
    """Run the server on a port of its own."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        sink = Sink(port=server.server_address[1])
        server.sink = sink  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()


def use(sink: Sink, settings: Any) -> None:
    """Let the program send its mail there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", sink.port, False
    settings.EMAIL_TIMEOUT = 60


def parsed(content: bytes) -> EmailMessage:
    """Parse a mail strictly: no part of it, and no header, may have a defect."""
    message = email.message_from_bytes(content, policy=POLICY)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert part.defects == []
        for name, value in part.items():
            assert value.defects == (), (name, value, value.defects)
    return message
