"""`manage.py ingest`: bring listings in from files, by the same code as an upload in the browser."""

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from core import limits
from core.categories import looks_like_category
from core.errors import ReadingGroupError
from papers import actions
from papers.management.files import Part, files_in, mapped, opened, parts_of, place_in, shown, size_of
from papers.management.reports import Drawn, Progress, found_by_import, import_words, refusal
from papers.parsers import registry
from papers.parsers.record import Unreadable, sensible

if TYPE_CHECKING:
    from papers.models import Import

HELP = f"""\
Read listings from files, and import them unless --dry-run is given. The content tells the format, not the name.
What cannot be read is reported by its line, and the rest is imported; the same content twice is imported once.

A folder stands for all files in it, - for the standard input; gzip and zip are unpacked. JSON with one paper a line
may be of any size: it comes in by parts of {limits.PART_LINES:,} papers, and an interrupted run goes on where it fell.
Other files have at most {limits.UPLOAD_BYTES // 1024**2} MB and {limits.UPLOAD_ENTRIES:,} entries.

Exit status: 0 when something was read (problems are reported), 1 when nothing was.
"""


INTERRUPTED = 130  # as shells have it for Ctrl-C


class Command(BaseCommand):
    help = HELP
    requires_system_checks = ()  # a dry run needs no database

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [each.name for each in registry.FORMATS]
        add = parser.add_argument
        add("paths", nargs="+", metavar="PATH", type=Path, help="a file, a folder, or - for the standard input")
        add("--dry-run", action="store_true", help="read and report, import nothing; needs no database")
        add("--json", action="store_true", help="print one JSON object a file on one line: records, problems, counts")
        add("--category", type=_category, metavar="C", help="what it lists (cs.CV); wins over what the file says")
        add("--date", type=_date, metavar="D", help="when it was announced (2020-10-01); wins over what the file says")
        add("--format", choices=names, metavar="F", help=f"take this format, detect none: {', '.join(names)}")

    def handle(self, *args: Any, **options: Any) -> None:
        self.options = options
        try:
            read = [self._one(path) for path in files_in(options["paths"])]
        except KeyboardInterrupt as stop:
            sentence = "Stopped. What was imported stays, and the same command goes on where it fell."
            raise CommandError(sentence, returncode=INTERRUPTED) from stop
        except OperationalError as error:
            raise CommandError(f"PostgreSQL cannot be reached; a dry run needs none. {error}") from error
        if not any(read):
            raise CommandError("Nothing was read.")

    def _one(self, path: Path) -> bool:
        """Read one file, import it unless this is a dry run, and say whether anything was read."""
        try:
            with opened(path) as files:
                read = [self._file(path, member, file) for member, file in files]
                return any(read)
        except (Unreadable, OSError) as error:
            self._refuse(shown(path), str(error))
            return False

    def _file(self, path: Path, member: str, file: BinaryIO) -> bool:
        name = shown(path, member)
        shows = self.options["dry_run"] or self.options["json"]
        try:
            if shows and not self._show(name, file):
                return False
            return self.options["dry_run"] or self._import(name, shown(Path(path.name), member), file)
        except Unreadable as error:
            self._refuse(name, str(error))
            return False

    def _show(self, name: str, file: BinaryIO) -> bool:
        """Report what the file holds without importing it, and say whether anything could be read."""
        with mapped(file) as data:
            reading = registry.read(data, self.options["format"], self.options["category"], self.options["date"])
            with closing(Drawn(reading, keep=self.options["json"])) as drawn:
                if self.options["json"]:
                    drawn.print_json(name, self.stdout)
                else:
                    self._print(drawn.found().lines(name))
        file.seek(0)
        return bool(drawn.records or not reading.problems)

    def _import(self, name: str, filename: str, file: BinaryIO) -> bool:
        progress = Progress(filename, size_of(file), self.stderr)
        read = []
        for part in parts_of(file):
            suffix = f", part {part.number}" if part.number else ""
            read.append(self._import_part(name + suffix, filename + suffix, part))
            if part.number:
                papers = part.offset + part.content.count(b"\n")
                progress.show(part=part.number, papers=papers, done=place_in(file))
        progress.end()
        return any(read)

    def _import_part(self, name: str, filename: str, part: Part) -> bool:
        """Import a file or a part of one, going on where an earlier run fell; say whether anything was read."""
        try:
            received = self._receive(filename, part)
            if received.already and not _is_left_behind(received.batch):
                self._say(f"  {received.already}: import {received.batch.pk}.")
                return True
            batch = actions.carry_through(received.batch.pk)
        except ReadingGroupError as error:
            self.stderr.write(f"{name}: {error.sentence}")
            return False
        if batch.error:
            self.stderr.write(f"{name}: {batch.error}")
            return False
        if not self.options["json"]:
            self._print(found_by_import(batch).lines(name))
        self._say(f"  Import {batch.pk}: {import_words(batch)}.")
        return True

    def _receive(self, filename: str, part: Part) -> actions.Received:
        return actions.receive(
            by=None,
            content=part.content,
            filename=filename,
            kind="command",
            category=self.options["category"] or "",
            announced_on=self.options["date"],
            format=self.options["format"] or "",
            offset=part.offset,
        )

    def _say(self, sentence: str) -> None:
        """Write for people: beside the output, when that is for programs."""
        (self.stderr if self.options["json"] else self.stdout).write(sentence)

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)

    def _refuse(self, name: str, sentence: str) -> None:
        self.stderr.write(f"{name}: {sentence}")
        if self.options["json"]:
            self.stdout.write(refusal(name, sentence))


def _is_left_behind(batch: "Import") -> bool:
    """Say whether an earlier run of this command fell before it was through."""
    return batch.is_working or (batch.kind == batch.Kind.COMMAND and batch.state == batch.State.REVIEW)


def _category(text: str) -> str:
    if not looks_like_category(text):
        raise ArgumentTypeError(f"‹{text}› is not what arXiv's categories look like: cs.CV, astro-ph.GA, hep-th")
    return text


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"‹{text}› is not a date such as 2020-10-01") from error
    if not sensible(day):
        raise ArgumentTypeError(f"‹{text}› is not a day from {limits.FIRST_YEAR} to {limits.LAST_YEAR}")
    return day
