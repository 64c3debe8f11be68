"""How fast imports are, from bytes to published rows, beside the least that PostgreSQL takes for the same rows.

The papers are recorded ones under new ids. The floor copies the finished rows, HTML included, into a staging table and
inserts them with `ON CONFLICT` into a table like that of the papers, with its search vector and all its indexes.
"""

import gzip
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from bench.read import OWN_SAMPLES, ROOT, SAMPLES
from core import limits
from papers import actions
from papers.models import Import, Paper

PAPERS = 5_000  # a round
ROUNDS = 3  # the best counts
DAY = 1_300  # entries, the largest day of arXiv has about as many
DRY_RUN = 20_000
STEADY = 100_000
LOOK_SECONDS = 0.01


def run() -> dict[str, object]:
    """Return the figures of all cases; they share a database, as imports do."""
    papers = _papers()
    return {
        "new and known papers": _new_and_known(papers),
        "a day": _day(papers),
        "dry run": _dry_run(papers),
        "a large file": _large_file(papers),
    }


def _papers() -> list[dict[str, Any]]:
    packed = SAMPLES / "scale" / "arxiv-2025-spring.jsonl.gz"
    lines = (
        gzip.decompress(packed.read_bytes()) if packed.exists() else (OWN_SAMPLES / "json/papers.jsonl").read_bytes()
    )
    return [json.loads(line) for line in lines.splitlines() if line.startswith(b"{")]


def _lines(papers: list[dict[str, Any]], count: int, *, year: int, day: str = "") -> Iterator[bytes]:
    """Yield so many papers as JSON lines, each once, with ids of the year; all on one day, if it is given."""
    for number in range(count):
        said = papers[number % len(papers)] | {"id": f"{year:02d}{number // 90_000 + 1:02d}.{number % 90_000 + 1:05d}"}
        yield json.dumps(said | {"listed": day} if day else said).encode() + b"\n"


def _new_and_known(papers: list[dict[str, Any]]) -> dict[str, object]:
    new, known, floor = [], [], []
    for year in range(21, 21 + ROUNDS):
        content = b"".join(_lines(papers, PAPERS, year=year))
        new.append(_seconds(lambda content=content: _import(content)))  # type: ignore[misc]
        floor.append(_floor(f"{year}%"))
        known.append(_seconds(lambda content=content: _import(content + b"\n")))  # type: ignore[misc]
    return {
        "papers": PAPERS,
        "new a second": round(PAPERS / min(new)),
        "floor a second": round(PAPERS / min(floor)),
        "of the floor": round(min(floor) / min(new), 2),
        "known a second": round(PAPERS / min(known)),
    }


def _import(content: bytes) -> None:
    batch = actions.carry_through(actions.receive(by=None, content=content, kind="command").batch.pk)
    if batch.state != batch.State.DONE:
        raise RuntimeError(f"the import ended as {batch.state}: {batch.error}")


def _floor(ids: str) -> float:
    """Return the seconds that PostgreSQL takes for the rows of the papers with these ids, as it has them now."""
    names = [each.attname for each in Paper._meta.concrete_fields if each.name not in ("id", "search")]
    columns = ", ".join(names)
    changed = ", ".join(f"{name} = excluded.{name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS floor (LIKE papers_paper INCLUDING ALL)")
        cursor.execute(f"CREATE TEMPORARY TABLE staging AS SELECT {columns} FROM papers_paper LIMIT 0")  # noqa: S608
        cursor.execute(f"SELECT {columns} FROM papers_paper WHERE external_id LIKE %s", [ids])  # noqa: S608
        at = names.index("authors")
        rows = [(*row[:at], Jsonb(json.loads(row[at])), *row[at + 1 :]) for row in cursor.fetchall()]
        insert = f"INSERT INTO floor ({columns}) SELECT {columns} FROM staging "  # noqa: S608
        started = time.perf_counter()
        with cursor.copy(f"COPY staging ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(insert + f"ON CONFLICT (source, external_id, scope) DO UPDATE SET {changed}")
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE staging")
    return seconds


def _day(papers: list[dict[str, Any]]) -> dict[str, object]:
    """Measure from pressing *Import* to the listing."""
    seconds = []
    for year in range(31, 31 + ROUNDS):
        content = b"".join(_lines(papers, DAY, year=year, day=f"20{year}-01-02"))
        batch = actions.receive(by=None, content=content, kind="command").batch
        actions.carry_on(batch.pk)
        actions.request_publish(None, batch.pk)
        seconds.append(_seconds(lambda pk=batch.pk: actions.carry_on(pk)))  # type: ignore[misc]
    return {"entries": DAY, "seconds to publish": round(min(seconds), 2)}


def _dry_run(papers: list[dict[str, Any]]) -> dict[str, object]:
    """Measure from the start of reading to the first counts, as a page that asks all the time would see them."""
    content = b"".join(_lines(papers, DRY_RUN, year=41))
    batch = actions.receive(by=None, content=content, kind="command", most=limits.UNPACKED_BYTES).batch
    started = time.perf_counter()
    reading = threading.Thread(target=_closing(lambda: actions.carry_on(batch.pk)))
    reading.start()
    while not Import.objects.get(pk=batch.pk).counts:
        time.sleep(LOOK_SECONDS)
    first = time.perf_counter() - started
    reading.join()
    return {
        "entries": DRY_RUN,
        "seconds to the first counts": round(first, 2),
        "seconds to the review": round(time.perf_counter() - started, 2),
    }


def _closing(act: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    return run


def _large_file(papers: list[dict[str, Any]]) -> dict[str, object]:
    """Measure the command: whether the last part is as fast as the first, and its memory at most."""
    with _written(_lines(papers, STEADY, year=51)) as path, tempfile.TemporaryFile("w+") as errors:
        command = [sys.executable, "manage.py", "ingest", str(path)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors)
        megabytes = 0
        while process.poll() is None:
            megabytes = max(megabytes, _peak_megabytes(process.pid))
            time.sleep(LOOK_SECONDS)
        errors.seek(0)
        told = [json.loads(line) for line in errors if line.startswith("{")]
    last = told[-1]
    first = next(each for each in told if each["papers"] >= STEADY / 10)
    before_last = next(each for each in reversed(told) if each["papers"] <= STEADY * 9 / 10)
    start = first["papers"] / first["seconds"]
    end = (last["papers"] - before_last["papers"]) / (last["seconds"] - before_last["seconds"])
    return {
        "papers": last["papers"],
        "first tenth a second": round(start),
        "last tenth a second": round(end),
        "last of first": round(end / start, 2),
        "megabytes at most": megabytes,
    }


def _peak_megabytes(pid: int) -> int:
    """Return the most memory that the process had so far, where the system tells it (Linux), else 0."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) // 1024 if found else 0


@contextmanager
def _written(lines: Iterator[bytes]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.jsonl"
        with path.open("wb") as file:
            file.writelines(lines)
        yield path


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
