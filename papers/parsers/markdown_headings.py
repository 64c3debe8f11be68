"""Markdown with a heading for each paper, and what is known of it in paragraphs of HTML, some of them broken.

## A title [1606.08415](http://arxiv.org/abs/1606.08415v1)

<p> Dan Hendrycks, Kevin Gimpel </p>
<p>
The abstract.
</p>
<p> Comments: 9 pages </p>
<p> PDF: <a href="http://arxiv.org/pdf/1606.08415v1" /> http://arxiv.org/pdf/1606.08415v1 </a> </>
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.ids import parse_arxiv_id
from core.markdown_reading import date_of, last_link, update_said, without_emphasis
from core.names import split_authors
from core.references import arxiv_id_in
from papers.parsers.record import (
    Data,
    Gathering,
    Reading,
    Record,
    clip,
    decode,
    decode_entities,
    fold_space,
    html_to_text,
    sensible,
)

NAME = "md-headings"

_HEADING = re.compile(r"#{1,5}[ \t]+(\S.*)")
_PARAGRAPH = re.compile(r"<p>|</p>|</>", re.IGNORECASE)
_LABELLED = re.compile(r"\s*(comments?|pdf|doi|journal(?: reference)?|categor(?:y|ies)|links?|code)\s*:", re.IGNORECASE)
_COMMENTS = re.compile(r"\s*comments?\s*:", re.IGNORECASE)
_ADDRESS = "arxiv.org/"
_LIKE_AN_ENTRY = 2  # paragraphs below a heading


def detect(head: str) -> bool:
    """Say whether a text has a heading that ends with a link to arXiv, and paragraphs of HTML."""
    if head.lstrip().startswith(("<", "{", "[")) or "<p>" not in head:
        return False
    return any(_HEADING.match(line) and _ADDRESS in line and last_link(line) for line in head.split("\n"))


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read the papers in the order of the file. Words that a converter glued at line ends stay so."""
    text, not_utf8 = decode(data)
    file = _File(Gathering(Reading(NAME), first_wins=True))
    if not_utf8:
        file.gathering.reading.problems.append(not_utf8)
    for number, line in enumerate(text.split("\n"), start=1):
        file.take(number, line)
    file.end()
    return file.gathering.finish(category, date)


@dataclass(slots=True)
class _File:
    """The state of reading one file line by line; the heading of the entry that is open, and the lines below it."""

    gathering: Gathering
    line: int = 0
    heading: str = ""
    lines: list[str] = field(default_factory=list)
    position: int = 0

    def take(self, number: int, line: str) -> None:
        found = _HEADING.match(line)
        if not found:
            self.lines.append(line)
            return
        self.end()
        said = update_said(line)
        if said and not self.position:
            self._take_date(number, line, said)
        else:
            self.line, self.heading, self.lines = number, found[1], []

    def _take_date(self, number: int, line: str, said: str) -> None:
        date = sensible(date_of(said))
        self.gathering.reading.date = date
        if date:
            self.gathering.reading.show("date", line)
        else:
            self.gathering.report(f"unreadable date: ‹{clip(said, 60)}›", line=number, text=line)

    def end(self) -> None:
        """Keep the entry that was open; a heading without a link or paragraphs below it is one of a section."""
        heading, self.heading = self.heading, ""
        paragraphs = [*_paragraphs("\n".join(self.lines))] if heading else []
        link = last_link(heading) if _ADDRESS in heading else None
        if not link and len(paragraphs) < _LIKE_AN_ENTRY:
            return
        self.position += 1
        said = arxiv_id_in([link[2] if link else "", *paragraphs[2:]])
        paper = self.gathering.paper(said, line=self.line, text=heading, position=self.position)
        if not paper:
            return
        told = [paragraph for paragraph in paragraphs if not _LABELLED.match(paragraph)]
        comments = next((paragraph for paragraph in paragraphs if _COMMENTS.match(paragraph)), "")
        record = Record(
            self.position,
            paper.identity,
            paper.version,
            title=_title(heading, link),
            abstract=html_to_text("\n".join(told[1:2])) or None,
            authors=split_authors(told[0])[0] if told else (),
            comments=html_to_text(_COMMENTS.sub("", comments, count=1)) or None,
        )
        self.gathering.add(record, line=self.line, text=heading)


def _title(heading: str, link: tuple[str, str, str] | None) -> str:
    """Return the title: what stands before the link, or its label when it is the link that has it."""
    before, label, _ = link or (heading, "", "")
    said = before if before.strip() or parse_arxiv_id(label) else label
    return fold_space(decode_entities(without_emphasis(said)))


def _paragraphs(body: str) -> Iterator[str]:
    """Yield what stands in paragraphs, also in those that end as `</>` or where the next one begins."""
    start: int | None = None
    for found in _PARAGRAPH.finditer(body):
        if start is not None and (said := body[start : found.start()]).strip():
            yield said
        start = found.end() if found[0].lower() == "<p>" else None
    if start is not None and (said := body[start:]).strip():
        yield said
