"""arXiv's pages as browsers save them: the recorded ones, our own samples, and what can be wrong with one."""

import datetime
from pathlib import Path

import pytest

from core import limits
from papers.parsers import abstract_page, list_page, registry
from papers.parsers.record import Reading, Record, Unreadable
from tests.papers.parsers.hostile import survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "html"
ENTRY = b'<html><dl><dt><a href="/abs/2406.00001" title="Abstract">x</a></dt><dd>'


def page(name: str) -> bytes:
    return (DATA / name).read_bytes()


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


@pytest.mark.parametrize(
    ("name", "format", "notes"),
    [
        ("abs-0704.0001.html", "html-abs", []),
        ("abs-1902.05884.html", "html-abs", ["Not all authors are named in 1 of the entries: 1902.05884."]),
        ("abs-cs_0012007.html", "html-abs", []),
        ("econ-new-empty.html", "html-list", []),
        ("math-new-2011-02-03.html", "html-list", []),
        (
            "math-recent-2011-02-03.html",
            "html-list",
            ["The entries were announced on 4 days, from 2011-01-28 to 2011-02-03."],
        ),
        ("q-fin-new-2023-03-17.html", "html-list", []),
        ("q-fin.ST-new-2023-03-17.html", "html-list", []),
    ],
)
def test_recorded_pages_are_read_as_expected(shared_data: Path, name: str, format: str, notes: list[str]) -> None:
    answer = read_recorded(shared_data, f"html/{name}")

    assert differences(shared_data, f"html/{name}", answer) == []
    assert (answer["format"], answer["problems"], answer["notes"]) == (format, [], notes)


def test_a_page_of_new_papers_is_read() -> None:
    reading = list_page.read(page("new.html"))

    assert (reading.category, reading.date, reading.entries) == ("physics.optics", datetime.date(2024, 6, 3), 4)
    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id="2406.00001",
            title="Lenses of $\\beta$ glass",
            abstract="We bend light, where 1 < 2. A line goes on.\n\nA paragraph\n\nand another.",
            authors=("Ada Bell", "Carl de Jong", "Désirée Ek"),
            primary_category="physics.optics",
            categories=("physics.optics", "cs.LG", "physics.new-things"),
            announce_type="new",
            comments="Code at https://example.org/code",
            journal_ref="Our Letters 3 (2024) 14",
            doi="10.1234/abc",
        ),
        Record(
            position=3,
            arxiv_id="hep-th/9901001",
            title="An old one",
            authors=("X Collaboration", "E. Fox"),
            announce_type="cross",
        ),
        Record(position=4, arxiv_id="2405.00001", version=3, title="Improved", announce_type="replace"),
        Record(position=5, arxiv_id="2405.00002", title="Improved elsewhere", announce_type="replace-cross"),
    ]


def test_what_a_page_lacks_is_reported() -> None:
    reading = list_page.read(page("new.html"))

    assert reasons(reading) == [(25, 2, "not a valid arXiv id: ‹2413.00002›")]
    assert reading.notes == [
        "“New submissions”: the page shows 2 of 5 entries; the rest is on further pages.",
        "“Replacement submissions”: of 3 entries 2 were found: the page may be cut.",
        "Not all authors are named in 1 of the entries: hep-th/9901001.",
    ]


def test_a_page_saved_before_2024_is_read() -> None:
    reading = list_page.read(page("before-2024.html"))

    assert (reading.category, reading.date) == ("q-fin.ST", datetime.date(2023, 3, 17))
    assert [(each.arxiv_id, each.announce_type, each.authors, each.abstract) for each in reading.records] == [
        ("2303.09323", "new", ("Ada Bell", "Carl Ek"), "Prices move."),
        ("2303.08903", "cross", (), None),
        ("2011.00552", "replace", (), None),
    ]
    assert (reading.problems, reading.notes) == ([], [])


def test_a_page_of_recent_days_keeps_the_day_of_each_entry() -> None:
    reading = list_page.read(page("recent.html"))

    assert (reading.category, reading.date) == ("math", None)
    assert [(each.arxiv_id, each.announced_on, each.announce_type) for each in reading.records] == [
        ("2406.00003", "2024-06-06", None),
        ("2406.00004", "2024-06-06", "cross"),
        ("2406.00002", "2024-06-04", None),
    ]
    assert reading.notes == ["The entries were announced on 2 days, from 2024-06-04 to 2024-06-06."]


def test_a_given_category_and_date_win() -> None:
    reading = list_page.read(page("recent.html"), category="math.RA", date=datetime.date(2024, 6, 7))

    assert (reading.category, reading.date) == ("math.RA", datetime.date(2024, 6, 7))
    assert {each.announced_on for each in reading.records} == {None}


def test_a_page_without_updates_is_an_empty_day() -> None:
    reading = list_page.read(b"<html><h3>Showing new listings for Friday, 7 June 2024</h3><p>No updates today.</p>")

    assert (list(reading.records), reading.date, reading.problems) == ([], datetime.date(2024, 6, 7), [])


def test_a_page_cut_anywhere_says_that_its_last_entry_is_not_whole() -> None:
    whole = page("new.html")
    inside_description = whole[: whole.index(b"We bend")]
    inside_term = whole[: whole.index(b"[<a")]

    reading, shorter = list_page.read(inside_description), list_page.read(inside_term)

    assert [each.title for each in reading.records] == ["Lenses of $\\beta$ glass"]
    assert reasons(reading) == [(8, 1, "entry ends before its closing mark")]
    assert reasons(shorter) == [(8, 1, "entry ends before its closing mark"), (8, 1, "entry has no title")]


def test_an_entry_without_an_id_and_an_unreadable_date_are_reported() -> None:
    reading = list_page.read(
        b"<html><h3>Showing new listings for Friday, 31 June 2024</h3>\n"
        b"<dl><dt><a name='item1'>[1]</a></dt><dd><div class='list-title'>Lenses</div></dd></dl>"
    )

    assert (list(reading.records), reading.date) == ([], None)
    assert reasons(reading) == [
        (1, None, "unreadable date: ‹Friday, 31 June 2024›"),
        (2, 1, "no arXiv id found in this entry"),
    ]


def test_the_page_of_a_paper_is_read() -> None:
    reading = abstract_page.read(page("abs.html"))

    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id="2406.00001",
            version=2,
            title="Lenses of $\\beta$ glass",
            abstract="We bend light, where 1 < 2.",
            authors=("Carl de Jong", "X Collaboration"),
            primary_category="physics.optics",
            categories=("physics.optics", "cs.LG"),
            comments="4 pages",
            journal_ref="Our Letters 3 (2024) 14",
            doi="10.1234/abc",
            license="http://creativecommons.org/licenses/by/4.0/",
        )
    ]
    assert (reading.category, reading.date, reading.problems) == (None, None, [])
    assert reading.notes == ["Not all authors are named in 1 of the entries: 2406.00001."]


def test_the_page_of_a_paper_with_nothing_on_it_is_reported() -> None:
    reading = abstract_page.read(b"<html><head><title>[2406.00001] Lenses</title></head></html>")

    assert list(reading.records) == [Record(1, "2406.00001", title="Lenses")]
    assert reasons(reading) == [(1, 1, "abstract is missing")]


@pytest.mark.parametrize("name", ["html-list", "html-abs"])
def test_another_page_is_refused(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        registry.read(b"<!DOCTYPE html><html><title>Please log in</title><p>Are you human?</p></html>", name)

    assert str(refused.value) == "This page has no arXiv entries."


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (page("new.html"), "html-list"),
        (page("before-2024.html"), "html-list"),
        (b"\xef\xbb\xbf\r\n<!-- saved -->\n<HTML>", "html-list"),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html><html>", "html-list"),
        (page("abs.html"), "html-abs"),
        (b"<html><title>[hep-th/9901001] Lenses</title>", "html-abs"),
    ],
)
def test_pages_are_known_by_how_they_begin(data: bytes, name: str) -> None:
    found = registry.detect(data)

    assert found
    assert found.name == name


@pytest.mark.parametrize(
    "data",
    [
        b"<html>" + b"<div>" * 20_000,
        ENTRY + b"<div class=list-title>" * 20_000,
        ENTRY + b"<div class=list-authors>" + b"(" * 2_000_000,
        ENTRY + b"<div class=list-subjects>" + b"(x" * 2_000_000,
        b"<html><dt " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">",
        b"<html><dt a='" + b"x" * 12_000_000 + b"'>",
        b"<html>" + b"<" * 4_000_000,
        b"<html>" + b"<h3>Fri, 17 Mar 23</h3>" * 20_000,
        ENTRY * 20_000,
        b"<html>" + b"<!--" * 1_000_000,
        b"<html>" + b"<meta name=citation_arxiv_id content=2303.09323>" * 50_000,
    ],
    ids=lambda data: data[-16:].decode(),
)
def test_pages_made_to_hurt_do_not(data: bytes) -> None:
    survives(list_page.read, data, seconds=15)
    survives(abstract_page.read, data, seconds=15)


def test_a_page_at_its_limit_is_read_and_a_longer_one_is_refused() -> None:
    whole = page("new.html")
    longest = whole + b" " * (limits.PAGE_BYTES - len(whole))

    assert list_page.read(longest).entries == 4
    with pytest.raises(Unreadable, match=r"^A saved page may have 20 MB; this one is larger\. Save fewer days\.$"):
        list_page.read(longest + b" ")
