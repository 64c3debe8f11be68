"""Harvests by OAI-PMH: the recorded ones, our own samples, and what can be wrong with one."""

from pathlib import Path

import pytest

from papers.parsers import oai_pmh, registry
from papers.parsers.record import Reading, Record
from tests.papers.parsers.hostile import hostile_xml, survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "oai"
BEFORE = "<OAI-PMH><responseDate>2016-06-29T13:49:17Z</responseDate><ListRecords>"
AFTER = "</ListRecords></OAI-PMH>"
GOES_ON = "This is one part of a longer list; arXiv has more records."

WIDE = Record(
    position=1,
    arxiv_id="1606.07792",
    title="Wide & Deep Learning for Recommender Systems",
    abstract="A linear model remembers and a deep network generalises.",
    comments="4 pages, 2 figures",
    journal_ref="DLRS 2016, pp. 7-10",
    doi="10.1145/2988450.2988454",
)


def read(name: str) -> Reading:
    return registry.read((DATA / name).read_bytes())


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("arXiv-2013-page406001.xml", [GOES_ON]),
        ("arXiv-2017-hep-ex.xml", []),
        ("arXiv-getrecord-0.xml", []),
    ],
)
def test_recorded_harvests_are_read_as_expected(shared_data: Path, name: str, notes: list[str]) -> None:
    answer = read_recorded(shared_data, f"oai/{name}")

    assert differences(shared_data, f"oai/{name}", answer) == []
    assert (answer["format"], answer["category"], answer["date"]) == ("oai", None, None)
    assert (answer["problems"], answer["notes"]) == ([], notes)


@pytest.mark.parametrize(
    ("name", "differing", "notes"),
    [
        # "et al" without a number is no person for us, and Å is folded otherwise than \AA.
        (
            "arXivRaw-2014-first500.xml",
            {"authors": 2, "first author": 1},
            ["Entries that do not name all their authors: 3.", GOES_ON],
        ),
        # We turn "van Loon, E." round; the script then takes "Loon" for the family name.
        ("oai_dc-2014-12-24-first400.xml", {"first author": 5}, []),
    ],
)
def test_recorded_harvests_differ_only_in_how_names_are_written(
    shared_data: Path, name: str, differing: dict[str, int], notes: list[str]
) -> None:
    answer = read_recorded(shared_data, f"oai/{name}")

    found = {what: int(detail.split()[0]) for what, detail in differences(shared_data, f"oai/{name}", answer)}
    assert found == differing
    assert (answer["problems"], answer["notes"]) == ([], notes)


def test_the_form_arxiv_whole() -> None:
    reading = read("arXiv.xml")

    assert (reading.format, reading.category, reading.date, reading.entries) == ("oai", None, None, 1)
    assert (reading.problems, reading.notes) == ([], ["Deleted records left out: 1.", GOES_ON])
    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id="1606.07792",
            title=WIDE.title,
            abstract=f"{WIDE.abstract}\n\nThe authors train both as one.",
            authors=("The X Collaboration", "Heng-Tze Cheng Jr", "DES Collaboration"),
            primary_category="cs.LG",
            categories=("cs.LG", "cs.IR", "stat.ML"),
            comments=WIDE.comments,
            journal_ref=WIDE.journal_ref,
            doi=WIDE.doi,
            license="http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        )
    ]


def test_the_form_arxivraw_whole() -> None:
    reading = read("arXivRaw.xml")

    assert (reading.entries, reading.problems) == (1, [])
    assert reading.notes == ["Entries that do not name all their authors: 1."]
    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id="math/0211159",
            version=12,
            title="The entropy formula for the Ricci flow and its geometric applications",
            abstract="A quantity that only grows while the flow goes on.",
            authors=("Grisha Perelman", "José X"),
            primary_category="math.DG",
            categories=("math.DG",),
        )
    ]


def test_the_form_oai_dc_whole() -> None:
    reading = read("oai_dc.xml")

    assert (reading.entries, reading.problems, reading.notes) == (1, [], [])
    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id=WIDE.arxiv_id,
            title=WIDE.title,
            abstract=WIDE.abstract,
            authors=("Heng-Tze Cheng", "Jan van der X", "The X Collaboration"),
            comments=WIDE.comments,
            journal_ref=WIDE.journal_ref,
            doi=WIDE.doi,
        )
    ]


def test_every_broken_record_is_reported_and_the_rest_is_read() -> None:
    reading = read("broken.xml")

    found = [(r.position, r.arxiv_id, r.version, r.title) for r in reading.records]

    assert found == [(3, "1606.07792", None, ""), (4, "1606.05250", 1, "SQuAD again")]
    assert reasons(reading) == [
        (4, 1, "no arXiv id found in this entry"),
        (5, 2, "not a valid arXiv id: ‹1613.01540›"),
        (6, 3, "entry has no title"),
        (8, 5, "entry ends before its closing mark"),
        (9, 6, "repeated: already entry 4"),
        (10, 7, "entry ends before its closing mark"),
    ]


@pytest.mark.parametrize(
    ("error", "problems"),
    [
        ('<error code="noRecordsMatch">nothing new</error>', []),
        (
            '<error code="badResumptionToken">It expired.</error>',
            [(2, None, "arXiv answered with an error: ‹It expired.›")],
        ),
        ('<error code="badArgument"/>', [(2, None, "arXiv answered with an error: ‹badArgument›")]),
    ],
)
def test_an_error_is_a_problem_unless_it_says_that_nothing_is_new(
    error: str, problems: list[tuple[int, None, str]]
) -> None:
    text = f"<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'>\n{error}</OAI-PMH>"

    reading = registry.read(text.encode())

    assert (reasons(reading), list(reading.records), reading.notes) == (problems, [], [])


def test_a_recorded_page_cut_anywhere_keeps_what_was_whole(shared_data: Path) -> None:
    data = (shared_data / "oai" / "arXiv-2013-page406001.xml").read_bytes()[: 256 * 1024]

    for length in range(1024, len(data), 16 * 1024):
        reading = oai_pmh.read(data[:length])
        whole = data[:length].count(b"</record>")
        assert len(list(reading.records)) == whole
        assert [problem.reason for problem in reading.problems] == ["entry ends before its closing mark"]


def test_hostile_harvests_are_refused_or_read_within_seconds() -> None:
    for data in hostile_xml(BEFORE, "record", AFTER):
        survives(oai_pmh.read, data)
