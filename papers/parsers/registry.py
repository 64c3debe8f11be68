"""Which formats we read, and which of them a file is: told by its content, never by its name."""

import codecs
import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from papers.parsers import (
    abstract_page,
    announcement_mail,
    api_atom,
    bibtex,
    conference_json,
    csv_papers,
    feed,
    json_lines,
    list_page,
    markdown_headings,
    markdown_post,
    markdown_tables,
    monthly_text,
    oai_pmh,
    pasted_ids,
    preprint_json,
    ris,
    seed_markdown,
)
from papers.parsers.record import Data, Reading, Unreadable, clip, fold_space

HEAD_BYTES = 64 * 1024
_FIRST_LINE_CHARS = 120
_ID_CHARS = 60

# https://www.garykessler.net/library/file_sigs.html; what people send in place of a listing.
_BINARY = (
    (b"%PDF-", "It is a PDF document."),
    (b"\x89PNG\r\n", "It is an image."),
    (b"\xff\xd8\xff", "It is an image."),
    (b"GIF8", "It is an image."),
    (b"PK\x03\x04", "It is an archive or an office document."),
    (b"PK\x05\x06", "It is an empty archive."),
    (b"\x1f\x8b", "It is compressed; please unpack it first."),
    (b"BZh", "It is compressed; please unpack it first."),
    (b"\xfd7zXZ\x00", "It is compressed; please unpack it first."),
    (b"\xd0\xcf\x11\xe0", "It is an office document."),
)


# What begins a text in two or four bytes a character, as spreadsheets and old editors save it.
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Reader(Protocol):
    """A format's one function: bytes in, records and problems out."""

    def __call__(self, data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format we read: `name` for commands and the database, `title` for people.

    One without titles names papers by their ids alone; the rest is asked of arXiv later. `lists_a_day` says that such
    a file is an announcement, which needs a category and a date; what is none may come in as papers alone.
    """

    name: str
    title: str
    detect: Callable[[str], bool]
    read: Reader
    has_titles: bool = True
    lists_a_day: bool = False


# In the order in which they are tried; the first that fits is taken.
FORMATS = (
    Format(
        seed_markdown.NAME,
        "daily listing in Markdown (“# ArXiv cs.CV --Thu, 1 Oct 2020”)",
        seed_markdown.detect,
        seed_markdown.read,
        lists_a_day=True,
    ),
    Format(preprint_json.NAME, "answer of bioRxiv's or medRxiv's API", preprint_json.detect, preprint_json.read),
    Format(conference_json.NAME, "papers of a conference as JSON", conference_json.detect, conference_json.read),
    Format(json_lines.NAME, "JSON, one paper a line or an array", json_lines.detect, json_lines.read),
    Format(abstract_page.NAME, "arXiv's page of a paper", abstract_page.detect, abstract_page.read),
    Format(
        list_page.NAME,
        "arXiv's page of new or recent papers",
        list_page.detect,
        list_page.read,
        lists_a_day=True,
    ),
    Format(
        monthly_text.NAME,
        "monthly list of an archive as plain text",
        monthly_text.detect,
        monthly_text.read,
    ),
    Format(
        announcement_mail.NAME,
        "daily mail of arXiv, saved or pasted",
        announcement_mail.detect,
        announcement_mail.read,
        lists_a_day=True,
    ),
    *(Format(each.name, each.title, each.detect, feed.read, lists_a_day=True) for each in feed.DIALECTS),
    Format(feed.COPY_NAME, "feed that others made from arXiv's", feed.detect, feed.read),
    Format(api_atom.NAME, "answer of arXiv's API", api_atom.detect, api_atom.read),
    Format(oai_pmh.NAME, "OAI-PMH harvest of arXiv", oai_pmh.detect, oai_pmh.read),
    # A page in Markdown may quote an entry of BibTeX; a list of references has no tables.
    Format(markdown_post.NAME, "post about one paper in Markdown", markdown_post.detect, markdown_post.read),
    Format(
        markdown_headings.NAME,
        "Markdown with a heading for each paper",
        markdown_headings.detect,
        markdown_headings.read,
    ),
    Format(markdown_tables.NAME, "table of papers in Markdown", markdown_tables.detect, markdown_tables.read),
    Format(bibtex.NAME, "BibTeX", bibtex.detect, bibtex.read),
    Format(ris.NAME, "RIS of a reference manager", ris.detect, ris.read),
    Format(csv_papers.NAME, "CSV with a header and a column of ids or addresses", csv_papers.detect, csv_papers.read),
    # Last, since nearly every other format names papers too.
    Format(
        pasted_ids.NAME,
        "any text with arXiv ids or addresses",
        pasted_ids.detect,
        pasted_ids.read,
        has_titles=False,
    ),
)


def detect(data: Data) -> Format | None:
    """Return the format of a file, None when it is none that we read; looks at the first 64 KiB only."""
    head = _head(data)
    if _binary_kind(head) or b"\0" in head:
        return None
    text = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return next((each for each in FORMATS if each.detect(text)), None)


def read(
    data: Data,
    format: str | None = None,
    category: str | None = None,
    date: datetime.date | None = None,
    columns: Mapping[str, int] | None = None,
) -> Reading:
    """Read a file in the named format, or in the one that its content shows.

    `columns` are those that a person chose for a table in CSV; other formats have none. Raises Unreadable, with a
    sentence for a person, when the content is no listing that we read.
    """
    known = {each.name: each for each in FORMATS}
    if format and format not in known:
        raise Unreadable(f"There is no format called ‹{format}›. {formats_sentence()}")
    chosen = known[format] if format else detect(data)
    if chosen is None or _binary_kind(bytes(data[:HEAD_BYTES])):
        raise Unreadable(refusal(data))
    if columns and chosen.name == csv_papers.NAME:
        return csv_papers.read(_narrowed(data), category=category, date=date, columns=columns)
    return chosen.read(_narrowed(data), category=category, date=date)


def _narrowed(data: Data) -> Data:
    """Return a file in UTF-8 that is in UTF-16 or UTF-32, and any other as it is."""
    wide = _wide_encoding(bytes(data[:HEAD_BYTES]))
    if not wide:
        return data
    try:
        return bytes(data).decode(wide).encode()
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise Unreadable(f"The file begins as {wide.upper()} and is broken at byte {at + 1:,}.") from error


def lists_a_day(name: str) -> bool:
    """Say whether files of the format called `name` are announcements, which need a category and a date."""
    return next((each.lists_a_day for each in FORMATS if each.name == name), True)


def has_titles(name: str) -> bool:
    """Say whether files of the format called `name` tell more of papers than their ids."""
    return next((each.has_titles for each in FORMATS if each.name == name), True)


def refusal(data: Data) -> str:
    """Return the sentence for a file that is no listing: what it begins with, and what was expected."""
    head = _head(data)
    lines = head.decode("utf-8-sig", errors="replace").replace("\r", "\n").split("\n")
    first = next((line for line in map(_printable, lines) if line), "")
    said = f"This does not look like any listing we read. First line: ‹{clip(first, _FIRST_LINE_CHARS)}›"
    kind = "The file is empty." if not head.strip() else _binary_kind(head)
    if not kind and b"\0" in head:
        kind = "It holds NUL characters, so it is not a text."
    if not kind and (wrong := pasted_ids.almost_an_id(first)):
        kind = f"‹{clip(wrong, _ID_CHARS)}› is not a valid arXiv id."
    return " ".join(part for part in (f"{said}.", kind, formats_sentence()) if part)


def formats_sentence() -> str:
    """Return the list of formats that we read, as a sentence."""
    return f"We read: {', '.join(each.title for each in FORMATS)}."


def _binary_kind(head: bytes) -> str | None:
    return next((kind for magic, kind in _BINARY if head.startswith(magic)), None)


def _head(data: Data) -> bytes:
    head = bytes(data[:HEAD_BYTES])
    wide = _wide_encoding(head)
    return head.decode(wide, errors="ignore").encode("utf-8", errors="ignore") if wide else head


def _wide_encoding(head: bytes) -> str | None:
    return next((name for mark, name in _WIDE if head.startswith(mark)), None)


def _printable(line: str) -> str:
    return "".join(char for char in fold_space(line) if char.isprintable())
