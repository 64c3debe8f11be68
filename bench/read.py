"""How fast the readers are beside the fastest plain parse of the same bytes, which makes no records and checks nothing.

Real samples, repeated under new ids until there are 5 MB of each. The plain parse takes the same fields out of the
bytes and folds their white space, in the fastest way we know: by lxml's iterparse for feeds, by its tree for pages, by
one regular expression for Markdown, by the standard library for JSON.

Memory is the most that a fresh process ever has which does nothing but read one large file of the format, bytes of
the file included: near the most that one may have, with as many entries as one may have.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from papers.parsers import registry

ROOT = Path(__file__).parents[1]
SAMPLES = Path(os.environ.get("BENCH_SAMPLES", ROOT.parent / "shared" / "data"))
OWN_SAMPLES = ROOT / "tests" / "data"
BYTES = 5_000_000
ROUNDS = 5  # the best counts
LARGE_BYTES = 19_500_000  # a page may have 20 MB, and no format more than 20,000 entries in what is uploaded

_ID = re.compile(rb"(?<![\d.])\d{4}\.\d{4,5}(?!\d)")
_ENTRY = re.compile(r"^### (\d+)\.(.*?)\[ :arrow_down: \]\(https://arxiv\.org/pdf/(\S+?)\.pdf\)\n>(.*)$", re.MULTILINE)


def run() -> dict[str, object]:
    """Return for each format how long reader and plain parse take, and the ratio."""
    return {name: _measured(data, floor) | _memory(name) for name, (data, floor) in _cases(BYTES).items()}


def _memory(name: str) -> dict[str, object]:
    with TemporaryDirectory() as folder:
        large = Path(folder) / "large"
        large.write_bytes(_cases(LARGE_BYTES)[name][0])
        ran = subprocess.run([sys.executable, "-c", _PEAK, large], cwd=ROOT, capture_output=True, check=True, text=True)
        return {"large megabytes": round(large.stat().st_size / 1e6, 1), "large memory MB": int(ran.stdout)}


# Linux counts what a parent had into a child's resource usage, but not into this mark.
_PEAK = """
import re, sys
from pathlib import Path
from papers.parsers import registry
for _ in registry.read(Path(sys.argv[1]).read_bytes()).records:
    pass
print(int(re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def _cases(size: int) -> dict[str, tuple[bytes, Callable[[bytes], int]]]:
    rss = _sample("feeds/hep-th-2026-01-15-rss20.xml", "feeds/rss-cs.LG-2016-06-28.xml")
    atom = _sample("feeds/hep-th-2026-01-15-atom.xml", "feeds/atom-cs.LG-2016-06-28.xml")
    page = _sample("html/q-fin-new-2023-03-17.html", "html/new.html")
    listing = _sample("listings/arxiv-cs.CV-2020-10-01.md", "listing-cs.LG-2016-06-28.md")
    lines = _sample("jsonl/daily-2025-03-21.jsonl", "json/papers.jsonl")
    return {
        "rss": (_between(rss, b"<item", b"</channel>", size), _children_of("item")),
        "atom": (_between(atom, b"<entry", b"</feed>", size), _children_of("entry")),
        "list page": (_between(page, b"<dt", b"</dl>", size), _descriptions),
        "markdown": (_between(listing, b"###", None, size), _lines),
        "json lines": (_between(lines, b"{", None, size), _objects),
    }


def _sample(recorded: str, own: str) -> bytes:
    path = SAMPLES / recorded
    return (path if path.exists() else OWN_SAMPLES / own).read_bytes()


def _between(data: bytes, start: bytes, end: bytes | None, least: int) -> bytes:
    """Return the file with what stands from the first `start` to the last `end` repeated, each time under new ids."""
    first, last = data.index(start), data.rindex(end) if end else len(data)
    body, copies, size, number = data[first:last].rstrip(b"\n") + b"\n", [], 0, 0
    while size < least:
        new: dict[bytes, bytes] = {}
        for found in sorted(set(_ID.findall(body)), reverse=True):
            number += 1
            new[found] = b"2001.%05d" % (99_999 - number)
        copies.append(_ID.sub(lambda found: new[found[0]], body))  # noqa: B023  (used at once)
        size += len(copies[-1])
    return data[:first] + b"".join(copies) + data[last:]


def _measured(data: bytes, floor: Callable[[bytes], int]) -> dict[str, object]:
    entries, reading = _best(_read, data)
    plain, least = _best(floor, data)
    return {
        "megabytes": round(len(data) / 1e6, 1),
        "entries": entries,
        "plain parse found": plain,
        "reader ms": round(1000 * reading, 1),
        "plain parse ms": round(1000 * least, 1),
        "ratio": round(reading / least, 2),
        "entries a second": round(entries / reading),
    }


def _best(parse: Callable[[bytes], int], data: bytes) -> tuple[int, float]:
    """Return what a parse finds, and the shortest processor time of some rounds in seconds."""
    times: list[float] = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        found = parse(data)
        times.append(time.process_time() - begun)
    return found, min(times)


def _read(data: bytes) -> int:
    return sum(1 for _ in registry.read(data).records)


# --- plain parses: the same fields, white space folded, and nothing else ------------------------------------


def _folded(text: str | None) -> str:
    return " ".join((text or "").split())


def _children_of(name: str) -> Callable[[bytes], int]:
    """Return the parse of a feed, whose entries are flat: no text is deeper than in their children."""

    def parse(data: bytes) -> int:
        entries = []
        for _, entry in etree.iterparse(BytesIO(data), tag=f"{{*}}{name}"):
            entries.append([(child.tag, _folded(child.text), child.get("term")) for child in entry])
            entry.clear()
        return len(entries)

    return parse


def _descriptions(data: bytes) -> int:
    root = etree.HTML(data)
    ids = [each.get("href") for each in root.iter("a") if each.get("title") == "Abstract"]
    entries = [[_part(part) for part in dd.iterfind("div/*")] for dd in root.iter("dd")]
    return len(list(zip(ids, entries, strict=True)))


def _part(part: etree._Element) -> tuple[str | None, str | list[str]]:
    """Return the class of a field and its text, or the names of the authors, who are links."""
    name = part.get("class")
    if name == "list-authors":
        return name, [_folded(each.text) for each in part]
    return name, _folded("".join(part.itertext()))


def _lines(data: bytes) -> int:
    found = _ENTRY.finditer(data.decode())
    return len([[" ".join(field.split()) for field in each.groups()] for each in found])


def _objects(data: bytes) -> int:
    fields = ("id", "title", "authors", "categories", "summary", "comment", "listed")
    objects = (json.loads(line) for line in data.split(b"\n") if line)
    said = ([each.get(field) for field in fields] for each in objects)
    return len([[_values(each) for each in one] for one in said])


def _values(value: object) -> object:
    if isinstance(value, list):
        return [_folded(each) for each in value]
    return _folded(value) if isinstance(value, str) else value
