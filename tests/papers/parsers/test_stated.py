"""What files state of themselves: how many entries they hold, and the words that tell category and date."""

from pathlib import Path

import pytest

from papers.parsers import announcement_mail, list_page, registry, seed_markdown
from papers.parsers.record import Reading, to_json
from tests.papers.samples import listing

DATA = Path(__file__).parents[2] / "data"
NEW_THEN_CROSS = ["2009.14003", "2009.14002", "2009.14001", "2009.14005", "2009.14004"]
OLD_PAGE = """<html><body><a href="/list/hep-th/new?skip=0">new</a>
<small>[ total of {total} entries: 1-{total} ]</small>
{sections}</body></html>"""


def read(name: str) -> Reading:
    reading = registry.read((DATA / name).read_bytes())
    for _ in reading.records:
        pass
    return reading


def without(data: bytes, number: int) -> bytes:
    """Return a listing in Markdown without the entry of that number."""
    lines = data.decode().split("\n")
    at = next(place for place, line in enumerate(lines) if line.startswith(f"### {number}."))
    return "\n".join(lines[:at] + lines[at + 2 :]).encode()


def old_page(total: int, *sections: tuple[str, list[int]]) -> bytes:
    """Return a page as of before 2024: headings without counts, numbered entries and one total."""
    entries = {
        number: f'<dt><a name="item{number}">[{number}]</a> <a href="/abs/2303.{number:05d}" title="Abstract">'
        for _, of in sections
        for number in of
    }
    shown = (
        f"<h3>{heading} for Fri, 17 Mar 23</h3><dl>"
        + "".join(f"{entries[number]}x</a></dt><dd><div class='list-title'>T</div></dd>" for number in of)
        + "</dl>"
        for heading, of in sections
    )
    return OLD_PAGE.format(total=total, sections="".join(shown)).encode()


@pytest.mark.parametrize(
    ("data", "stated"),
    [
        (listing(3), {"new": 3}),
        (listing(NEW_THEN_CROSS), {"new": 3, "cross": 2}),
        (without(listing(NEW_THEN_CROSS), 2), {"new": 3, "cross": 2}),
        (without(listing(NEW_THEN_CROSS), 4), {"new": 4, "cross": 1}),  # the border is seen in what is there
        (without(listing(NEW_THEN_CROSS), 5), {"new": 3, "cross": 1}),  # nothing tells that there was more
        (listing([*NEW_THEN_CROSS, "2009.14004"]), {"new": 3, "cross": 2}),  # a repeated entry counts once
        (listing(["2009.14001", "2009.14002", "2009.14003"]), {}),  # no order that tells new from cross
        (listing(2).replace(b"### 2.", b"### 1."), {}),
        (listing(2).replace(b"### 2.", b"### 2020."), {}),
        (listing(0), {}),
    ],
)
def test_the_numbering_of_the_markdown_states_how_many_there_are(data: bytes, stated: dict[str, int]) -> None:
    assert seed_markdown.read(data).stated == stated


@pytest.mark.parametrize(
    ("subject", "stated"),
    [
        ("q-fin daily 13 new +  crosses received", {"new": 13}),
        ("math daily 97 new + 44 crosses received", {"new": 97, "cross": 44}),
        ("Fwd: cs daily 350 new", {"new": 350}),
        ("q-fin.CP daily Subj-class mailing", {}),
        ("lunch daily at 13 new street", {}),
    ],
)
def test_the_subject_of_a_mail_states_how_many_are_new(subject: str, stated: dict[str, int]) -> None:
    mail = f"Date: Fri, 17 Mar 23 00:31:14 GMT\nSubject: {subject}\n\n\\\\\narXiv:2303.09406\nDate: Tue, 7 Mar 2023\n"

    assert announcement_mail.read(mail.encode()).stated == stated


@pytest.mark.parametrize(
    ("data", "stated"),
    [
        (
            old_page(6, ("New submissions", [1, 2]), ("Cross-lists", [3]), ("Replacements", [4, 5, 6])),
            {"new": 2, "cross": 1, "replace": 3},
        ),
        (
            old_page(6, ("New submissions", [1]), ("Cross-lists", [3]), ("Replacements", [4, 6])),
            {"new": 2, "cross": 1, "replace": 3},
        ),
        (old_page(97, ("New submissions", [1, 2]), ("Cross-lists", [3, 4])), {"new": 2}),  # more on further pages
        (old_page(3, ("New submissions", [1, 2]), ("Cross-lists", [3])), {"new": 2, "cross": 1}),
        (old_page(0, ("New submissions", [1, 2])), {}),
    ],
)
def test_an_old_page_states_totals_by_its_numbers(data: bytes, stated: dict[str, int]) -> None:
    assert list_page.read(data).stated == stated


@pytest.mark.parametrize(
    ("name", "stated", "evidence"),
    [
        (
            "listing-cs.LG-2016-06-28.md",
            {"new": 6, "cross": 3},
            {"category": "# ArXiv cs.LG --Tue, 28 Jun 2016", "date": "# ArXiv cs.LG --Tue, 28 Jun 2016"},
        ),
        (
            "html/new.html",
            {"new": 5, "cross": 1, "replace": 3},
            {"category": "/list/physics.optics/recent", "date": "Showing new listings for Monday, 3 June 2024"},
        ),
        (
            "mail/cs.LG-2016-06-28.txt",
            {},
            {"category": "Subject: cs.LG daily Subj-class mailing", "date": "Date: Tue, 28 Jun 16 00:31:14 GMT"},
        ),
        (
            "feeds/rss-cs.LG-2016-06-28.xml",
            {},
            {"category": "cs.LG updates on arXiv.org", "date": "Tue, 28 Jun 2016 00:00:00 -0400"},
        ),
        ("markdown/table.md", {}, {"date": "## Updated on 2016.06.28"}),
        ("bib/library.bib", {}, {}),
    ],
)
def test_a_file_shows_where_its_category_and_date_stand(
    name: str, stated: dict[str, int], evidence: dict[str, str]
) -> None:
    reading = read(name)

    assert (reading.stated, reading.evidence) == (stated, evidence)
    assert not {"stated", "evidence"} & to_json(name, reading).keys()


def test_the_words_of_a_file_are_clipped() -> None:
    heading = b"# ArXiv cs.LG --Tue, 28 Jun 2016" + b" " * 50
    reading = seed_markdown.read(listing(1, heading=False))
    assert reading.evidence == {}

    reading.show("date", heading.decode() + "x" * 200)
    assert len(reading.evidence["date"]) == 120


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("html/q-fin-new-2023-03-17.html", {"new": 13, "replace": 3}),
        ("html/q-fin.ST-new-2023-03-17.html", {"new": 6, "cross": 1, "replace": 1}),
        ("mail/q-fin-2023-03-17.txt", {"new": 13}),
        ("listings/arxiv-cs.CV-2020-10-01.md", {"new": 31, "cross": 15}),
    ],
)
def test_recorded_files_state_what_they_hold(shared_data: Path, name: str, stated: dict[str, int]) -> None:
    assert registry.read((shared_data / name).read_bytes()).stated == stated
