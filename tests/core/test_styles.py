"""The styles of every page as one file, where static files are collected."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from core.styles import FILES, JOINED, JoiningStorage, styles


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    """Where the files of a real server are collected; twice, as by a second start."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "core.styles.JoiningStorage"}}
    for _ in range(2):
        call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_files_are_joined_in_their_order_under_a_name_of_their_content(collected: Path) -> None:
    name = staticfiles_storage.stored_name(JOINED)

    whole = (collected / name).read_bytes()

    assert isinstance(staticfiles_storage._wrapped, JoiningStorage)
    assert styles() == (JOINED,)
    assert name != JOINED
    assert whole == b"".join(Path(str(finders.find(one))).read_bytes() for one in FILES)
    assert whole.startswith(b"@layer reset, tokens, base, layout, parts, print;")
    assert gzip.decompress((collected / f"{name}.gz").read_bytes()) == whole


def test_who_follows_changes_gets_each_file_by_itself() -> None:
    assert styles() == FILES
    assert all(finders.find(one) for one in FILES)
