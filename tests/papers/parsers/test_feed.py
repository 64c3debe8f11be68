"""Feeds: the recorded ones, our own samples, and what can be wrong with one."""

import datetime
from collections import Counter
from pathlib import Path

import pytest

from papers.parsers import feed, registry
from papers.parsers.record import Reading, Record, Unreadable
from tests.papers.parsers.hostile import hostile_xml, survives
from tests.papers.parsers.recorded import differences, read_recorded

DATA = Path(__file__).parents[2] / "data" / "feeds"
BEFORE = "<rss><channel><title>cs.LG updates on arXiv.org</title>"
AFTER = "</channel></rss>"


def read(name: str) -> Reading:
    return feed.read((DATA / name).read_bytes())


def reasons(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.position, problem.reason) for problem in reading.problems]


@pytest.mark.parametrize(
    ("name", "format", "counts"),
    [
        ("cs.CV-empty-2026-01-17-atom.xml", "atom-feed", {}),
        ("cs.CV-empty-2026-01-17-rss20.xml", "rss20", {}),
        ("hep-ex-2018-05-23-rdf10.xml", "rdf10", {"new": 1, "cross": 1, "replace": 1}),
        ("hep-th-2026-01-15-atom.xml", "atom-feed", {"new": 9, "cross": 10, "replace": 12, "replace-cross": 5}),
        ("hep-th-2026-01-15-rss20.xml", "rss20", {"new": 9, "cross": 10, "replace": 12, "replace-cross": 5}),
        ("jwst-author-2024-10-19.xml", "feed-copy", {"unknown": 64}),
        ("q-fin-2023-03-17-atom.xml", "atom-feed", {"new": 13}),
        ("q-fin-2023-03-17-rss20.xml", "rss20", {"new": 13}),
    ],
)
def test_recorded_feeds_are_read_as_expected(shared_data: Path, name: str, format: str, counts: dict[str, int]) -> None:
    answer = read_recorded(shared_data, f"feeds/{name}")

    assert differences(shared_data, f"feeds/{name}", answer) == []
    assert (answer["format"], answer["problems"], answer["notes"]) == (format, [], [])
    assert {kind: count for kind, count in answer["counts"].items() if count} == counts


def test_a_recorded_aggregate_names_papers_repeatedly(shared_data: Path) -> None:
    name = "feeds/reader-export-cs-2021-05-22.atom"

    answer = read_recorded(shared_data, name)

    assert differences(shared_data, name, answer) == []
    assert (answer["format"], answer["entries"], len(answer["records"])) == ("feed-copy", 264, 217)
    assert answer["notes"] == ["47 repeated entries merged"]
    assert Counter(problem["reason"].partition(":")[0] for problem in answer["problems"]) == {"repeated": 47}


@pytest.mark.parametrize(("kind", "line"), [("atom", 7), ("rss20", 6)])
def test_a_recorded_error_is_not_taken_for_an_empty_day(shared_data: Path, kind: str, line: int) -> None:
    name = f"feeds/error-cs-cv-{kind}.xml"

    answer = read_recorded(shared_data, name)

    said = "Bad archive 'cs-cv'. Valid archive names are: astro-ph, cond-mat, cs."
    assert differences(shared_data, name, answer) == []
    assert (answer["records"], answer["category"]) == ([], None)
    assert answer["problems"] == [
        {"line": line, "position": None, "text": said, "reason": f"arXiv answered with an error: ‹{said}›"}
    ]


ABSTRACT = "A linear model remembers and a deep network generalises; both are trained as one if $p<0.05$."
WIDE = Record(
    position=1,
    arxiv_id="1606.07792",
    version=1,
    title="Wide & Deep Learning for Recommender Systems",
    abstract=f"{ABSTRACT}\n\nThe code is public, see https://github.com/tensorflow/tensorflow. Abstract: twice.",
    authors=("Heng-Tze Cheng", "Levent Koç", "Jeremiah Harmsen"),
    primary_category="cs.LG",
    categories=("cs.LG", "cs.IR", "stat.ML"),
    announce_type="new",
    journal_ref="DLRS 2016, pp. 7-10",
    doi="10.1145/2988450.2988454",
    license="http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
)
SQUAD = Record(
    position=2,
    arxiv_id="1606.05250",
    version=1,
    title="SQuAD: 100,000+ Questions for Machine Comprehension of Text",
    abstract="Questions about articles whose answers are spans of the text.",
    authors=("Pranav Rajpurkar", "Jian Zhang"),
    primary_category="cs.CL",
    categories=("cs.CL", "cs.LG"),
    announce_type="cross",
)
SAFETY = Record(
    position=3,
    arxiv_id="1606.06565",
    version=2,
    title="Concrete Problems in AI Safety",
    abstract="Five problems that machines which learn may cause.",
    authors=("Dario Amodei",),
    primary_category="cs.AI",
    categories=("cs.AI",),
    announce_type="replace-cross",
)


@pytest.mark.parametrize(
    ("name", "format"), [("rss-cs.LG-2016-06-28.xml", "rss20"), ("atom-cs.LG-2016-06-28.xml", "atom-feed")]
)
def test_own_samples_of_today_whole(name: str, format: str) -> None:
    reading = read(name)

    assert (reading.format, reading.category, reading.date) == (format, "cs.LG", datetime.date(2016, 6, 28))
    assert (reading.entries, reading.problems) == (3, [])
    assert reading.notes == ["Entries that do not name all their authors: 1."]
    assert list(reading.records) == [WIDE, SQUAD, SAFETY]


def test_own_sample_of_before_2024_whole() -> None:
    reading = read("rdf-cs.LG-2016-06-28.xml")

    assert (reading.format, reading.category, reading.date) == ("rdf10", "cs.LG", datetime.date(2016, 6, 27))
    assert (reading.entries, reading.problems, reading.notes) == (3, [], [])
    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id="1606.07792",
            version=1,
            title="Wide & Deep Learning for Recommender Systems",
            abstract=ABSTRACT,
            authors=("Heng-Tze Cheng", "Levent Koç"),
            primary_category="cs.LG",
            categories=("cs.LG",),
            announce_type="new",
        ),
        Record(
            position=2,
            arxiv_id="1606.05250",
            version=1,
            title="SQuAD: 100,000+ Questions for Machine Comprehension of Text",
            abstract="Questions about articles whose answers are spans of the text.",
            authors=("Pranav Rajpurkar",),
            primary_category="cs.CL",
            categories=("cs.CL",),
            announce_type="cross",
        ),
        Record(
            position=3,
            arxiv_id="1606.06565",
            version=2,
            title="Concrete Problems in AI Safety",
            abstract="Five problems that machines which learn may cause.",
            authors=("Dario Amodei", "Chris Olah"),
            primary_category="cs.AI",
            categories=("cs.AI",),
            announce_type="replace",
        ),
    ]


def test_a_copy_in_rss_is_read_without_category_date_and_types() -> None:
    reading = read("copy-rss.xml")

    assert (reading.format, reading.category, reading.date, reading.entries) == ("feed-copy", None, None, 3)
    assert reasons(reading) == [(13, 2, "no arXiv id found in this entry")]
    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id="1606.07792",
            version=1,
            title="Wide & Deep Learning for Recommender Systems",
            abstract="A linear model remembers and a deep network generalises.",
            authors=("Heng-Tze Cheng", "Levent Koc"),
            primary_category="cs.LG",
            categories=("cs.LG",),
            comments="4 pages, 2 figures",
        ),
        Record(
            position=3,
            arxiv_id="1606.03657",
            version=3,
            title="InfoGAN",
            abstract="What a network draws follows from few numbers.\n\nCe que dessine un réseau.",
            authors=("Xi Chen",),
        ),
        Record(
            position=4,
            arxiv_id="1606.06565",
            version=2,
            title="Concrete Problems in AI Safety",
            abstract="Five problems that machines which learn may cause.",
            announce_type="replace",
        ),
    ]


def test_a_copy_in_atom_keeps_the_higher_version_at_the_first_place() -> None:
    reading = read("copy-atom.xml")

    assert (reading.format, reading.category, reading.date, reading.entries) == ("feed-copy", None, None, 3)
    assert reasons(reading) == [(23, 3, "repeated: already entry 1")]
    assert reading.notes == ["1 repeated entry merged"]
    assert list(reading.records) == [
        Record(
            position=1,
            arxiv_id="1606.06565",
            version=2,
            title="Concrete Problems in AI Safety",
            abstract="Five problems, described anew.",
            authors=("Dario Amodei", "Chris Olàh"),
            primary_category="cs.AI",
            categories=("cs.AI",),
            announce_type="replace",
        ),
        Record(
            position=2,
            arxiv_id="1606.03657",
            version=1,
            title="InfoGAN",
            abstract="What a network draws follows from few numbers.",
            authors=("Xi Chen", "Yan Duan"),
            primary_category="cs.LG",
            categories=("cs.LG",),
            announce_type="new",
        ),
    ]


def test_every_broken_entry_is_reported_and_the_rest_is_read() -> None:
    reading = read("broken-rss.xml")

    found = list(reading.records)

    assert [(r.position, r.arxiv_id, r.title, r.abstract) for r in found] == [
        (4, "1606.07792", "", "A linear model R&D remembers."),
        (5, "1606.05250", "No abstract", "Questions about articles."),
    ]
    assert (reading.category, reading.date, reading.entries) == (None, None, 3)
    assert reasons(reading) == [
        (4, None, "unreadable date: ‹yesterday›"),
        (5, 1, "no arXiv id found in this entry"),
        (6, 2, "not a valid arXiv id: ‹1613.01540v1›"),
        (7, 3, "not a valid arXiv id: ‹1606.077›"),
        (8, 4, "entry has no title"),
        (10, 5, "abstract is missing"),
        (12, 6, "entry ends before its closing mark"),
        (13, 7, "repeated: already entry 5"),
        (14, 8, "entry ends before its closing mark"),
    ]
    assert reading.notes == ["The feed is of several categories: quant-ph, gr-qc.", "1 repeated entry merged"]


def test_what_is_given_wins_over_what_the_feed_says() -> None:
    data = (DATA / "rss-cs.LG-2016-06-28.xml").read_bytes()

    reading = registry.read(data, category="stat.ML", date=datetime.date(2016, 6, 29))

    assert (reading.category, reading.date) == ("stat.ML", datetime.date(2016, 6, 29))


def test_an_unknown_category_is_kept_with_a_note() -> None:
    reading = feed.read(BEFORE.replace("cs.LG", "cs.ZZ").encode() + AFTER.encode())

    assert (reading.category, reading.notes) == ("cs.ZZ", ["‹cs.ZZ› is not a category of arXiv that we know."])


def test_another_declared_encoding_is_read() -> None:
    item = "<item><guid>oai:arXiv.org:1606.07792v1</guid><title>é</title><description>à</description></item>"
    text = f"{BEFORE}{item}{AFTER}"

    declared = feed.read(f'<?xml version="1.0" encoding="iso-8859-1"?>{text}'.encode("latin-1"))
    undeclared = feed.read(text.encode("latin-1"))

    assert [record.title for record in declared.records] == [record.title for record in undeclared.records] == ["é"]
    assert reasons(declared) == []
    assert reasons(undeclared) == [(1, None, "not UTF-8: read as Windows-1252")]


@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
def test_line_ends_make_no_difference(path: Path) -> None:
    data = path.read_bytes()

    first, *others = (feed.read(changed) for changed in (data, data.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + data))

    for other in others:
        assert list(other.records) == list(feed.read(data).records)
        assert other.problems == first.problems


@pytest.mark.parametrize(
    ("head", "format"),
    [
        ((DATA / "rss-cs.LG-2016-06-28.xml").read_text(), "rss20"),
        ((DATA / "rdf-cs.LG-2016-06-28.xml").read_text(), "rdf10"),
        ((DATA / "atom-cs.LG-2016-06-28.xml").read_text(), "atom-feed"),
        ((DATA / "copy-rss.xml").read_text(), "feed-copy"),
        ((DATA / "copy-atom.xml").read_text(), "feed-copy"),
        ((DATA / "broken-rss.xml").read_text(), "rss20"),
        ("<!DOCTYPE rss><rss>", "feed-copy"),
    ],
)
def test_the_kind_is_told_by_content(head: str, format: str) -> None:
    found = registry.detect(head.encode())

    assert found
    assert found.name == format


def test_recorded_feeds_cut_anywhere_keep_what_was_whole(shared_data: Path) -> None:
    data = (shared_data / "feeds" / "hep-th-2026-01-15-rss20.xml").read_bytes()

    for length in range(2048, len(data) - 64, 1024):
        reading = feed.read(data[:length])
        whole = data[:length].count(b"</item>")
        assert len(list(reading.records)) == whole
        assert [problem.reason for problem in reading.problems] == ["entry ends before its closing mark"]


def test_hostile_feeds_are_refused_or_read_within_seconds() -> None:
    for data in hostile_xml(BEFORE, "item", AFTER):
        survives(feed.read, data)


def test_a_doctype_is_refused_with_a_sentence() -> None:
    with pytest.raises(Unreadable, match=r"^The XML file has a DOCTYPE, which we do not read for safety\."):
        registry.read(b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel/></rss>")
