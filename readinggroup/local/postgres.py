"""A PostgreSQL of our own: found, set up, started on a Unix socket, stopped, recovered after a crash."""

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from readinggroup.local import children, state
from readinggroup.local.children import LocalError
from readinggroup.local.installations import ROLE, Installation, choose, initdb, reachable_copy

DATABASE = "rg"
START_SECONDS = 60  # recovery after a crash reads the log first
START_ATTEMPTS = 3  # after a killed postmaster its children need a moment to notice
STOP_SECONDS = 10
POLL_SECONDS = 0.03

QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@dataclass
class Server:
    """One PostgreSQL server with its data in `home`; `start` and `stop` may be called again and again."""

    home: Path
    installation: Installation
    owner: pwd.struct_passwd | None
    socket: Path
    durable: bool
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def cluster(self) -> Path:
        """The folder that PostgreSQL calls PGDATA."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """The file that the server writes its messages to."""
        return self.home / "postgres.log"

    @property
    def url(self) -> str:
        """The DATABASE_URL of the project's database in this server."""
        return self.url_of(DATABASE)

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self.process is None:
            raise LocalError("PostgreSQL is not running.")
        return self.process.pid

    def url_of(self, database: str) -> str:
        """Return the address of another database in this server."""
        return f"postgresql://{ROLE}@{quote(str(self.socket), safe='')}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers; end an orphan of an earlier run first."""
        _end_orphan(self.cluster)
        for left_over in self.socket.glob(".s.PGSQL.*"):  # a lock in it may name a process id that lives again
            left_over.unlink(missing_ok=True)
        for _ in range(START_ATTEMPTS):
            self.process = self._spawn()
            if self._answers(self.process):
                _create_database(self)
                return
            self.stop()
        raise LocalError(f"PostgreSQL did not start. The end of {self.log}:\n{children.tail(self.log)}")

    def stop(self) -> None:
        """Stop the server in order (open transactions are rolled back), or by force after a while."""
        if self.process is not None:
            children.stop(self.process, by=signal.SIGINT, patience=STOP_SECONDS)
            self.process = None

    def _spawn(self) -> "subprocess.Popen[bytes]":
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.socket}",
            "unix_socket_permissions=0700",
            "timezone=UTC",
            *(() if self.durable else QUICK),
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        return children.spawn(
            [self.installation.folder / "postgres", "-D", self.cluster, *options],
            log=self.log,
            dies_by=signal.SIGINT,
            hurries_by=signal.SIGQUIT,
            environment=_environment(),
            owner=self.owner,
        )

    def _answers(self, process: "subprocess.Popen[bytes]") -> bool:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url_of("postgres")):
                return True
            time.sleep(POLL_SECONDS)
        return False


@contextlib.contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[Server]:
    """Run a server with its data in `data_dir`, and stop it afterwards.

    Raise InUseError when another process has the folder. As root the server runs as another user; when that
    user cannot reach `data_dir`, the data are elsewhere, and `data_dir` is a link to them.
    `durable=False` is for tests: faster, and a power cut may cost data.
    """
    owner = _server_user()
    home = _home(data_dir, owner, durable=durable)
    with state.locked(home, holder=str(os.getpid())):
        installation = reachable_copy(choose(home / "cluster"), home, owner)
        server = Server(home, installation, owner, state.socket_folder(home, owner), durable)
        _initialise(server)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@dataclass(frozen=True)
class TemporaryServer:
    """A server for one test run: its address, and the way to end it and its data."""

    url: str
    stop: Callable[[], None]


def start_temporary() -> TemporaryServer:
    """Start a quick server in a folder of its own; `stop` ends it and deletes the folder."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reading-group-")))
        folder.chmod(0o755)  # as root, another user runs the server; its own folder inside is private
        stack.callback(state.remove, folder / "postgres")
        server = stack.enter_context(running(folder / "postgres", durable=False))
        return TemporaryServer(server.url, stack.pop_all().close)


# --- who runs it, and where ------------------------------------------------------------------------------


def _server_user() -> pwd.struct_passwd | None:
    """Return the user that the server must run as when we are root (it refuses root), else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise LocalError("PostgreSQL does not run as root. Start as an ordinary user, or set DATABASE_URL.")


def _home(data_dir: Path, owner: pwd.struct_passwd | None, *, durable: bool) -> Path:
    """Return the real folder of the data, made if need be, which the server's user can reach."""
    data_dir = data_dir.absolute()
    if data_dir.is_symlink() and data_dir.exists():
        return data_dir.resolve()
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    if owner is None or state.reaches(owner, data_dir.parent, "x"):
        data_dir.mkdir(exist_ok=True)
        if owner is not None:
            data_dir.chmod(0o755)  # whatever our umask: the cluster inside is private
        return data_dir
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    # Not /var/tmp: several systems delete what nobody touched there for 30 days.
    elsewhere = Path("/var/lib" if durable else tempfile.gettempdir()) / f"reading-group-{name}"
    elsewhere.mkdir(mode=0o755, exist_ok=True)
    if elsewhere.is_symlink() or elsewhere.lstat().st_uid != 0:
        raise LocalError(f"{elsewhere} belongs to someone else. Remove it, or set DATABASE_URL.")
    elsewhere.chmod(0o755)
    data_dir.unlink(missing_ok=True)
    data_dir.symlink_to(elsewhere)
    return elsewhere


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


# --- the data --------------------------------------------------------------------------------------------


def _initialise(server: Server) -> None:
    """Make the cluster if there is none; beside its place, so that half of one is never taken for whole."""
    if server.cluster.exists():
        return
    draft = server.home / "cluster.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    other: dict[str, object] = {}
    if server.owner is not None:
        os.chown(draft, server.owner.pw_uid, server.owner.pw_gid)
        other = {"user": server.owner.pw_uid, "group": server.owner.pw_gid, "extra_groups": []}
    made = subprocess.run(
        [*initdb(server.installation), *(() if server.durable else ("--no-sync",)), "-D", draft],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=_environment(),
        **other,  # type: ignore[call-overload]
    )
    if made.returncode:
        raise LocalError(f"PostgreSQL could not set up {draft}:\n{made.stderr.strip()}")
    draft.rename(server.cluster)


def _create_database(server: Server) -> None:
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _end_orphan(cluster: Path) -> None:
    """Stop a server that an earlier run left behind, and drop a process file that names a stranger.

    We hold the folder's lock, so that a server on it is nobody's.
    """
    file = cluster / "postmaster.pid"
    try:
        pid = int(file.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return
    for by in (signal.SIGINT, signal.SIGQUIT):
        if not _serves(pid, cluster):
            break
        os.kill(pid, by)
        deadline = time.monotonic() + STOP_SECONDS
        while _serves(pid, cluster) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
    else:
        raise LocalError(f"The PostgreSQL process {pid} of an earlier run does not end. End it, then start again.")
    file.unlink(missing_ok=True)


def _serves(pid: int, cluster: Path) -> bool:
    """Say whether the process is a PostgreSQL server on this cluster (its working folder is the cluster)."""
    if Path("/proc/self").exists():
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == cluster.resolve()
        return False
    asked = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return f"-D {cluster}" in asked.stdout
