"""Print a group's agenda in any of its export formats."""

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import NotFound
from meetings.exports.registry import EXPORTS
from meetings.queries import latest_agenda_sheet


class Command(BaseCommand):
    help = "Print the agenda of a group's next meeting, or of its meeting on a day, in any export format."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("group", help="the group's slug, as in its address")
        parser.add_argument("--date", type=date.fromisoformat, help="the day of the meeting, yyyy-mm-dd")
        parser.add_argument("--format", choices=list(EXPORTS), default="md", help="the export (default: md)")
        parser.add_argument("-o", "--output", type=Path, help="write to this file instead of standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sheet = latest_agenda_sheet(options["group"], options["date"])
        except NotFound as error:
            raise CommandError(error.sentence) from error
        document = EXPORTS[options["format"]].render(sheet)
        if options["output"]:
            options["output"].write_bytes(document)
        else:
            sys.stdout.buffer.write(document)
            sys.stdout.buffer.flush()
