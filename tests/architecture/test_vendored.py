"""What others published stands in static/vendor whole and unchanged, with its version, its licence and its decision."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

VENDOR = ROOT / "static" / "vendor"
# Each file of a package's published archive that we serve, by its SHA-256.
FILES = {
    "sortablejs-1.15.7/Sortable.min.js": "bf4241bc73fef7f11c59a283a69fe8051cdd31c6d8ff5a2b9ba219e7831fcf76",
}


def test_only_what_is_named_is_there() -> None:
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}

    assert present == FILES.keys() | {f"{Path(name).parent}/LICENSE" for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_file_is_as_it_was_published(name: str) -> None:
    path = VENDOR / name
    package, _, version = path.parent.name.rpartition("-")

    assert hashlib.sha256(path.read_bytes()).hexdigest() == FILES[name]
    assert version in path.read_text(encoding="utf-8")[:200], "the file says its version itself"
    assert "Permission is hereby granted" in (path.parent / "LICENSE").read_text(encoding="utf-8")
    decisions = " ".join(each.read_text(encoding="utf-8") for each in (ROOT / "docs" / "decisions").glob("*.md"))
    assert re.search(rf"{package} {re.escape(version)}", decisions, re.IGNORECASE)
