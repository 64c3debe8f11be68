"""Readers of the exports that are no plain text, written against the formats and not against our renderers.

Each gives back the lines of the agenda: number, clock, minutes, title, presenter as shown.
"""

import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexwalker import LatexWalker
from pylatexenc.latexwalker import get_default_latex_context_db as walker_context
from pylatexenc.macrospec import MacroSpec
from pypdf import PdfReader
from pypdf.generic import ContentStream

Line = tuple[int, str, int, str, str]

TYPESET = "\u220e"  # stands for a formula that was set, where its source is gone


def numbered(text: str) -> tuple[int, str]:
    number, title = re.fullmatch(r"(\d+)\. (.*)", text, re.DOTALL).groups()
    return int(number), title


# --- references -------------------------------------------------------------------------------------------


def noted_line(title: str, note: str) -> Line:
    number, clock, minutes, presenter = re.fullmatch(
        r".*: item (\d+), (\d\d:\d\d), (\d+) minutes?, (.*)", note, re.DOTALL
    ).groups()
    return int(number), clock, int(minutes), title, presenter


def braced(text: str, start: int) -> int:
    """Return the index behind the brace that closes the one at `start`; like BibTeX, escaped ones count."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    raise AssertionError("a brace is never closed")


def entries_of_bibtex(text: str) -> list[dict[str, str]]:
    entries, start = [], 0
    while found := re.compile(r"@(\w+)\{([^,{}\s]+),").search(text, start):
        assert text[start : found.start()].strip() == ""
        end = braced(text, text.index("{", found.start()))
        fields, place = {"key": found[2]}, found.end()
        while field := re.compile(r"\s*(\w+) = (?=\{)").match(text, place):
            place = braced(text, field.end())
            assert field[1] not in fields
            fields[field[1]] = text[field.end() + 1 : place - 1]
            assert text[place] == ","
            place += 1
        assert text[place:end].strip() == "}"
        entries.append(fields)
        start = end
    assert text[start:].strip() == ""
    return entries


def read_bibtex(content: bytes) -> list[Line]:
    entries = entries_of_bibtex(content.decode())
    return [noted_line(one["title"].removeprefix("{").removesuffix("}"), one["note"]) for one in entries]


def records_of_ris(text: str) -> list[dict[str, list[str]]]:
    records: list[dict[str, list[str]]] = []
    for line in text.split("\r\n")[:-1]:
        tag, value = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line).groups()
        if tag == "TY":
            records.append({})
        records[-1].setdefault(tag, []).append(value)
    assert all(one["ER"] == [""] and list(one)[-1] == "ER" for one in records)
    return records


def read_ris(content: bytes) -> list[Line]:
    return [noted_line(*one["TI"], *one["N1"]) for one in records_of_ris(content.decode())]


def read_csl(content: bytes) -> list[Line]:
    return [noted_line(one["title"], one["note"]) for one in json.loads(content)]


def plain_tex(text: str) -> str:
    """Take away what BibTeX needs, and braces altogether, which it may have lost."""
    text = re.sub(r"\\textbackslash$", r"\\", text)
    return " ".join(re.sub(r"[{}]|\\(?=[&%#_${}])", "", text).split())


# --- LaTeX ------------------------------------------------------------------------------------------------


def latex_readers() -> tuple[Any, LatexNodes2Text]:
    walker = walker_context()
    chosen = ("sign", "likened")  # of two texts, the one that knows Unicode
    walker.add_context_category("ours", macros=[MacroSpec(name, "{{") for name in chosen], prepend=True)
    texts = get_default_latex_context_db()
    signs = {"textquotedbl": '"', "textbar": "|", "textless": "<", "textgreater": ">", "textasciigrave": "`"}
    signs |= {"textasciicircum": "^", "textasciitilde": "~", "textbackslash": "\\"}
    ours = [
        *(MacroTextSpec(name, "%(2)s") for name in chosen),
        *(MacroTextSpec(name, sign) for name, sign in signs.items()),
    ]
    texts.add_context_category("ours", macros=ours, prepend=True)
    return walker, LatexNodes2Text(texts, math_mode="verbatim", strict_latex_spaces=True)


WALKER, TO_TEXT = latex_readers()


def latex_text(source: str) -> str:
    nodes, _, _ = LatexWalker(source, latex_context=WALKER, tolerant_parsing=False).get_latex_nodes()
    return TO_TEXT.nodelist_to_text(nodes)


def read_latex(content: bytes) -> list[Line]:
    body = content.decode().split(r"\begin{document}")[1]
    return [latex_line(block) for block in body.split("\n\n") if block.startswith(r"\subsection*")]


def latex_line(block: str) -> Line:
    heading, *lines = block.split("\n")
    facts = dict(re.fullmatch(r"\\textbf\{([\w ]+):\} (.*)\\par", line).groups() for line in lines)
    number, title = numbered(latex_text(heading.removeprefix(r"\subsection*{").removesuffix("}")))
    clock, minutes = re.fullmatch(r"(\d\d:\d\d), (\d+) min", latex_text(facts["Time"])).groups()
    return number, clock, int(minutes), title, latex_text(facts.get("Presenter", ""))


# --- Word -------------------------------------------------------------------------------------------------

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def paragraphs_of(content: bytes) -> list[tuple[str, str]]:
    """Return the style and the text of each paragraph."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert parts.testzip() is None
        body = ElementTree.fromstring(parts.read("word/document.xml"))
    found = []
    for paragraph in body.iter(f"{WORD}p"):
        style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        found.append(("" if style is None else style.get(f"{WORD}val"), "".join(word_texts(paragraph))))
    return found


def word_texts(element: ElementTree.Element) -> Iterator[str]:
    if element.tag == f"{MATHS}oMath":
        yield TYPESET
    elif element.tag == f"{WORD}t":
        yield element.text or ""
    else:
        for child in element:
            yield from word_texts(child)


def read_docx(content: bytes) -> list[Line]:
    items: list[tuple[str, dict[str, str]]] = []
    for style, text in paragraphs_of(content):
        if style == "Heading2":
            items.append((text, {}))
        elif items:
            label, value = text.split(": ", 1)
            items[-1][1][label] = value
    return [word_line(heading, facts) for heading, facts in items]


def word_line(heading: str, facts: dict[str, str]) -> Line:
    number, title = numbered(heading)
    clock, minutes = re.fullmatch(r"(\d\d:\d\d), (\d+) min", facts["Time"]).groups()
    return number, clock, int(minutes), title, facts.get("Presenter", "")


# --- PDF: as a screen reader goes through it, by its tags -------------------------------------------------


class TaggedPdf:
    def __init__(self, content: bytes) -> None:
        self.reader = PdfReader(BytesIO(content))
        self.texts = {
            (page.indirect_reference.idnum, mark): text
            for page in self.reader.pages
            for mark, text in marked_texts(page, self.reader).items()
        }
        self.root = self.reader.trailer["/Root"]
        (self.document,) = children(self.root["/StructTreeRoot"])

    def text(self, element: Any) -> str:
        """Return what is read aloud: a formula's own words in the place of its signs."""
        if "/Alt" in element:
            return f"${element['/Alt']}$"
        return "".join(self._parts(element))

    def _parts(self, element: Any) -> Iterator[str]:
        for child in children(element):
            if isinstance(child, int):
                yield self.texts[element.raw_get("/Pg").idnum, child]
            elif child.get("/Type") == "/MCR":
                yield self.texts[child.raw_get("/Pg").idnum, child["/MCID"]]
            elif child.get("/Type") == "/StructElem":
                yield self.text(child)

    def items(self) -> Iterator[Line]:
        for block in children(self.document):
            if not (block["/S"] == "/Div" and any(True for _ in elements(block, "/H2"))):
                continue
            when, what = children(block)
            clock, minutes = (self.text(one) for one in children(when))
            (heading,) = elements(what, "/H2")
            presenter = [self.text(one) for kind in ("/Strong", "/Em") for one in elements(what, kind)]
            number, title = numbered(self.text(heading))
            yield number, clock, int(minutes.removesuffix(" min")), title, "".join(presenter)


def children(element: Any) -> list[Any]:
    inner = element.get("/K", [])
    inner = inner.get_object() if hasattr(inner, "get_object") else inner
    return [one.get_object() for one in (inner if isinstance(inner, list) else [inner])]


def elements(element: Any, kind: str) -> Iterator[Any]:
    for child in children(element):
        if not isinstance(child, int) and child.get("/Type") == "/StructElem":
            if child["/S"] == kind:
                yield child
            else:
                yield from elements(child, kind)


def marked_texts(page: Any, reader: PdfReader) -> dict[int, str]:
    """Map each piece of marked content to its text."""
    fonts = {name: unicode_of(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()}
    texts: dict[int, str] = {}
    open_marks: list[tuple[int | None, bool]] = []  # the piece, and whether its text was given in another way
    font: dict[int, str] = {}
    for operands, operator in ContentStream(page["/Contents"], reader).operations:
        if operator in {b"BDC", b"BMC"}:
            properties = operands[1] if len(operands) > 1 else {}
            outer, given = open_marks[-1] if open_marks else (None, False)
            mark = properties.get("/MCID", outer)
            if "/ActualText" in properties and mark is not None and not given:
                texts[mark] = texts.get(mark, "") + str(properties["/ActualText"])
            open_marks.append((mark, given or "/ActualText" in properties))
        elif operator == b"EMC":
            open_marks.pop()
        elif operator == b"Tf":
            font = fonts[operands[0]]
        elif operator in {b"Tj", b"TJ"} and open_marks and open_marks[-1][0] is not None and not open_marks[-1][1]:
            shown = operands[0] if operator == b"TJ" else [operands[0]]
            codes = b"".join(bytes(one.original_bytes) for one in shown if hasattr(one, "original_bytes"))
            text = "".join(font.get(int.from_bytes(codes[at : at + 2], "big"), "") for at in range(0, len(codes), 2))
            texts[open_marks[-1][0]] = texts.get(open_marks[-1][0], "") + text
        if operator in {b"BDC", b"BMC"} and open_marks[-1][0] is not None:
            texts.setdefault(open_marks[-1][0], "")
    return texts


def unicode_of(font: Any) -> dict[int, str]:
    """Map the codes of a font to characters, as its ToUnicode table has it."""
    table = font["/ToUnicode"].get_data().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            base = bytes.fromhex(text).decode("utf-16-be")
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = base[:-1] + chr(ord(base[-1]) + step)
    return found


def read_pdf(content: bytes) -> list[Line]:
    return [
        (number, clock, minutes, drawn(title), drawn(presenter))
        for number, clock, minutes, title, presenter in TaggedPdf(content).items()
    ]


def drawn(text: str) -> str:
    """Return of a text what the built-in fonts have for certain; where its lines end is not part of it.

    A formula's own words have no dollars, so that none are compared. A soft hyphen that ends a line is read twice.
    """
    sure = [sign for sign in text if sign < "\u0300" and sign != "$"]
    return re.sub("\xad+", "\xad", "".join(unicodedata.normalize("NFKD", "".join(sure)).split()))


# --- all of them ------------------------------------------------------------------------------------------


def text_of(name: str, content: bytes) -> str:
    """Return all that an export says, out of whatever it is wrapped in."""
    if name == "docx":
        return "\n".join(text for _, text in paragraphs_of(content))
    if name.startswith("pdf"):
        pdf = TaggedPdf(content)
        return pdf.text(pdf.document)
    return content.decode()
