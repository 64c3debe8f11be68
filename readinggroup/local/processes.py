"""The one-command launcher: servers, tables, web, worker and beat; stopped in the opposite order."""

import contextlib
import errno
import ipaddress
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from readinggroup.local import broker, children, postgres, programs, state
from readinggroup.local.children import LocalError
from readinggroup.local.crew import Crew

LEFT_OVER_SECONDS = 10  # what a killed launcher started is ending by itself
PORT_POLL_SECONDS = 0.1

GOODBYE = "Stopped. The data are kept in {state}; `make run` starts again."
WELCOME = """
Reading Group runs at {address}

  organiser@example.org   runs the demo group
  member@example.org      votes and comments
  guest@example.org       reads and comments
  admin@example.org       uploads listings
  password of all four:   reading-group-demo

Ctrl-C stops everything. The logs are in {logs}."""


@dataclass(frozen=True)
class Options:
    """What the person at the terminal chose: the state folder, where to listen, whether to follow changes."""

    state: Path
    host: str
    port: int
    reload: bool

    @property
    def address(self) -> str:
        """The address to open in a browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    @property
    def logs(self) -> Path:
        """The folder of the programs' logs."""
        return self.state / "log"


def run(options: Options) -> None:
    """Run everything until Ctrl-C; raise LocalError with a sentence when something cannot start."""
    _refuse_strangers(options.host)
    _on_signals(_interrupt)
    with contextlib.ExitStack() as stack:
        try:
            hold = stack.enter_context(_only_one(options))
            _refuse_taken_port(options, patience=LEFT_OVER_SECONDS if hold.left_over else 0)
            _run(options, stack, hold)
        except KeyboardInterrupt:
            print("\nStopping; Ctrl-C again stops at once.", flush=True)
        finally:
            _on_signals(_hurry)
    print(GOODBYE.format(state=options.state), flush=True)


def _run(options: Options, stack: contextlib.ExitStack, hold: state.Hold) -> None:
    crew = Crew(options.host, options.port, follow_changes=options.reload)
    print("Starting PostgreSQL and the broker.", flush=True)
    own = _own_servers(options, stack, crew)
    hold.say(json.dumps({"address": options.address, "environment": own}))
    environment = os.environ | _settings(options) | own
    print("Bringing the tables and the demo up to date.", flush=True)
    crew.prepare(programs.setup(options.logs, environment))
    for program in _programs(options, environment):
        stack.callback(program.stop)
        crew.add(program.name, program)
        program.start()
    crew.wait_until_ready()
    print(WELCOME.format(address=options.address, logs=options.logs), flush=True)
    crew.watch()


def _settings(options: Options) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "readinggroup.settings.local",
        "SECRET_KEY": os.environ.get("SECRET_KEY") or state.secret_key(options.state),
        "STATE_DIR": str(options.state),
        "SITE_URL": os.environ.get("SITE_URL") or options.address.rstrip("/"),
        "FOLLOW_CHANGES": str(options.reload),
        "PYTHONUNBUFFERED": "1",
    }


def _programs(options: Options, environment: dict[str, str]) -> list[programs.Program]:
    """Return what is started after the servers, in the order of starting."""
    logs, every_request = options.logs, options.reload
    return [
        programs.web(logs, environment, host=options.host, port=options.port, every_request=every_request),
        programs.worker(logs, environment),
        programs.beat(logs, environment, schedule=options.state / "beat-schedule"),
    ]


def _own_servers(options: Options, stack: contextlib.ExitStack, crew: Crew) -> dict[str, str]:
    """Start the servers that the environment does not name, and return their addresses by variable."""
    own = {}
    if not os.environ.get("DATABASE_URL"):
        server = stack.enter_context(postgres.running(options.state / "postgres"))
        crew.add("postgres", server)
        own["DATABASE_URL"] = server.url
    if not os.environ.get("REDIS_URL"):
        queue = stack.enter_context(broker.running(options.state / "broker"))
        crew.add("broker", queue)
        own["REDIS_URL"] = queue.celery_url
    return own


# --- refusals --------------------------------------------------------------------------------------------


def _refuse_strangers(host: str) -> None:
    with contextlib.suppress(ValueError):
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return
    raise LocalError(
        f"HOST={host} would show the demo, whose passwords everyone knows, to other machines. "
        "For a server that others use, see docs/how-to/operate.md."
    )


@contextlib.contextmanager
def _only_one(options: Options) -> Iterator[state.Hold]:
    try:
        with state.locked(options.state, holder=json.dumps({"address": options.address})) as hold:
            yield hold
    except state.InUseError as error:
        if error.folder != options.state:
            raise
        with contextlib.suppress(ValueError, KeyError):
            address = json.loads(error.holder)["address"]
            raise LocalError(f"Reading Group runs already, at {address}") from error
        raise LocalError(f"Reading Group is stopping. Try again in a moment ({options.state}).") from error


def _refuse_taken_port(options: Options, *, patience: float) -> None:
    """Raise LocalError when the port cannot be had within `patience` seconds."""
    deadline = time.monotonic() + patience
    while (problem := _port_problem(options.host, options.port)) and time.monotonic() < deadline:
        time.sleep(PORT_POLL_SECONDS)
    if problem:
        other = 8001 if options.port == 8000 else 8000
        raise LocalError(f"Port {options.port} is {problem}. Choose another: PORT={other} make run")


def _port_problem(host: str, port: int) -> str:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return "in use" if error.errno == errno.EADDRINUSE else f"not to be had ({error.strerror})"
    return ""


def _on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _hurry(number: int, frame: FrameType | None) -> None:
    children.hurry()
