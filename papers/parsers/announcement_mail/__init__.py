r"""The mail in which arXiv announces the papers of a day, as sent, saved or pasted.

    Date: Fri, 17 Mar 23 00:31:14 GMT
    Subject: q-fin daily 13 new +  crosses received
    \\
    arXiv:2303.09406 (*cross-listing*)
    Date: Tue, 7 Mar 2023 17:24:04 GMT   (12840kb,D)

    Title: A title that may go on
      in an indented line
    Authors: One Name and Another
    Categories: q-fin.ST cs.LG
    \\
      Its abstract, which a replacement lacks.
    \\ ( https://arxiv.org/abs/2303.09406 ,  12840kb)

Rulers stand between the sections. A pasted mail may be quoted or indented, may have empty lines between all
lines, and may lack its head, its rulers and the blanks at the beginning of a line.
"""

import datetime
import re
from dataclasses import dataclass, field
from itertools import pairwise

from papers.parsers.announcement_mail.preamble import Preamble, is_received_line
from papers.parsers.announcement_mail.saved import begins, opened, plain_lines
from papers.parsers.record import UNCLOSED, Data, Gathering, Reading, fold_paragraphs, labelled_record

NAME = "mail"

_QUOTED = 60  # characters of a wrong value shown in a problem
_MARK = "\\\\"
_CLOSING = re.compile(r"\\\\ *\( *(?:https?:|arxiv|$)", re.IGNORECASE)
_ID_LINE = re.compile(
    r"(?:arXiv ?:|Paper ?(?:\(\*cross-listing\*\))? ?:) *([^\s()]*) *(?:\(\*?[a-z -]*\*?\))?", re.IGNORECASE
)
_CROSS = "(*cross-listing*)"
_REPLACED = "replaced with"
_AFTER_ID = re.compile(r"(?:Date|From|Title)\b.{0,40}:|replaced with ", re.IGNORECASE)
_SECTIONS = (
    (re.compile(r"(?:%%%---){3,40}[%-]{0,12}"), "end"),
    (re.compile(r"(?:%%--){4,40}[%-]{0,12}"), "replace"),
    (re.compile(r"(?:%-){10,80}%?"), "cross"),
)
_RULER = re.compile(r"-{40,160}")


def detect(head: str) -> bool:
    """Say whether a text is such a mail, or a saved mail that carries one encoded."""
    return begins(head)


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read a mail; `category` and `date` win over what it says, as an admin's correction does.

    Lines are counted in the file, and in the text inside when a saved mail carries that encoded.
    Raises Unreadable for a saved mail without a text.
    """
    mail = _Mail(Gathering(Reading(NAME)))
    head, text, problem = opened(data)
    for line in head:
        mail.preamble.take(1, line)
    if problem:
        mail.gathering.reading.problems.append(problem)
    lines = plain_lines(text)
    for (number, line), (_, ahead) in pairwise([*lines, (0, "")]):
        if not mail.take(number, line, ahead):
            break
    return mail.finish(category, date)


# --- from lines to records --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Entry:
    """An entry while its lines are gathered: `abstract` is None before the second mark."""

    position: int
    section: str
    line: int = 0
    head: list[str] = field(default_factory=list)
    abstract: list[str] | None = None


@dataclass(slots=True)
class _Mail:
    """The state of reading one mail line by line."""

    gathering: Gathering
    preamble: Preamble = field(default_factory=Preamble)
    section: str = "new"
    entry: _Entry | None = None
    position: int = 0
    incomplete: int = 0  # entries that do not name all their authors

    def take(self, number: int, line: str, ahead: str) -> bool:
        """Take one line, knowing the next; False when another mail begins and reading has to stop."""
        if section := _section(line):
            self._close()
            self.section = section
        elif self._begins(line, ahead):
            self._close()
            if self.section == "end":
                return self._stop(number)
            self._open(number, line)
        elif self.entry:
            self._take_inside(self.entry, number, line, ahead)
        elif not self.position:
            self.preamble.take(number, line)
        elif is_received_line(line):
            return self._stop(number)
        return True

    def _begins(self, line: str, ahead: str) -> bool:
        if line == _MARK:
            if _ID_LINE.fullmatch(ahead):
                return True
            return self.entry is None and _AFTER_ID.match(ahead) is not None
        just_opened = self.entry is not None and not self.entry.head
        return not just_opened and _ID_LINE.fullmatch(line) is not None and _AFTER_ID.match(ahead) is not None

    def _open(self, number: int, line: str) -> None:
        self.position += 1
        self.entry = _Entry(self.position, self.section)
        if line != _MARK:
            self._take_inside(self.entry, number, line, "")

    def _take_inside(self, entry: _Entry, number: int, line: str, ahead: str) -> None:
        if _CLOSING.match(line):
            self._close(complete=True)
        elif line == _MARK and entry.abstract is None:
            entry.abstract = []
        elif line == _MARK and (not ahead or _is_ruler(ahead)):
            self._close(complete=True)
        elif _RULER.fullmatch(line) and (not ahead or ahead == _MARK or _is_ruler(ahead)):
            self._close()
        elif entry.abstract is not None:
            entry.abstract.append(line)
        else:
            entry.line = entry.line or number
            entry.head.append(line)

    def _close(self, *, complete: bool = False) -> None:
        """Close the entry; one that has its second mark and no abstract is complete too."""
        entry, self.entry = self.entry, None
        if not entry or not entry.head:
            return
        heading = entry.head[0]
        if not complete and entry.abstract != []:
            self.gathering.report(UNCLOSED, line=entry.line, text=heading, position=entry.position)
        found = _ID_LINE.fullmatch(heading)
        said = found[1] if found else ""
        paper = self.gathering.paper(said, line=entry.line, text=heading, position=entry.position)
        if paper:
            record, notes = labelled_record(entry.position, paper, entry.head)
            self.incomplete += bool(notes)
            abstract = fold_paragraphs("\n".join(entry.abstract or ()))
            record = record._replace(abstract=abstract or None, announce_type=_announce_type(entry))
            self.gathering.add(record, line=entry.line, text=heading)

    def _stop(self, number: int) -> bool:
        note = f"Another mail begins at line {number} and was not read: upload it as a file of its own."
        self.gathering.reading.notes.append(note)
        return False

    def finish(self, category: str | None, date: datetime.date | None) -> Reading:
        """Close the last entry and return what was read."""
        self._close()
        reading = self.gathering.reading
        self.preamble.tell(reading)
        if self.incomplete:
            reading.notes.append(f"Entries that do not name all their authors: {self.incomplete}.")
        return self.gathering.finish(category, date)


def _section(line: str) -> str | None:
    """Return the section that begins behind this ruler, None when it is none."""
    return next((name for ruler, name in _SECTIONS if ruler.fullmatch(line)), None) if line[:1] == "%" else None


def _is_ruler(line: str) -> bool:
    return _RULER.fullmatch(line) is not None or _section(line) is not None


def _announce_type(entry: _Entry) -> str:
    crossed = _CROSS in entry.head[0].lower()
    if entry.section == "replace" or any(line.lower().startswith(_REPLACED) for line in entry.head[1:3]):
        return "replace-cross" if crossed else "replace"
    return "cross" if crossed or entry.section == "cross" else "new"
