"""BibTeX: the recorded files, our own samples, and what can be wrong with one."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.parsers import bibtex, registry
from papers.parsers.record import Reading, Record
from tests.papers.parsers.hostile import survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "bib"
LIBRARY = (DATA / "library.bib").read_bytes()


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


def one(fields: str) -> Record:
    (record,) = bibtex.read(f"@misc{{key,\n  {fields}\n}}".encode()).records
    return record


@pytest.mark.parametrize(
    ("name", "differing", "problems"),
    [
        # Expected is a lone ";" as the ninth author. The problem is a title that its own brace closes too soon.
        (
            "bib/arxiv-export-0704.bib",
            [("authors", "1 of 499, e.g. ('0704.0307', 8, 9)")],
            [(3033, "entry ends before its closing mark")],
        ),
        ("bib/converted-from-mail.bib", [], []),
    ],
)
def test_recorded_files_are_read_as_expected(
    shared_data: Path, name: str, differing: list[tuple[str, str]], problems: list[tuple[int, str]]
) -> None:
    answer = read_recorded(shared_data, name)

    assert differences(shared_data, name, answer) == differing
    assert (answer["format"], answer["category"], answer["date"]) == ("bib", None, None)
    assert [(problem["line"], problem["reason"]) for problem in answer["problems"]] == problems
    assert answer["notes"] == []


def test_own_sample_whole() -> None:
    reading = registry.read(LIBRARY)

    assert (reading.format, reading.entries, reading.problems) == ("bib", 6, [])
    assert reading.notes == ["Entry 2: more authors than the file names"]
    assert list(reading.records) == [
        Record(
            1,
            "1606.08415",
            title="Gaussian Error Linear Units (GELUs)",
            authors=("Dan Hendrycks", "Kevin Gimpel"),
            primary_category="cs.LG",
            categories=("cs.LG",),
            doi="10.1234/abc_d",
        ),
        Record(
            2,
            "1412.6980",
            9,
            title=r"Adam: A Method for $\mathcal{O}(n)$ \emph{Stochastic} {\"O}ptimization",
            abstract="We bend lenses. All lines are indented here.\n\nA second paragraph.",
            authors=("Diederik P. Kingma", "Jimmy Bá Jr.", "The X and Y Collaboration"),
        ),
        Record(
            3,
            "gr-qc/9310026",
            title="Of old ids",
            authors=("Jan van der Berg", "Ada Bell"),
            journal_ref="Our Letters, 3, 1--2 (1993)",
        ),
        Record(4, None, title="Lenses", authors=("Carl Ek",), journal_ref="Our Letters", doi="10.1234/lenses_1"),
        Record(5, "1706.03762", title="Attention"),
        Record(6, "1511.06434", title="By its DOI"),
    ]


def test_each_problem_is_reported_and_costs_no_other_entry() -> None:
    reading = registry.read((DATA / "broken.bib").read_bytes())

    assert reasons(reading) == [
        (1, 1, "no arXiv id found in this entry"),
        (3, 2, "not a valid arXiv id: ‹1613.08415›"),
        (5, 3, "entry ends before its closing mark"),
        (11, 4, "repeated: already entry 3"),
        (13, 5, "entry ends before its closing mark"),
        (18, 6, "entry has no title"),
        (19, 7, "entry ends before its closing mark"),
        (20, 8, "entry ends before its closing mark"),
    ]
    assert reading.notes == ["1 repeated entry merged"]
    assert [(record.position, record.arxiv_id, record.title, record.authors) for record in reading.records] == [
        (1, None, "A book without any id", ("Ada Bell",)),
        (2, None, "Of a month that is none", ()),
        (3, "1606.08415", "Brace never closed", ("Ada Bell", "Carl Ek")),
        (5, "1412.6980", "Lenses", ("Ada Bell",)),
        (6, "1511.06434", "", ()),
        (7, "1706.03762", "Says", ()),
        (8, "1703.03864", "Cut in the mid", ()),
    ]


@pytest.mark.parametrize(
    ("fields", "arxiv_id", "version"),
    [
        ("eprint = {arXiv:1606.08415v3}, title = x", "1606.08415", 3),
        ("eprint = {https://arxiv.org/abs/1606.08415}, title = x", "1606.08415", None),
        ("eprint = {9310026}, primaryclass = {hep-th}, title = x", "hep-th/9310026", None),
        ("eprint = {math.AG/0301001}, title = x", "math/0301001", None),
        ("url = {https://arxiv.org/abs/arXiv:1606.08415}, title = x", "1606.08415", None),
        ("url = {http://arxiv.org/pdf/1606.08415v1.pdf}, title = x", "1606.08415", 1),
        ("journal = {arXiv preprint arXiv:1606.08415}, title = x", "1606.08415", None),
        ("journal = {arXiv e-prints}, eid = {arXiv:1606.08415}, title = x", "1606.08415", None),
        ("howpublished = {arXiv preprint 1606.08415}, title = x", "1606.08415", None),
        ("note = {arXiv: 1606.08415 [cs.LG]}, title = x", "1606.08415", None),
        ("eprinttype = {hal}, eprint = {1606.08415}, url = {https://arxiv.org/abs/1412.6980}", "1412.6980", None),
    ],
)
def test_an_id_is_found_where_it_is_said(fields: str, arxiv_id: str, version: int | None) -> None:
    record = one(fields)

    assert (record.arxiv_id, record.version) == (arxiv_id, version)


@pytest.mark.parametrize(
    "fields",
    [
        "doi = {10.3109/07434618.2014.906498}",
        "doi = {10.1234/x}, url = {https://example.org/2009.14798}",
        "doi = {10.1234/x}, journal = {arXiv: Computer Vision}, year = 2014, pages = {2009.14798}",
        "doi = {10.1234/x}, eprinttype = {jstor}, eprint = {2009.14798}",
    ],
)
def test_a_number_elsewhere_is_no_id(fields: str) -> None:
    record = one(fields)

    assert record.arxiv_id is None
    assert record.doi


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@misc{a,\n title={x}", True),
        ("# comment\n\n  @Article{1609.08446,", True),
        ('@string{x = "y"}', True),
        ("@media screen {\n color: red }", False),
        ("@app.route(name=1)\n@dataclass(frozen=True)", False),
        ("Write to me@example.org{a, b}", False),
        ("<p>\n@misc{a, title={x}}", False),
    ],
)
def test_it_is_told_by_its_entries(text: str, found: bool) -> None:
    assert bibtex.detect(text) is found


def test_a_file_of_another_encoding_is_read_and_said_so() -> None:
    reading = bibtex.read("@misc{x, title={Café},\n eprint={1606.08415}}".encode("cp1252"))

    assert reasons(reading) == [(1, None, "not UTF-8: read as Windows-1252")]
    assert [record.title for record in reading.records] == ["Café"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='@misc{}()"=,#\\$ \nab1.'))
def test_any_text_can_be_read(text: str) -> None:
    list(bibtex.read(f"@misc{{x,{text}".encode()).records)


@pytest.mark.parametrize(
    "part",
    [
        *("@misc{a,", "@misc{a,\n", "@misc{a, title={x}, eprint={1606.08415}}\n", "@comment{", "@comment{\n"),
        *("{", "}", '"', "\\", "$", " ", "\n", "a=", "a={", 'a="', "a = b # ", "\n a = {b},"),
        *(" and ", "arXiv ", "\\\\ (https://"),
    ],
)
def test_hostile_files_are_read_soon(part: str) -> None:
    many = part * (20_000 // len(part))
    for before in (
        "",
        "@misc{a, title={",
        "@misc{a, eprint={1606.08415}, author={",
        "@misc{a, url={",
        "@misc{a, abstract={",
    ):
        survives(bibtex.read, f"{before}{many}}}}}".encode())


def test_ten_thousand_entries_are_read_in_a_few_seconds() -> None:
    entry = "@misc{{k{0},\n title={{A {{Title}}}},\n author={{Bell, Ada and Ek, Carl}},\n eprint={{1606.{0:05d}}}\n}}\n"
    data = "".join(entry.format(n) for n in range(1, 10_001)).encode()

    survives(bibtex.read, data)
    assert bibtex.read(data).entries == 10_000
