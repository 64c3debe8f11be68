"""CSV: the recorded file, our own samples, and what can be wrong with one."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.parsers import csv_papers, registry
from papers.parsers.record import Reading, Record, Unreadable
from tests.papers.parsers.hostile import survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "csv"
LIBRARY = (DATA / "library.csv").read_bytes()


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


def test_the_recorded_file_is_read_as_expected(shared_data: Path) -> None:
    answer = read_recorded(shared_data, "csv/living-review-2025.csv")

    assert differences(shared_data, "csv/living-review-2025.csv", answer) == []
    assert (answer["format"], answer["category"], answer["date"]) == ("csv", None, None)
    assert (answer["problems"], answer["notes"]) == ([], [])


@pytest.mark.parametrize("data", [LIBRARY, b"\xef\xbb\xbf\r\n" + LIBRARY.replace(b"\n", b"\r\n")])
def test_own_sample_whole(data: bytes) -> None:
    reading = registry.read(data)

    assert (reading.format, reading.entries, reading.problems, reading.notes) == ("csv", 4, [], [])
    assert list(reading.records) == [
        Record(
            1,
            "1606.08415",
            1,
            title='Gaussian, "Error" Linear Units',
            abstract="We bend lenses.",
            authors=("Dan Hendrycks", "Kevin Gimpel"),
            primary_category="cs.LG",
            categories=("cs.LG", "stat.ML"),
            doi="10.1234/abc",
        ),
        Record(
            2,
            "1412.6980",
            title="Adam",
            authors=("Diederik P. Kingma", "Jimmy O'Ba"),
            primary_category="cs.LG",
            categories=("cs.LG",),
        ),
        Record(3, None, title="Lenses", authors=("Ada Bell", "Carl Ek"), doi="10.1234/lenses"),
        Record(4, "1706.03762", title='5" lenses', authors=("Ada Bell", "Carl Ek")),
    ]


def test_each_problem_is_reported_by_the_first_line_of_its_row() -> None:
    reading = registry.read((DATA / "broken.csv").read_bytes())

    assert reasons(reading) == [
        (2, 1, "not a valid arXiv id: ‹1613.08415›"),
        (3, 2, "no arXiv id found in this entry"),
        (4, 3, "not a valid arXiv id: ‹1606.0841›"),
        (6, 4, "entry ends before its closing mark"),
        (7, 5, "entry has no title"),
        (8, 6, "repeated: already entry 4"),
    ]
    assert [(record.position, record.arxiv_id, record.authors) for record in reading.records] == [
        (1, None, ("A. Bell",)),
        (2, None, ("A. Bell",)),
        (3, None, ("A spreadsheet's number",)),
        (4, "1606.08415", ("A. Bell",)),
        (5, "1412.6980", ("A. Bell", "C. Ek")),
        (7, "1511.06434", ()),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_cells_are_parted_as_the_header_says(delimiter: str) -> None:
    lines = (["url", "Paper Title"], ["https://arxiv.org/abs/1606.08415", "Units"])
    reading = registry.read("\n".join(map(delimiter.join, lines)).encode())

    assert list(reading.records) == [Record(1, "1606.08415", title="Units")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("title,link\nA,https://arxiv.org/abs/1606.08415", True),
        ("title,doi\nA,10.1234/x", True),
        ("title,link\nA,https://example.org/", False),
        ("A,https://arxiv.org/abs/1606.08415\nB,https://arxiv.org/abs/1412.6980", False),
        ("Dear all, a link:\nhttps://arxiv.org/abs/1606.08415", False),
        ("# title,link\nA,https://arxiv.org/abs/1606.08415", False),
        ("", False),
    ],
)
def test_it_is_told_by_its_header_and_by_what_stands_below(text: str, found: bool) -> None:
    assert csv_papers.detect(text) is found


def test_a_file_whose_header_says_nothing_is_refused() -> None:
    with pytest.raises(Unreadable, match="The first line names no column that we know"):
        csv_papers.read(b"1606.08415,A title")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="\",\n ab1.;[]'&"))
def test_any_text_can_be_read(text: str) -> None:
    list(csv_papers.read(f"title,authors,link\n{text},1606.08415".encode()).records)


@pytest.mark.parametrize(
    "part", ['"', ",", "\n", '",', ',"', '""', ',"\n', '"""a,', " ", "a,", "['", "1,2,arXiv:\n", ' "']
)
def test_hostile_files_are_read_soon(part: str) -> None:
    many = part * (30_000 // len(part))
    for before in ("", 'x,"', "x,["):
        survives(csv_papers.read, f"title,authors,link\n{before}{many},1606.08415".encode())


def test_ten_thousand_rows_are_read_in_a_few_seconds() -> None:
    row = '2016,"A title, quoted","Ada Bell, Carl Ek",http://arxiv.org/abs/1606.{:05d}v1\n'
    data = ("year,title,authors,link\n" + "".join(row.format(n) for n in range(1, 10_001))).encode()

    survives(csv_papers.read, data)
    assert csv_papers.read(data).entries == 10_000
