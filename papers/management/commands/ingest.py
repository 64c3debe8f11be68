"""`manage.py ingest`: bring listings in from files, by the same code as an upload in the browser."""

import json
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from core import limits
from core.categories import looks_like_category
from core.errors import ReadingGroupError
from core.wording import day, plural
from papers import actions, queries
from papers.parsers import registry
from papers.parsers.record import Problem, Reading, Unreadable, to_json

HELP = f"""\
Read listings from files, and import them unless --dry-run is given. The content tells the format, not the name.
What cannot be read is reported by its line, and the rest is imported; the same content twice is imported once.

At most {limits.UPLOAD_BYTES // 1024**2} MB and {limits.UPLOAD_ENTRIES:,} entries a file.
Exit status: 0 when something was read (problems are reported), 1 when nothing was.
"""


class Command(BaseCommand):
    help = HELP
    requires_system_checks = ()  # a dry run needs no database

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [each.name for each in registry.FORMATS]
        add = parser.add_argument
        add("paths", nargs="+", metavar="PATH", type=Path, help="a file that holds one listing")
        add("--dry-run", action="store_true", help="read and report, import nothing; needs no database")
        add("--json", action="store_true", help="print one JSON object a file on one line: records, problems, counts")
        add("--category", type=_category, metavar="C", help="what it lists (cs.CV); wins over what the file says")
        add("--date", type=_date, metavar="D", help="when it was announced (2020-10-01); wins over what the file says")
        add("--format", choices=names, metavar="F", help=f"take this format, detect none: {', '.join(names)}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            read = [self._one(path, options) for path in options["paths"]]
        except OperationalError as error:
            raise CommandError(f"PostgreSQL cannot be reached; a dry run needs none. {error}") from error
        if not any(read):
            raise CommandError("Nothing was read.")

    def _one(self, path: Path, options: dict[str, Any]) -> bool:
        """Read one file, import it unless this is a dry run, and say whether anything was read."""
        try:
            content = _content(path)
            reading = registry.read(content, options["format"], options["category"], options["date"])
            found = to_json(str(path), reading)
        except (Unreadable, OSError) as error:
            self._refuse(path, str(error), as_json=options["json"])
            return False
        self._report(found, as_json=options["json"])
        if not found["records"] and found["problems"]:
            return False
        return options["dry_run"] or self._import(path, content, options)

    def _import(self, path: Path, content: bytes, options: dict[str, Any]) -> bool:
        say = self.stderr.write if options["json"] else self.stdout.write
        try:
            received = actions.receive(
                by=None,
                content=content,
                filename=path.name,
                kind="command",
                category=options["category"] or "",
                announced_on=options["date"],
                format=options["format"] or "",
            )
            if received.already:
                say(f"  {received.already}: import {received.batch.pk}.")
                return True
            batch = actions.carry_through(received.batch.pk)
        except ReadingGroupError as error:
            self.stderr.write(f"{path}: {error.sentence}")
            return False
        if batch.error:
            self.stderr.write(f"{path}: {batch.error}")
            return False
        filled = ", ".join(map(str, batch.listings.all()))
        say(f"  Import {batch.pk}: {plural(batch.counts['added'], 'entry', 'entries')} added to {filled}.")
        return True

    def _report(self, found: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        counts = found["counts"] | {"inferred": any(record["inferred"] for record in found["records"])}
        announced = day(date.fromisoformat(found["date"])) if found["date"] else "date not said"
        entries = plural(found["entries"], "entry", "entries")
        place = f"{found['category'] or 'category not said'}, {announced}"
        self.stdout.write(f"{found['file']}: {entries} of {place}: {queries.type_words(counts)}.")
        for note in found["notes"]:
            self.stdout.write(f"  {note}")
        for problem in found["problems"]:
            where = f"line {problem['line']}" if problem["line"] else "the file"
            self.stdout.write(f"  {where}: {problem['reason']}: {problem['text']}")

    def _refuse(self, path: Path, sentence: str, *, as_json: bool) -> None:
        self.stderr.write(f"{path}: {sentence}")
        if as_json:
            reading = Reading(format="", problems=[Problem(None, None, "", sentence)])
            self.stdout.write(json.dumps(to_json(str(path), reading) | {"format": None}, ensure_ascii=False))


def _content(path: Path) -> bytes:
    if path.stat().st_size > limits.UPLOAD_BYTES:
        raise Unreadable(f"A listing may have {limits.UPLOAD_BYTES // 1024**2} MB; this file is larger. Split it.")
    return path.read_bytes()


def _category(text: str) -> str:
    if not looks_like_category(text):
        raise ArgumentTypeError(f"‹{text}› is not what arXiv's categories look like: cs.CV, astro-ph.GA, hep-th")
    return text


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"‹{text}› is not a date such as 2020-10-01") from error
