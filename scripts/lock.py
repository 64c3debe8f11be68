"""Compile requirements/*.in to hashed *.txt by uv, or check without a network that they are in step.

Each .txt begins with the SHA-256 of what it was made from: its .in and the .txt files that the .in names as
constraints. `--check` compares it, looks that every requirement has a pin that satisfies it, that every pin has
a hash, and that no package is pinned differently in two files.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

FOLDER = Path(__file__).resolve().parents[1] / "requirements"
NAMES = ("base", "embedded", "dev", "browser")  # each may be constrained by those before it
FLAGS = [
    *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest"),
    *("--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header"),
]
STAMP = "# made from sha256:"


def main() -> int:
    """Check with `--check`, else compile; return the exit status."""
    if "--check" in sys.argv[1:]:
        problems = [problem for name in NAMES for problem in problems_of(name)] + contradictions()
        sys.stderr.writelines(f"{problem}\n" for problem in problems)
        return 1 if problems else 0
    return compile_all()


def compile_all() -> int:
    """Compile each file, and stamp it with what it was made from."""
    uv = shutil.which("uv")
    if uv is None:
        sys.stderr.write("`make lock` needs uv: python3 -m pip install uv\n")
        return 1
    for name in NAMES:
        made = FOLDER / f"{name}.txt"
        source = f"{name}.in"
        subprocess.run([uv, "pip", "compile", "--quiet", *FLAGS, source, "-o", made], check=True, cwd=FOLDER)
        made.write_text(f"{STAMP}{origin(name)}\n{made.read_text()}")
    return 0


def origin(name: str) -> str:
    """Return the digest of a lock file's sources, as far as they decide what is in it."""
    lines = (FOLDER / f"{name}.in").read_text().splitlines()
    digest = hashlib.sha256()
    for line in filter(None, (line.partition("#")[0].strip() for line in lines)):
        digest.update(f"{line}\n".encode())
        if constraint := re.fullmatch(r"-c (\w+)\.txt", line):
            digest.update(f"{sorted(pins(constraint[1]).items())}\n".encode())
    return digest.hexdigest()


def requirements(name: str) -> list[Requirement]:
    """Return what a .in file asks for."""
    lines = (line.partition("#")[0].strip() for line in (FOLDER / f"{name}.in").read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def pins(name: str) -> dict[str, str]:
    """Return the version of each package in a .txt file."""
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", (FOLDER / f"{name}.txt").read_text(), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


def problems_of(name: str) -> list[str]:
    """Say what is out of step between one .in and its .txt."""
    text = (FOLDER / f"{name}.txt").read_text()
    problems = []
    if not text.startswith(f"{STAMP}{origin(name)}\n"):
        problems.append(f"requirements/{name}.txt was not made from the present {name}.in: run `make lock`.")
    pinned = pins(name)
    for wanted in requirements(name):
        version = pinned.get(canonicalize_name(wanted.name))
        if version is None or Version(version) not in wanted.specifier:
            problems.append(f"requirements/{name}.txt: {wanted} is pinned to {version or 'nothing'}.")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    bare = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    return problems + [f"requirements/{name}.txt: {entry} has no hash." for entry in bare]


def contradictions() -> list[str]:
    """Say which packages have different versions in two files."""
    first: dict[str, tuple[str, str]] = {}
    problems = []
    for name in NAMES:
        for package, version in pins(name).items():
            where, known = first.setdefault(package, (name, version))
            if known != version:
                problems.append(f"{package} is {known} in {where}.txt and {version} in {name}.txt.")
    return problems


if __name__ == "__main__":
    sys.exit(main())
