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
import email
import email.errors
import email.policy
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.header import decode_header, make_header
from email.message import Message
from itertools import islice, pairwise

from core.categories import all_categories, archive_of, is_listing_name, looks_like_category
from papers.parsers.record import (
    UNCLOSED,
    Data,
    Gathering,
    Problem,
    Reading,
    Unreadable,
    clip,
    decode,
    fold_paragraphs,
    fold_space,
    labelled_record,
)

NAME = "mail"

_QUOTED = 60  # characters of a wrong value shown in a problem
_PASSED_ON = datetime.timedelta(days=7)  # a mail with a date so long after its papers was passed on by somebody
_MAIL_PARTS = 100  # a mail of more parts is none of arXiv's
_FIELD_BYTES = 20_000  # of one field of a head
_SHOWN_FIELD = 1_000  # characters of a subject that are looked at
_CHARSETS = ("iso-8859", "windows", "cp", "koi8", "gb", "big5", "euc", "shift", "iso-2022")  # not UTF-8

_BLANKS = {ord("\t"): "    "} | dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " ")
_BLANKS |= dict.fromkeys(map(ord, "\u200b\u2060\ufeff"), "")

_MARK = "\\\\"
_QUOTED_MARK = re.compile(r"([> ]{0,60})\\\\")
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

_SUBJECT = re.compile(r"(?<![\w.-])([a-z]+(?:-[a-z]+)?(?:\.[A-Za-z-]+)?) +daily\b")
_ADDRESS = re.compile(r"(?<!\w)To: *<?([a-z-]{1,20}(?:\.[a-z-]{1,20})?)@arxiv\.org", re.IGNORECASE)
_DATE = re.compile(
    r"(?:[A-Za-z]{3,9},? +)?[0-9]{1,2} +[A-Za-z]{3,9} +(?:[0-9]{4}|[0-9]{2})(?: +[0-9]{1,2}:[0-9]{2}.{0,40})?"
)
_RECEIVED = re.compile(r"received from {1,4}\S.{10,40}? {1,4}to {1,4}(\S.{10,40})")

_BEGINNING = re.compile(
    r"^[> \t\u00a0]{0,60}(?:"
    r"\\\\[ \t\u00a0]*\n(?:[> \t\u00a0]{0,60}\n)?[> \t\u00a0]{0,60}(?:arXiv ?:|Paper ?[:(])"
    r"|arXiv:\S{9,30}(?: \(\*cross-listing\*\))?[ \t\u00a0]*\n[> \t\u00a0]{0,60}(?:Date: |replaced with )"
    r"|To unsubscribe, e-mail To: \S{1,40}@arXiv\.org)",
    re.MULTILINE,
)
_HEADER = re.compile(r"[!-9;-~]+:|[ \t]|From ")
_ENCODED = re.compile(
    r"^Content-Transfer-Encoding:[ \t]*(?:base64|quoted-printable)|^Content-Type:\s*(?:multipart|message)/"
    r"|^Content-Type:.*charset=\"?(?!utf-8|us-ascii)[a-z]",
    re.IGNORECASE | re.MULTILINE,
)


def detect(head: str) -> bool:
    """Say whether a text is such a mail, or a saved mail that carries one encoded."""
    if _BEGINNING.search(head):
        return True
    if not _ENCODED.search(_header_block(head)):
        return False
    found = _mail_inside(head.encode())
    return found is not None and _BEGINNING.search(found[1]) is not None


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read a mail; `category` and `date` win over what it says, as an admin's correction does.

    Lines are counted in the file, and in the text inside when a saved mail carries that encoded.
    Raises Unreadable for a saved mail without a text.
    """
    mail = _Mail(Gathering(Reading(NAME)))
    text, problem = _opened(data, mail)
    if problem:
        mail.gathering.reading.problems.append(problem)
    lines = _plain_lines(text)
    for (number, line), (_, ahead) in pairwise([*lines, (0, "")]):
        if not mail.take(number, line, ahead):
            break
    return mail.finish(category, date)


# --- from the file to plain lines -------------------------------------------------------------------------


def _opened(data: Data, mail: "_Mail") -> tuple[str, Problem | None]:
    """Return the text to read; the head of a mail that is encoded is shown to `mail` at once."""
    text, problem = decode(data)
    if not _ENCODED.search(_header_block(text)):
        return text, problem
    found = _mail_inside(bytes(data))
    if found is None:
        raise Unreadable("This saved mail has no text that can be read. Paste the text of the mail instead.")
    for line in found[0]:
        mail.take_preamble(1, line)
    return found[1], None


def _header_block(text: str) -> str:
    """Return the lines up to the first empty one, when all are lines of a mail's head."""
    block, _, _ = text[:65536].lstrip("\n").partition("\n\n")
    return block if all(_HEADER.match(line) for line in block.split("\n")) else ""


def _mail_inside(raw: bytes) -> tuple[list[str], str] | None:
    """Return head and plain text of the announcement inside a saved mail, else of the first text in it.

    The standard library stumbles over some broken heads, in more ways than it documents, and takes a time for
    a field that grows with the square of its length, above all in its newer policy: such a mail is none.
    """
    if any(length > _FIELD_BYTES for length in _field_lengths(raw)):
        return None
    try:
        found = list(_plain_texts(email.message_from_bytes(raw, policy=email.policy.compat32)))
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError, email.errors.MessageError):
        return None
    return next((each for each in found if _BEGINNING.search(each[1])), found[0] if found else None)


def _field_lengths(raw: bytes) -> Iterator[int]:
    """Yield how long each line is, together with the indented lines before it: the longest field of any head."""
    length = 0
    for line in raw.splitlines():
        length = len(line) + (length if line[:1] in (b" ", b"\t") else 0)
        yield length


def _plain_texts(message: Message) -> Iterator[tuple[list[str], str]]:
    """Yield the plain texts of a mail, each with the head of the mail that it is part of."""
    head: list[str] = []
    for part in islice(message.walk(), _MAIL_PARTS):
        if part["subject"] or part["date"]:
            shown = [(label, str(part[label] or "")[:_SHOWN_FIELD]) for label in ("Date", "Subject", "To")]
            head = [f"{label}: {make_header(decode_header(value))}" for label, value in shown]
        content = part.get_payload(decode=True) if part.get_content_type() == "text/plain" else None
        if isinstance(content, bytes):
            charset = str(part.get_content_charset("utf-8"))
            if charset.startswith(_CHARSETS):
                content = content.decode(charset, errors="replace").encode()
            yield head, decode(content.replace(b"\0", b""))[0]


def _plain_lines(text: str) -> list[tuple[int, str]]:
    """Return the lines with their numbers, without the marks of a quotation and without empty lines.

    Empty lines say nothing in this format; abstracts have indented lines for paragraphs.
    """
    lines = [line.rstrip() for line in text.translate(_BLANKS).split("\n")]
    first = next((found for line in lines if (found := _QUOTED_MARK.fullmatch(line))), None)
    if first and first[1]:
        depth, indent = first[1].count(">"), len(first[1]) - len(first[1].rstrip(" "))
        quote = re.compile(rf"(?: ?>){{0,{depth}}} {{0,{indent}}}")
        lines = [line[found.end() :] if (found := quote.match(line)) else line for line in lines]
    return [(number, line) for number, line in enumerate(lines, start=1) if line]


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
class _Preamble:
    """What stands before the first entry."""

    dates: list[tuple[int, str]] = field(default_factory=list)
    subject: str | None = None
    archive: str | None = None
    names: list[str] | None = None
    received: str | None = None


@dataclass(slots=True)
class _Mail:
    """The state of reading one mail line by line."""

    gathering: Gathering
    preamble: _Preamble = field(default_factory=_Preamble)
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
            self.take_preamble(number, line)
        elif _RECEIVED.search(line):
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
            record = replace(record, abstract=abstract or None, announce_type=_announce_type(entry))
            self.gathering.add(record, line=entry.line, text=heading)

    def _stop(self, number: int) -> bool:
        note = f"Another mail begins at line {number} and was not read: upload it as a file of its own."
        self.gathering.reading.notes.append(note)
        return False

    # --- the head of the mail

    def take_preamble(self, number: int, line: str) -> None:
        """Take one line before the first entry; of a mail that was passed on, the innermost head counts."""
        seen = self.preamble
        if found := _RECEIVED.search(line):
            seen.received = found[1]
        elif seen.names is not None and not seen.received and not _RULER.fullmatch(line):
            seen.names.append(line.strip())
        label, _, value = line.partition(":")
        match label.lower():
            case "date":
                seen.dates.append((number, value.strip()))
            case "subject":
                subject = _SUBJECT.search(fold_space(value))
                seen.subject = subject[1] if subject else seen.subject
            case " submissions to" | "submissions to":
                seen.names = []
        if (found := _ADDRESS.search(line)) and is_listing_name(found[1].lower()):
            seen.archive = found[1].lower()

    def finish(self, category: str | None, date: datetime.date | None) -> Reading:
        """Close the last entry and return what was read."""
        self._close()
        reading = self.gathering.reading
        reading.category = category or self._category()
        reading.date = date or self._date()
        if self.incomplete:
            reading.notes.append(f"Entries that do not name all their authors: {self.incomplete}.")
        return self.gathering.finish(category, date)

    def _category(self) -> str | None:
        seen = self.preamble
        if seen.subject:
            return seen.subject if looks_like_category(seen.subject) else None
        if seen.archive and seen.names and len(seen.names) == 1:
            return _category_named(seen.names[0], seen.archive)
        return seen.archive

    def _date(self) -> datetime.date | None:
        """Return the date of the mail: as it says, or the day after the last paper came in."""
        seen = self.preamble
        said = [day for _, text in seen.dates if (day := _day(text))]
        last = _day(seen.received) if seen.received else None
        if said and not (last and said[-1] - last > _PASSED_ON):
            return said[-1]
        if seen.dates and not said:
            number, text = seen.dates[-1]
            self.gathering.report(f"unreadable date: ‹{clip(text, _QUOTED)}›", line=number, text=f"Date: {text}")
            last = None
        if last:
            self.gathering.reading.notes.append(
                "The mail does not say when arXiv sent it: we took the first working day after its last paper was "
                "received. Please check the date."
            )
        return _next_working_day(last) if last else None


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


def _category_named(name: str, archive: str) -> str:
    """Return the category of an archive by its name; the archive when it has none of that name."""
    named = (code for code, title in all_categories().items() if title == name and archive_of(code) == archive)
    return next(named, archive)


def _day(said: str) -> datetime.date | None:
    """Return the day of a mail's date in UTC, in which arXiv dates its mails."""
    if not _DATE.fullmatch(said):
        return None
    try:
        moment = email.utils.parsedate_to_datetime(said)
        return (moment.astimezone(datetime.UTC) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return None


def _next_working_day(day: datetime.date) -> datetime.date:
    """Return the next day from Monday to Friday: on those arXiv sends its mails, soon after midnight UTC."""
    return day + datetime.timedelta(days=(1, 1, 1, 1, 3, 2, 1)[day.weekday()])
