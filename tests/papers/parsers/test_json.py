"""JSON: papers one a line or in an array, answers of bioRxiv, lists of a conference; recorded, our own and damaged."""

import datetime
import gzip
import json
import mmap
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from core import limits
from papers.parsers import conference_json, json_lines, preprint_json, registry
from papers.parsers.record import Reading, Record, Unreadable
from tests.papers.parsers.hostile import survives
from tests.papers.parsers.recorded import differences, read_recorded

LINES = (Path(__file__).parents[2] / "data" / "json" / "papers.jsonl").read_bytes()
PREPRINTS = {
    "messages": [{"status": "ok", "cursor": 0, "count": 2, "total": "109"}],
    "collection": [
        {
            "doi": "10.1101/2024.06.01.1",
            "title": "Cells\n of lenses",
            "authors": "Bell, A.; de Jong, C.;",
            "version": "2",
            "license": "cc_by",
            "category": "cell biology",
            "abstract": "We bend.",
            "published": "NA",
        },
        {"title": "Of no DOI"},
        {
            "preprint_doi": "10.1101/2024.06.01.2",
            "preprint_title": "More cells",
            "preprint_authors": "Ek, D.",
            "preprint_category": "NA",
            "preprint_abstract": "We bent.",
            "published_doi": "10.1234/abc",
            "published_journal": "Our Letters",
        },
    ],
}
CONFERENCE = [
    {
        "id": "-4IA4",
        "title": "Lenses",
        "track": "main",
        "author": "Ada Bell;Carl Ek",
        "abstract": "We bend.",
        "site": "x",
    },
    {"id": "zz1", "title": "Lenses again", "author": "", "abstract": "", "site": "y"},
]


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


def read(text: str) -> tuple[list[Record], Reading]:
    reading = json_lines.read(text.encode())
    return list(reading.records), reading


@pytest.mark.parametrize(
    ("name", "format", "differing"),
    [
        ("jsonl/daily-2025-03-20.jsonl", "json-lines", []),
        ("jsonl/daily-2025-03-21.jsonl", "json-lines", []),
        ("jsonl/daily-2025-03-22.jsonl", "json-lines", []),
        # Expected are the raw accent of "S. {\AA}berg", and "et al" as a third person.
        ("jsonl/kaggle-layout-300.jsonl", "json-lines", ["authors", "first author"]),
        ("jsonl/kaggle-snapshot-one-line.json", "json-lines", []),
        ("jsonl/rss-items-2023.jsonl", "json-lines", []),
        ("jsonl/rss-items-2024.jsonl", "json-lines", []),
        ("preprints/biorxiv-details-excerpt.json", "preprints-json", []),
        ("conference/iclr2013.json", "conference-json", []),
    ],
)
def test_recorded_files_are_read_as_expected(shared_data: Path, name: str, format: str, differing: list[str]) -> None:
    answer = read_recorded(shared_data, name)

    found = differences(shared_data, name, answer)
    assert answer["format"] == format
    assert sorted(what for what, _ in found) == differing
    assert all("1 of 300" in detail for _, detail in found)
    assert {problem["reason"].split(":")[0] for problem in answer["problems"]} <= {"repeated"}


def test_the_large_recorded_file_is_read_fast_and_within_bounds(shared_data: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "spring.jsonl"
    unpacked.write_bytes(gzip.decompress((shared_data / "scale" / "arxiv-2025-spring.jsonl.gz").read_bytes()))

    begun = time.process_time()
    with unpacked.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        reading = registry.read(data)
        records = list(reading.records)
        del reading.records
        seconds = time.process_time() - begun

    assert seconds < 8
    assert (len(records), reading.entries, reading.problems) == (10_500, 10_500, [])
    assert reading.notes == ["The entries were announced on 50 days, from 2025-03-18 to 2025-05-26."]
    assert reading.date is None
    assert Counter(record.primary_category for record in records).most_common(2) == [("cs.CV", 5337), ("cs.CL", 2923)]
    assert max(len(record.authors) for record in records) == 274


def test_lines_of_all_layouts_are_read() -> None:
    reading = json_lines.read(LINES)

    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id="2406.00001",
            title="Lenses",
            abstract="We bend light.",
            authors=("Ada Bell", "Désirée Ek"),
            primary_category="physics.optics",
            categories=("physics.optics", "cs.LG"),
            comments="4 pages",
            doi="10.1234/later",
            announced_on="2024-06-03",
        ),
        Record(
            position=2,
            arxiv_id="hep-th/9901001",
            version=2,
            title="Old lenses",
            abstract="We bent light.\n\nTwice.",
            authors=("A.-B. Bell", "C.-D. Ek Jr."),
            primary_category="hep-th",
            categories=("hep-th", "math.AG"),
            journal_ref="Our Letters 3 (1999) 14",
            doi="10.1234/abc",
            license="http://arxiv.org/licenses/x/",
        ),
        Record(
            position=3,
            arxiv_id="2301.00006",
            version=2,
            title="Fed lenses",
            abstract="We bend < light.",
            primary_category="cs.HC",
            categories=("cs.HC",),
            announce_type="replace",
        ),
        Record(
            position=4,
            arxiv_id="2403.00436",
            version=1,
            title="Prefixed lenses",
            abstract="Abstract: bent.",
            announce_type="cross",
        ),
        Record(position=5, arxiv_id="2301.03962", title="Bare lenses", abstract="Bent."),
        Record(position=9, arxiv_id="2406.00002"),
    ]
    assert (reading.entries, reading.category, reading.date) == (7, None, None)
    assert reading.notes == ["1 repeated entry merged"]


def test_what_is_wrong_with_a_line_is_reported_and_spoils_no_other() -> None:
    reading = json_lines.read(LINES)
    list(reading.records)

    assert reasons(reading) == [
        (7, 6, "repeated: already entry 1"),
        (8, 7, "not a valid arXiv id: ‹2413.00001›"),
        (9, 8, "no arXiv id found in this entry"),
        (10, 9, "unreadable date: ‹someday›"),
        (10, 9, "entry has no title"),
        (11, 10, "line is not valid JSON: ‹Expecting ',' delimiter at column 21›"),
        (12, 11, "line is not valid JSON: ‹an object is expected here›"),
        (13, 12, "entry ends before its closing mark"),
    ]


@pytest.mark.parametrize("between", ["\n", "\r\n", "\r", "\n\n", " \n"])
def test_lines_end_as_on_any_system(between: str) -> None:
    lines = [json.dumps({"id": f"2406.0000{n}", "title": f"Lens {n}"}) for n in (1, 2, 3)]

    records, reading = read("\ufeff" + between.join(lines))

    assert [record.arxiv_id for record in records] == ["2406.00001", "2406.00002", "2406.00003"]
    assert reading.problems == []


@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_is_the_same_as_lines(indent: int | None) -> None:
    values = [{"id": "2406.00001", "title": "One"}, {"id": "2406.00002", "title": "Two"}]

    records, reading = read(json.dumps(values, indent=indent))

    assert [(record.arxiv_id, record.title) for record in records] == [("2406.00001", "One"), ("2406.00002", "Two")]
    assert reading.problems == []


def test_an_object_may_span_several_lines() -> None:
    value = {"id": "0704.0001", "title": "One", "versions": [{"version": "v1"}, {"version": "v3"}]}

    records, reading = read(json.dumps(value, indent=1) + "\n" + json.dumps(value | {"id": "0704.0002"}, indent=1))

    assert [(record.arxiv_id, record.version) for record in records] == [("0704.0001", 3), ("0704.0002", 3)]
    assert reading.problems == []


def test_a_damaged_array_loses_only_what_is_damaged() -> None:
    records, reading = read(
        '[{"id": "2406.00001", "title": "One"},\n{"id": "2406.00002" "title": "Two"},\n'
        '{"id": "2406.00003", "title": "Three"},\n{"id": "2406.00004", "ti'
    )

    assert [record.arxiv_id for record in records] == ["2406.00001", "2406.00003"]
    assert reasons(reading) == [
        (2, 2, "line is not valid JSON: ‹Expecting ',' delimiter at column 21›"),
        (4, 4, "entry ends before its closing mark"),
    ]


def test_an_array_that_ends_between_its_objects_says_so() -> None:
    records, reading = read('[{"id": "2406.00001", "title": "One"},\n')

    assert [record.arxiv_id for record in records] == ["2406.00001"]
    assert reasons(reading) == [(2, 2, "entry ends before its closing mark")]


def test_a_file_that_is_not_utf8_says_so_once() -> None:
    lines = '{"id": "2406.00001", "title": "Ünï"}\n{"id": "2406.00002", "title": "Zwölf"}'

    reading = json_lines.read(lines.encode("cp1252"))

    assert [record.title for record in reading.records] == ["Ünï", "Zwölf"]
    assert reasons(reading) == [(1, None, "not UTF-8: read as Windows-1252")]


def test_numbers_and_odd_characters_keep_their_meaning() -> None:
    records, _ = read('{"id": 2406.12340, "title": "a\\u0000b\\ud800 e\\u0301", "authors": [{"name": "Ada  Bell"}, 7]}')

    assert [(each.arxiv_id, each.title, each.authors) for each in records] == [
        ("2406.12340", "ab\ufffd é", ("Ada Bell", "7"))
    ]


def test_one_day_for_all_is_the_day_of_the_file_and_a_given_one_wins() -> None:
    line = b'{"id": "2406.00001", "title": "One", "listed": "2024-06-03"}'

    said, given = json_lines.read(line), json_lines.read(line, category="cs.LG", date=datetime.date(2024, 6, 4))

    assert [record.announced_on for record in said.records] == ["2024-06-03"]
    assert [record.announced_on for record in given.records] == [None]
    assert (said.category, said.date) == (None, datetime.date(2024, 6, 3))
    assert (given.category, given.date) == ("cs.LG", datetime.date(2024, 6, 4))


def test_a_long_file_is_never_held_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "_WINDOW", 100)
    many = "\n".join(json.dumps({"id": f"2406.{n:05}", "title": "x" * 1000}) for n in range(1, 5001)).encode()
    drawn = json_lines.read(many)

    tracemalloc.start()
    count = sum(1 for _ in drawn.records)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (count, drawn.entries, drawn.notes) == (5000, 5000, [])
    assert peak < len(many) / 4


def test_a_long_array_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 10)

    with pytest.raises(Unreadable, match="must have one object a line"):
        list(json_lines.read(b'[{"id": "2406.00001", "title": "One"}]').records)


def test_preprints_have_a_doi_and_a_category_of_their_own() -> None:
    reading = preprint_json.read(json.dumps(PREPRINTS, indent=1).encode())

    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id=None,
            version=2,
            title="Cells of lenses",
            abstract="We bend.",
            authors=("A. Bell", "C. de Jong"),
            primary_category="cell biology",
            categories=("cell biology",),
            doi="10.1101/2024.06.01.1",
            license="cc_by",
        ),
        Record(
            position=3,
            arxiv_id=None,
            title="More cells",
            abstract="We bent.",
            authors=("D. Ek",),
            journal_ref="Our Letters",
            doi="10.1101/2024.06.01.2",
        ),
    ]
    assert reasons(reading) == [(21, 2, "no DOI found in this entry")]
    assert reading.notes == ["The file has 3 of 109 entries; the rest is on further pages."]


def test_an_empty_answer_on_preprints_shows_what_the_server_says() -> None:
    reading = preprint_json.read(b'{"messages":[{"status":"no posts found"}],"collection":[]}')

    assert (list(reading.records), reading.problems) == ([], [])
    assert reading.notes == ["The server says: ‹no posts found›."]


def test_papers_of_a_conference_have_titles_alone() -> None:
    reading = conference_json.read(json.dumps(CONFERENCE).encode())

    assert list(reading.records) == [
        Record(1, None, title="Lenses", abstract="We bend.", authors=("Ada Bell", "Carl Ek")),
        Record(2, None, title="Lenses again"),
    ]
    assert (reading.entries, reading.problems, reading.notes) == (2, [], [])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (json.dumps(PREPRINTS), "preprints-json"),
        ('{"collection": [], "messages": []}', "preprints-json"),
        (json.dumps(CONFERENCE), "conference-json"),
        ('[{"id": "2406.00001", "title": "One"}]', "json-lines"),
        ('{"id" "damaged"}\n{"id": "2406.00001", "title": "One"}', "json-lines"),
        ('\ufeff\n {"abs": "arxiv.org/abs/2406.00001", "summary": "One"}', "json-lines"),
        ('{"id": "2406.00001", "title": "' + "x" * 70_000 + '"}', "json-lines"),
        ('{"name": "package", "version": "1"}', None),
        ("[1, 2, 3]", None),
        ("{", None),
    ],
)
def test_the_keys_tell_what_a_file_of_json_is(text: str, name: str | None) -> None:
    found = registry.detect(text.encode())

    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 4_000_000,
        b"[" + b'{"a":' * 80_000,
        b"[" + b'{"id":"' * 50_000,
        b'[{"id":[' + b"1," * 2_000_000,
        b"[" + b"".join(b'{"k%d":"' % n for n in range(300_000)),
        (b'[{"id":' + b"[" * 2000 + b"},") * 2000,
        b'{"id":\n' * 50_000,
        b"\n" * 2_000_000,
        b'{"id":"2406.00001","title":"x","n":' + b"9" * 4_000_000 + b"}",
        b'{"id":"2406.00001","title":"x","authors":"' + b"(" * 2_000_000 + b'"}',
        b'{"id":"2406.00001","title":"x","abstract":"' + b"\\n " * 2_000_000 + b'"}',
    ],
    ids=lambda data: data[:16].decode(),
)
def test_files_made_to_hurt_do_not(data: bytes) -> None:
    survives(json_lines.read, data, seconds=15)


def test_short_fields_of_a_preprint_stand_on_one_line() -> None:
    preprint = {
        "doi": "10.1101/2020.01.01.000001",
        "title": "A\ftitle",
        "license": "cc\fby",
        "published_journal": "J\vB",
    }

    [record] = registry.read(
        json.dumps({"collection": [preprint | {"server": "biorxiv", "version": "1"}]}).encode()
    ).records

    assert (record.title, record.license, record.journal_ref) == ("A title", "cc by", "J B")
