"""`manage.py import_group FILE`: a group comes in from the export of another server."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import ReadingGroupError
from readinggroup.whole_group.actions import import_group


class Command(BaseCommand):
    help = (
        "Make a group of the zip that an organiser took out on another server. Members are known again by their "
        "addresses; whoever has no account here gets one, and opens it by “Forgot your password?”."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--slug", default="", help="the group's address here; else the one that it had")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            group = import_group(options["file"].read_bytes(), slug=options["slug"])
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except ReadingGroupError as error:
            raise CommandError(f"{error.sentence} Nothing came in.") from error
        self.stdout.write(f"{group.name} is here, at /g/{group.slug}/")
