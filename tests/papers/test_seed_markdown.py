"""The daily listing in Markdown: the recorded files, our own sample, and what can be wrong with one."""

import datetime
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import limits
from papers.parsers import seed_markdown
from papers.parsers.record import Problem, Reading, Record, Unreadable, to_json

DATA = Path(__file__).parents[1] / "data"
GOOD = (DATA / "listing-cs.LG-2016-06-28.md").read_bytes()
HEADING = "# ArXiv cs.LG --Tue, 28 Jun 2016\n"


def entry(number: int | str, title: str, paper: str, *abstract: str) -> str:
    link = f"[ :arrow_down: ](https://arxiv.org/pdf/{paper}.pdf)"
    return f"### {number}.{title}  {link}\n" + "".join(f"> {line}\n" for line in abstract)


def read(text: str, **given: Any) -> Reading:
    return seed_markdown.read(text.encode(), **given)


def records(reading: Reading) -> list[Record]:
    return list(reading.records)


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("listings/arxiv-cs.CV-2020-10-01.md", {"new": 31, "cross": 15}),
        ("listings/derived-q-fin-2023-03-17.md", {"new": 13, "cross": 0}),
    ],
)
def test_recorded_listings_are_read_as_expected(shared_data: Path, name: str, counts: dict[str, int]) -> None:
    expected = json.loads((shared_data / "EXPECTED.json").read_text())[name]
    check = _compare(shared_data / "compare.py").check

    answer = json.loads(json.dumps(to_json(name, seed_markdown.read((shared_data / name).read_bytes()))))

    assert list(check(expected, answer)) == []
    assert answer["counts"] == counts | {"replace": 0, "replace-cross": 0, "unknown": 0}
    assert (answer["entries"], len(answer["records"])) == (expected["entries"], expected["distinct_ids"])
    assert (answer["problems"], answer["notes"]) == ([], [])
    assert [r["position"] for r in answer["records"]] == [paper["number"] for paper in expected["papers"]]


def _compare(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("compare", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_own_sample_whole() -> None:
    reading = seed_markdown.read(GOOD)

    found = records(reading)

    assert (reading.format, reading.category, reading.date) == (
        "md-listing",
        "cs.LG",
        datetime.date(2016, 6, 28),
    )
    assert (reading.entries, reading.problems, reading.notes) == (9, [], [])
    assert [r.position for r in found] == list(range(1, 10))
    assert [r.announce_type for r in found] == ["new"] * 6 + ["cross"] * 3
    assert {r.inferred for r in found} == {True}
    assert [r.primary_category for r in found] == ["cs.LG"] * 6 + [None] * 3
    assert found[2].title == "3D U-Net: Learning Dense Volumetric Segmentation from Sparse Annotation"
    assert found[1] == Record(
        position=2,
        arxiv_id="1606.07792",
        title="Wide & Deep Learning for Recommender Systems",
        abstract=(
            "A linear model with crossed features remembers, a deep network generalises; the authors train "
            "the two as one and measure the effect in an app store.\n\nThe code is part of a public library, see "
            "https://github.com/tensorflow/tensorflow."
        ),
        primary_category="cs.LG",
        categories=("cs.LG",),
        announce_type="new",
        inferred=True,
    )
    assert found[3].abstract == (
        "Questions about encyclopaedia articles whose answers are spans of the text. "
        "A logistic regression reaches an F1 of 51.0%, people reach 86.8%."
    )
    assert found[2].abstract
    assert r"$3 \times 3$" in found[2].abstract
    assert found[2].abstract.endswith(r"\cite{Ronneberger2015}.")


@pytest.mark.parametrize(
    "changed",
    [
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        b"\xef\xbb\xbf" + GOOD,
        GOOD.rstrip(b"\n"),
        GOOD.replace(b"\n###", b"\n\n###"),
        GOOD.replace(b"  [ :arrow", b"\xc2\xa0[ :arrow"),
    ],
)
def test_line_ends_and_blanks_make_no_difference(changed: bytes) -> None:
    reading = seed_markdown.read(changed)

    assert records(reading) == records(seed_markdown.read(GOOD))
    assert (reading.problems, reading.notes) == ([], [])


def test_every_broken_entry_is_reported_and_the_rest_is_read() -> None:
    reading = seed_markdown.read((DATA / "broken-listing-entries.md").read_bytes())

    found = records(reading)

    assert [(r.position, r.arxiv_id, r.title) for r in found] == [
        (3, "1606.07792", ""),
        (4, "1606.06565", "Concrete Problems in AI Safety"),
        (5, "1606.03657", "InfoGAN [ :arrow_down: ](https://example.org/) and more"),
    ]
    assert found[1].abstract == "The abstract that was missing above."
    assert reading.entries == 4
    assert reasons(reading) == [
        (3, 1, "no arXiv id found in this entry"),
        (5, 2, "not a valid arXiv id: ‹1613.01540›"),
        (7, 3, "entry has no title"),
        (9, 4, "abstract is missing"),
        (10, 5, "number out of order: expected 5, found 7"),
        (12, 6, "repeated: already entry 4"),
        (14, 7, "no arXiv id found in this entry"),
    ]
    assert reading.notes == [
        "The heading says Mon, but 28 Jun 2016 is a Tue; the date was taken as written.",
        "Lines outside any entry were left out: 1, the first is line 2.",
        "1 repeated entry merged",
    ]


def test_a_problem_quotes_at_most_120_characters() -> None:
    reading = read(HEADING + "### 1." + "long " * 100)

    assert [len(problem.text) for problem in reading.problems] == [limits.PROBLEM_TEXT_CHARS]


def test_a_second_restart_stops_the_guess() -> None:
    reading = seed_markdown.read((DATA / "broken-listing-two-restarts.md").read_bytes())

    found = records(reading)

    assert {(r.announce_type, r.inferred, r.primary_category, r.categories) for r in found} == {(None, False, None, ())}
    assert reading.notes == [
        "The order of the ids does not show where the cross-lists begin, so the types are left open."
    ]
    assert to_json("x", reading)["counts"] == {
        "new": 0,
        "cross": 0,
        "replace": 0,
        "replace-cross": 0,
        "unknown": 5,
    }


def test_a_repeated_id_does_not_move_the_border() -> None:
    reading = read(
        HEADING
        + entry(1, "One", "1606.00009", "a")
        + entry(2, "Two", "1606.00005", "b")
        + entry(3, "One", "1606.00009", "a")
        + entry(4, "Four", "1606.00003", "c")
    )

    assert [r.announce_type for r in records(reading)] == ["new"] * 3
    assert reading.notes == ["1 repeated entry merged"]
    assert reasons(reading) == [(6, 3, "repeated: already entry 1")]


def test_ids_of_another_month_and_old_ids_are_compared_by_time() -> None:
    reading = read(
        "# ArXiv hep-th --Mon, 2 Apr 2007\n"
        + entry(1, "One", "0704.0002", "a")
        + entry(2, "Two", "hep-th/0703100", "b")
        + entry(3, "Three", "hep-th/9901001", "c")
        + entry(4, "Four", "hep-ph/0703001", "d")
    )

    assert [r.announce_type for r in records(reading)] == ["new", "new", "new", "cross"]
    assert [r.primary_category for r in reading.records] == ["hep-th"] * 3 + [None]


def test_a_listing_of_a_whole_archive_names_no_primary() -> None:
    reading = read(HEADING.replace("cs.LG", "cs") + entry(1, "One", "1606.00009", "a"))

    assert [(r.primary_category, r.announce_type) for r in records(reading)] == [(None, "new")]


def test_a_missing_heading_asks_for_category_and_date() -> None:
    reading = seed_markdown.read((DATA / "broken-listing-no-heading.md").read_bytes())

    assert (reading.category, reading.date, reading.entries) == (None, None, 9)
    assert [r.primary_category for r in reading.records] == [None] * 9
    assert reading.notes == ["The heading with category and date is missing: please give both."]


def test_given_category_and_date_win() -> None:
    reading = seed_markdown.read(
        (DATA / "broken-listing-no-heading.md").read_bytes(),
        category="cs.LG",
        date=datetime.date(2016, 6, 28),
    )
    corrected = seed_markdown.read(GOOD, category="cs.AI", date=datetime.date(2016, 6, 29))

    assert records(reading) == records(seed_markdown.read(GOOD))
    assert reading.notes == []
    assert (corrected.category, corrected.date) == ("cs.AI", datetime.date(2016, 6, 29))
    assert records(corrected)[0].primary_category == "cs.AI"


def test_a_heading_alone_is_an_empty_day() -> None:
    reading = seed_markdown.read((DATA / "listing-empty-day.md").read_bytes())

    assert to_json("x", reading) == {
        "file": "x",
        "format": "md-listing",
        "category": "cs.LG",
        "date": "2016-07-04",
        "entries": 0,
        "counts": {"new": 0, "cross": 0, "replace": 0, "replace-cross": 0, "unknown": 0},
        "records": [],
        "problems": [],
        "notes": [],
    }


@pytest.mark.parametrize("said", ["Tue, 31 Feb 2016", "28.06.2016", "", "Tue, 28 Xyz 2016", "0 Jun 2016"])
def test_an_unreadable_date_is_asked_for(said: str) -> None:
    reading = read(f"# ArXiv cs.LG --{said}\n")

    assert reading.date is None
    assert reasons(reading) == [(1, None, f"unreadable date: ‹{said}›")]


@pytest.mark.parametrize("said", ["Tue, 28 Jun 2016", "28 June 2016", "Tuesday, 28 Jun 2016", " Tue,  28 Jun 2016 "])
def test_a_date_may_be_written_out(said: str) -> None:
    reading = read(f"# ArXiv cs.LG --{said}\n")

    assert (reading.date, reading.problems, reading.notes) == (datetime.date(2016, 6, 28), [], [])


def test_an_unknown_category_is_kept_with_a_note() -> None:
    assert read(HEADING.replace("cs.LG", "cs.ZZ")).category == "cs.ZZ"
    assert read(HEADING.replace("cs.LG", "cs.ZZ")).notes == ["‹cs.ZZ› is not a category of arXiv that we know."]
    assert read(HEADING.replace("cs.LG", "<script>")).category is None
    assert read(HEADING.replace("cs.LG", "c" * 33)).category is None


def test_a_second_listing_in_the_file_is_left_out_and_said() -> None:
    reading = read(
        HEADING
        + entry(1, "One", "1606.00009", "a")
        + HEADING
        + entry(2, "Two", "1606.00005", "b")
        + "# ArXiv cs.CV --Tue, 28 Jun 2016\n"
        + entry(1, "Three", "1606.00003", "c")
    )

    assert [r.arxiv_id for r in records(reading)] == ["1606.00009", "1606.00005"]
    assert reading.notes == ["Another listing begins at line 7 and was not read: upload it as a file of its own."]


@pytest.mark.parametrize(
    "title",
    [
        "3D Dense Geometry",
        "1.5 Degrees of Warming",
        "100,000+ Questions",
        "[Re] A Study of $A^2NL$ (with *stars*, _lines_ and # signs)",
        "SoRC -- Evaluation",
        r"On \emph{Fast} Nets and \cite{Parkhi2015}",
        "A < B and C > D <script>alert(1)</script>",
        "См. также: 深度学习",
    ],
)
def test_titles_are_kept_as_they_are(title: str) -> None:
    reading = read(HEADING + entry(1, title, "1606.00009", "a"))

    assert [r.title for r in records(reading)] == [title]
    assert reading.problems == []


@pytest.mark.parametrize(
    ("source", "abstract"),
    [
        ("A.<br>B.<br/> C.", "A.\n\nB.\n\nC."),
        ('See <a href="https://x.org/?a=1&amp;b=2">this https URL</a>.', "See https://x.org/?a=1&b=2."),
        ("See <a class='q' href='http://x.org'>this http URL</a>.", "See http://x.org."),
        ('See <a href="https://x.org/y">our page</a>.', "See our page (https://x.org/y)."),
        (
            'See <a href="https://arxiv.org/abs/1606.00001">1606.00001</a>.',
            "See https://arxiv.org/abs/1606.00001.",
        ),
        ('See <a href="javascript:alert(1)">this https URL</a>.', "See this https URL."),
        ('See <a data-href="https://x.org">us</a>.', "See us."),
        ("<b>Bold</b> & <script>alert(1)</script>", "<b>Bold</b> & <script>alert(1)</script>"),
        ("S&amp;P, R&D, a &lt;br&gt; b, 2.6&amp;lt;3", "S&P, R&D, a <br> b, 2.6&lt;3"),
        (r"$a & b; c$ and \emph{x}", r"$a & b; c$ and \emph{x}"),
        ("nul &#0; bell \x07 end", "nul � bell end"),
    ],
)
def test_abstracts_become_plain_text(source: str, abstract: str) -> None:
    reading = read(HEADING + entry(1, "One", "1606.00009", source))

    assert [r.abstract for r in records(reading)] == [abstract]


def test_several_quoted_lines_are_joined_and_an_empty_one_parts_them() -> None:
    reading = read(HEADING + entry(1, "One", "1606.00009", "A", "b.", "", "C."))

    assert [r.abstract for r in records(reading)] == ["A b.\n\nC."]


def test_a_version_in_the_link_is_kept_and_old_ids_are_read() -> None:
    reading = read(HEADING + entry(1, "One", "1606.00009v2", "a") + entry(2, "Two", "math.AG/0301001", "b"))

    assert [(r.arxiv_id, r.version) for r in records(reading)] == [("1606.00009", 2), ("math/0301001", None)]


def test_an_entry_without_a_number_is_read_and_reported() -> None:
    reading = read(
        HEADING + entry(1, "One", "1606.00009", "a") + entry("", "Two", "1606.00005", "b").replace(".", "", 1)
    )

    assert [r.title for r in records(reading)] == ["One", "Two"]
    assert reasons(reading) == [(4, 2, "number out of order: expected 2, found none")]


def test_text_of_another_encoding_is_read_with_a_problem() -> None:
    reading = seed_markdown.read((DATA / "broken-listing-windows-1252.md").read_bytes())

    assert [r.abstract for r in records(reading)] == ["A naïve “gym”."]
    assert reading.problems == [
        Problem(line=3, position=None, text="> A naïve “gym”.", reason="not UTF-8: read as Windows-1252")
    ]


def test_text_is_composed() -> None:
    reading = read(HEADING + entry(1, "Poincare\u0301", "1606.00009", "a"))

    assert [r.title for r in records(reading)] == ["Poincaré"]


def test_nul_is_refused() -> None:
    with pytest.raises(Unreadable, match="NUL"):
        read(HEADING + "\0")


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_a_text_over_its_limit_is_cut_and_reported(over: int) -> None:
    title, abstract = "t" * (limits.TITLE_CHARS + over), "a" * (limits.ABSTRACT_CHARS + over)

    reading = read(HEADING + entry(1, title, "1606.00009", abstract))

    [found] = records(reading)
    assert found.abstract
    assert len(found.title) == min(len(title), limits.TITLE_CHARS)
    assert len(found.abstract) == min(len(abstract), limits.ABSTRACT_CHARS)
    assert [problem.reason for problem in reading.problems] == [
        "title is longer than 1,000 characters: the rest was left out",
        "abstract is longer than 20,000 characters: the rest was left out",
    ][: 2 if over > 0 else 0]


def test_records_come_in_batches() -> None:
    assert [len(batch) for batch in seed_markdown.read(GOOD).batches(4)] == [4, 4, 1]


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise_but_nul(noise: bytes) -> None:
    noise = noise.replace(b"\0", b"")

    reading = seed_markdown.read(GOOD + noise)

    assert [r.arxiv_id for r in reading.records][:8] == [r.arxiv_id for r in seed_markdown.read(GOOD).records][:8]


LINES = st.sampled_from([*GOOD.decode().split("\n"), "### ", "###", ">", "> x", "# ArXiv", "[ :arrow_down: ]()", ""])


@settings(deadline=None)
@given(st.lists(LINES, max_size=30))
def test_any_order_of_lines_gives_a_sound_reading(lines: list[str]) -> None:
    reading = read("\n".join(lines))

    found = records(reading)

    assert len({r.arxiv_id for r in found}) == len(found) <= reading.entries
    assert [r.position for r in found] == sorted(r.position for r in found)
    assert all(1 <= (problem.line or 0) <= max(1, len(lines)) for problem in reading.problems)
