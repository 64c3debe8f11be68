"""XML that strangers send, read one entry at a time: no DTDs, no entities, no network, and damage stays local.

Elements go by their local names, since old answers of arXiv declare their namespaces differently.
"""

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, pairwise, starmap
from types import MappingProxyType
from typing import NamedTuple

from lxml import etree

from core import limits
from core.scanning import end_of_turns, holds_any, pieces_of

_REPAIRS = 50  # damaged entries after which the rest is not looked at: each costs a new start
_QUOTED = 400  # bytes of a damaged entry
_HEAD_BYTES = 64 * 1024  # what stands before the first entry is read again after each damaged one

_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?([\w.-]{1,40})(?=[\s/>])")
_PREFIX = re.compile(rb"<[\w.-]{1,40}:\Z")
_PREFIX_BYTES = 42
_DOCTYPE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
_HTML = re.compile(r"<!DOCTYPE\s+html\b", re.IGNORECASE)
# Encodings of one byte a character that contain ASCII, and those of East Asia.
_DECLARED = re.compile(
    rb"""<\?xml[^>]{1,100}encoding=["']((?:iso-8859|windows|koi8|gb|big5|shift|euc)[\w-]{0,20})["']""", re.I
)
_DECLARATION_BYTES = 400
_IN_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ILLEGAL_BYTES = bytes([*range(9), 11, 12, *range(14, 32)])
_NO_CHARACTER = b"\xef\xbf"  # how U+FFFE and U+FFFF begin, and few others
_CONTROL = re.compile(f"{_ILLEGAL.pattern}|[\x7f-\x84\x86-\x9f]")  # XML allows these, no listing means them
_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)(?:#([0-9]{1,7}|x[0-9a-fA-F]{1,6});)?")


class BrokenXml(Exception):
    """The document cannot be read at all; the message says so to a person."""


class XmlElement(NamedTuple):
    """An element that was read whole. `position` counts entries from 1 and is None for one around them.

    `parts` maps the local names of an entry's children to the children of that name, in order; `texts` to the text
    of the first of them.
    """

    line: int
    position: int | None
    element: etree._Element
    parts: Mapping[str, list[etree._Element]] = MappingProxyType({})
    texts: Mapping[str, str] = MappingProxyType({})

    @property
    def name(self) -> str:
        return local_name(self.element)

    def children(self, name: str) -> list[etree._Element]:
        """Return an entry's children of a name, in order."""
        return self.parts.get(name, [])


@dataclass(frozen=True, slots=True)
class DamagedEntry:
    """An entry that is not well-formed or ends early; `position` is None when the document's end is missing."""

    line: int
    position: int | None
    text: str


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return _local(str(element.tag))


@lru_cache(maxsize=512)  # a document has few names, unless it was made to hurt
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def text_of(element: etree._Element) -> str:
    """Return all text in an element."""
    return (element.text or "") if len(element) == 0 else "".join(element.itertext())


def as_utf8(data: bytes) -> bytes:
    """Return a document in UTF-8 when it declares another encoding and is in that one."""
    found = _DECLARED.search(data[:_DECLARATION_BYTES])
    try:
        data.decode()
    except UnicodeDecodeError:
        with suppress(LookupError, UnicodeDecodeError):
            return data.decode(found[1].decode()).encode() if found else data
    return data


def root_name(head: str) -> str:
    """Return the local name of the element a text begins with; empty when it is not XML. HTML is none."""
    rest = _without_prolog(head)
    if _HTML.match(rest):
        return "html"
    found = _ROOT.search(rest) if _DOCTYPE.match(rest) else _ROOT.match(rest)
    return found[1] if found else ""


def xml_elements(
    text: str, *, entry: str, around: Collection[str] = (), inside: Collection[str] = ()
) -> Iterator[XmlElement | DamagedEntry]:
    """Yield the elements named `around` whose parent is in `inside`, and then a document's entries in order.

    The former are looked for before the first entry and after the last. A damaged entry is yielded as such and
    reading goes on with the next one. Raises BrokenXml when there is a DTD, when there are too many entries, or when
    nothing at all can be read.
    """
    if _DOCTYPE.match(_without_prolog(text)):
        raise BrokenXml("The XML file has a DOCTYPE, which we do not read for safety. Remove it and try again.")
    document = _Document(_mended(text), entry)
    if len(document.starts) > limits.UPLOAD_ENTRIES:
        raise BrokenXml(f"A listing may have {limits.UPLOAD_ENTRIES:,} entries; this one has more. Split the file.")
    yield from document.elements(around, inside)


def _without_prolog(text: str) -> str:
    """Return the text from its doctype or first element on."""
    return text[end_of_turns(_IN_PROLOG, text) :]


def _mended(text: str) -> bytes:
    """Return a document in UTF-8 without what no XML may hold, so that a stray `&` or control character spoils nothing.

    An entity that only HTML knows becomes its own source text, which whoever reads HTML decodes later.
    """
    source = _legal(text)
    if b"<![CDATA[" not in source:
        return _AMPERSAND.sub(_reference, source)
    first, *sections = source.split(b"<![CDATA[")
    parts = [_AMPERSAND.sub(_reference, first)]
    for section in sections:
        inside, closing, after = section.partition(b"]]>")
        kept = inside if closing else _AMPERSAND.sub(_reference, inside)
        parts += [b"<![CDATA[", kept, closing, _AMPERSAND.sub(_reference, after)]
    return b"".join(parts)


def _legal(text: str) -> bytes:
    """Return a text in UTF-8, with blanks for characters that no XML may hold: most have none, as their bytes tell."""
    with suppress(UnicodeEncodeError):  # half of a surrogate pair
        source = text.encode()
        if not holds_any(source, _ILLEGAL_BYTES) and (text.isascii() or _NO_CHARACTER not in source):
            return source
    return _ILLEGAL.sub(" ", text).encode()


def _reference(found: re.Match[bytes]) -> bytes:
    digits = found[1]
    if not digits:
        return b"&amp;"
    code = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    legal = code <= sys.maxunicode and code and not _CONTROL.match(chr(code))
    return found[0] if legal else b" "


def _starts_of(entry: bytes, source: bytes) -> Iterator[int]:
    """Yield where the tags of entries begin, with a prefix or without."""
    # A search for a plain word is many times faster than one for a pattern; what stands before it is looked at then.
    named = re.compile(rb"%b(?<=[<:]%b)(?=[\s/>])" % (re.escape(entry), re.escape(entry)))
    for found in named.finditer(source):
        at = found.start()
        if source[at - 1 : at] == b"<":
            yield at - 1
        elif prefix := _PREFIX.search(source, max(at - _PREFIX_BYTES, 0), at):
            yield prefix.start()


class _Document:
    """A document's bytes, and how far its entries have been read."""

    def __init__(self, source: bytes, entry: str) -> None:
        self.source = source
        self.entry = entry
        self.starts = list(_starts_of(entry.encode(), source))
        self.lines = self._lines_of(self.starts)
        self.head = source[: self.starts[0]] if self.starts else source
        self.done = 0
        self.outer: etree._Element | None = None  # the last that held an entry and is itself in none

    def _lines_of(self, offsets: list[int]) -> list[int]:
        ends = starmap(partial(self.source.count, b"\n"), pairwise([0, *offsets]))
        return list(accumulate(ends, initial=1))[1:]

    def elements(self, around: Collection[str], inside: Collection[str]) -> Iterator[XmlElement | DamagedEntry]:
        anything = False
        for found in self._around(around, inside):
            anything = True
            yield found
        for _ in range(_REPAIRS if len(self.head) <= _HEAD_BYTES else 1):
            try:
                for found in self._parsed():
                    anything = True
                    yield found
            except etree.XMLSyntaxError:
                yield self._damaged()
                if self.done >= len(self.starts):
                    break
            else:
                return
        if not anything and not self.starts:
            raise BrokenXml("The file is not well-formed XML, and nothing in it could be read.")
        while self.done < len(self.starts):
            yield self._damaged()

    def _around(self, names: Collection[str], inside: Collection[str]) -> Iterator[XmlElement]:
        """Yield from what is left when all entries but the last are taken out.

        If that is not well-formed (a comment may speak of an entry), from the document up to its first damage, when
        there is more in it.
        """
        if not names:
            return
        left_out = self.lines[-1] - self.lines[0] if self.lines else 0
        tail = self.source[self.starts[-1] :] if self.starts else b""
        found, is_whole = _named(names, inside, ((self.head, 0), (tail, left_out)))
        if not is_whole and self.starts:
            found = max(found, _named(names, inside, ((self.source, 0),))[0], key=len)
        yield from (XmlElement(line, None, one) for line, one in found if not self._is_within_entry(one.getparent()))
        if found:
            _free(found[0][1].getroottree().getroot())

    def _damaged(self) -> DamagedEntry:
        """Give up the entry at hand; without one, it is the document's end that is missing."""
        if self.done >= len(self.starts):
            last = self.source.rstrip()
            quoted = last[last.rfind(b"\n") + 1 :][:_QUOTED]
            return DamagedEntry(last.count(b"\n") + 1, None, quoted.decode("utf-8", "replace"))
        start = self.starts[self.done]
        self.done += 1
        quoted = self.source[start : start + _QUOTED]
        return DamagedEntry(self.lines[self.done - 1], self.done, quoted.decode("utf-8", "replace"))

    def _parsed(self) -> Iterator[XmlElement]:
        """Yield from the entry at hand on, after the head; raises XMLSyntaxError at the first damage."""
        parser = _parser((self.entry,))
        start = self.starts[self.done] if self.starts else len(self.head)
        try:
            parser.feed(self.head)
            for piece in pieces_of(self.source, start):
                parser.feed(piece)
                yield from self._taken(parser)
            parser.close()
            yield from self._taken(parser)
        except etree.XMLSyntaxError:
            yield from self._taken(parser)  # what was whole before the damage
            raise

    def _taken(self, parser: etree.XMLPullParser) -> Iterator[XmlElement]:
        for _, element in parser.read_events():
            outer = element.getparent()
            if outer is not self.outer:
                if self._is_within_entry(outer):
                    continue
                self.outer = outer
            self.done += 1
            line = self.lines[min(self.done, len(self.lines)) - 1] if self.lines else 1
            yield XmlElement(line, self.done, element, *_parts_of(element))
            _forget(element)

    def _is_within_entry(self, outer: etree._Element | None) -> bool:
        while outer is not None:
            if _local(outer.tag) == self.entry:
                return True
            outer = outer.getparent()
        return False


def _named(
    names: Collection[str], inside: Collection[str], parts: Iterable[tuple[bytes, int]]
) -> tuple[list[tuple[int, etree._Element]], bool]:
    """Return the elements of these names whose parent is in `inside`, with their lines, and whether all is well-formed.

    The document comes in parts, each with the number of lines that are left out before it.
    """
    parser = _parser(names)
    found: list[tuple[int, etree._Element]] = []
    with suppress(etree.XMLSyntaxError):
        for part, left_out in parts:
            try:
                for piece in pieces_of(part):
                    parser.feed(piece)
            finally:
                for _, element in parser.read_events():
                    outer = element.getparent()
                    if outer is not None and local_name(outer) in inside:
                        found.append(((element.sourceline or 1) + left_out, element))
        root = parser.close()
        if not found:
            _free(root)
        return found, True
    return found, False


def _free(root: etree._Element) -> None:
    """Empty a tree that nobody needs: its parser and it hold each other, and would be there for a while."""
    root.clear()


def _parts_of(element: etree._Element) -> tuple[dict[str, list[etree._Element]], dict[str, str]]:
    parts: dict[str, list[etree._Element]] = {}
    texts: dict[str, str] = {}
    for child in element:
        name = _local(child.tag)
        if name in parts:
            parts[name].append(child)
        else:
            parts[name] = [child]
            texts[name] = text_of(child) if len(child) else child.text or ""
    return parts, texts


def _parser(names: Collection[str]) -> etree.XMLPullParser:
    """Return a parser that tells of each end of an element of these names, whatever its namespace."""
    return etree.XMLPullParser(
        events=("end",),
        tag=tuple(f"{{*}}{name}" for name in names),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _forget(element: etree._Element) -> None:
    """Free an entry and what stands before it."""
    element.clear()
    while (before := element.getprevious()) is not None:
        element.getparent().remove(before)
