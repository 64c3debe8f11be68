"""RIS: the recorded file, our own samples, and what can be wrong with one."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.parsers import registry, ris
from papers.parsers.record import Reading, Record
from tests.papers.parsers.hostile import survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "ris"
LIBRARY = (DATA / "library.ris").read_bytes()


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


def test_the_recorded_file_is_read_as_expected(shared_data: Path) -> None:
    answer = read_recorded(shared_data, "ris/converted-from-mail.ris")

    assert differences(shared_data, "ris/converted-from-mail.ris", answer) == []
    assert (answer["format"], answer["category"], answer["date"]) == ("ris", None, None)
    assert [len(record["authors"]) for record in answer["records"]] == [6, 5]
    assert (answer["problems"], answer["notes"]) == ([], [])


@pytest.mark.parametrize("data", [LIBRARY, b"\xef\xbb\xbf" + LIBRARY.replace(b"\n", b"\r\n")])
def test_own_sample_whole(data: bytes) -> None:
    reading = registry.read(data)

    assert (reading.format, reading.entries, reading.problems) == ("ris", 3, [])
    assert reading.notes == ["Entry 2: more authors than the file names"]
    assert list(reading.records) == [
        Record(
            1,
            "1606.08415",
            2,
            title="Gaussian Error Linear Units",
            abstract="We bend lenses, and bend them again.\n\nA second paragraph.",
            authors=("Dan Hendrycks", "Kevin Gimpel"),
        ),
        Record(
            2,
            "1412.6980",
            title="Adam",
            authors=("Diederik P. Kingma", "Jimmy Ba"),
            primary_category="cs.LG",
            categories=("cs.LG",),
        ),
        Record(
            3,
            None,
            title="Lenses",
            authors=("P. Erdős",),
            journal_ref="Our Letters, 3, 1-9 (1993)",
            doi="10.1234/lenses",
        ),
    ]


def test_each_problem_is_reported_and_costs_no_other_entry() -> None:
    reading = registry.read((DATA / "broken.ris").read_bytes())

    assert reasons(reading) == [
        (1, 1, "no arXiv id found in this entry"),
        (4, 2, "not a valid arXiv id: ‹1613.08415›"),
        (8, 3, "entry ends before its closing mark"),
        (11, 4, "repeated: already entry 3"),
        (16, 5, "entry has no title"),
        (20, 6, "entry ends before its closing mark"),
    ]
    assert [(record.position, record.arxiv_id, record.title, record.authors) for record in reading.records] == [
        (1, None, "A book without any id", ()),
        (2, None, "Of a month that is none", ()),
        (3, "1606.08415", "Not closed", ("Ada Bell",)),
        (5, "1412.6980", "", ()),
        (6, "1511.06434", "Cut in the mid", ()),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [("TY  - JOUR\nER  -", True), ("exported\nTY  - GEN", True), ("TY - JOUR", False), ("<a>\nTY  - JOUR", False)],
)
def test_it_is_told_by_the_line_that_begins_an_entry(text: str, found: bool) -> None:
    assert ris.detect(text) is found


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["TY  - X", "ER  -", "TI  - a", "AU  - , and ,", "UR  - arXiv:1606.08415", "", "  x"])))
def test_any_lines_can_be_read(lines: list[str]) -> None:
    list(ris.read("\n".join(lines).encode()).records)


@pytest.mark.parametrize(
    "part", ["TY  - \n", "AU  - a\n", "\n", "x\n", " ", "UR  - arXiv:\n", "ER  - \n", " and ", "(["]
)
def test_hostile_files_are_read_soon(part: str) -> None:
    many = part * (20_000 // len(part))
    for before in ("", "TY  - X\nUR  - arXiv:1606.08415\nAB  - ", "TY  - X\nUR  - arXiv:1606.08415\nAU  - "):
        survives(ris.read, f"{before}{many}".encode())


def test_ten_thousand_entries_are_read_in_a_few_seconds() -> None:
    entry = (
        "TY  - GEN\nTI  - A title\nAU  - Bell, Ada\nAU  - Ek, Carl\nUR  - https://arxiv.org/abs/1606.{:05d}\nER  - \n"
    )
    data = "".join(entry.format(n) for n in range(1, 10_001)).encode()

    survives(ris.read, data)
    assert ris.read(data).entries == 10_000
