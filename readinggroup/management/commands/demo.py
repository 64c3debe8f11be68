"""Load the demo group; safe to run again."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from readinggroup.demo import loader


class Command(BaseCommand):
    help = "Load the demo group with its papers, votes, comments and meetings; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="remove the demo group first and start it anew")

    def handle(self, *args: Any, fresh: bool, **options: Any) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError("The demo's passwords are public, so it is loaded on local installations only.")
        if loader.load(fresh=fresh):
            self.stdout.write("Demo group loaded: /g/demo/")
        else:
            self.stdout.write("The demo group is there already: /g/demo/ (--fresh starts it anew)")
