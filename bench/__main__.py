"""`python -m bench [NAME…]`: measure, and print one JSON object with the figures of each benchmark."""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.management import call_command
from django.db import connections

from readinggroup.local import postgres

NAMES = ("read", "ingest", "search", "likely", "fairness", "web", "paint")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{' or '.join(NAMES)}; all of them without one")
    chosen = parser.parse_args().names or NAMES
    if unknown := set(chosen) - set(NAMES):
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    with _database():
        figures = {name: importlib.import_module(f"bench.{name}").run() for name in chosen}
    json.dump({"cores": os.cpu_count(), **figures}, sys.stdout, indent=2)
    sys.stdout.write("\n")


@contextmanager
def _database() -> Iterator[None]:
    """Start a PostgreSQL server for this run alone, whose commits do not wait for the disk."""
    server = postgres.start_temporary()
    os.environ |= {"DATABASE_URL": server.url, "DJANGO_SETTINGS_MODULE": "readinggroup.settings.test"}
    try:
        django.setup()
        call_command("migrate", verbosity=0)
        yield
    finally:
        connections.close_all()
        server.stop()


if __name__ == "__main__":
    main()
