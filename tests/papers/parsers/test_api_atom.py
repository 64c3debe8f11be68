"""Answers of arXiv's API: the recorded ones, our own samples, and what can be wrong with one."""

import datetime
from pathlib import Path

import pytest

from papers.parsers import api_atom, registry
from papers.parsers.record import Reading, Record
from tests.papers.parsers.hostile import hostile_xml, survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "api"
QUERY = (DATA / "query.xml").read_bytes()
BEFORE = "<feed xmlns='http://www.w3.org/2005/Atom'><totalResults>1</totalResults>"
AFTER = "</feed>"


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("2016-au-del_maestro.xml", ["The file has 10 of 31 results, from number 1 on."]),
        ("idlist-2.xml", ["arXiv does not know 0808.05394."]),
        ("idlist-none.xml", ["arXiv does not know 0000.0000."]),
        ("idlist-oldid.xml", []),
        ("query-testing-10.xml", ["The file has 10 of 214,881 results, from number 1 on."]),
    ],
)
def test_recorded_answers_are_read_as_expected(shared_data: Path, name: str, notes: list[str]) -> None:
    answer = read_recorded(shared_data, f"api/{name}")

    assert differences(shared_data, f"api/{name}", answer) == []
    assert (answer["format"], answer["category"], answer["date"]) == ("atom-api", None, None)
    assert (answer["problems"], answer["notes"]) == ([], notes)


def test_a_recorded_error_is_a_problem_and_no_paper(shared_data: Path) -> None:
    answer = read_recorded(shared_data, "api/idlist-bad.xml")

    assert differences(shared_data, "api/idlist-bad.xml", answer) == []
    said = "incorrect id format for abc"
    assert answer["problems"] == [
        {"line": 9, "position": None, "text": said, "reason": f"arXiv answered with an error: ‹{said}›"}
    ]
    assert answer["notes"] == []


def test_own_sample_whole() -> None:
    reading = registry.read(QUERY)

    assert (reading.format, reading.category, reading.date, reading.entries) == ("atom-api", None, None, 2)
    assert reading.problems == []
    assert reading.notes == ["arXiv does not know 1606.99999, abc."]
    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id="1606.07792",
            version=1,
            title="Wide & Deep Learning for Recommender Systems",
            abstract="A linear model remembers and a deep network generalises.\n\nThe authors train both as one.",
            authors=("Heng-Tze Cheng", "Levent Koç"),
            primary_category="cs.IR",
            categories=("cs.IR", "cs.LG"),
            comments="4 pages, 2 figures",
            journal_ref="DLRS 2016, pp. 7-10",
            doi="10.1145/2988450.2988454",
        ),
        Record(
            position=2,
            arxiv_id="hep-th/9711200",
            version=3,
            title="The Large N Limit of Superconformal Field Theories and Supergravity",
            abstract="Field theories of one kind hold a theory with gravity.",
            authors=("Juan M. Maldacena",),
            primary_category="hep-th",
            categories=("hep-th",),
        ),
    ]


def test_every_broken_entry_is_reported_and_the_rest_is_read() -> None:
    reading = api_atom.read((DATA / "broken.xml").read_bytes())

    found = [(r.position, r.arxiv_id, r.version, r.title, r.abstract) for r in reading.records]

    assert found == [(3, "1606.07792", 1, "", "No title."), (4, "1606.05250", 3, "SQuAD", "Questions.")]
    assert reasons(reading) == [
        (6, 1, "no arXiv id found in this entry"),
        (7, 2, "not a valid arXiv id: ‹1613.01540v1›"),
        (8, 3, "entry has no title"),
        (9, 4, "abstract is missing"),
        (10, 5, "entry ends before its closing mark"),
        (11, 6, "repeated: already entry 4"),
        (12, 7, "entry ends before its closing mark"),
    ]
    assert reading.notes == ["1 repeated entry merged"]


def test_ids_on_other_pages_are_not_called_unknown() -> None:
    page = QUERY.replace(b"<opensearch:itemsPerPage>100", b"<opensearch:itemsPerPage>2")
    second = QUERY.replace(b"<opensearch:startIndex>0", b"<opensearch:startIndex>100")

    assert api_atom.read(page).notes == api_atom.read(second).notes == []


def test_what_is_given_is_taken() -> None:
    reading = api_atom.read(QUERY, category="cs.IR", date=datetime.date(2016, 6, 27))

    assert (reading.category, reading.date) == ("cs.IR", datetime.date(2016, 6, 27))


def test_hostile_answers_are_refused_or_read_within_seconds() -> None:
    for data in hostile_xml(BEFORE, "entry", AFTER):
        survives(api_atom.read, data)
