"""What every reader must survive: files cut and changed anywhere, and XML that was made to hurt."""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from core import limits
from papers.parsers.record import Data, Reading, Record, Unreadable

Read = Callable[[Data], Reading]


# What is written over a place: marks of the formats, bytes of half characters, controls, directions, broken escapes.
_SPLINTERS = (
    *(
        b"",
        b"",
        b"<",
        b">",
        b"&",
        b'"',
        b"'",
        b"\n",
        b"\r",
        b"\n\n",
        b"\t",
        b"{",
        b"}",
        b"[",
        b"]",
        b"(",
        b")",
        b"|",
        b"\\",
    ),
    *(b"\\\\\n", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"---", b"###", b"ER  - ", b"@misc{", b"9", b"v", b"v0", b"."),
    *(b"\xff", b"\xc3", b"\xe2\x80", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf"),
    *(b"\x01", b"\x1b[31m", b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\xcc\x81" * 20),
    *(
        b"&#0;",
        b"&#xD800;",
        b"&#1;",
        b"&lt;",
        b"&nope;",
        b"\\ud800",
        b"\\u0000",
        b"\\u0001",
        b"%00",
        b"$" * 9,
        b"(" * 99,
    ),
)


def mutants(data: bytes, count: int) -> Iterator[bytes]:
    """Yield the file cut at `count / 5` places, and else with a few places lost, doubled, moved or written over.

    The same each time for the same file and count.
    """
    chance = random.Random(len(data))
    cuts = count // 5
    yield from (data[: length * len(data) // cuts] for length in range(cuts))
    for _ in range(count - cuts):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            _change(changed, chance)
        yield bytes(changed)


def _change(changed: bytearray, chance: random.Random) -> None:
    at, length = chance.randrange(len(changed) + 1), chance.choice((0, 1, 1, 30, 200))
    if chance.random() < 0.7:
        changed[at : at + length] = chance.choice(_SPLINTERS)
    else:
        piece = changed[at : at + length]
        to = chance.randrange(len(changed) + 1)
        changed[to:to] = piece


def survives(read: Read, data: bytes, *, seconds: float = 10) -> None:
    """Read a file to its end; only Unreadable may come out of it, and soon, and what is read can be stored."""
    begun = time.process_time()
    with suppress(Unreadable):
        reading = read(data)
        records = list(reading.records)
        assert not unstorable(reading, records)
    assert time.process_time() - begun < seconds


# Controls but for the ends of lines, which PostgreSQL or a page would stumble over, and halves of characters.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def unstorable(reading: Reading, records: list[Record]) -> list[str]:
    """Return what of a reading cannot be kept in the database: by its characters or by its length."""
    words = [*reading.notes, *reading.evidence.values(), reading.category or ""]
    words += [each for problem in reading.problems for each in (problem.text, problem.reason)]
    wrong: list[str] = []
    for record in records:
        said = [each for each in record if isinstance(each, str)]
        words += [*said, *record.authors, *record.categories]
        if len(record.title) > limits.TITLE_CHARS or len(record.abstract or "") > limits.ABSTRACT_CHARS:
            wrong.append(f"entry {record.position} is too long")
        if len(record.authors) > limits.AUTHORS or any(len(each) > limits.AUTHOR_NAME_CHARS for each in record.authors):
            wrong.append(f"entry {record.position} has too many authors, or too long ones")
        if record.version is not None and not 0 < record.version < 10_000:
            wrong.append(f"entry {record.position} has version {record.version}")
    positions = [record.position for record in records]
    if positions != sorted(set(positions)):
        wrong.append("positions out of order")
    if any(number < 0 for number in reading.stated.values()):
        wrong.append(f"stated: {reading.stated}")
    return wrong + [ascii(each) for each in words if _UNSTORABLE.search(each)]


def hostile_xml(before: str, entry: str, after: str) -> Iterator[bytes]:
    """Yield documents made to hurt; `before` and `after` are what stands around the entries called `entry`."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for doctype in (
        f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{laughs}]>',
        f'<!DOCTYPE q [<!ENTITY a "{"a" * 100_000}">]>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    ):
        yield f"{doctype}{before}<{entry}><title>&l9;&e;{'&a;' * 70_000}</title></{entry}>{after}".encode()
    for inside in (
        "<a>" * 200_000,
        f"<title x='{'a' * 12_000_000}'/>",
        f"<title>{'a' * 12_000_000}</title>",
        f"<title>{'(' * 1_000_000}</title><author><name>{'(' * 1_000_000}</name></author>",
        "<title><![CDATA[" * 10_000,
        "<author><name>a</name></author>" * 100_000,
    ):
        yield f"{before}<{entry}>{inside}</{entry}>{after}".encode()
    yield f"{before}<{entry}".encode() * 15_000
