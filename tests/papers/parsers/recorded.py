"""The recorded files beside the checkout, compared with the answers that were written down for them."""

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

from papers.parsers import registry
from papers.parsers.record import to_json


def read_recorded(shared_data: Path, name: str) -> dict[str, Any]:
    """Return what `ingest --json` prints for a recorded file."""
    answer: dict[str, Any] = json.loads(json.dumps(to_json(name, registry.read((shared_data / name).read_bytes()))))
    return answer


# Those with formulas: three of OAI-PMH, of all of arXiv; a snapshot, an author's feed, a day of hep-th, a listing.
_WITH_FORMULAS = [
    "oai/arXiv-2013-page406001.xml",
    "oai/arXivRaw-2014-first500.xml",
    "oai/oai_dc-2014-12-24-first400.xml",
    "jsonl/kaggle-layout-300.jsonl",
    "feeds/jwst-author-2024-10-19.xml",
    "feeds/hep-th-2026-01-15-atom.xml",
    "listings/arxiv-cs.CV-2020-10-01.md",
]


def recorded_abstracts(shared_data: Path) -> dict[str, str]:
    """Return two thousand abstracts, each once, in which formulas are frequent; maps each to its title."""
    records = (one for name in _WITH_FORMULAS for one in registry.read((shared_data / name).read_bytes()).records)
    return {record.abstract: record.title for record in records if record.abstract}


def differences(shared_data: Path, name: str, answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what differs from the expected answer, as the script beside the files finds it."""
    found: list[tuple[str, str]] = list(_compare(shared_data).check(_expected(shared_data)[name], answer))
    return found


@cache
def _expected(shared_data: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((shared_data / "EXPECTED.json").read_text(encoding="utf-8"))
    return expected


@cache
def _compare(shared_data: Path) -> Any:
    spec = importlib.util.spec_from_file_location("compare", shared_data / "compare.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
