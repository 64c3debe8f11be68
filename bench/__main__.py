"""`python -m bench [NAME…]`: measure, and print one JSON object with the figures of each benchmark."""

import argparse
import importlib
import json
import os
import sys

NAMES = ("read", "ingest")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{' or '.join(NAMES)}; all of them without one")
    chosen = parser.parse_args().names or NAMES
    if unknown := set(chosen) - set(NAMES):
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readinggroup.settings.test")
    figures = {name: importlib.import_module(f"bench.{name}").run() for name in chosen}
    json.dump({"cores": os.cpu_count(), **figures}, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
