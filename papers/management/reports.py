"""What `manage.py ingest` prints: the object of a file in bounded memory, the words about it, and how far it is."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core.management.base import OutputWrapper

from core.wording import day, plural
from papers import queries
from papers.models import Import
from papers.parsers.record import ANNOUNCE_TYPES, Problem, Reading, to_json

_IN_MEMORY = 64 * 1024 * 1024  # characters of records, before they go to a file
_CHUNK = 1024 * 1024  # characters written at once
_LISTINGS_NAMED = 5
_EVERY_SECONDS = 1  # between two lines of progress that are no bar


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds, in words that are the same for a dry run and for an import."""

    entries: int
    category: str
    announced_on: date | None
    counts: Mapping[str, int]
    notes: Sequence[str]
    problems: Sequence[Any]  # of the reader or of the database: both have line, text and reason

    def lines(self, name: str) -> list[str]:
        announced = day(self.announced_on) if self.announced_on else "date not said"
        place = f"{self.category or 'category not said'}, {announced}"
        entries = plural(self.entries, "entry", "entries")
        return [
            f"{name}: {entries} of {place}: {queries.type_words(dict(self.counts))}.",
            *(f"  {note}" for note in self.notes),
            *(f"  {_where(each)}: {each.reason}: {each.text}" for each in self.problems),
        ]


def _where(problem: Any) -> str:
    return f"line {problem.line}" if problem.line else "the file"


def found_by_import(batch: Import) -> Found:
    """Return what an import that has ended read."""
    problems = list(batch.problems.order_by("line", "pk"))
    return Found(batch.entries, batch.category, batch.announced_on, batch.counts, batch.notes, problems)


def import_words(batch: Import) -> str:
    """Say where the entries of an import went."""
    added, known = batch.counts.get("added", 0), batch.counts.get("known", 0)
    listings = [str(each) for each in batch.listings.order_by("category", "announced_on")[: _LISTINGS_NAMED + 1]]
    if not listings:
        papers = plural(batch.done, "paper", "papers")
        return f"{papers} without a listing, {batch.done - known:,} of them new"
    many = len(listings) > _LISTINGS_NAMED
    filled = plural(batch.listings.count(), "listing", "listings") if many else ", ".join(listings)
    return f"{plural(added, 'entry', 'entries')} added to {filled}"


class Drawn:
    """The records of a reading, drawn once: counted, and kept as JSON when they are to be printed."""

    def __init__(self, reading: Reading, *, keep: bool) -> None:
        self.reading = reading
        self.counts: Counter[str] = Counter()
        self.records = 0
        self._json = SpooledTemporaryFile(_IN_MEMORY, mode="w+", encoding="utf-8")  # noqa: SIM115 - closed by close
        for record in reading.records:
            self.counts[record.announce_type or "unknown"] += 1
            self.counts["inferred"] += record.inferred
            if keep:
                self._json.write((", " if self.records else "") + json.dumps(record._asdict(), ensure_ascii=False))
            self.records += 1

    def close(self) -> None:
        self._json.close()

    def found(self) -> Found:
        read = self.reading
        return Found(read.entries, read.category or "", read.date, self.counts, read.notes, read.problems)

    def print_json(self, file: str, out: OutputWrapper) -> None:
        """Print the object of the file (papers.parsers.record.to_json) on one line, its records from where they are."""
        self.reading.records = ()
        said = to_json(file, self.reading)
        said["counts"] = {name: self.counts[name] for name in (*ANNOUNCE_TYPES, "unknown")}
        before, _, after = json.dumps(said, ensure_ascii=False).partition('"records": []')
        self._json.seek(0)
        out.write(before + '"records": [', ending="")
        while chunk := self._json.read(_CHUNK):
            out.write(chunk, ending="")
        out.write("]" + after)


def refusal(file: str, sentence: str) -> str:
    """Return the object of a file that could not be read."""
    reading = Reading(format="", problems=[Problem(None, None, "", sentence)])
    return json.dumps(to_json(file, reading) | {"format": None}, ensure_ascii=False)


class Progress:
    """How far a file in parts is: a bar on a terminal, else JSON lines, at most one a second."""

    def __init__(self, file: str, size: int, out: OutputWrapper) -> None:
        self.file, self.size, self.out = file, size, out
        self.started = time.monotonic()
        self.shown: float | None = None

    def show(self, *, part: int, papers: int, done: int) -> None:
        """Show it; `done` of `size` bytes are through, `size` is 0 when it is not known."""
        now = time.monotonic()
        seconds = now - self.started
        if self.out.isatty():
            self.shown = now
            filled = 30 * done // self.size if self.size else 0
            bar = f"[{'#' * filled}{'.' * (30 - filled)}] " if self.size else ""
            self.out.write(
                f"\r{self.file} {bar}{papers:,} papers, {papers / max(seconds, 0.001):,.0f} a second", ending=""
            )
        elif self.shown is None or now - self.shown >= _EVERY_SECONDS:
            self.shown = now
            said = {"file": self.file, "part": part, "papers": papers, "bytes": done, "of": self.size or None}
            self.out.write(json.dumps(said | {"seconds": round(seconds, 2)}))
        self.out.flush()

    def end(self) -> None:
        """Leave the bar's line."""
        if self.out.isatty() and self.shown is not None:
            self.out.write("")
