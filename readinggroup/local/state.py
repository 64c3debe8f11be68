"""What must outlast a run: who holds a folder, where its socket is, the key that signs sessions."""

import contextlib
import fcntl
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from readinggroup.local.children import LocalError

# 107 bytes is the limit of a socket's path on Linux, 104 on macOS; a socket's own name takes up to 16.
SOCKET_FOLDER_MAX_BYTES = 80


class InUseError(LocalError):
    """Another process holds the folder; `holder` is what it wrote about itself."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(f"{folder} is in use by another process.")
        self.folder = folder
        self.holder = holder


@dataclass(frozen=True)
class Hold:
    """A folder that is ours for now."""

    file: TextIO
    left_over: bool  # the holder before us ended without letting go

    def say(self, text: str) -> None:
        """Tell whoever else wants the folder about us."""
        self.file.truncate(0)
        self.file.write(text)
        self.file.flush()


@contextlib.contextmanager
def locked(folder: Path, *, holder: str) -> Iterator[Hold]:
    """Hold a folder for this process; `holder` is told to whoever else wants it.

    Raise InUseError when another process holds it. The kernel drops
    the lock when its holder ends, so that nothing can be left behind by a crash.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as file:
        file.seek(0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InUseError(folder, file.read()) from error
        hold = Hold(file, left_over=bool(file.read()))
        hold.say(holder)
        yield hold
        file.truncate(0)


def holder_of(folder: Path) -> str:
    """Return what the process that holds a folder says about itself, or nothing when none holds it."""
    if not (folder / "lock").exists():
        return ""
    try:
        with locked(folder, holder=""):
            return ""
    except InUseError as error:
        return error.holder


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


def remove(data_dir: Path) -> None:
    """Delete a server's data, wherever they are, and its socket's folder; raise InUseError while it runs."""
    home = data_dir.resolve()
    if not home.is_dir():
        return
    with locked(home, holder=""):
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree((home / "socket-folder").read_text(), ignore_errors=True)
        shutil.rmtree(home)
    if data_dir.is_symlink():
        data_dir.unlink()


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
