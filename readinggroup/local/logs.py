"""Show on the terminal what the programs write into their log files."""

from pathlib import Path


class Follower:
    """Print the lines that are added to a log from now on, each with the program's name before it."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self.position = log.stat().st_size if log.exists() else 0
        self.rest = b""
        self.lines: list[str] = []

    def show(self) -> None:
        """Print what has been added since the last call; an unfinished line waits for its end."""
        for line in self._added():
            print(f"{self.name:<6} | {line}", flush=True)

    def seen(self, words: str) -> bool:
        """Say whether one of the last lines had these words."""
        return any(words in line for line in self.lines)

    def _added(self) -> list[str]:
        try:
            with self.log.open("rb") as file:
                if file.seek(0, 2) < self.position:  # a new file under the same name
                    self.position = 0
                file.seek(self.position)
                added = file.read()
        except FileNotFoundError:
            return []
        self.position += len(added)
        *whole, self.rest = (self.rest + added).split(b"\n")
        lines = [line.decode(errors="replace") for line in whole]
        self.lines = (self.lines + lines)[-100:]
        return lines
