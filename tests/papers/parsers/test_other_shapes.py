"""The same formats as other programs and other years write them."""

from datetime import date
from typing import Any

import pytest

from papers.parsers import registry
from papers.parsers.record import Reading, Record, Unreadable

ADDRESS = "https://arxiv.org/abs/2303.08968"


def read(text: str | bytes) -> Reading:
    return registry.read(text.encode() if isinstance(text, str) else text)


def first(text: str | bytes) -> Record:
    return next(iter(read(text).records))


def said(record: Record, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in names)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("csv", f"Title,Link\nÜber Köln,{ADDRESS}\n"),
        ("paste", f"Ü {ADDRESS}"),
        ("bib", "@misc{x, title={Über Köln}, eprint={2303.08968}}"),
        (
            "md-listing",
            "# ArXiv cs.CV --Fri, 17 Mar 2023\n### 1.Ü  [ :arrow_down: ](https://arxiv.org/pdf/2303.08968.pdf)\n",
        ),
    ],
)
def test_a_text_in_wide_characters_is_read_like_any_other(format: str, text: str, encoding: str) -> None:
    mark = "\ufeff" if encoding.endswith(("le", "be")) else ""
    reading = read((mark + text).encode(encoding))

    assert reading.format == format
    assert [record.arxiv_id for record in reading.records] == ["2303.08968"]
    assert not [problem for problem in reading.problems if "UTF-8" in problem.reason]


def test_a_broken_text_in_wide_characters_is_refused_by_its_byte() -> None:
    whole = f"Title,Link\nA,{ADDRESS}\n".encode("utf-16")

    with pytest.raises(Unreadable, match=r"^The file begins as UTF-16 and is broken at byte 93\.$"):
        read(whole[:-1])


@pytest.mark.parametrize(
    "text",
    [
        f'Title;Authors;Link\n"A; title";"Bell, A.; Ek, C.";{ADDRESS}\n',
        f'sep=;\r\nTitle;Authors;Link\r\n"A; title";"Bell, A.; Ek, C.";{ADDRESS}\r\n',
        f"\ufeffTitle\tAuthors\tLink\nA; title\tA. Bell, C. Ek\t{ADDRESS}v2\n",
        f"\n\nauthors,title,url\n\"['A. Bell', 'C. Ek']\",A; title,{ADDRESS}\n",
    ],
)
def test_tables_of_spreadsheets(text: str) -> None:
    assert said(first(text), "arxiv_id", "title", "authors") == ("2303.08968", "A; title", ("A. Bell", "C. Ek"))


@pytest.mark.parametrize(
    "text",
    [
        # Zotero
        "@misc{a,\n\ttitle = {A {Title} of {TeX}},\n\turl = {http://arxiv.org/abs/2303.08968},\n\tpublisher = {arXiv},"
        "\n\tauthor = {Bell, Ada and Ek, Désirée},\n\tmonth = aug,\n\tnote = {arXiv:2303.08968 [cs]},\n}\n",
        # ADS
        "@ARTICLE{2023arXiv230308968B,\n       author = {{Bell}, Ada and {Ek}, D{\\'e}sir{\\'e}e},\n        title = "
        '"{A Title of TeX}",\n        month = mar,\n          eid = {arXiv:2303.08968},\n          doi = '
        "{10.48550/arXiv.2303.08968},\narchivePrefix = {arXiv},\n       eprint = {2303.08968},\n}\n",
        # INSPIRE
        '@article{Bell:2023abc,\n    author = "Bell, Ada and Ek, D\\\'esir\\\'ee",\n    title = "{A Title of TeX}",\n'
        '    eprint = "2303.08968",\n    archivePrefix = "arXiv",\n    year = "2012"\n}\n',
        # Google Scholar
        "@article{bell2023title,\n  title={A title of TeX},\n  author={Bell, Ada and Ek, D{\\'e}sir{\\'e}e},\n"
        "  journal={arXiv preprint arXiv:2303.08968},\n  year={2023}\n}\n",
        # EndNote
        "TY  - JOUR\r\nAU  - Bell, Ada\r\nAU  - Ek, Désirée\r\nPY  - 2023\r\nTI  - A Title of TeX\r\n"
        "JO  - arXiv preprint arXiv:2303.08968\r\nER  - \r\n",
        # Zotero's RIS
        "TY  - GEN\nTI  - A Title of TeX\nAU  - Bell, Ada\nAU  - Ek, Désirée\nDA  - 2023/08/01/\n"
        "DO  - 10.48550/arXiv.2303.08968\nUR  - http://arxiv.org/abs/2303.08968\nN1  - arXiv:2303.08968 [cs]\nER  - \n",
    ],
)
def test_references_as_managers_export_them(text: str) -> None:
    record = first(text)

    assert (record.arxiv_id, record.title.lower()) == ("2303.08968", "a title of tex")
    assert record.authors == ("Ada Bell", "Désirée Ek")


def test_a_feed_of_several_categories_asks_for_one() -> None:
    reading = read(
        "<?xml version='1.0'?><rss xmlns:arxiv='http://arxiv.org/schemas/atom' version='2.0'><channel>"
        "<title>quant-ph+gr-qc updates on arXiv.org</title><pubDate>Thu, 15 Jan 2026 00:00:00 -0500</pubDate>"
        "<item><title>A</title><guid>oai:arXiv.org:2601.00001v1</guid><category>gr-qc</category>"
        "<description>arXiv:2601.00001v1 Announce Type: cross \nAbstract: Foo</description></item></channel></rss>"
    )

    assert (reading.format, reading.category, reading.date) == ("rss20", None, date(2026, 1, 15))
    assert reading.notes == ["The feed is of several categories: quant-ph+gr-qc."]
    assert [said(each, "version", "primary_category", "announce_type") for each in reading.records] == [
        (1, "gr-qc", "cross")
    ]


@pytest.mark.parametrize("link", ["/list/astro-ph.CO/2303?skip=0&show=25", "/list/astro-ph.CO/2023-03?skip=0"])
def test_a_page_of_a_month_tells_its_category(link: str) -> None:
    reading = read(
        f"<!DOCTYPE html><html><body><h2>Authors and titles for March 2023</h2><a href='{link}'>1-25</a><dl>"
        "<dt><a name='item1'>[1]</a> <a href='/abs/2303.00001' title='Abstract'>arXiv:2303.00001</a></dt>"
        "<dd><div class='list-title'><span class='descriptor'>Title:</span> A</div></dd></dl></body></html>"
    )

    assert (reading.category, reading.date, reading.stated) == ("astro-ph.CO", None, {})
    assert [said(each, "arxiv_id", "title", "announce_type") for each in reading.records] == [("2303.00001", "A", None)]


def test_deleted_records_and_empty_names_are_left_out() -> None:
    oai = (
        "<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><ListRecords>"
        "<record><header status='deleted'><identifier>oai:arXiv.org:0704.0002</identifier></header></record>"
        "<record><header><identifier>oai:arXiv.org:0704.0001</identifier></header><metadata>"
        "<arXiv xmlns='http://arxiv.org/OAI/arXiv/'><id>0704.0001</id><authors><author><keyname>:</keyname></author>"
        "<author><keyname>Balázs</keyname><forenames>C.</forenames></author></authors><title>T</title>"
        "<categories>hep-ph</categories><abstract>A</abstract></arXiv></metadata></record></ListRecords></OAI-PMH>"
    )
    kaggle = (
        '{"id":"0704.0001","authors":"The Foo Collaboration: C. Bal\\\\\'azs","title":"T","categories":"hep-ph",'
        '"abstract":"A","versions":[],"authors_parsed":[]}\n'
    )

    assert first(oai).authors == ("C. Balázs",)
    assert first(kaggle).authors == ("The Foo Collaboration", "C. Balázs")
