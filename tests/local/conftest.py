"""Folders for servers that leave nothing behind, also as root."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from readinggroup.local import state


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder that other users may pass through, so that the data of root's server stay in it."""
    with tempfile.TemporaryDirectory(prefix="reading-group-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def server_folder(open_folder: Path) -> Iterator[Path]:
    """A folder for one server's data."""
    folder = open_folder / "server"
    yield folder
    state.remove(folder)
