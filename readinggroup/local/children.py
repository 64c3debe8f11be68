"""Child processes that cannot outlive us: each in a session of its own, and tied to our life."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOG_TAIL_LINES = 20
LOG_BYTES = 10 * 1024 * 1024  # then the next start moves it aside

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_alive: dict[int, tuple["subprocess.Popen[bytes]", signal.Signals]] = {}


class LocalError(Exception):
    """Starting up failed; the text is for the person at the terminal."""


def die_with_parent(by: signal.Signals) -> None:
    """Have the kernel send this process `by` when the thread that started it ends.

    Without effect outside Linux.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, by, 0, 0, 0)


def spawn(
    command: Sequence[str | os.PathLike[str]],
    *,
    log: Path,
    dies_by: signal.Signals,
    hurries_by: signal.Signals = signal.SIGKILL,
    environment: Mapping[str, str] | None = None,
    owner: pwd.struct_passwd | None = None,
    folder: Path = Path("/"),
) -> "subprocess.Popen[bytes]":
    """Start a command that writes to `log` and receives `dies_by` when we end, however we end.

    Call it from the main thread: the kernel ties the child to the thread. `hurries_by` is what `hurry` sends.
    The parts of `owner` are set before the tie, because a change of user undoes it.
    """
    other = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    _begin(log)
    with log.open("ab") as output:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            cwd=folder,
            start_new_session=True,
            preexec_fn=_tie(dies_by, os.getpid()),
            **other,  # type: ignore[call-overload]  # the three belong together or are left out
        )
    _alive[process.pid] = (process, hurries_by)
    return process


def _begin(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))


def _tie(by: signal.Signals, parent: int) -> Callable[[], None]:
    def tie() -> None:
        die_with_parent(by)
        if os.getppid() != parent:  # it ended before the tie was made
            os._exit(1)

    return tie


def stop(process: "subprocess.Popen[bytes]", *, by: signal.Signals, patience: float) -> None:
    """Send `by`, wait `patience` seconds, then kill what is left of the child's session."""
    if process.poll() is None:
        process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _alive.pop(process.pid, None)


def hurry() -> None:
    """End every child at once; for the second Ctrl-C."""
    for process, by in list(_alive.values()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, by)


def tail(log: Path) -> str:
    """Return the last lines of a log, indented, for an error message."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
    except FileNotFoundError:
        lines = []
    return "\n".join(f"    {line}" for line in lines) or "    (nothing)"
