"""Markdown with a heading or a whole post for each paper: the recorded files, our own samples, and damaged ones."""

import datetime
from pathlib import Path

import pytest

from papers.parsers import markdown_headings, markdown_post, registry
from papers.parsers.record import Reading, Record
from tests.papers.parsers.hostile import survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "markdown"
HEADINGS = (DATA / "headings.md").read_bytes()
POST = (DATA / "post.md").read_bytes()


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


@pytest.mark.parametrize(
    ("name", "format", "date"),
    [("markdown/jwst-author-2024-10-19.md", "md-headings", "2024-10-19")]
    + [(f"markdown/posts/post-{n:02d}.md", "md-post", None) for n in range(1, 8)]
    + [(f"markdown/notes/note-{n}.md", "paste", None) for n in range(1, 7)],
)
def test_recorded_files_are_read_as_expected(shared_data: Path, name: str, format: str, date: str | None) -> None:
    answer = read_recorded(shared_data, name)

    assert differences(shared_data, name, answer) == []
    assert (answer["format"], answer["category"], answer["date"]) == (format, None, date)
    assert (answer["problems"], answer["notes"]) == ([], [])


def test_own_headings_whole() -> None:
    reading = registry.read(HEADINGS)

    assert (reading.format, reading.entries, reading.date) == ("md-headings", 2, datetime.date(2016, 6, 28))
    assert (reading.problems, reading.notes) == ([], [])
    assert list(reading.records) == [
        Record(
            1,
            "1606.08415",
            1,
            title=r"Units at $z\sim2$ [GELU]",
            abstract="We bendlenses & more.",
            authors=("Dan Hendrycks", "Kevin Gimpel"),
            comments="9 pages",
        ),
        Record(2, "1412.6980", title="Adam", abstract="We bend again.", authors=("Diederik P. Kingma",)),
    ]


def test_each_problem_of_headings_is_reported_where_it_is() -> None:
    reading = registry.read((DATA / "broken-headings.md").read_bytes())

    assert reasons(reading) == [
        (1, None, "unreadable date: ‹Tue Feb 31 20:53:51 2016›"),
        (2, 1, "not a valid arXiv id: ‹1613.08415v1›"),
        (4, 2, "no arXiv id found in this entry"),
        (7, 3, "entry has no title"),
        (9, 4, "repeated: already entry 3"),
    ]
    assert list(reading.records) == [
        Record(3, "1606.08415", 1, title="Again", abstract="Cut in the mid", authors=("A. Bell",))
    ]


@pytest.mark.parametrize("data", [POST, b"\n" + POST.replace(b"\n", b"\r\n")])
def test_own_post_whole(data: bytes) -> None:
    reading = registry.read(data)

    assert (reading.format, reading.entries, reading.date) == ("md-post", 1, None)
    assert (reading.problems, reading.notes) == ([], [])
    assert list(reading.records) == [
        Record(
            1,
            "gr-qc/9310026",
            title='Of "units" & lenses',
            abstract="We bend lenses, see arXiv:1412.6980.",
            authors=("Ada Bell", "Carl Ek"),
        )
    ]


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (POST.replace(b"9310026", b"931002"), [(1, 1, "not a valid arXiv id: ‹gr-qc/931002›")]),
        (POST[: POST.index(b"##### Abstract\n")], [(1, 1, "no arXiv id found in this entry")]),
        (POST.replace(b"We bend lenses,\nsee arXiv:1412.6980.", b""), [(1, 1, "abstract is missing")]),
        (POST.replace(b"title", b"titel"), [(1, 1, "entry has no title")]),
        (
            POST[: POST.index(b"author")],
            [(1, 1, "entry ends before its closing mark"), (1, 1, "no arXiv id found in this entry")],
        ),
    ],
)
def test_each_problem_of_a_post_is_reported(data: bytes, problems: list[tuple[int, int, str]]) -> None:
    assert reasons(markdown_post.read(data)) == problems


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        ("authors: [Ada Bell, 'Carl Ek']", ("Ada Bell", "Carl Ek")),
        ("authors:\n  - Ada Bell\n  - Carl Ek", ("Ada Bell", "Carl Ek")),
        ("author: Ada Bell et al.", ("Ada Bell",)),
    ],
)
def test_authors_of_a_post_may_be_a_list(head: str, authors: tuple[str, ...]) -> None:
    post = f"---\ntitle: 'It''s'\n{head}\n---\n## Abstract\nWe bend.\n## URL\nhttps://arxiv.org/abs/1606.08415\n"
    (record,) = markdown_post.read(post.encode()).records

    assert (record.title, record.authors) == ("It's", authors)


@pytest.mark.parametrize("data", [POST, HEADINGS])
def test_an_entry_of_bibtex_in_a_page_does_not_make_it_a_bibliography(data: bytes) -> None:
    found = registry.detect(data + b"\n```bibtex\n@misc{this2016,\n  title={x}\n}\n```\n")

    assert found
    assert found.name in ("md-post", "md-headings")


@pytest.mark.parametrize(
    "part", ["#", "# ", "## a\n", "<p>", "</>", "[", "](", ")", "\n", " ", "-", "---\n", "a:\n", "  - a\n"]
)
def test_hostile_files_are_read_soon(part: str) -> None:
    many = part * (20_000 // len(part))
    for before in (
        "",
        "## a [x](http://arxiv.org/abs/1606.08415)\n<p>",
        "## arxiv.org/ ",
        "# Updated 1",
        "---\ntitle: ",
    ):
        survives(markdown_headings.read, f"{before}{many})".encode())
        survives(markdown_post.read, f"{before}{many}\n---\n## URL\narxiv.org/abs/1606.08415".encode())
        registry.detect(f"{before}{many}".encode())


def test_ten_thousand_headings_are_read_in_a_few_seconds() -> None:
    entry = "## A title [x](http://arxiv.org/abs/1606.{:05d}v1)\n\n<p> Ada Bell, Carl Ek </p>\n<p>\nWe bend.\n</p>\n\n"
    data = "".join(entry.format(n) for n in range(1, 10_001)).encode()

    survives(markdown_headings.read, data)
    assert markdown_headings.read(data).entries == 10_000
