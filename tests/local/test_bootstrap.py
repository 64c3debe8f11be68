"""`scripts/bootstrap`: what it says on a machine that lacks something, and that it does nothing twice."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "cat", "cksum", "dirname", "rm", "mkdir", "chmod")
PYTHON = """#!/bin/sh
case "$*" in
    *version_info\\[:2\\]*) echo {version} ;;
    *"version_info < (3, 11)"*) exit {too_old} ;;
    *ensurepip*) exit {without_venv} ;;
    "-m venv .venv") mkdir -p .venv/bin; cat "$0" >.venv/bin/python; chmod +x .venv/bin/python ;;
    "-m pip "*) echo "$*" >>pip-calls ;;
esac
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout on a machine with nothing but a shell."""
    for folder in ("scripts", "requirements", "bin"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "scripts" / "bootstrap", tmp_path / "scripts")
    (tmp_path / "requirements" / "base.txt").write_text("django==5.2\n")
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


def add_python(machine: Path, name: str, version: str, *, too_old: bool = False, without_venv: bool = False) -> None:
    program = machine / "bin" / name
    program.write_text(PYTHON.format(version=version, too_old=int(too_old), without_venv=int(without_venv)))
    program.chmod(0o755)


def bootstrap(machine: Path) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": str(machine / "bin")}
    return subprocess.run(
        [machine / "scripts" / "bootstrap", "base"], env=environment, capture_output=True, text=True, check=False
    )


def test_machine_without_python_is_told_what_to_install(machine: Path) -> None:
    result = bootstrap(machine)

    assert result.returncode == 1
    assert result.stderr == (
        "Reading Group needs Python 3.11 or newer: install the packages python3 and python3-venv "
        "(macOS: brew install python@3.12), or set PYTHON to one.\n"
    )


def test_old_python_is_told_what_to_install(machine: Path) -> None:
    add_python(machine, "python3", "3.9", too_old=True)

    result = bootstrap(machine)

    assert result.returncode == 1
    assert result.stderr == (
        "Reading Group needs Python 3.11 or newer and this is 3.9: install the packages python3.11 and "
        "python3.11-venv (macOS: brew install python@3.12), or set PYTHON to a newer one.\n"
    )


def test_python_without_venv_is_told_what_to_install(machine: Path) -> None:
    add_python(machine, "python3", "3.11", without_venv=True)

    result = bootstrap(machine)

    assert result.returncode == 1
    assert result.stderr == (
        "Python 3.11 is here but cannot make virtual environments: install the package python3.11-venv "
        "(Debian and Ubuntu: apt install python3.11-venv), or put uv on PATH.\n"
    )


def test_newer_python_beside_an_old_one_is_taken_and_installs_once(machine: Path) -> None:
    add_python(machine, "python3", "3.9", too_old=True)
    add_python(machine, "python3.12", "3.12")

    first, second = bootstrap(machine), bootstrap(machine)
    (machine / "requirements" / "base.txt").write_text("django==5.2.1\n")
    third = bootstrap(machine)

    installs = [line for line in (machine / "pip-calls").read_text().splitlines() if " install " in line]
    assert [first.returncode, second.returncode, third.returncode] == [0, 0, 0]
    assert second.stderr == ""
    assert len(installs) == 2
    assert all("--require-hashes --only-binary :all: -r requirements/base.txt" in line for line in installs)


def test_uv_is_used_when_it_is_on_path(machine: Path) -> None:
    add_python(machine, "python3", "3.11", without_venv=True)
    uv = machine / "bin" / "uv"
    uv.write_text('#!/bin/sh\necho "$*" >>uv-calls\n')
    uv.chmod(0o755)
    (machine / ".venv").mkdir()

    bootstrap(machine)

    assert (machine / "uv-calls").read_text().splitlines()[0] == "venv --quiet --python python3 .venv"


def test_bootstrap_is_executable() -> None:
    assert os.access(ROOT / "scripts" / "bootstrap", os.X_OK)
