"""What must outlast a run: who holds a folder, where its socket is, the key that signs sessions."""

import contextlib
import fcntl
import os
import pwd
import secrets
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from readinggroup.local.children import LocalError

# 107 bytes is the limit of a socket's path on Linux, 104 on macOS; a socket's own name takes up to 16.
SOCKET_FOLDER_MAX_BYTES = 80


class InUseError(LocalError):
    """Another process holds the folder; `holder` is what it wrote about itself."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(f"{folder} is in use by another process.")
        self.holder = holder


@contextlib.contextmanager
def locked(folder: Path, *, holder: str) -> Iterator[None]:
    """Hold a folder for this process; raise InUseError when another one does.

    The kernel drops the lock when its holder ends, so that nothing can be left behind by a crash.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as file:
        file.seek(0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InUseError(folder, file.read()) from error
        file.truncate(0)
        file.write(holder)
        file.flush()
        yield
        file.truncate(0)


def reaches(owner: pwd.struct_passwd | None, path: Path, mode: str) -> bool:
    """Say whether a user (None: we) has the right `mode` (r, w or x) to a path, by trying as that user."""
    if owner is None:
        return os.access(path, {"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}[mode])
    asked = subprocess.run(
        ["test", f"-{mode}", path],
        user=owner.pw_uid,
        group=owner.pw_gid,
        extra_groups=[],
        check=False,
        cwd="/",
    )
    return asked.returncode == 0


def socket_folder(home: Path, owner: pwd.struct_passwd | None = None) -> Path:
    """Return a private folder with a short path for a server's socket, if possible that of last time."""
    note = home / "socket-folder"
    with contextlib.suppress(FileNotFoundError):
        last = Path(note.read_text())
        if _private(last, owner):
            return last
    folder = Path(tempfile.mkdtemp(prefix="rg-", dir=_short_base(owner)))
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    note.write_text(str(folder))
    return folder


def _private(folder: Path, owner: pwd.struct_passwd | None) -> bool:
    uid = os.geteuid() if owner is None else owner.pw_uid
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == uid and stat.S_IMODE(found.st_mode) == 0o700


def _short_base(owner: pwd.struct_passwd | None) -> Path:
    for base in (Path(tempfile.gettempdir()).resolve(), Path("/tmp")):
        if len(os.fsencode(base)) <= SOCKET_FOLDER_MAX_BYTES and reaches(owner, base, "x"):
            return base
    raise LocalError("No folder for temporary files has a short enough path. Set TMPDIR to one.")


def secret_key(home: Path) -> str:
    """Return the folder's random key, made at the first call and readable by its owner only."""
    path = home / "secret-key"
    with contextlib.suppress(FileNotFoundError):
        if key := path.read_text().strip():
            return key
    key = secrets.token_urlsafe(64)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    draft.replace(path)
    return key
