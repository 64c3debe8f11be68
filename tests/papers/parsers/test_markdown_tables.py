"""Tables in Markdown: the recorded files, our own samples, and what can be wrong with one."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.parsers import markdown_tables, registry
from papers.parsers.record import Reading, Record
from tests.papers.parsers.hostile import survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "markdown"
TABLE = (DATA / "table.md").read_bytes()
DETAILS = (DATA / "details.md").read_bytes()


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


@pytest.mark.parametrize(
    ("name", "date", "notes"),
    [
        (
            "markdown/cv-arxiv-daily-2022-03-01.md",
            "2022-03-01",
            ["200 entries name the first authors only.", "14 repeated entries merged"],
        ),
        ("markdown/dailyarxiv-2024-06-01.md", "2024-05-31", ["2 repeated entries merged"]),
    ],
)
def test_recorded_files_are_read_as_expected(shared_data: Path, name: str, date: str, notes: list[str]) -> None:
    answer = read_recorded(shared_data, name)

    assert differences(shared_data, name, answer) == []
    assert (answer["format"], answer["category"], answer["date"]) == ("md-table", None, date)
    assert {problem["reason"].rpartition(" ")[0] for problem in answer["problems"]} == {"repeated: already entry"}
    assert answer["notes"] == notes


def test_own_table_whole() -> None:
    reading = registry.read(TABLE)

    assert (reading.format, reading.entries, reading.date) == ("md-table", 3, datetime.date(2016, 6, 28))
    assert reasons(reading) == [(16, 3, "repeated: already entry 1")]
    assert reading.notes == ["2 entries name the first authors only.", "1 repeated entry merged"]
    assert list(reading.records) == [
        Record(1, "1606.08415", 1, title="Gaussian Error * Linear [GELU] Units", authors=("Dan Hendrycks",)),
        Record(2, "1412.6980", 1, title="Adam: $p(a|b)$ and $x_1$", authors=("Diederik P. Kingma",)),
    ]


def test_own_table_with_folded_abstracts_whole() -> None:
    reading = registry.read(DETAILS)

    assert (reading.format, reading.entries, reading.date) == ("md-table", 2, datetime.date(2016, 6, 28))
    assert (reading.problems, reading.notes) == ([], [])
    assert list(reading.records) == [
        Record(
            1,
            "1606.08415",
            1,
            title="Units [with] (brackets)",
            abstract="We bend |x| & more.",
            comments="3 pages, no figures",
        ),
        Record(2, "1412.6980", 9, title="Adam", abstract="We bend again."),
    ]


@pytest.mark.parametrize("data", [TABLE, DETAILS])
def test_a_table_without_its_header_reads_the_same(data: bytes) -> None:
    rows = b"\n".join(line for line in data.split(b"\n") if b"arxiv.org/" in line)

    assert list(registry.read(rows).records) == list(registry.read(data).records)


def test_each_problem_is_reported_where_it_is() -> None:
    reading = registry.read((DATA / "broken-table.md").read_bytes())

    assert reasons(reading) == [
        (1, None, "unreadable date: ‹2016.13.28›"),
        (4, 1, "not a valid arXiv id: ‹1613.08415v1›"),
        (5, 2, "no arXiv id found in this entry"),
        (6, 3, "entry has no title"),
        (7, 4, "repeated: already entry 3"),
        (8, 5, "no arXiv id found in this entry"),
    ]
    assert [(record.position, record.title) for record in reading.records] == [(3, "Again")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("|a|[x](http://arxiv.org/abs/1606.08415)|", True),
        ("|a|b|c|\nhttp://arxiv.org/abs/1606.08415", False),
        ("<p>\n|a|[x](http://arxiv.org/abs/1606.08415)|", False),
    ],
)
def test_it_is_told_by_a_row_with_an_address(text: str, found: bool) -> None:
    assert markdown_tables.detect(text) is found


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="|[]()*\\- \nab1:"))
def test_any_text_can_be_read(text: str) -> None:
    list(markdown_tables.read(f"|Title|PDF|\n|--|--|\n|arxiv.org/abs/1606.08415|{text}".encode()).records)


@pytest.mark.parametrize(
    "part",
    ["|", "|\n", "|-|\n", "\\|", "[", "](", "]", "*", "**", " ", "<details>", "<details></details>", "arxiv.org/abs/"],
)
def test_hostile_files_are_read_soon(part: str) -> None:
    many = part * (20_000 // len(part))
    for before in ("", "|Title|PDF|\n|--|--|\n|", "|Title|PDF|\n|--|--|\n|x|arxiv.org/abs/1606.08415", "Updated on 1"):
        survives(markdown_tables.read, f"{before}{many}) |".encode())


def test_ten_thousand_rows_are_read_in_a_few_seconds() -> None:
    row = "|**2016-06-27**|**A title**|Ada Bell et.al.|[1606.{0:05d}v1](http://arxiv.org/abs/1606.{0:05d}v1)|null|\n"
    data = "".join(row.format(n) for n in range(1, 10_001)).encode()

    survives(markdown_tables.read, data)
    assert markdown_tables.read(data).entries == 10_000
