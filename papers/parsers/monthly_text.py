r"""The monthly list of an archive as plain text: entries as in the daily mail, without abstracts.

    \\
    Paper (*cross-listing*): cond-mat/9712129
    From: Who sent it in
    Date: Thu, 11 Dec 1997 20:47:36 GMT   (14kb)
    Date (revised v2): Sat, 30 May 1998 21:45:24 GMT   (16kb)

    Title: A title that may go on
      in an indented line
    Authors: One Name (An Institute), Another
    Categories: cond-mat.stat-mech math-ph
    \\

Such a list says neither of which archive it is nor when its papers were announced.
"""

import datetime
import re
from collections.abc import Iterable, Iterator

from papers.parsers.record import UNCLOSED, Data, Gathering, Reading, decode, labelled_record

NAME = "monthly"

_MARK = "\\\\"
_ID_LINE = re.compile(
    r"(?:arXiv|Paper) ?(\(\*cross-listing\*\))? ?: *([^\s()]*) *(\(\*cross-listing\*\))?", re.IGNORECASE
)
_RULER = re.compile(r"-{40,160}")
_REVISED = re.compile(r"Date \(revised v([1-9][0-9]{0,3})\):")
_BEGINNING = re.compile(
    r"^\\\\[ \t]*\n(?:arXiv|Paper) ?(?:\(\*cross-listing\*\) ?)?:.{1,60}\nFrom:", re.MULTILINE | re.IGNORECASE
)
_WITH_ABSTRACT = re.compile(r"^\\\\ \( ?http|^(?:Subject|To unsubscribe)\b", re.MULTILINE)


def detect(head: str) -> bool:
    """Say whether a text is such a list; a mail has heads, or addresses behind its abstracts."""
    return _BEGINNING.search(head) is not None and not _WITH_ABSTRACT.search(head)


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read a list; it says neither category nor date."""
    gathering = Gathering(Reading(NAME))
    text, not_utf8 = decode(data)
    if not_utf8:
        gathering.reading.problems.append(not_utf8)
    for position, (number, lines, closed) in enumerate(_entries(text.split("\n")), start=1):
        _take(gathering, position, number, lines)
        if not closed:
            gathering.report(UNCLOSED, line=number, text=lines[0], position=position)
    return gathering.finish(category, date)


def _entries(lines: Iterable[str]) -> Iterator[tuple[int, list[str], bool]]:
    """Yield each entry as the number of its first line, its lines, and whether its second mark was there."""
    start = 0
    entry: list[str] | None = None  # None between two entries
    for number, line in enumerate(map(str.rstrip, lines), start=1):
        begins = _ID_LINE.fullmatch(line) is not None
        ends = line == _MARK or _RULER.fullmatch(line) is not None
        if entry and (begins or ends):
            yield start, entry, line == _MARK
            entry = None
        elif ends:
            entry = [] if line == _MARK else None
        if begins:
            start, entry = number, [line]
        elif entry is not None and line and not ends:
            start = start if entry else number
            entry.append(line)
    if entry:
        yield start, entry, False


def _take(gathering: Gathering, position: int, number: int, lines: list[str]) -> None:
    found = _ID_LINE.fullmatch(lines[0])
    paper = gathering.paper(found[2] if found else "", line=number, text=lines[0], position=position)
    if found and paper:
        revisions = [int(revised[1]) for line in lines if (revised := _REVISED.match(line))]
        record, _ = labelled_record(position, paper, lines)
        record = record._replace(
            version=max(revisions, default=record.version),
            announce_type="cross" if found[1] or found[3] else None,
        )
        gathering.add(record, line=number, text=lines[0])
