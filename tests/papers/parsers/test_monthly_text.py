"""Monthly lists as plain text: the recorded ones, our own sample, and what can be wrong with one."""

from datetime import date
from pathlib import Path

import pytest

from papers.parsers import monthly_text, registry
from papers.parsers.record import Reading, Record
from tests.papers.parsers.hostile import survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "monthly"
SAMPLE = (DATA / "hep-th-9711.txt").read_bytes()


def read(data: bytes) -> Reading:
    """Read a list by its content, as an import does."""
    found = registry.detect(data)
    assert found
    assert found.name == "monthly"
    return monthly_text.read(data)


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


@pytest.mark.parametrize(
    ("name", "differing"),
    [
        ("astro-ph-9204.txt", []),
        ("astro-ph-9301.txt", []),
        # Written down with its subject class, which is no part of an id for us: math.MP/9712278.
        ("math-ph-9712.txt", ["ids missing", "ids invented"]),
    ],
)
def test_recorded_lists_are_read_as_expected(shared_data: Path, name: str, differing: list[str]) -> None:
    answer = read_recorded(shared_data, f"monthly/{name}")

    assert [what for what, _ in differences(shared_data, f"monthly/{name}", answer)] == differing
    assert (answer["format"], answer["category"], answer["date"]) == ("monthly", None, None)
    assert (answer["problems"], answer["notes"]) == ([], [])


@pytest.mark.parametrize("data", [SAMPLE, SAMPLE.replace(b"\n", b"\r\n"), SAMPLE.replace(b"\n", b"  \n")])
def test_every_part_of_a_list_is_read(data: bytes) -> None:
    reading = read(data)

    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id="hep-th/9711200",
            version=3,
            title="The Large N Limit of Superconformal Field Theories and Supergravity",
            authors=("Juan M. Maldacena",),
            primary_category="hep-th",
            categories=("hep-th",),
            comments="20 pages, harvmac, v2: section on AdS_2 corrected, references added, "
            "v3: More references and a sign in eqns 2.8 and 2.9 corrected",
            journal_ref="Adv.Theor.Math.Phys.2:231-252,1998",
            doi="10.1023/A:1026654312961",
            license="http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        ),
        Record(
            position=2,
            arxiv_id="math/9711001",
            title="A Paper of the Other Archive",
            authors=("Anna Ahlgren", "Bo Åkerström"),
            primary_category="alg-geom",
            categories=("alg-geom", "math.AG"),
            announce_type="cross",
        ),
    ]
    assert (reading.category, reading.date, reading.entries) == (None, None, 2)
    assert (reading.problems, reading.notes) == ([], [])


def test_category_and_date_are_those_given() -> None:
    reading = registry.read(SAMPLE, category="hep-th", date=date(1997, 11, 28))

    assert (reading.category, reading.date) == ("hep-th", date(1997, 11, 28))


def test_each_problem_is_reported_where_it_is() -> None:
    reading = read((DATA / "broken.txt").read_bytes())

    assert reasons(reading) == [
        (3, 1, "not a valid arXiv id: ‹hep-th/9713001›"),
        (11, 2, "no arXiv id found in this entry"),
        (16, 3, "entry has no title"),
        (16, 3, "entry ends before its closing mark"),
        (27, 5, "repeated: already entry 4"),
        (34, 6, "entry ends before its closing mark"),
    ]
    assert [(record.position, record.arxiv_id, record.title, record.announce_type) for record in reading.records] == [
        (3, "hep-th/9711200", "", None),
        (4, "2303.00005", "One that comes twice", "cross"),
        (6, "hep-th/9711201", "Cut at the e", None),
    ]
    assert (reading.entries, reading.notes) == (4, ["1 repeated entry merged"])


def test_windows_text_is_read_and_reported() -> None:
    reading = read(SAMPLE.replace(b"Anna Ahlgren", "Änna Ahlgren".encode("cp1252")))

    assert [problem.reason for problem in reading.problems] == ["not UTF-8: read as Windows-1252"]
    assert list(reading.records)[1].authors[0] == "Änna Ahlgren"


@pytest.mark.parametrize(
    "data",
    [
        b"\\\\\n" * 30_000,
        b"-" * 1_000_000,
        b"\\\\\nPaper: hep-th/9711200\nFrom: x\n" + b"Title: " + b"a " * 50_000,
        b"\\\\\nPaper: hep-th/9711200\nFrom: x\n" + b" y\n" * 30_000,
        b"Paper:" + b" " * 1_000_000 + b"x",
    ],
)
def test_hostile_lists_are_read_soon(data: bytes) -> None:
    survives(monthly_text.read, data)
    registry.detect(data)
