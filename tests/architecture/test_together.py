"""Whoever starts the real servers is named in tests/together.py, so that a parallel run starts them once."""

import re
from pathlib import Path

from tests.together import TOGETHER

ROOT = Path(__file__).resolve().parents[2]
STARTS = re.compile(r"^from tests\.running import .*\b(?:Running|started)\b", re.MULTILINE)


def test_every_file_that_starts_the_servers_runs_in_one_worker() -> None:
    files = sorted((ROOT / "tests").rglob("*.py"))
    starting = [file for file in files if STARTS.search(file.read_text())]
    names = [str(file.relative_to(ROOT)) for file in starting]

    assert [name for name in names if not name.startswith(TOGETHER)] == []
    assert [place for place in TOGETHER if not any(name.startswith(place) for name in names)] == []
