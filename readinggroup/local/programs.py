"""Our own programs: what web, worker and beat are on one machine, and how each is started and stopped."""

import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from readinggroup.local import children

ROOT = Path(__file__).resolve().parents[2]
WEB_PROCESSES = 2
WEB_THREADS = 8  # a process
WORKER_PROCESSES = 2


@dataclass
class Program:
    """A program of ours: its name in the log, its command, and the signal that ends it in order."""

    name: str
    command: list[str]
    log: Path
    environment: Mapping[str, str]
    ends_by: signal.Signals = signal.SIGTERM
    # When the launcher is gone without a word, so is the broker, and Celery waits for it on its way out.
    dies_by: signal.Signals = signal.SIGKILL
    patience: float = 8.0  # seconds
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        """Start it; whether it works is seen later."""
        self.process = children.spawn(
            self.command, log=self.log, dies_by=self.dies_by, environment=self.environment, folder=ROOT
        )

    def stop(self) -> None:
        """End it and all that it started."""
        if self.process is not None:
            children.stop(self.process, by=self.ends_by, patience=self.patience)
            self.process = None


def _python(unsaid: str) -> tuple[str, ...]:
    """Return the start of a command that does not say the warning which begins with these words."""
    return (sys.executable, "-W", f"ignore:{unsaid}")


def setup(log_folder: Path, environment: Mapping[str, str]) -> Program:
    """Return the program that brings the tables and the demo up to date, and ends."""
    command = [sys.executable, "-m", "readinggroup.local.prepare"]
    return Program("setup", command, log_folder / "setup.log", environment)


def web(log_folder: Path, environment: Mapping[str, str], *, host: str, port: int, every_request: bool) -> Program:
    """Return the web server; `every_request` has it log each of them."""
    command = [
        *_python("No directory at"),  # who follows changes may have collected no static files
        *("-m", "gunicorn", "readinggroup.wsgi", "--preload"),
        *("--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}"),
        *("--worker-class", "gthread", "--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)),
        *("--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
        *(("--access-logfile", "-") if every_request else ()),
    ]
    return Program("web", command, log_folder / "web.log", environment, dies_by=signal.SIGQUIT)


def worker(log_folder: Path, environment: Mapping[str, str]) -> Program:
    """Return the Celery worker; a task that is cut short is taken up again from its row."""
    command = [
        *_python("You're running the worker"),  # as root, on a machine of one's own
        *("-m", "celery", "--quiet", "--app", "readinggroup", "worker"),
        *("--concurrency", str(WORKER_PROCESSES), "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle"),
    ]
    return Program("worker", command, log_folder / "worker.log", environment, ends_by=signal.SIGQUIT)


def beat(log_folder: Path, environment: Mapping[str, str], *, schedule: Path) -> Program:
    """Return the clock."""
    command = [
        *(sys.executable, "-m", "celery", "--quiet", "--app", "readinggroup", "beat"),
        *("--schedule", str(schedule), "--pidfile", "", "--loglevel", "INFO"),
    ]
    return Program("beat", command, log_folder / "beat.log", environment)
