"""What outlasts a run: locks, sockets' folders, the key."""

import os
from pathlib import Path

import pytest

from readinggroup.local import clean, state


def test_lock_tells_who_holds_it_and_whether_the_last_one_fell(tmp_path: Path) -> None:
    with state.locked(tmp_path, holder="first") as hold:
        hold.say("first, at work")
        told = state.holder_of(tmp_path)
    after_end = state.holder_of(tmp_path)
    (tmp_path / "lock").write_text("left by a crash")

    with state.locked(tmp_path, holder="second") as second:
        assert (told, after_end) == ("first, at work", "")
        assert (hold.left_over, second.left_over) == (False, True)


def test_socket_folder_is_kept_while_it_is_private(tmp_path: Path) -> None:
    first = state.socket_folder(tmp_path)
    same = state.socket_folder(tmp_path)
    first.chmod(0o755)
    other = state.socket_folder(tmp_path)

    assert same == first != other
    assert other.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(other)) < state.SOCKET_FOLDER_MAX_BYTES
    for folder in (first, other):
        folder.rmdir()


def test_secret_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = state.secret_key(tmp_path)

    assert state.secret_key(tmp_path) == first
    assert len(first) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_clean_removes_everything_once_agreed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere, var = tmp_path / "elsewhere", tmp_path / "var"
    elsewhere.mkdir()
    var.mkdir()
    (var / "postgres").symlink_to(elsewhere)
    monkeypatch.setattr("builtins.input", lambda question: "")

    refused = clean.main(var, sure=False)
    still_there = var.exists()
    with state.locked(var, holder="someone"):
        while_running = clean.main(var, sure=True)
    agreed = clean.main(var, sure=True)

    assert (refused, still_there, while_running, agreed) == (0, True, 1, 0)
    assert not var.exists()
    assert not elsewhere.exists()
    assert "Nothing was removed." in capsys.readouterr().out
