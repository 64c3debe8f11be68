"""Answers of the bioRxiv and medRxiv API, details and published details: https://api.biorxiv.org/

{"messages": [{"status": "ok", "count": 30, "total": "109", "cursor": 0}],
 "collection": [{"doi": …, "title": …, "authors": "Family, G.; Other, A.", "version": "1", "category": …}]}
"""

import datetime
import re
from collections.abc import Iterator

from core.ids import find_doi
from core.json_reading import objects_in, text_in
from core.names import decode_tex_accents, turned
from papers.parsers.record import (
    UNCLOSED,
    Data,
    Gathering,
    Reading,
    Record,
    decode,
    fold_paragraphs,
    fold_space,
)

NAME = "preprints-json"

_MESSAGES = re.compile(r'"messages"\s*:\s*(?=\[)')
_COLLECTION = re.compile(r'"collection"\s*:\s*(?=\[)')
_BEGINNING = re.compile(r'\ufeff?\s*\{\s*"(?:messages|collection)"\s*:\s*\[')
_NO_DOI = "no DOI found in this entry"
_NONE = "na"  # how the API says that there is nothing to say


def detect(head: str) -> bool:
    """Say whether a text begins as such an answer does."""
    return _BEGINNING.match(head) is not None


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read an answer. Its papers have a DOI and no arXiv id, and their category is one of the server's words."""
    text, problem = decode(data)
    gathering = Gathering(Reading(NAME))
    if problem:
        gathering.reading.problems.append(problem)
    start = _COLLECTION.search(text)
    at = start.end() if start else len(text)
    position = 0
    for position, found in enumerate(objects_in(text, start=at, line=text.count("\n", 0, at) + 1), start=1):
        if found.value is None:
            reason = UNCLOSED if found.cut else f"line is not valid JSON: ‹{found.message}›"
            gathering.report(reason, line=found.line, text=found.text, position=position)
            continue
        record = _record(found.value, position)
        if record.doi:
            gathering.add(record, line=found.line, text=found.text)
        else:
            gathering.report(_NO_DOI, line=found.line, text=found.text, position=position)
    gathering.reading.notes.extend(_notes(text, position))
    return gathering.finish(category, date)


def _record(value: dict[str, object], position: int) -> Record:
    category = _line(value, "category")
    version = _said(value, "version")
    return Record(
        position,
        None,
        int(version) if re.fullmatch("[1-9][0-9]{0,3}", version) else None,
        title=_line(value, "title"),
        abstract=fold_paragraphs(_said(value, "abstract")) or None,
        authors=_authors(_said(value, "authors")),
        primary_category=category or None,
        categories=(category,) if category else (),
        journal_ref=_line(value, "published_journal") or None,
        doi=find_doi(_said(value, "doi") or _said(value, "biorxiv_doi")),
        license=_line(value, "license") or None,
    )


def _said(value: dict[str, object], key: str) -> str:
    """Return what is said under a key, or under `preprint_` and the key as in the answers on what was published."""
    said = text_in(value.get(key)).strip() or text_in(value.get(f"preprint_{key}")).strip()
    return "" if said.lower() == _NONE else said


def _line(value: dict[str, object], key: str) -> str:
    return fold_space(_said(value, key))


def _authors(said: str) -> tuple[str, ...]:
    names = (turned(fold_space(name)) for name in said.split(";"))
    return tuple(decode_tex_accents(name) for name in names if any(char.isalpha() for char in name))


def _notes(text: str, entries: int) -> Iterator[str]:
    """Yield what the server says of its answer when it is not all, or not good."""
    start = _MESSAGES.search(text)
    message = next(objects_in(text, start=start.end()), None) if start else None
    said = (message.value if message else None) or {}
    status, total = (text_in(said.get(key)).strip() for key in ("status", "total"))
    if status and status.lower() != "ok":
        yield f"The server says: ‹{fold_space(status)}›."
    if re.fullmatch("[0-9]{1,9}", total) and int(total) > entries:
        yield f"The file has {entries:,} of {int(total):,} entries; the rest is on further pages."
