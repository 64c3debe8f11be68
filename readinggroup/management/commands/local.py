"""`manage.py local`: everything on this machine, by one command."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from readinggroup.local import processes
from readinggroup.local.children import LocalError


class Command(BaseCommand):
    """Start servers, web, worker and beat; see readinggroup/local."""

    help = "Start everything on this machine: PostgreSQL, a broker, the web server, the worker and the clock."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the folder, the port, and whether to follow changes."""
        parser.add_argument("--reload", action="store_true", help="start again when a source file changes")
        parser.add_argument(
            "--state", type=Path, default=settings.STATE_DIR, metavar="DIR", help="where the data are kept"
        )
        parser.add_argument(
            "--port",
            type=int,
            default=os.environ.get("PORT", "8000"),
            metavar="N",
            help="where the pages are served (else PORT, else 8000)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until Ctrl-C; end with a sentence and 1 when it cannot start."""
        chosen = processes.Options(
            state=options["state"].resolve(),
            host=os.environ.get("HOST", "127.0.0.1"),
            port=options["port"],
            reload=options["reload"],
        )
        try:
            processes.run(chosen)
        except LocalError as error:
            self.stderr.write(str(error))
            sys.exit(1)
