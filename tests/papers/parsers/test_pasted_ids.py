"""Texts that name papers: the recorded one, our own sample, and what is close to an id and none."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.parsers import pasted_ids, registry
from papers.parsers.record import Reading, Record
from tests.papers.parsers.hostile import survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "pasted"
SAMPLE = (DATA / "notes.txt").read_bytes()


def read(text: str | bytes) -> Reading:
    return pasted_ids.read(text.encode() if isinstance(text, str) else text)


def named(text: str) -> list[str]:
    """Return the papers that a text names, with their versions."""
    return [
        f"{record.arxiv_id}v{record.version}" if record.version else str(record.arxiv_id)
        for record in read(text).records
    ]


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


def test_the_recorded_text_is_read_as_expected(shared_data: Path) -> None:
    answer = read_recorded(shared_data, "pasted/derived-ids.txt")

    assert differences(shared_data, "pasted/derived-ids.txt", answer) == []
    assert (answer["format"], answer["category"], answer["date"], answer["entries"]) == ("paste", None, None, 14)
    assert answer["notes"] == [
        "2 repeated entries merged",
        "Known from a bare number only, please check: 2009.14798.",
    ]
    assert [(problem["line"], problem["reason"]) for problem in answer["problems"]] == [(12, "not an arXiv address")]


def test_ids_are_found_in_every_form() -> None:
    found = registry.detect(SAMPLE)
    reading = read(SAMPLE)

    assert found
    assert found.name == "paste"
    assert list(reading.records) == [
        Record(1, "1606.08415"),
        Record(2, "1606.07792", 1),
        Record(3, "1412.6980"),
        Record(4, "1512.03385", 2),
        Record(5, "1606.08813"),
        Record(6, "hep-th/9711200", 3),
        Record(7, "cs/0012007"),
        Record(8, "1706.03762"),
        Record(9, "1810.04805"),
        Record(10, "2005.14165"),
        Record(11, "2010.11929"),
        Record(12, "1409.0473", 7),
        Record(13, "1409.3215"),
        Record(14, "1312.6114"),
        Record(15, "1301.3781"),
        Record(16, "math/0301001"),
        Record(17, "1312.5602"),
        Record(18, "2103.00020", 1),
        Record(19, "1406.2661"),
    ]
    assert reading.notes == [
        "1 repeated entry merged",
        "Known from a bare number only, please check: 1606.08415, 1606.07792, 1412.6980.",
    ]
    assert (reading.entries, reading.problems) == (19, [])


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("https://arxiv.org/abs/1606.08415,https://arxiv.org/abs/1606.07792v2.", ["1606.08415", "1606.07792v2"]),
        ("https://arxiv.org/abs/1606.08415,1606.07792", ["1606.08415", "1606.07792"]),
        ("(https://arxiv.org/pdf/1606.08415.pdf)", ["1606.08415"]),
        ("**https://arxiv.org/abs/1606.08415**", ["1606.08415"]),
        ("`1606.08415`", ["1606.08415"]),
        ("HTTPS://WWW.ARXIV.ORG/ABS/1606.08415V2", ["1606.08415"]),
        ("论文arXiv:1606.08415，很好", ["1606.08415"]),
        ("hep\u2011th/9711200", ["hep-th/9711200"]),
        ("arXiv:\u200b1606.08415", ["1606.08415"]),
        ("1606.08415v2 and arXiv:1606.08415v1", ["1606.08415v2"]),
        ("https://l.example.com/?u=https://arxiv.org/abs/1606.08415", ["1606.08415"]),
        ("https://arxiv.org/abs/1606.08415?from=1606.07792", ["1606.08415"]),
        ("2016-06-28 1606.08415.pdf", ["1606.08415"]),
        ("https://arxiv.org/list/cs.LG/1606.08415", []),
        ("https://notarxiv.org/abs/1606.08415", []),
        ("https://arxiv.org.example.com/abs/1606.08415", []),
        ("https://example.com/1606.08415 and example.com/1606.08415", []),
        ("me@arxiv.org/abs/1606.08415x", ["1606.08415"]),
        ("1234.5678, 1606.0841, 1606.084151, 11606.08415, page 1501.00", []),
        ("10.3109/07434618.2014.906498 and doi:10.1103/1606.08415", []),
        ("cs.LG/1606084 and hep-th/971120", []),
    ],
)
def test_only_what_is_an_id_is_taken(text: str, papers: list[str]) -> None:
    assert named(text) == papers


def test_each_problem_is_reported_where_it_is() -> None:
    reading = read((DATA / "broken.txt").read_bytes())

    assert reasons(reading) == [
        (1, None, "not a valid arXiv id: ‹1613.08415›"),
        (2, None, "not a valid arXiv id: ‹1606.841›"),
        (3, None, "not a valid arXiv id: ‹1506.0841›"),
        (5, None, "not an arXiv address"),
        (6, None, "not an arXiv address"),
        (7, None, "not an arXiv address"),
    ]
    assert [record.arxiv_id for record in reading.records] == ["1412.6980"]


def test_many_bare_numbers_are_not_all_listed() -> None:
    note = read(" ".join(f"1606.{n:05d}" for n in range(1, 31))).notes[0]

    assert note.startswith("Known from a bare number only, please check: 1606.00001, ")
    assert note.endswith(", 1606.00020, ….")


@pytest.mark.parametrize(
    "text",
    [
        "<?xml version='1.0'?><a>arXiv:1606.08415</a>",
        "<!DOCTYPE html><a href='https://arxiv.org/abs/1606.08415'>",
        '{"id": "1606.08415"',
        '[{"id": "1606.08415"',
        "Nothing is named here: 1234.5678",
        "",
    ],
)
def test_a_file_of_data_is_not_taken_for_a_text(text: str) -> None:
    assert not pasted_ids.detect(text)


def test_an_address_in_angle_brackets_may_come_first() -> None:
    assert pasted_ids.detect("<https://arxiv.org/abs/1606.08415>")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="arxivorg.:/v0123456789 -_%2F<>()[],\n") | st.text())
def test_any_text_can_be_read(text: str) -> None:
    if "\0" not in text:
        list(read(text.encode(errors="replace")).records)


HOSTILE = ["a.", "a-", "1", "10.", "10.1234/", "http://", "arxiv: ", "_", "a_", "2009.14798", "%2f", "hep-th/", "("]
HOSTILE += [
    "1606.08415 ",
    "https://arxiv.org/abs/",
    "x.arxiv.org/abs/",
    "doi.org/10.48550/arxiv.",
    "https://openreview.net/ ",
]


@pytest.mark.parametrize("part", HOSTILE)
def test_hostile_texts_are_read_soon(part: str) -> None:
    survives(pasted_ids.read, (part * (50_000 // len(part))).encode())


def test_ten_thousand_ids_are_read_in_a_few_seconds() -> None:
    text = "\n".join(f"see https://arxiv.org/abs/1606.{n:05d}v1 of today" for n in range(1, 10_001))

    survives(pasted_ids.read, text.encode())
    assert read(text).entries == 10_000


@pytest.mark.parametrize(
    ("below", "title", "authors"),
    [
        ("Gaussian Error Linear Units (Dan Hendrycks, Kevin Gimpel)", "Gaussian Error Linear Units", 2),
        (
            "\n\n*Emphasis on $x_1$ (part 2) of it* (A. Bell, Désirée Ek, C. de Jong)",
            "Emphasis on $x_1$ (part 2) of it",
            3,
        ),
        ("What we saw there (Very Important)", "", 0),
        ("Gaussian Error Linear Units", "", 0),
        ("Compare the results (see table 1, page 4)", "", 0),
        ("as in 1606.07792 (Dan Hendrycks, Kevin Gimpel)", "", 0),
    ],
)
def test_a_line_below_an_address_may_tell_title_and_names(below: str, title: str, authors: int) -> None:
    first = next(iter(read(f"- <https://arxiv.org/abs/1606.08415>\n{below}\nNext (Ada Bell, Carl Ek)\n").records))

    assert (first.arxiv_id, first.title, len(first.authors)) == ("1606.08415", title, authors)


def test_a_title_goes_to_the_line_that_names_one_paper_for_sure() -> None:
    for line in ("1606.08415", "arXiv:1606.08415 arXiv:1606.07792", "nothing"):
        titles = [record.title for record in read(f"{line}\nA whole title (Ada Bell, Carl Ek)").records]
        assert not any(titles)


def test_what_an_address_wraps_brings_no_control_characters() -> None:
    reading = read("https://example.org/?u=https%3A%2F%2Farxiv.org%2Fabs%2F1409.%003215 arXiv:1606.08415")

    assert [record.arxiv_id for record in reading.records] == ["1409.3215", "1606.08415"]
