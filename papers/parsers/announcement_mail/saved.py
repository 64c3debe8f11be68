"""From a file to the plain lines of the announcement in it: saved mails may carry it encoded, pasted ones quoted."""

import email
import email.errors
import email.policy
import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from itertools import islice

from papers.parsers.record import Data, Problem, Unreadable, decode

_MAIL_PARTS = 100  # a mail of more parts is none of arXiv's
_FIELD_BYTES = 20_000  # of one field of a head
_SHOWN_FIELD = 1_000  # characters of a subject that are looked at
_CHARSETS = ("iso-8859", "windows", "cp", "koi8", "gb", "big5", "euc", "shift", "iso-2022")  # not UTF-8

_BLANKS = {ord("\t"): "    "} | dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " ")
_BLANKS |= dict.fromkeys(map(ord, "\u200b\u2060\ufeff"), "")

_QUOTED_MARK = re.compile(r"([> ]{0,60})\\\\")
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


def begins(head: str) -> bool:
    """Say whether a text is an announcement, or a saved mail that carries one encoded."""
    if _BEGINNING.search(head):
        return True
    if not _ENCODED.search(_header_block(head)):
        return False
    found = _mail_inside(head.encode())
    return found is not None and _BEGINNING.search(found[1]) is not None


def opened(data: Data) -> tuple[list[str], str, Problem | None]:
    """Return the head of a mail whose text is encoded (empty for any other), and the text to read.

    Raises Unreadable for a saved mail without a text.
    """
    text, problem = decode(data)
    if not _ENCODED.search(_header_block(text)):
        return [], text, problem
    found = _mail_inside(bytes(data))
    if found is None:
        raise Unreadable("This saved mail has no text that can be read. Paste the text of the mail instead.")
    return *found, None


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


def plain_lines(text: str) -> list[tuple[int, str]]:
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
