"""Folders for servers that leave nothing behind, also as root, when the data lie elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from readinggroup.local import state


@pytest.fixture
def server_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for one server's data."""
    folder = tmp_path / "server"
    yield folder
    state.remove(folder)
