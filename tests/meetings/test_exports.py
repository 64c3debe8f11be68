"""Every export says the same: each is read back by a reader of its own format and compared with the sheet."""

import csv
import json
import os
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from zoneinfo import ZoneInfo

import fastjsonschema
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from core.formulas import formula_at, mathml_tree, parts_of
from core.text import inline_html
from meetings.exports.latex import is_harmless
from meetings.exports.registry import EXPORTS, filename
from meetings.exports.sheet import AgendaSheet, SheetItem, later, one_line, running_clock, web_address
from tests.meetings.agenda_readers import (
    TYPESET,
    Line,
    TaggedPdf,
    drawn,
    elements,
    plain_tex,
    read_bibtex,
    read_csl,
    read_docx,
    read_latex,
    read_pdf,
    read_ris,
    text_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 26, 15, tzinfo=BERLIN)

# How many agendas with hostile texts go through every export; EXPORT_AGENDAS=200 takes about a minute.
AGENDAS = int(os.environ.get("EXPORT_AGENDAS", "0"))
REFERENCES = {"bib", "ris", "csl"}  # they have papers, and no topics
DRAWN = {"pdf", "pdf-letter", "docx"}  # they take their time


def sheet_with(*items: SheetItem, **changes: object) -> AgendaSheet:
    sheet = AgendaSheet(
        group="Galaxy group",
        title="Weekly reading",
        starts_at=START,
        zone="Europe/Berlin",
        minutes=60,
        state="published",
        page="https://reading.example.org/g/galaxy/meetings/2026-11-26/",
        uid="6f1c2d0e@reading.example.org",
        sequence=3,
        changed_at=datetime(2026, 11, 25, 8, 30, tzinfo=UTC),
        items=items,
        place="Room 1.23",
        link="https://video.example.org/galaxy?room=1;2",
    )
    return replace(sheet, **changes)


SEED = SheetItem(
    number=1,
    kind="paper",
    title=r"3D Dense Geometry-Guided $\beta_1 < \gamma$: 100% of *stars* [I] #2",
    minutes=20,
    starts_at=START,
    presenter="Ana Novák",
    authors_known=False,
    source="arxiv",
    paper_id="2009.14798",
    paper_link="https://arxiv.org/abs/2009.14798",
    page_link="https://reading.example.org/g/galaxy/papers/2009.14798/",
    categories=("cs.CV", "cs.LG"),
    votes=4,
    reason="On the agenda because four members want to discuss it.",
)
OPEN = SheetItem(
    number=2,
    kind="paper",
    title="A survey of $5 and $6 telescopes",
    minutes=25,
    starts_at=later(START, 20, "Europe/Berlin"),
    authors=tuple(f"Author {letter}" for letter in "ABCDEFGH"),
    source="arxiv",
    paper_id="hep-th/9901001",
    paper_link="https://arxiv.org/abs/hep-th/9901001",
    votes=1,
    note="Only figure 2; read §3 first.",
    cue="Read $\\S 3$ and the proof.",
    question="Is it true?",
)
TOPIC = SheetItem(number=3, kind="topic", title="Plans", minutes=7, starts_at=later(START, 45, "Europe/Berlin"))
SHEET = sheet_with(SEED, OPEN, TOPIC)
EMPTY = sheet_with()

# --- readers ----------------------------------------------------------------------------------------------


def plain_cell(cell: str) -> str:
    """Take away the apostrophes that keep a spreadsheet from computing."""
    return re.sub("(^|;)'(?=[\\s\"'“”‘’\u200b-\u200f\u2060\ufeff]*[=+\\-@|＝＋－＠｜−﹢﹣﹦﹫])", r"\1", cell)


def read_csv(content: bytes) -> list[Line]:
    rows = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    return [
        (
            int(row["number"]),
            f"{datetime.fromisoformat(row['starts_at']):%H:%M}",
            int(row["minutes"]),
            plain_cell(row["title"]),
            plain_cell(row["presenter"]),
        )
        for row in rows
    ]


def read_json(content: bytes) -> list[Line]:
    return [
        (
            item["number"],
            f"{datetime.fromisoformat(item['starts_at']):%H:%M}",
            item["minutes"],
            item["title"],
            item["presenter"] or ("presenter open" if item["kind"] == "paper" else ""),
        )
        for item in json.loads(content)["items"]
    ]


def read_calendar(content: bytes) -> list[Line]:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    blocks = str(event["description"]).split("\n\n")[1:-1]
    return [listed_line(*block.split("\n")[:2]) for block in blocks]


def listed_line(title_line: str, time_line: str) -> Line:
    number, title = re.fullmatch(r"(\d+)\. (.*)", title_line).groups()
    clock, minutes, presenter = re.fullmatch(r"(\d\d:\d\d), (\d+) min(?:, (.*))?", time_line).groups()
    return int(number), clock, int(minutes), title, presenter or ""


def read_plain_text(content: bytes) -> list[Line]:
    blocks = [block for block in content.decode().split("\n\n") if re.match(r"\d\d:\d\d  \d+\. ", block)]
    return [plain_text_line(block) for block in blocks]


def plain_text_line(block: str) -> Line:
    # A line that goes on stands further in than a new one.
    logical: list[str] = []
    for line in block.split("\n"):
        if line.startswith(" " * 8):
            logical[-1] += " " + line.strip()
        else:
            logical.append(line.strip())
    clock, number, title = re.fullmatch(r"(\d\d:\d\d)  (\d+)\. (.*)", logical[0]).groups()
    minutes, presenter = re.fullmatch(r"(\d+) minutes?(?:, (.*))?", logical[1]).groups()
    return int(number), clock, int(minutes), title, presenter or ""


def formula_rule(state: StateInline, silent: bool) -> bool:
    formula = formula_at(state.src, state.pos) if state.src[state.pos] == "$" else None
    if formula and not silent:
        state.push("text", "", 0).content = state.src[state.pos : formula.end]
    state.pos = formula.end if formula else state.pos
    return formula is not None


MARKDOWN = MarkdownIt("commonmark")
MARKDOWN.inline.ruler.before("escape", "formula", formula_rule)


def read_markdown(content: bytes) -> list[Line]:
    """Read with a reader that knows formulas."""
    lines, facts = [], {}
    for before, token in zip([None, *(tokens := MARKDOWN.parse(content.decode()))], tokens, strict=False):
        if token.type == "inline":
            text = "".join(child.content for child in token.children)
            if before.tag == "h2":
                facts = {}
                lines.append((text, facts))
            elif lines:
                label, value = text.split(": ", 1)
                facts[label] = value
    return [markdown_line(heading, facts) for heading, facts in lines]


def markdown_line(heading: str, facts: dict[str, str]) -> Line:
    number, clock, minutes, title, _ = listed_line(heading, facts["Time"])
    return number, clock, minutes, title, facts.get("Presenter", "")


class PageReader(HTMLParser):
    """Reads HTML into a tree, on the page's own word: every element but those without content must be closed."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tree = TreeBuilder()
        self.tree.start("all", {})
        self.feed(markup)
        self.close()
        self.tree.end("all")
        self.root = self.tree.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in {"meta", "link"}:
            self.tree.end(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.tree.end(tag).tag == tag

    def handle_data(self, data: str) -> None:
        self.tree.data(data)


def page_of(sheet: AgendaSheet) -> Element:
    return PageReader(EXPORTS["html"].render(sheet).decode()).root


def read_page(content: bytes) -> list[Line]:
    return [
        (
            int(item.get("value", "")),
            item.findtext("p[@class='sheet__clock']/time", ""),
            int(item.findtext("p/span[@class='sheet__minutes']", "").removesuffix(" min")),
            typeset(item.find(".//h2/bdi")),
            next(("".join(p.itertext()) for p in item.iter("p") if "sheet__presenter" in p.get("class", "")), ""),
        )
        for item in PageReader(content.decode()).root.iter("li")
        if item.get("class") == "sheet__item"
    ]


def typeset(element: Element) -> str:
    """Return the text of an element, with each formula as its source."""
    inner = f"${element.get('alttext')}$" if element.tag == "math" else element.text or ""
    parts = [] if element.tag == "math" else [typeset(child) + (child.tail or "") for child in element]
    return "".join([inner, *parts])


def attributes_of(page: Element) -> Counter[str]:
    return Counter(name for element in page.iter() for name in element.attrib)


READERS: dict[str, Callable[[bytes], list[Line]]] = {
    "md": read_markdown,
    "txt": read_plain_text,
    "html": read_page,
    "ics": read_calendar,
    "csv": read_csv,
    "json": read_json,
    "pdf": read_pdf,
    "pdf-letter": read_pdf,
    "docx": read_docx,
    "tex": read_latex,
    "bib": read_bibtex,
    "ris": read_ris,
    "csl": read_csl,
}


def in_formulas_of_markdown(title: str) -> str:
    """Do to a title what Markdown needs inside formulas: a blank where a tag or a link could begin."""
    parts, start = [], 0
    for dollar in (found.start() for found in re.finditer(r"\$", title)):
        if dollar >= start and (formula := formula_at(title, dollar)):
            parts += [
                title[start:dollar],
                re.sub(r"(<)(?=[A-Za-z/!?])|(\])(?=[(\[])", r"\1\2 ", title[dollar : formula.end]),
            ]
            start = formula.end
    return "".join([*parts, title[start:]])


def formulas_typeset(title: str) -> str:
    """Put a mark in the place of each formula that pages typeset."""
    return "".join(
        part if isinstance(part, str) else TYPESET if mathml_tree(part.tex, display=False) is not None else part.source
        for part in parts_of(title)
    )


SHOWN: dict[str, Callable[[str], str]] = {
    "md": in_formulas_of_markdown,
    "html": lambda title: typeset(PageReader(inline_html(title)).root),
    "pdf": drawn,
    "pdf-letter": drawn,
    "docx": formulas_typeset,
    "bib": plain_tex,
}
# What a format does to a presenter's name; a title's changes only where it says so.
NAMED: dict[str, Callable[[str], str]] = {"pdf": drawn, "pdf-letter": drawn, "bib": plain_tex}


def expected_lines(sheet: AgendaSheet, name: str) -> list[Line]:
    shown, named = SHOWN.get(name, str), NAMED.get(name, str)
    return [
        (
            item.number,
            f"{item.starts_at:%H:%M}",
            item.minutes,
            shown(item.title),
            named(item.presenter or ("presenter open" if item.kind == "paper" else "")),
        )
        for item in sheet.items
        if item.kind == "paper" or name not in REFERENCES
    ]


def read_lines(name: str, content: bytes) -> list[Line]:
    """Read an export back; what BibTeX has to escape and may lose is taken away."""
    lines = READERS[name](content)
    if name != "bib":
        return lines
    return [(*others, plain_tex(title), plain_tex(presenter)) for *others, title, presenter in lines]


# --- hostile sheets ---------------------------------------------------------------------------------------

TWO_ACCENTS = "𝔸🚀é́"
HOSTILE = [
    "=cmd|'/C calc'!A0",
    '"=1+1',
    "x;=1+1",
    "x;-",
    "\u2010 \u2011- \u2212",
    "\t@SUM(1)",
    "＝1+1",
    "line\nbreak",
    "lone\rreturn",
    "\r\nATTENDEE:mailto:x@example.org",
    "\r\nEND:VEVENT\r\nBEGIN:VALARM",
    "back\\nslash\\,",
    r"\Nabla \\N \\\n",
    ";,:\\",
    '"quoted", twice ""',
    "\u202eturned\u202c\u2066held\u2069",
    "\u2028separated\u2029\x85",
    "nul\x00bell\x07\x1b[31m",
    "\ud800half",
    TWO_ACCENTS,
    r"$\alpha_{1}^{2}$",
    r"$a<b$ $x<script>y$ $[a](javascript:b)$",
    r"$5 and $6 and \$ and $$",
    r"\emph{TeX} \'e \textbf{x_1}",
    "<script>alert(1)</script>",
    "<!-- & &amp; -->",
    "[link](https://evil.example.org) ![x](http://evil.example.org/p.png)",
    "# * _ ` ~ | > 1. - +",
    "15:00  9. No item\n\n",
    "word " * 30,
    "w" * 120,
    "soft\xadhyphen\xad" * 12,
    "2009.14798",
]
ANY_TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))
# What the fonts of a PDF have; a sign with two accents is drawn once and read twice, by every reader.
DRAWN_TEXT = st.one_of(
    st.sampled_from([one for one in HOSTILE if one != TWO_ACCENTS]),
    st.text(st.characters(max_codepoint=0x24F), max_size=30),
)


@st.composite
def sheets(draw: st.DrawFn, pieces: st.SearchStrategy[str] = ANY_TEXT) -> AgendaSheet:
    texts = st.lists(pieces, min_size=1, max_size=4).map(" ".join)
    names = texts.map(lambda text: f"N{text}")
    lengths = draw(st.lists(st.integers(1, 90), max_size=4))
    begins = running_clock(START, "Europe/Berlin", lengths)
    items = [
        SheetItem(
            number=number,
            kind=draw(st.sampled_from(["paper", "topic"])),
            title=draw(texts),
            minutes=minutes,
            starts_at=starts_at,
            presenter=draw(st.none() | names),
            co_presenters=tuple(draw(st.lists(names, max_size=2))),
            roles=tuple((role, draw(names)) for role in draw(st.sampled_from([(), ("Lead", "Sceptic")]))),
            authors=tuple(draw(st.lists(names, max_size=8))),
            authors_known=draw(st.booleans()),
            source="arxiv",
            paper_id=draw(names),
            paper_link="https://arxiv.org/abs/" + draw(texts),
            page_link=draw(st.none() | texts),
            categories=tuple(draw(st.lists(names, max_size=2))),
            votes=draw(st.integers(0, 50)),
            reason=draw(texts),
            note=draw(texts),
            cue=draw(st.just("") | texts),
            question=draw(st.just("") | texts),
            summary=draw(texts),
            slides=draw(st.none() | texts.map(lambda text: f"https://slides.example.org/{text}")),
        )
        for number, (minutes, starts_at) in enumerate(zip(lengths, begins, strict=True), start=1)
    ]
    hostile = {name: draw(names) for name in ("group", "title", "place", "uid")}
    return sheet_with(*items, **hostile, link="https://video.example.org/" + draw(texts))


# --- all formats ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("sheet", [SHEET, EMPTY], ids=["three items", "none"])
def test_every_export_says_the_same(name: str, sheet: AgendaSheet) -> None:
    content = EXPORTS[name].render(sheet)

    assert read_lines(name, content) == expected_lines(sheet, name)


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_has_the_facts_of_the_meeting(name: str) -> None:
    said = text_of(name, EXPORTS[name].render(SHEET))
    unfolded = said.replace("\r\n ", "").replace("\\;", ";").replace("&amp;", "&")

    for fact in ["Weekly reading", "Ana Novák", "2009.14798", "https://arxiv.org/abs/hep-th/9901001"]:
        assert fact in unfolded
    if name not in REFERENCES:
        assert "Galaxy group" in unfolded
    if name not in {"csv", *REFERENCES}:
        for fact in ["Room 1.23", "https://video.example.org/galaxy?room=1;2", SHEET.page]:
            assert fact in unfolded


@settings(deadline=None, max_examples=AGENDAS or 150)
@given(sheets())
def test_hostile_texts_change_no_export(sheet: AgendaSheet) -> None:
    written = [name for name in EXPORTS if name not in DRAWN]

    read = {name: read_lines(name, EXPORTS[name].render(sheet)) for name in written}

    assert read == {name: expected_lines(sheet, name) for name in written}


@settings(deadline=None, max_examples=AGENDAS or 15, phases=[Phase.explicit, Phase.generate])  # shrinking takes long
@given(sheets(DRAWN_TEXT))
def test_hostile_texts_change_nothing_that_is_drawn(sheet: AgendaSheet) -> None:
    read = {name: read_lines(name, EXPORTS[name].render(sheet)) for name in DRAWN}

    assert read == {name: expected_lines(sheet, name) for name in DRAWN}


AGENDA_SCHEMA = json.loads((Path(__file__).parents[2] / "static/schema/agenda-1.json").read_text(encoding="utf-8"))
KEEPS_TO_SCHEMA = fastjsonschema.compile(AGENDA_SCHEMA)


@settings(deadline=None, max_examples=40)
@given(sheets())
def test_json_keeps_to_its_published_schema(sheet: AgendaSheet) -> None:
    document = json.loads(EXPORTS["json"].render(sheet))

    KEEPS_TO_SCHEMA(document)
    parts = AGENDA_SCHEMA["properties"]
    assert set(document) == set(parts)
    assert set(document["meeting"]) == set(parts["meeting"]["properties"])
    assert all(set(item) == set(parts["items"]["items"]["properties"]) for item in document["items"])


@pytest.mark.parametrize(
    "spoil", [{"schema": "reading-group/agenda/2"}, {"items": [{}]}, {"meeting": {}}, {"group": None}]
)
def test_schema_refuses_what_is_no_agenda(spoil: dict[str, object]) -> None:
    document = json.loads(EXPORTS["json"].render(SHEET))

    with pytest.raises(fastjsonschema.JsonSchemaException):
        KEEPS_TO_SCHEMA(document | spoil)


@pytest.mark.parametrize("name", EXPORTS)
def test_render_is_the_same_bytes_each_time(name: str) -> None:
    assert EXPORTS[name].render(SHEET) == EXPORTS[name].render(replace(SHEET))


# --- one format each --------------------------------------------------------------------------------------


def test_markdown_reads_well() -> None:
    assert EXPORTS["md"].render(SHEET).decode().split("\n\n")[:5] == [
        "# Weekly reading",
        "- Group: Galaxy group\n- When: Thu 26 Nov 2026, 15:00 Berlin, 60 minutes\n- Place: Room 1.23\n"
        "- Video: <https://video.example.org/galaxy?room=1;2>\n"
        "- Agenda: <https://reading.example.org/g/galaxy/meetings/2026-11-26/>\n"
        "- Time: 52 of 60 minutes planned, 8 to spare.",
        r"## 1. 3D Dense Geometry-Guided $\beta_1 < \gamma$: 100% of \*stars\* \[I\] \#2",
        "- Time: 15:00, 20 min\n- Presenter: Ana Novák\n- Authors: authors not in this listing\n"
        "- Paper: arXiv:2009.14798 <https://arxiv.org/abs/2009.14798> (cs.CV, cs.LG)\n"
        "- Discussion: <https://reading.example.org/g/galaxy/papers/2009.14798/>\n"
        "- Why: 4 votes. On the agenda because four members want to discuss it.",
        r"## 2. A survey of \$5 and \$6 telescopes",
    ]


@settings(deadline=None, max_examples=40)
@given(sheets())
def test_markdown_holds_no_markup_but_ours_for_a_reader_without_formulas(sheet: AgendaSheet) -> None:
    tokens = MarkdownIt("commonmark").parse(EXPORTS["md"].render(sheet).decode())

    inline = [child for token in tokens for child in token.children or []]
    links = [child.attrs["href"] for child in inline if child.type == "link_open"]
    headings = [token for token in tokens if token.type == "heading_open"]
    assert {token.type for token in [*tokens, *inline]}.isdisjoint({"html_block", "html_inline", "image", "fence"})
    assert len(headings) == 1 + len(sheet.items)
    assert all(link.startswith(("https://arxiv.org/", "https://video.example.org/", "http")) for link in links)
    assert len(links) == 2 + sum(
        bool(item.paper_link) + bool(item.page_link) + bool(item.slides) for item in sheet.items
    )


def test_plain_text_reads_well_in_a_mail() -> None:
    assert (
        EXPORTS["txt"].render(SHEET).decode()
        == """\
Weekly reading
Galaxy group
Thu 26 Nov 2026, 15:00 Berlin, 60 minutes
Room 1.23
https://video.example.org/galaxy?room=1;2

52 of 60 minutes planned, 8 to spare.

15:00  1. 3D Dense Geometry-Guided $\\beta_1 < \\gamma$: 100% of *stars*
          [I] #2
       20 minutes, Ana Novák
       authors not in this listing
       arXiv:2009.14798, cs.CV, cs.LG
       https://arxiv.org/abs/2009.14798
       https://reading.example.org/g/galaxy/papers/2009.14798/
       4 votes. On the agenda because four members want to discuss it.

15:20  2. A survey of $5 and $6 telescopes
       25 minutes, presenter open
       Author A, Author B, Author C, Author D, Author E, Author F,
         Author G, Author H
       arXiv:hep-th/9901001
       https://arxiv.org/abs/hep-th/9901001
       1 vote.
       Before the meeting: Read $\\S 3$ and the proof.
       To discuss: Is it true?
       Note: Only figure 2; read §3 first.

15:45  3. Plans
       7 minutes

The agenda with its discussions:
https://reading.example.org/g/galaxy/meetings/2026-11-26/
"""
    )


@settings(deadline=None, max_examples=40)
@given(sheets())
def test_plain_text_keeps_to_72_columns_unless_a_word_is_longer(sheet: AgendaSheet) -> None:
    lines = EXPORTS["txt"].render(sheet).decode().split("\n")

    assert [line for line in lines if len(line) > 72 and " " in re.sub(r"^(\d\d:\d\d)? *(\d+\. +)?", "", line)] == []


def test_print_page_is_whole() -> None:
    page = page_of(SHEET)

    formula = page.find(".//h2//math")
    assert [one.get("href") for one in page.iter("link")] == ["/static/css/print.css"]
    assert page.findtext(".//title") == "Weekly reading, Thu 26 Nov 2026, 15:00 Berlin, 60 minutes · Galaxy group"
    assert formula.get("alttext") == r"\beta_1 < \gamma"
    assert [one.findtext("bdi") for one in page.findall(".//p[@class='sheet__authors']")] == [
        "authors not in this listing",
        "Author A, Author B, Author C, Author D, Author E, Author F, and 2 more",
    ]
    assert [one.get("href") for one in page.iter("a")] == [
        SHEET.link,
        SHEET.page,
        SEED.paper_link,
        SEED.page_link,
        OPEN.paper_link,
    ]


def test_print_page_of_an_empty_agenda_says_so() -> None:
    items = page_of(EMPTY).find(".//ol[@class='sheet__items']")

    assert ["".join(one.itertext()) for one in items] == ["Nothing is on this agenda yet."]


@settings(deadline=None, max_examples=40)
@given(sheets())
def test_print_page_runs_and_styles_nothing(sheet: AgendaSheet) -> None:
    page = page_of(sheet)

    links = [one.get("href", "") for one in page.iter("a")]
    assert {one.tag for one in page.iter()}.isdisjoint({"script", "img", "style", "iframe", "svg", "form"})
    assert {name for name in attributes_of(page) if name.startswith(("on", "hx-", "data-")) or name == "style"} == set()
    assert all(link.startswith(("http://", "https://")) for link in links)


# --- PDF, Word, LaTeX -------------------------------------------------------------------------------------

FULL = sheet_with(*(replace(SEED, number=n, starts_at=later(START, 5 * n, "Europe/Berlin")) for n in range(1, 13)))


@pytest.mark.parametrize(("name", "points"), [("pdf", (595, 842)), ("pdf-letter", (612, 792))])
def test_pdf_of_twelve_items_is_tagged_and_splits_none(name: str, points: tuple[int, int]) -> None:
    pdf = TaggedPdf(EXPORTS[name].render(FULL))

    pages = [page.extract_text() for page in pdf.reader.pages]
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pdf.reader.pages} == {points}
    assert pdf.reader.metadata.title == "Weekly reading, Thu 26 Nov 2026, 15:00 Berlin, 60 minutes · Galaxy group"
    assert (pdf.root["/Lang"], pdf.root["/MarkInfo"]["/Marked"]) == ("en", True)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf.root["/Metadata"].get_data()
    assert len(pages) <= 3
    assert [page.splitlines()[-1] for page in pages] == [
        f"Galaxy group Page {number} of {len(pages)}" for number in range(1, len(pages) + 1)
    ]
    for text in pages:  # each item is whole on its page
        assert text.count("3D Dense") == text.count("Ana Novák") == text.count("4 votes.")


def test_pdf_says_formulas_in_their_own_words() -> None:
    sheet = sheet_with(replace(SEED, title=r"On $\frac{a}{b}$ and $\unknown$ of $\hat{x}_{i}^{2}$"))

    pdf = TaggedPdf(EXPORTS["pdf"].render(sheet))

    formulas = [one["/Alt"] for one in elements(pdf.document, "/Formula")]
    assert formulas == [r"\frac{a}{b}", r"\hat{x}_{i}^{2}"]
    assert [line[3] for line in pdf.items()] == [sheet.items[0].title]


@pytest.mark.parametrize("title", ["魏", "$\\text{魏}$", "$" + "\\sqrt{" * 40 + "x" + "}" * 40 + "$", "\ufffe\uffff"])
def test_what_no_font_has_and_what_is_too_deep_costs_no_agenda(title: str) -> None:
    content = EXPORTS["pdf"].render(sheet_with(replace(SEED, title=title), replace(OPEN, title=title)))

    assert [line[:3] for line in TaggedPdf(content).items()] == [(1, "15:00", 20), (2, "15:20", 25)]


def test_word_has_formulas_of_its_own_kind() -> None:
    title = r"$\left(\frac{a}{b}\right)$ $\sqrt[3]{x}$ $\hat{y}_i^2$ $\sum_{i=1}^{n} i$ $\binom{n}{k}$ $\overline{AB}$"
    title += r" $\begin{pmatrix}a&b\\c&d\end{pmatrix}$"
    with zipfile.ZipFile(BytesIO(EXPORTS["docx"].render(sheet_with(replace(SEED, title=title))))) as parts:
        document = parts.read("word/document.xml").decode()

    assert document.count("<m:oMath") - document.count("<m:oMathP") == 7
    for piece in [
        '<m:begChr m:val="("/>',
        "<m:f>",
        "<m:deg>",
        "<m:acc>",
        "<m:sSubSup>",
        'm:val="noBar"',
        "<m:bar>",
        "<m:mr>",
    ]:
        assert piece in document


def test_latex_reads_well() -> None:
    assert EXPORTS["tex"].render(SHEET).decode().split("\\begin{document}")[1].split("\n\n")[:3] == [
        "\n\\section*{Weekly reading}",
        r"\textbf{Group:} Galaxy group\par"
        "\n"
        r"\textbf{When:} Thu 26 Nov 2026, 15:00 Berlin, 60 minutes\par"
        "\n"
        r"\textbf{Place:} Room 1.23\par"
        "\n"
        r"\textbf{Video:} \url{https://video.example.org/galaxy?room=1;2}\par"
        "\n"
        r"\textbf{Agenda:} \url{https://reading.example.org/g/galaxy/meetings/2026-11-26/}\par"
        "\n"
        r"\textbf{Time:} 52 of 60 minutes planned, 8 to spare.\par",
        r"\subsection*{1. 3D Dense Geometry-Guided $\beta_1 < \gamma$: 100\% of *stars* [I] \#2}"
        "\n"
        r"\textbf{Time:} 15:00, 20 min\par"
        "\n"
        r"\textbf{Presenter:} Ana Novák\par"
        "\n"
        r"\textbf{Authors:} authors not in this listing\par"
        "\n"
        r"\textbf{Paper:} arXiv:2009.14798 \url{https://arxiv.org/abs/2009.14798} cs.CV, cs.LG\par"
        "\n"
        r"\textbf{Discussion:} \url{https://reading.example.org/g/galaxy/papers/2009.14798/}\par"
        "\n"
        r"\textbf{Why:} 4 votes. On the agenda because four members want to discuss it.\par",
    ]


@pytest.mark.parametrize(
    "tex",
    [
        r"\input{/etc/passwd}",
        r"\write18{rm}",
        r"\def\x{\x}\x",
        r"\csname end\endcsname",
        r"\catcode`\$=0",
        r"a^b^c",
        r"x^a'",
        r"\frac{a}",
        r"\left( x",
        r"{x",
        r"x}",
        r"x\\",
        r"a & b",
        r"50%",
        r"#1",
        r"\text",
        r"\mathbb R",
        "α",
        r"\unknown{x}",
        r"\begin{verbatim}x\end{verbatim}",
        r"x_\notin y",
        r"x^'",
        r"\bigl{x}",
        r"\grave_x",
        r"10\nolimits8",
        r"z_{\text{me\psi}}",
    ],
)
def test_formula_that_could_harm_or_stop_latex_stands_as_its_source(tex: str) -> None:
    assert not is_harmless(tex)


KNOWN = [
    r"\alpha_{1}^{2}",
    r"\mathcal{O}\left(\frac{n^2}{\log n}\right)",
    r"x'_i",
    r"{}^{13}\mathrm{C}",
    r"M_\odot",
    r"\sim 20\%",
    r"\hat \beta",
]


@pytest.mark.parametrize("tex", KNOWN)
def test_formula_that_is_known_keeps_its_tex(tex: str) -> None:
    assert is_harmless(tex)


def names_of(calendar: Calendar) -> Counter[str]:
    return Counter(
        f"{part.name}.{name}" for part in calendar.walk() for name, _ in part.property_items(recursive=False)
    )


@settings(deadline=None, max_examples=150)
@given(sheets())
def test_calendar_has_the_same_components_and_properties_whatever_the_texts(sheet: AgendaSheet) -> None:
    content = EXPORTS["ics"].render(sheet)

    harmless = Calendar.from_ical(EXPORTS["ics"].render(SHEET))
    calendar = Calendar.from_ical(content)
    event = calendar.walk("VEVENT")[0]
    lines = content.split(b"\r\n")
    assert names_of(calendar) == names_of(harmless)
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() == line.decode().strip("\n\r") for line in lines)
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert (str(event["uid"]), str(event["location"])) == (sheet.uid, sheet.place)


def test_calendar_event_can_be_updated() -> None:
    event = Calendar.from_ical(EXPORTS["ics"].render(SHEET)).walk("VEVENT")[0]

    moments = [event[name].dt for name in ("dtstart", "dtend", "dtstamp", "last-modified")]
    assert (event["uid"], event["sequence"], event["status"]) == ("6f1c2d0e@reading.example.org", 3, "CONFIRMED")
    assert (event["summary"], event["url"]) == ("Weekly reading (Galaxy group)", SHEET.page)
    assert moments == [
        datetime(2026, 11, 26, 14, tzinfo=UTC),
        datetime(2026, 11, 26, 15, tzinfo=UTC),
        SHEET.changed_at,
        SHEET.changed_at,
    ]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("planned", "TENTATIVE"),
        ("published", "CONFIRMED"),
        ("running", "CONFIRMED"),
        ("closed", "CONFIRMED"),
        ("cancelled", "CANCELLED"),
    ],
)
def test_calendar_says_whether_the_meeting_holds(state: str, status: str) -> None:
    event = Calendar.from_ical(EXPORTS["ics"].render(replace(SHEET, state=state))).walk("VEVENT")[0]

    assert event["status"] == status


@pytest.mark.parametrize("name", ["md", "txt", "html", "ics"])
@pytest.mark.parametrize(
    ("state", "sentence"),
    [("planned", "Draft: this agenda is not published yet."), ("cancelled", "This meeting is cancelled.")],
)
def test_draft_and_cancelled_meeting_say_so(name: str, state: str, sentence: str) -> None:
    texts_of = [
        EXPORTS[name].render(sheet).decode().replace("\r\n ", "") for sheet in (replace(SHEET, state=state), SHEET)
    ]

    assert [sentence in text for text in texts_of] == [True, False]


@settings(deadline=None, max_examples=150)
@given(sheets())
def test_table_holds_no_formula_however_its_cells_are_parted(sheet: AgendaSheet) -> None:
    text = EXPORTS["csv"].render(sheet).decode("utf-8-sig")

    cells = [cell for row in csv.reader(StringIO(text, newline=""), strict=True) for cell in row]
    parts = [part for cell in cells for part in cell.split(";")]
    unseen = ' \t\r\n"“”‘’\u200b\u200c\u200d\u200e\u200f\u2060\ufeff'
    assert [part for part in parts if part.strip(unseen)[:1] in tuple("=+-@|\0＝＋－＠｜")] == []


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-1 and +1", "'-1 and +1"),
        ("'=1", "''=1"),
        ('"=1', "'\"=1"),
        ("\u200b=1", "'\u200b=1"),
        ("＋1", "'＋1"),
        ("a; =1", "a;' =1"),
        ("a = b; c - d", "a = b; c - d"),
        ("Plans, 'quoted'", "Plans, 'quoted'"),
    ],
)
def test_cell_that_a_spreadsheet_would_compute_gets_one_apostrophe(title: str, cell: str) -> None:
    content = EXPORTS["csv"].render(sheet_with(replace(TOPIC, title=title))).decode("utf-8-sig")

    assert next(csv.DictReader(StringIO(content, newline="")))["title"] == cell


def test_table_has_a_byte_order_mark_a_header_and_crlf() -> None:
    content = EXPORTS["csv"].render(SHEET)

    rows = content.removeprefix(b"\xef\xbb\xbf").decode().split("\r\n")
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows[0].split(",")[:4] == ['"group"', '"meeting"', '"number"', '"kind"']
    assert rows[3] == (
        '"Galaxy group","Weekly reading",3,"topic","2026-11-26T15:45:00+01:00",7,"Plans"'
        ',"","","","",0,"","","","","","","","","",""'
    )
    assert (len(rows), rows[-1]) == (5, "")


@pytest.mark.parametrize("name", ["md", "txt", "html", "ics", "csv", "json"])
def test_summary_stands_in_the_agenda(name: str) -> None:
    summary = "They measure the spin of forty stars. Half of them turn the wrong way, and nobody knows why."
    summarised = replace(SHEET, items=(replace(SEED, summary=summary), OPEN))

    drawn = EXPORTS[name].render(summarised).decode()

    unfolded = drawn.replace("\r\n ", "").replace("\\,", ",")  # RFC 5545, section 3.1
    assert " ".join(unfolded.split()).count(summary) == 1


@pytest.mark.parametrize("name", [name for name in EXPORTS if name not in REFERENCES])
def test_who_else_has_a_part_stands_in_the_agenda(name: str) -> None:
    roles = (("Lead", "Cem Aydin"), ("Friendly reviewer", "Dana Frey"))
    shared = replace(SHEET, items=(replace(SEED, co_presenters=("Ben Cho", "Eva Hartmann"), roles=roles), OPEN))

    said = " ".join(text_of(name, EXPORTS[name].render(shared)).replace("\r\n ", "").replace("\\,", ",").split())

    assert [said.count(one) for one in ("Ben Cho", "Eva Hartmann", "Cem Aydin", "Dana Frey")] == [1, 1, 1, 1]
    assert (said.count("Friendly reviewer"), said.count("Lead")) == (1, 1)


@pytest.mark.parametrize("name", [name for name in EXPORTS if name not in REFERENCES])
def test_slides_stand_in_the_agenda(name: str) -> None:
    held = replace(SHEET, items=(replace(SEED, slides="https://slides.example.org/one_two.pdf"), OPEN))

    said = text_of(name, EXPORTS[name].render(held)).replace("\r\n ", "")

    assert "slides.example.org/one_two.pdf" in "".join(said.split())


def test_json_keeps_its_schema() -> None:
    document = json.loads(EXPORTS["json"].render(SHEET))

    assert list(document) == ["schema", "group", "meeting", "items"]
    assert document["schema"] == "reading-group/agenda/1"
    assert document["meeting"] == {
        "title": "Weekly reading",
        "state": "published",
        "starts_at": "2026-11-26T15:00:00+01:00",
        "ends_at": "2026-11-26T16:00:00+01:00",
        "zone": "Europe/Berlin",
        "minutes": 60,
        "planned_minutes": 52,
        "place": "Room 1.23",
        "link": SHEET.link,
        "page": SHEET.page,
        "uid": "6f1c2d0e@reading.example.org",
        "sequence": 3,
        "changed_at": "2026-11-25T08:30:00+00:00",
    }
    assert document["items"][0] == {
        "number": 1,
        "kind": "paper",
        "starts_at": "2026-11-26T15:00:00+01:00",
        "minutes": 20,
        "title": SEED.title,
        "presenter": "Ana Novák",
        "co_presenters": [],
        "roles": [],
        "authors": [],
        "authors_known": False,
        "source": "arxiv",
        "id": "2009.14798",
        "categories": ["cs.CV", "cs.LG"],
        "year": None,
        "doi": None,
        "journal": None,
        "votes": 4,
        "reason": SEED.reason,
        "note": "",
        "cue": "",
        "question": "",
        "summary": "",
        "slides": None,
        "paper_link": SEED.paper_link,
        "group_link": SEED.page_link,
    }


# --- sheet and registry -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\r\nlines\tand\xa0blanks ", "two lines and blanks"),
        ("nul\x00 and\x9f controls", "nul and controls"),
        ("\u202eturned\u202c", "[RLO]turned"),
        ("\u2066held\u2069", "held"),
        ("half \ud800 pair", "half \ufffd pair"),
        (r"$\alpha$ stays", r"$\alpha$ stays"),
    ],
)
def test_text_of_a_sheet_is_one_visible_line(text: str, line: str) -> None:
    assert one_line(text) == line
    assert replace(SEED, title=text, authors=(text,)).authors == (line,)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org/a?b=c&d;e#f", "https://example.org/a?b=c&d;e#f"),
        ("HTTPS://example.org/", "HTTPS://example.org/"),
        ('https://example.org/"> <b>', "https://example.org/%22%3E%20%3Cb%3E"),
        ("https://example.org/ä%20", "https://example.org/%C3%A4%20"),
        ("javascript:alert(1)", None),
        ("/relative", None),
        ("", None),
    ],
)
def test_address_of_a_sheet_is_http_and_ascii(text: str, address: str | None) -> None:
    assert web_address(text) == address
    assert replace(SHEET, link=text).link == address


def test_title_without_a_visible_character_is_untitled() -> None:
    assert replace(SEED, title=" \x00\n").title == "Untitled"


@pytest.mark.parametrize(
    ("minutes", "spare", "sentence"),
    [
        (60, 8, "52 of 60 minutes planned, 8 to spare."),
        (52, 0, "52 of 52 minutes planned."),
        (45, -7, "52 of 45 minutes planned, 7 too many."),
    ],
)
def test_sheet_says_how_the_items_fill_the_slot(minutes: int, spare: int, sentence: str) -> None:
    sheet = replace(SHEET, minutes=minutes)

    assert (sheet.planned_minutes, sheet.spare_minutes, sheet.balance) == (52, spare, sentence)


def test_running_clock_and_end_count_real_minutes_across_a_clock_change() -> None:
    start = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)

    begins = running_clock(start, "Europe/Berlin", [20, 20, 20])

    assert [f"{one:%H:%M}" for one in begins] == ["01:30", "01:50", "03:10"]
    assert f"{replace(SHEET, starts_at=start).ends_at:%H:%M %z}" == "03:30 +0200"


@pytest.mark.parametrize(
    ("source", "paper_id", "identifier"),
    [
        ("arxiv", "2009.14798", "arXiv:2009.14798"),
        ("doi", "10.1101/x", "doi:10.1101/x"),
        ("own", "17", ""),
        ("", "", ""),
    ],
)
def test_identifier_names_its_source(source: str, paper_id: str, identifier: str) -> None:
    assert replace(SEED, source=source, paper_id=paper_id).identifier == identifier


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("Galaxy group", "agenda-galaxy-group-2026-11-26.md"),
        ("Größe & Élan!", "agenda-grosse-elan-2026-11-26.md"),
        ("../../etc/passwd\r\nX: y", "agenda-etc-passwd-x-y-2026-11-26.md"),
        ("研究会", "agenda-2026-11-26.md"),
        ("a" * 200, f"agenda-{'a' * 60}-2026-11-26.md"),
    ],
)
def test_file_name_is_plain_ascii(group: str, name: str) -> None:
    assert filename(replace(SHEET, group=group), "md") == name


def test_registry_offers_every_format_by_what_it_is_for() -> None:
    offered = [(export.purpose, export.name, export.suffix) for export in EXPORTS.values()]

    assert offered == [
        ("To read", "html", "html"),
        ("To read", "pdf", "pdf"),
        ("To read", "pdf-letter", "pdf"),
        ("To read", "docx", "docx"),
        ("To send", "txt", "txt"),
        ("To send", "md", "md"),
        ("To send", "ics", "ics"),
        ("To send", "tex", "tex"),
        ("To cite", "bib", "bib"),
        ("To cite", "ris", "ris"),
        ("To cite", "csl", "csl.json"),
        ("For programs", "csv", "csv"),
        ("For programs", "json", "json"),
    ]
