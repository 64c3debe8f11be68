"""JSON that strangers send, read one object at a time: damage stays local, and so does its cost.

Numbers come as they are written: as a number, the id 2503.14600 would lose its last digits.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from mmap import mmap
from typing import NamedTuple

LINE_BYTES = 8 * 1024 * 1024  # a paper of 5,000 authors has less than one

_PART_BYTES = 4 * LINE_BYTES  # between line feeds, in which single carriage returns are looked for
_QUOTED = 400  # characters of an object
_EFFORT = 8  # how often the length of a text may be looked at again because of damage
_DEEP = 20_000  # what a look at something nested too deeply costs, in characters

_OLD_END = re.compile(rb"\r")
_ARRAY = re.compile(r"\s*\[")
_BETWEEN = re.compile(r"[\s,]*")
_FIRST_KEY = re.compile(r'\{\s*("[^"\\\n]{0,80}")\s*:')
_ANY_OBJECT = re.compile(r'\{\s*"')
_END = re.compile(r"\\?[\w+.-]{0,8}\s*\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_CONTROL_BYTES = bytes([*range(9), *range(13, 32), 127])
_LINE_END = re.compile(r"\r\n?")
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


class FoundObject(NamedTuple):
    """An object, or the place of one: `value` is None when it could not be read, and `message` says why.

    `cut` tells that the text ends before the object does.
    """

    line: int
    text: str
    value: dict[str, object] | None
    message: str = ""
    cut: bool = False


def lines_of(data: bytes | mmap) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines that are not blank with their numbers; None for one that is too long to be a paper's."""
    number = start = 0
    while start < len(data):
        found = data.find(b"\n", start)
        end = found if found >= 0 else len(data)
        number += 1
        if end - start <= _PART_BYTES and data.find(b"\r", start, max(end - 1, start)) >= 0:
            yield from ((number + more, line) for more, line in _old_lines(data[start:end]))
            number += len(_OLD_END.findall(data[start : end - 1]))
        elif end - start > LINE_BYTES:
            yield number, None
        elif line := data[start:end].strip():
            yield number, line
        start = end + 1


def _old_lines(part: bytes) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines that single carriage returns part, as `lines_of` does, numbered from 0."""
    for number, line in enumerate(_OLD_END.split(part)):
        if len(line) > LINE_BYTES:
            yield number, None
        elif line.strip():
            yield number, line.strip()


def objects_in(text: str, *, start: int = 0, line: int = 1, array: bool = True) -> Iterator[FoundObject]:
    """Yield the objects of an array, or those that follow one another without one; `array` allows the former.

    After a damaged one, reading goes on at the next that begins with the same key.
    """
    beginning = _ARRAY.match(text, start) if array else None
    in_array, at = (True, beginning.end()) if beginning else (False, start)
    line += text.count("\n", start, at)
    effort = _EFFORT * len(text)
    cut = False
    while effort >= 0:
        here = at if text.startswith("{", at) else _end_of(_BETWEEN, text, at)
        line += text.count("\n", at, here)
        if here >= len(text) or (in_array and text[here] == "]"):
            if in_array and here >= len(text) and not cut and not text.rstrip().endswith("]"):
                yield FoundObject(line, _last_line(text), None, cut=True)
            return
        found, at, cost = _object_at(text, here, line)
        yield found
        if at == len(text) and not in_array:
            return  # a line that is one object
        line += text.count("\n", here, at)
        effort -= cost
        cut = found.cut
    yield FoundObject(line, text[at : at + _QUOTED], None, "damaged in too many places: the rest was left out")


def text_in(value: object) -> str:
    """Return the text that a value is, normalised (NFC), without control characters; empty for anything else."""
    if not isinstance(value, str):
        return ""
    if not value.isprintable() and _may_have_controls(value):
        value = _CONTROLS.sub("", _LINE_END.sub("\n", value) if "\r" in value else value)
        value = _SURROGATE.sub("\ufffd", value)
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def _may_have_controls(text: str) -> bool:
    """Say whether a text has controls or surrogates; for abstracts with line breaks, by the fastest look."""
    if not text.isascii():
        return not text.replace("\n", "").isprintable()
    raw = text.encode()
    return len(raw.translate(None, _CONTROL_BYTES)) < len(raw)


def texts_in(value: object) -> list[str]:
    """Return the texts of a list, or the one text that a value is."""
    return [text_in(each) for each in (value if isinstance(value, list) else [value])]


def _object_at(text: str, at: int, line: int) -> tuple[FoundObject, int, int]:
    """Return what is at a place, where to go on, and how much was looked at in vain."""
    quoted = text[at : at + _QUOTED]
    try:
        value, end = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        cut = error.msg.startswith("Unterminated") or _END.match(text, error.pos) is not None
        column = error.pos - text.rfind("\n", 0, error.pos)
        following, cost = _next_start(text, at)
        cost += (len(text) if cut else error.pos) - at
        return FoundObject(line, quoted, None, f"{error.msg} at column {column}", cut), following, cost
    except RecursionError:
        following, cost = _next_start(text, at)
        return FoundObject(line, quoted, None, "nested too deeply"), following, cost + _DEEP
    if not isinstance(value, dict):
        return FoundObject(line, quoted, None, "an object is expected here"), end, 0
    return FoundObject(line, quoted, value), end, 0


def _next_start(text: str, at: int) -> tuple[int, int]:
    """Return where the next object begins, and the cost of looking for one with the same first key in vain."""
    cost = 0
    if key := _FIRST_KEY.match(text, at):
        alike = re.compile(r"\{\s*" + re.escape(key[1]) + r"\s*:")
        if found := alike.search(text, at + 1):
            return found.start(), 0
        cost = len(text) - at
    other = _ANY_OBJECT.search(text, at + 1)
    return (other.start() if other else len(text)), cost


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _last_line(text: str) -> str:
    whole = text.rstrip()
    return whole[whole.rfind("\n") + 1 :][:_QUOTED]
