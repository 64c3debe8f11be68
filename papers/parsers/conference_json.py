"""The papers of a conference, as lists made from OpenReview have them: a JSON array of objects.

    [{"id": "-4IA4WgNAy4Wx", "title": …, "author": "A Name;Another Name", "abstract": …, "site": "https://…"}]

The papers have neither arXiv id nor DOI: what names them is their id at OpenReview.
"""

import datetime
import re
from itertools import islice

from core.ids import find_doi
from core.json_reading import objects_in, text_in
from core.names import decode_tex_accents
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

NAME = "conference-json"

_ID = re.compile(r"[\w-]{5,40}", re.ASCII)
_FORUM = re.compile(r"openreview\.net/(?:forum|pdf)\?id=([\w-]{5,40})(?![\w-])", re.ASCII)
_LOOKED_AT = 5  # objects that may tell the format; the first may be damaged
_OWN_KEYS = frozenset({"site", "track"})
_OTHER_KEYS = frozenset({"abs", "link", "authors_parsed", "categories"})


def detect(head: str) -> bool:
    """Say whether a text is an array of papers with addresses outside arXiv."""
    head = head.removeprefix("\ufeff").lstrip()
    if not head.startswith("["):
        return False
    keys = [found.value.keys() for found in islice(objects_in(head), _LOOKED_AT) if found.value is not None]
    return any("title" in each and each & _OWN_KEYS and not each & _OTHER_KEYS for each in keys)


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read the papers of a conference in the order of the file."""
    text, problem = decode(data)
    gathering = Gathering(Reading(NAME))
    if problem:
        gathering.reading.problems.append(problem)
    for position, found in enumerate(objects_in(text), start=1):
        if found.value is None:
            reason = UNCLOSED if found.cut else f"line is not valid JSON: ‹{found.message}›"
            gathering.report(reason, line=found.line, text=found.text, position=position)
        else:
            gathering.add(_record(found.value, position), line=found.line, text=found.text)
    return gathering.finish(category, date)


def _record(value: dict[str, object], position: int) -> Record:
    authors = text_in(value.get("author")) or text_in(value.get("authors"))
    names = (fold_space(name) for name in authors.split(";"))
    return Record(
        position,
        None,
        title=fold_space(text_in(value.get("title"))),
        abstract=fold_paragraphs(text_in(value.get("abstract"))) or None,
        authors=tuple(decode_tex_accents(name) for name in names if any(char.isalpha() for char in name)),
        doi=find_doi(text_in(value.get("doi"))),
        openreview_id=_openreview_id(value),
    )


def _openreview_id(value: dict[str, object]) -> str | None:
    """Return the id in the address; a paper that has an address elsewhere has none, whatever its id is."""
    site, said = text_in(value.get("site")), text_in(value.get("id")).strip()
    if found := _FORUM.search(site):
        return found[1]
    return said if not site and _ID.fullmatch(said) else None
