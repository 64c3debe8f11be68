"""Whatever comes in, every reader answers soon: with records and problems, or with a sentence; and all can be kept."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.parsers import registry
from papers.parsers.registry import Format
from tests.papers.parsers.hostile import mutants, survives
from tests.papers.parsers.readers import samples_of
from tests.papers.parsers.seeds import outcome, seeds

ROOT = Path(__file__).parents[3]
WRITTEN_DOWN = ROOT / "tests" / "data" / "hostile.jsonl"
MUTANTS = int(os.environ.get("READER_MUTANTS", "500"))  # a reader
EXAMPLES = MUTANTS // 20
SEEDS_MIN = 150
SECONDS, MEGABYTES = 10, 512  # for a seed; for all of them in one process

_PIECES = re.compile(rb"\n+|[<>{}\[\]|\"]+|[^\n<>{}\[\]|\"]{1,40}")
each_format = pytest.mark.parametrize("format", registry.FORMATS, ids=lambda format: format.name)


def test_each_seed_ends_as_written_down_in_bounded_time_and_memory() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.papers.parsers.seeds"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    *ended, cost = [json.loads(line) for line in ran.stdout.splitlines()]

    written_down = [json.loads(line) for line in WRITTEN_DOWN.read_text(encoding="utf-8").splitlines()]
    assert ended == written_down
    assert len({name for name, _ in ended}) == len(ended) > SEEDS_MIN
    assert cost["seconds"] < SECONDS
    assert cost["megabytes"] < MEGABYTES


def test_what_is_written_down_is_for_people() -> None:
    said = dict(json.loads(line) for line in WRITTEN_DOWN.read_text(encoding="utf-8").splitlines())

    assert len([name for name in said if name.startswith("truncated/")]) > 30
    assert all(re.fullmatch(r"refused: .+[.›]|[a-z0-9-]+, [0-9]+ read(?:; .+)?", line) for line in said.values())


@each_format
def test_damage_is_never_too_much(format: Format) -> None:
    samples = samples_of(format.name)
    for sample in samples:
        for mutant in mutants(sample, MUTANTS // len(samples)):
            survives(format.read, mutant)


@cache
def pieces_of(name: str) -> list[bytes]:
    return list(dict.fromkeys(piece for sample in samples_of(name) for piece in _PIECES.findall(sample)))


@each_format
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_the_pieces_of_a_format_in_any_order(format: Format, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from([b"", *(sample[: len(sample) // 3] for sample in samples_of(format.name))]))
    pieces = data.draw(st.lists(st.sampled_from(pieces_of(format.name)) | st.binary(max_size=3), max_size=40))
    whole = start + b"".join(pieces)

    survives(format.read, whole)
    registry.detect(whole)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
_KEYS = (
    *("id", "title", "abstract", "authors", "authors_parsed", "categories", "versions", "comments", "doi", "link"),
    *("listed", "license", "journal-ref", "author", "site", "track", "version", "server", "category", "published"),
)


@pytest.mark.parametrize("name", ["json-lines", "preprints-json", "conference-json"])
@settings(max_examples=2 * EXAMPLES, deadline=None)
@given(values=st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=8), named=st.booleans())
def test_any_value_may_stand_under_any_key(name: str, values: dict[str, object], named: bool) -> None:
    item = values | ({"id": "2303.08968", "doi": "10.1101/2020.01.01.000001"} if named else {})
    whole = {"messages": [item], "collection": [item, item]} if name == "preprints-json" else [item, item]

    survives({each.name: each.read for each in registry.FORMATS}[name], json.dumps(whole).encode())


def test_a_seed_is_told_by_its_name() -> None:
    found = next(data for name, data in seeds() if name == "parameters/date-31-february")

    assert outcome(found) == "md-listing, 1 read; unreadable date: ‹Fri, 31 Feb 2023›"
