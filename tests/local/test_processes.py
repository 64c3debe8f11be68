"""`manage.py local` from outside: its words, its end, and that nothing outlives it."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from readinggroup.local import processes, state
from readinggroup.local.children import LocalError
from tests.running import LAST_LINE, START_SECONDS, STOP_SECONDS, free_port

ROOT = Path(__file__).resolve().parents[2]
LINUX = sys.platform == "linux"


@pytest.fixture
def home(open_folder: Path) -> Iterator[Path]:
    """A state folder."""
    folder = open_folder / "state"
    yield folder
    for server in ("postgres", "broker"):
        state.remove(folder / server)


@pytest.fixture
def port() -> int:
    """A port that is free until the launcher takes it."""
    return free_port()


def launch(home: Path, port: int, **environment: str) -> "subprocess.Popen[str]":
    """Start the launcher as a person would: nothing of the suite's own servers in its environment."""
    ours = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "STATE_DIR"}
    clean = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.Popen(
        [sys.executable, "manage.py", "local", "--state", home, "--port", str(port)],
        cwd=ROOT,
        env=clean | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until_ready(launcher: "subprocess.Popen[str]") -> str:
    """Return what the launcher said up to its last line."""
    assert launcher.stdout is not None
    said = ""
    for line in launcher.stdout:  # ends with the launcher, which gives up by itself
        said += line
        if LAST_LINE in line:
            break
    return said


def left_over(home: Path) -> list[str]:
    """Return the command of each process that works on this state folder."""
    found = []
    cluster = (home / "postgres").resolve() / "cluster"
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (process / "environ").read_bytes().decode(errors="replace")
            if f"STATE_DIR={home}\0" in environment or (process / "cwd").resolve() in {cluster, home / "broker"}:
                found.append(command)
        except OSError:
            continue
    return [command for command in found if command]  # a process that has ended has none


def all_gone(home: Path) -> list[str]:
    deadline = time.monotonic() + STOP_SECONDS
    while (found := left_over(home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def status_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    connection.request("GET", path)
    return connection.getresponse().status


@pytest.mark.fault
@pytest.mark.skipif(not LINUX, reason="reads /proc, and only Linux ties children to a killed launcher")
def test_everything_starts_tolerates_no_second_and_leaves_nothing_however_it_ends(home: Path, port: int) -> None:
    first = launch(home, port)
    try:
        said = read_until_ready(first)
        key = (home / "secret-key").read_text()

        assert re.search(rf"Reading Group runs at http://127\.0\.0\.1:{port}/\n.*reading-group-demo", said, re.S)
        assert status_of(port, "/readyz") == 200
        assert len(left_over(home)) >= 6

        second = launch(home, port)
        refusal, _ = second.communicate(timeout=START_SECONDS)
        assert (second.returncode, refusal) == (1, f"Reading Group runs already, at http://127.0.0.1:{port}/\n")
    finally:
        first.kill()
        first.wait()

    assert all_gone(home) == []

    again = launch(home, port)
    try:
        read_until_ready(again)
        assert status_of(port, "/readyz") == 200
        assert (home / "secret-key").read_text() == key
    finally:
        again.send_signal(signal.SIGINT)
        farewell, _ = again.communicate(timeout=STOP_SECONDS)

    assert (again.returncode, farewell.splitlines()[-1]) == (
        0,
        f"Stopped. The data are kept in {home}; `make run` starts again.",
    )
    assert all_gone(home) == []


def test_taken_port_is_told_with_the_variable(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        launcher = launch(home, port)
        said, _ = launcher.communicate(timeout=START_SECONDS)

    assert said == f"Port {port} is in use. Choose another: PORT=8000 make run\n"
    assert launcher.returncode == 1
    assert not (home / "postgres").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "reading.example.org"])
def test_demo_is_not_shown_to_other_machines(home: Path, port: int, host: str) -> None:
    options = processes.Options(state=home, host=host, port=port, reload=False)

    with pytest.raises(LocalError, match=rf"^HOST={re.escape(host)} would show the demo"):
        processes.run(options)


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "http://127.0.0.1:8000/"), ("::1", "http://[::1]:8000/")])
def test_address_can_be_opened_in_a_browser(home: Path, host: str, address: str) -> None:
    assert processes.Options(state=home, host=host, port=8000, reload=False).address == address
