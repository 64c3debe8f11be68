"""`make clean`: remove the data of a checkout, after asking."""

import os
import shutil
import sys
from pathlib import Path

from readinggroup.local import state

QUESTION = "Remove all data of this checkout ({folder}): groups, votes, listings, logs? [y/N] "


def main(folder: Path, *, sure: bool) -> int:
    """Ask unless `sure`, remove the folder, and return the exit status."""
    if not folder.is_dir():
        print(f"There is nothing to remove: {folder} does not exist.")
        return 0
    if state.holder_of(folder):
        print("Reading Group runs. Stop it first with Ctrl-C.", file=sys.stderr)
        return 1
    if not sure and not _agreed(folder):
        print("Nothing was removed.")
        return 0
    for server in ("postgres", "broker"):
        state.remove(folder / server)
    shutil.rmtree(folder)
    print(f"Removed {folder}.")
    return 0


def _agreed(folder: Path) -> bool:
    try:
        return input(QUESTION.format(folder=folder)).strip().lower() in {"y", "yes"}
    except EOFError:
        print()
        return False


if __name__ == "__main__":
    sys.exit(main(Path(os.environ.get("STATE_DIR") or "var").absolute(), sure=bool(os.environ.get("YES"))))
