"""A post of a static site about one paper: front matter between rules, and sections with abstract and addresses.

    ---
    title: "Gaussian Error Linear Units"
    author: Dan Hendrycks, Kevin Gimpel
    ---
    ##### Abstract
    ##### URL
    [https://arxiv.org/abs/1606.08415](https://arxiv.org/abs/1606.08415)

The date of a post is when its writer made it, not when arXiv announced the paper.
"""

import datetime
import re
from collections.abc import Sequence
from itertools import takewhile

from core.names import split_authors
from core.references import arxiv_id_in
from papers.parsers.record import (
    NO_ABSTRACT,
    UNCLOSED,
    Data,
    Gathering,
    Reading,
    Record,
    decode,
    decode_entities,
    fold_space,
    html_to_text,
)

NAME = "md-post"

_RULE = re.compile(r"---+[ \t]*")
_PAIR = re.compile(r"([A-Za-z_]{2,30})[ \t]*:[ \t]*(.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_HEADING = re.compile(r"#{1,6}[ \t]+(.*?)[ \t#:]*")
_SECTIONS = re.compile(r"^#{1,6}[ \t]+(?:abstract|url|pdf)\b", re.IGNORECASE | re.MULTILINE)
_BEGINNING = re.compile(r"---+[ \t]*\n(?:(?!---)[^\n]*\n){0,60}?title[ \t]*:")


def detect(head: str) -> bool:
    """Say whether a text begins with front matter that has a title, and has the sections of a paper."""
    return _BEGINNING.match(head.lstrip()) is not None and _SECTIONS.search(head) is not None


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read the one paper of a post."""
    text, not_utf8 = decode(data)
    gathering = Gathering(Reading(NAME))
    if not_utf8:
        gathering.reading.problems.append(not_utf8)
    lines = text.split("\n")
    start = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    matter = [*takewhile(lambda line: not _RULE.fullmatch(line), lines[start + 1 :])]
    rest = lines[start + len(matter) + 2 :]
    first = next((line for line in matter if line.startswith("title")), "")
    if start + len(matter) + 1 >= len(lines):
        gathering.report(UNCLOSED, line=start + 1, text=first, position=1)
    _take(gathering, _front_matter(matter), _sections(rest), start + 1, first)
    return gathering.finish(category, date)


def _take(gathering: Gathering, matter: dict[str, list[str]], sections: dict[str, str], line: int, text: str) -> None:
    addresses = [sections.get("url", ""), sections.get("pdf", "")]
    addresses += [said for key in ("url", "link", "arxiv", "pdf", "paper") for said in matter.get(key, ())]
    paper = gathering.paper(arxiv_id_in(addresses), line=line, text=text, position=1)
    if not paper:
        return
    authors, notes = split_authors(", ".join([*matter.get("author", ()), *matter.get("authors", ())]))
    gathering.reading.notes.extend(notes)
    record = Record(
        1,
        paper.identity,
        paper.version,
        title=fold_space(decode_entities(" ".join(matter.get("title", ())))),
        abstract=html_to_text(sections.get("abstract", "")) or None,
        authors=authors,
    )
    if not record.abstract:
        gathering.report(NO_ABSTRACT, line=line, text=text, position=1)
    gathering.add(record, line=line, text=text)


def _front_matter(lines: Sequence[str]) -> dict[str, list[str]]:
    """Read "key: value" lines, and lists below or behind a key; the little of YAML that posts use."""
    values: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        pair, item = _PAIR.match(line), _ITEM.match(line)
        if pair:
            said = pair[2].strip()
            listed = said[1:-1].split(",") if said.startswith("[") and said.endswith("]") else [said]
            current = values.setdefault(pair[1].lower(), [])
            current += [_unquoted(each) for each in listed if each.strip(" >|")]
        elif item:
            current.append(_unquoted(item[1]))
        elif line.startswith((" ", "\t")) and line.strip():
            current.append(_unquoted(line))
    return values


def _unquoted(said: str) -> str:
    said = said.strip()
    if len(said) > 1 and said[0] == said[-1] == '"':
        return re.sub(r"\\([\"\\])", r"\1", said[1:-1])
    if len(said) > 1 and said[0] == said[-1] == "'":
        return said[1:-1].replace("''", "'")
    return said


def _sections(lines: Sequence[str]) -> dict[str, str]:
    """Map the headings, in small letters, to what stands below them; of several alike the first counts."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        heading = _HEADING.fullmatch(line)
        if heading:
            current = []
            sections.setdefault(heading[1].lower(), current)
        else:
            current.append(line)
    return {name: "\n".join(said).strip() for name, said in sections.items()}
