"""What every reader must survive: files cut and changed anywhere, and XML that was made to hurt."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from papers.parsers.record import Data, Reading, Unreadable

Read = Callable[[Data], Reading]


def mutants(data: bytes, *, changes: int = 200, step: int = 1024) -> Iterator[bytes]:
    """Yield the file cut every `step` bytes, and with a few bytes changed, lost or doubled; the same each time."""
    chance = random.Random(len(data))
    yield from (data[:length] for length in range(0, len(data), step))
    for _ in range(changes):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(changed))
            changed[at : at + chance.choice((0, 1, 1, 30))] = chance.choice(
                (b"", b"<", b"&", b"\xff", b"]]>", b'"', b"\r", b"9")
            )
        yield bytes(changed)


def survives(read: Read, data: bytes, *, seconds: float = 5) -> None:
    """Read a file to its end; only Unreadable may come out of it, and soon."""
    begun = time.process_time()
    with suppress(Unreadable):
        for _ in read(data).records:
            pass
    assert time.process_time() - begun < seconds


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
