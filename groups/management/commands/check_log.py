"""Tell whether the activity logs of groups are as they were written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.wording import plural
from groups.queries import chains


class Command(BaseCommand):
    help = (
        "Check that no line of a group's activity log was changed, left out or put in; print how many lines each log "
        "has and the digest of its last one. Keep what is printed apart from this server: lines taken off the end are "
        "found by comparing. Ends with 1 when a log does not fit together."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("group", nargs="?", default="", help="the group's name in addresses; all groups without it")

    def handle(self, *args: Any, group: str, **options: Any) -> None:
        found = chains(group)
        if group and not found:
            raise CommandError(f"No group has the address {group}.")
        for slug, chain in found:
            wrong = "" if chain.broken is None else f" line {chain.broken} does not fit"
            self.stdout.write(f"{slug} {plural(chain.lines, 'line', 'lines')} {chain.digest or '-'}{wrong}")
        broken = [slug for slug, chain in found if chain.broken is not None]
        if broken:
            raise CommandError(f"{plural(len(broken), 'log does', 'logs do')} not fit together: {', '.join(broken)}.")
