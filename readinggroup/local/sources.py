"""Notice that a source file has changed, for `make dev`."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

SUFFIXES = (".py", ".html", ".txt", ".css", ".js", ".json")
LEFT_OUT = {"var", "tests", "docs", "samples", "staticfiles", "__pycache__"}
INTERVAL_SECONDS = 1.0


class Sources:
    """The state of a folder's source files: how many there are, and when the last was changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.looked = time.monotonic()
        self.last = self._state()

    def changed(self) -> bool:
        """Say whether a file was changed, added or removed since the last look, at most once a second."""
        if time.monotonic() - self.looked < INTERVAL_SECONDS:
            return False
        self.looked = time.monotonic()
        before, self.last = self.last, self._state()
        return self.last != before

    def _state(self) -> tuple[int, int]:
        times = list(self._times())
        return len(times), max(times, default=0)

    def _times(self) -> Iterator[int]:
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if name not in LEFT_OUT and not name.startswith(".")]
            for name in files:
                if name.endswith(SUFFIXES):
                    try:
                        yield os.stat(os.path.join(folder, name)).st_mtime_ns
                    except FileNotFoundError:
                        continue
