"""All that the launcher keeps running: waited for, shown, and started again when it ends by itself."""

import http.client
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from readinggroup.local import children, programs
from readinggroup.local.children import LocalError
from readinggroup.local.logs import Follower
from readinggroup.local.sources import Sources

SETUP_SECONDS = 120
READY_SECONDS = 90
POLL_SECONDS = 0.1
QUICK_DEATH_SECONDS = 10  # what ends sooner has a fault that a restart does not cure
QUICK_DEATHS = 3


class Part(Protocol):
    """What the launcher keeps alive: a server or a program."""

    process: "subprocess.Popen[bytes] | None"

    @property
    def log(self) -> Path:
        """The file that it writes to."""

    def start(self) -> None:
        """Start it, again if need be."""

    def stop(self) -> None:
        """End it."""


class Crew:
    """The parts that run, by name, in the order of their start."""

    def __init__(self, host: str, port: int, *, follow_changes: bool) -> None:
        self.host, self.port = host, port
        self.follow_changes = follow_changes
        self.parts: dict[str, Part] = {}
        self.followers: dict[str, Follower] = {}
        self.started: dict[str, float] = {}
        self.quick_deaths: dict[str, int] = {}

    def add(self, name: str, part: Part) -> None:
        """Take a part in; what a program of ours writes from now on is shown."""
        self.parts[name] = part
        self.started[name] = time.monotonic()
        if isinstance(part, programs.Program):
            self.followers[name] = Follower(name, part.log)

    def prepare(self, program: programs.Program) -> None:
        """Run a program to its end; raise LocalError when it fails."""
        try:
            program.start()
            process = program.process
            self._wait(lambda: process is None or process.poll() is not None, SETUP_SECONDS)
            if process is None or process.poll() != 0:
                raise _with_log("Setting up the database failed.", program.log)
        finally:
            program.stop()

    def wait_until_ready(self) -> None:
        """Wait until pages are answered and the worker has greeted; raise LocalError when a part ends."""
        if not self._wait(self._ready, READY_SECONDS):
            raise _with_log(f"No page was answered within {READY_SECONDS} seconds.", self.parts["web"].log)

    def watch(self) -> None:
        """Show the logs, start again what ends, follow changes of the source if asked to; never returns."""
        sources = Sources(programs.ROOT) if self.follow_changes else None
        while True:
            self._show()
            if sources is not None and sources.changed():
                self._restart_programs()
            for name in self._ended():
                self._revive(name)
            time.sleep(POLL_SECONDS)

    def _wait(self, done: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not (finished := done()) and time.monotonic() < deadline:
            self._show()
            time.sleep(POLL_SECONDS)
        self._show()
        return finished

    def _show(self) -> None:
        for follower in self.followers.values():
            follower.show()

    def _ready(self) -> bool:
        for name in self._ended():
            raise _with_log(f"{name} ended while starting.", self.parts[name].log)
        return self._worker_greeted() and answers(self.host, self.port)

    def _worker_greeted(self) -> bool:
        """Say whether the worker has found the broker; a broker of someone else's may be away."""
        return "broker" not in self.parts or self.followers["worker"].seen(" ready.")

    def _ended(self) -> list[str]:
        started = {name: part.process for name, part in self.parts.items() if part.process is not None}
        return [name for name, process in started.items() if process.poll() is not None]

    def _revive(self, name: str) -> None:
        part = self.parts[name]
        quick = time.monotonic() - self.started[name] < QUICK_DEATH_SECONDS
        self.quick_deaths[name] = self.quick_deaths.get(name, 0) + 1 if quick else 0
        part.stop()
        if quick and self.follow_changes:
            print(f"{name} has ended; it starts again after the next change.", flush=True)
            return
        if self.quick_deaths[name] >= QUICK_DEATHS:
            raise _with_log(f"{name} ends again and again.", part.log)
        print(f"{name} has ended; starting it again.", flush=True)
        self._start(name, part)

    def _restart_programs(self) -> None:
        print("The source has changed; starting again.", flush=True)
        ours = [(name, part) for name, part in self.parts.items() if isinstance(part, programs.Program)]
        for _, part in reversed(ours):
            part.stop()
        for name, part in ours:
            self._start(name, part)

    def _start(self, name: str, part: Part) -> None:
        part.start()
        self.started[name] = time.monotonic()


def answers(host: str, port: int) -> bool:
    """Say whether the pages and the database are ready."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _with_log(sentence: str, log: Path) -> LocalError:
    return LocalError(f"{sentence} The end of {log}:\n{children.tail(log)}")
