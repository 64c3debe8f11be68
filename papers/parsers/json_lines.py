"""Papers as JSON: one object a line, or an array of the same.

Three layouts, told by the keys of each object:

    {"id": "2503.14603", "title": …, "authors": [names], "categories": [codes], "summary": …, "listed": "2025-03-20"}
    {"id": "0704.0001", "authors": "TeX", "authors_parsed": [[family, given, suffix]], "versions": [{"version": "v1"}]}
    {"title": "A title. (arXiv:2301.00006v2 [cs.HC] UPDATED)", "abstract": …, "link": "http://arxiv.org/abs/2301.00006"}

The second is how arXiv's metadata are distributed, in a file of some gigabytes; so nothing is held but a window.
"""

import datetime
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from core import limits
from core.categories import looks_like_category, paper_categories
from core.feed_marks import split_prefix, split_suffix
from core.ids import ArxivId, find_arxiv_ids, find_doi, parse_arxiv_id
from core.json_reading import FoundObject, lines_of, objects_in, text_in, texts_in
from core.names import are_plain, decode_tex_accents, split_authors
from papers.parsers.record import (
    UNCLOSED,
    Data,
    Gathering,
    Reading,
    Record,
    Unreadable,
    clip,
    decode,
    fold_paragraphs,
    fold_space,
    html_to_text,
    sensible,
)

NAME = "json-lines"

_QUOTED = 60  # characters of a wrong value shown in a problem
_SHOWN_IDS = 5  # in a note
_LOOKED_AT = 20  # lines or objects that may tell the format; the first may be damaged
_WINDOW = limits.UPLOAD_ENTRIES  # entries among which repeated ids are merged

_ADDRESSES = ("abs", "link", "url", "entry_id", "pdf")
_NAMING = frozenset({"id", "arxiv_id", *_ADDRESSES})
_OF_METADATA = frozenset({"id", "arxiv_id", "authors_parsed"})
_SAID = frozenset({"title", "abstract", "summary"})
_KEY = re.compile(r'"([\w-]{1,30})"\s*:')
_PARAGRAPH_TAGS = re.compile(r"\A\s*<p>|</p>\s*\Z", re.IGNORECASE)
_BETWEEN_CODES = re.compile(r"[\s,;]+")
_TOUCHING_INITIALS = re.compile(r"(?<=\.) (?=-\w)")


def detect(head: str) -> bool:
    """Say whether a text holds such objects: a title or an abstract, and an id or an address."""
    head = head.removeprefix("\ufeff").lstrip()
    if not head.startswith(("{", "[")):
        return False
    found = list(islice(objects_in(head), _LOOKED_AT))
    keys = [set(each.value) for each in found if each.value is not None]
    if not keys or found[0].value is None:  # the first object may be longer than what we look at
        keys.append(set(_KEY.findall(head)))
    return any(_tells(each) for each in keys)


def _tells(keys: Set[str]) -> bool:
    return bool(keys & _NAMING and keys & _SAID)


def read(data: Data, *, category: str | None = None, date: datetime.date | None = None) -> Reading:
    """Read the objects while the records are drawn; `category` and `date` win, as an admin's correction does.

    Repeated ids are merged unless more than 20,000 other entries stand between them.
    """
    reading = Reading(NAME, category, date)
    reading.records = _Objects(Gathering(reading), keep_days=date is None).drawn(data)
    return reading


def _is_one_a_line(data: Data) -> bool:
    """Say whether lines are objects: not so in an array, and not when each object spans several lines."""
    lines = [line.decode("utf-8-sig", "replace") for _, line in islice(lines_of(data), _LOOKED_AT) if line]
    if lines and lines[0].startswith("["):
        return False
    found = (next(objects_in(line), None) for line in lines)
    return any(each is not None and each.value is not None and _tells(each.value.keys()) for each in found)


@dataclass(slots=True)
class _Objects:
    """The state of reading one file object by object."""

    gathering: Gathering
    keep_days: bool
    position: int = 0
    left: int = 0
    days: set[str | None] = field(default_factory=set)
    incomplete: list[str] = field(default_factory=list)

    def drawn(self, data: Data) -> Iterator[Record]:
        reading = self.gathering.reading
        for found in self._found(data):
            self._take(found)
            if len(reading.problems) > limits.UPLOAD_ENTRIES:
                reading.notes.append(f"Reading stopped at line {found.line:,}: too much could not be read.")
                break
            if len(self.gathering.records) >= 2 * _WINDOW:
                yield from self._oldest()
        yield from self.gathering.records.values()
        self._conclude()

    def _oldest(self) -> Iterator[Record]:
        records = self.gathering.records
        for key in list(islice(records, _WINDOW)):
            self.left += 1
            yield records.pop(key)

    def _found(self, data: Data) -> Iterator[FoundObject]:
        if _is_one_a_line(data):
            return self._found_in_lines(data)
        if len(data) > limits.UPLOAD_BYTES:
            raise Unreadable(
                f"A file of JSON of more than {limits.UPLOAD_BYTES // 1024**2} MB must have one object a line."
            )
        text, problem = decode(data)
        if problem:
            self.gathering.reading.problems.append(problem)
        return objects_in(text)

    def _found_in_lines(self, data: Data) -> Iterator[FoundObject]:
        as_utf8 = True
        for number, line in lines_of(data):
            if line is None:
                yield FoundObject(number, "", None, "longer than any paper's")
                continue
            text, problem = decode(line)
            if problem and as_utf8:
                self.gathering.reading.problems.append(replace(problem, line=number))
                as_utf8 = False
            yield from objects_in(text, line=number, array=False)

    def _take(self, found: FoundObject) -> None:
        self.position += 1
        if found.value is None:
            reason = UNCLOSED if found.cut else f"line is not valid JSON: ‹{found.message}›"
            self.gathering.report(reason, line=found.line, text=found.text, position=self.position)
            return
        is_item = "link" in found.value and found.value.keys().isdisjoint(_OF_METADATA)
        paper = None if is_item else parse_arxiv_id(text_in(found.value.get("id")))
        if not paper:
            said = _item_id(found.value) if is_item else _paper_id(found.value)
            paper = self.gathering.paper(said, line=found.line, text=found.text, position=self.position)
        if not paper:
            return
        authors, notes = _authors(found.value)
        if notes:
            self.incomplete.append(paper.identity)
        day = self._day(found)
        self.days.add(day)
        known = _Known(self.position, paper, authors, day)
        record = (_item if is_item else _metadata)(found.value, known)
        self.gathering.add(record, line=found.line, text=found.text)

    def _day(self, found: FoundObject) -> str | None:
        said = text_in((found.value or {}).get("listed")).strip()
        if not said or not self.keep_days:
            return None
        try:
            day = sensible(datetime.date.fromisoformat(said[:10]))
        except ValueError:
            day = None
        if not day:
            reason = f"unreadable date: ‹{clip(fold_space(said), _QUOTED)}›"
            self.gathering.report(reason, line=found.line, text=found.text, position=self.position)
        return day.isoformat() if day else None

    def _conclude(self) -> None:
        reading = self.gathering.reading
        if repeats := reading.entries - self.left - len(self.gathering.records):
            reading.notes.append(f"{repeats} repeated {'entry' if repeats == 1 else 'entries'} merged")
        if self.incomplete:
            more = ", …" if len(self.incomplete) > _SHOWN_IDS else ""
            shown = ", ".join(self.incomplete[:_SHOWN_IDS]) + more
            reading.notes.append(f"Not all authors are named in {len(self.incomplete)} of the entries: {shown}.")
        days = sorted(day for day in self.days if day)
        if len(days) > 1:
            reading.notes.append(f"The entries were announced on {len(days)} days, from {days[0]} to {days[-1]}.")
        elif days and None not in self.days:
            reading.date = datetime.date.fromisoformat(days[0])
            reading.show("date", f'"listed": "{days[0]}"')


# --- from objects to records ------------------------------------------------------------------------------


class _Known(NamedTuple):
    """What is known of an object before its layout matters."""

    position: int
    paper: ArxivId
    authors: tuple[str, ...]
    day: str | None


def _item(value: dict[str, object], known: _Known) -> Record:
    """Return what an item of a feed says."""
    title, suffix = split_suffix(text_in(value.get("title")))
    abstract, prefix = split_prefix(_abstract(value))
    mark = prefix or suffix
    primary = suffix.primary_category or "" if suffix else ""
    categories = _categories(value) or (primary,) * looks_like_category(primary)
    return Record(
        known.position,
        known.paper.identity,
        known.paper.version,
        title=fold_space(title),
        abstract=html_to_text(_PARAGRAPH_TAGS.sub("", abstract)) or None,
        authors=known.authors,
        primary_category=next(iter(categories), None),
        categories=categories,
        announce_type=mark.announce_type if mark else None,
        announced_on=known.day,
    )


def _item_id(value: dict[str, object]) -> str:
    prefix = split_prefix(_abstract(value))[1]
    suffix = split_suffix(text_in(value.get("title")))[1]
    said = [mark.paper for mark in (prefix, suffix) if mark]
    valid = next(filter(parse_arxiv_id, said), "")
    return valid or _address_id(value) or next(iter(said), "")


def _metadata(value: dict[str, object], known: _Known) -> Record:
    """Return what an object of metadata says."""
    categories = _categories(value)
    doi = value.get("doi")
    return Record(
        known.position,
        known.paper.identity,
        _last_version(value.get("versions")) or known.paper.version,
        title=_line(value, "title") or "",
        abstract=fold_paragraphs(_abstract(value)) or None,
        authors=known.authors,
        primary_category=categories[0] if categories else None,
        categories=categories,
        comments=_line(value, "comments", "comment"),
        journal_ref=_line(value, "journal-ref", "journal_ref"),
        doi=find_doi(text_in(doi)) if doi else None,
        license=_line(value, "license"),
        announced_on=known.day,
    )


def _line(value: dict[str, object], *keys: str) -> str | None:
    """Return the first text that is not empty under these keys, on one line; None when there is none."""
    for key in keys:
        said = value.get(key)
        if said and (text := text_in(said)):
            return fold_space(text) or None
    return None


def _paper_id(value: dict[str, object]) -> str:
    """Return what names a paper whose `id` is not simply an id of arXiv."""
    said = text_in(value.get("id")) or text_in(value.get("arxiv_id"))
    return said if parse_arxiv_id(said) else _id_in(said) or _address_id(value) or said


def _abstract(value: dict[str, object]) -> str:
    return text_in(value.get("abstract")) or text_in(value.get("summary"))


def _id_in(text: str) -> str:
    found: ArxivId | None = next(find_arxiv_ids(text), None)
    return str(found) if found else ""


def _address_id(value: dict[str, object]) -> str:
    return next(filter(None, (_id_in(text_in(value.get(key))) for key in _ADDRESSES)), "")


def _categories(value: dict[str, object]) -> tuple[str, ...]:
    """Return arXiv's categories; classes of MSC and ACM stand among them and are none."""
    codes = (code for text in texts_in(value.get("categories")) for code in _BETWEEN_CODES.split(text))
    return paper_categories(codes)


def _last_version(versions: object) -> int | None:
    last = versions[-1] if isinstance(versions, list) and versions else None
    said = text_in(last.get("version")) if isinstance(last, dict) else ""
    found = re.fullmatch(r"v?([1-9][0-9]{0,3})", said.strip())
    return int(found[1]) if found else None


def _authors(value: dict[str, object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the authors in order and the notes on those that are missing."""
    parsed, said = value.get("authors_parsed"), value.get("authors")
    names = [_parsed_name(each) for each in parsed if isinstance(each, list)] if isinstance(parsed, list) else []
    if not any(names) and isinstance(said, str):
        return split_authors(text_in(said))
    if not any(names) and isinstance(said, list):
        names = said if are_plain(said) else _listed_names(said)
    named = names if names is said else [decode_tex_accents(name) for name in names if name]
    if len(named) > limits.AUTHORS:
        return tuple(named[: limits.AUTHORS]), (f"{len(named) - limits.AUTHORS} authors left out",)
    return tuple(named), ()


def _listed_names(said: list[object]) -> list[str]:
    """Return the names as they are listed: also the colon that some lists have behind a collaboration."""
    texts = (text_in(each.get("name") if isinstance(each, dict) else each) for each in said)
    return [text if text.isprintable() else fold_space(text) for text in texts]


def _parsed_name(parts: list[object]) -> str:
    """Turn [family, given, suffix, affiliations…]; the snapshot tears "C.-P." into "C. -P."."""
    family, given, suffix = [fold_space(text_in(part)) for part in (*parts[:3], "", "", "")][:3]
    return " ".join(filter(None, (_TOUCHING_INITIALS.sub("", given), family, suffix)))
