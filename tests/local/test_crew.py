"""What the launcher does with its programs: shows them, starts them again, gives up, leaves none behind."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from readinggroup.local import children
from readinggroup.local.children import LocalError
from readinggroup.local.crew import Crew
from readinggroup.local.logs import Follower
from readinggroup.local.programs import Program
from readinggroup.local.sources import Sources
from tests.running import START_SECONDS, STOP_SECONDS

STUBBORN_FAMILY = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork():
    print(os.getpid(), flush=True)
time.sleep(60)
"""


def program(tmp_path: Path, code: str) -> Program:
    return Program("sample", [sys.executable, "-c", code], tmp_path / "sample.log", os.environ)


def wait_for(log: Path, words: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while words not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < deadline, f"never said {words!r}"
        time.sleep(0.02)


def test_program_that_ends_at_once_is_given_up_with_its_last_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readinggroup.local.crew.QUICK_DEATH_SECONDS", START_SECONDS)  # however slow the machine is
    crew = Crew("127.0.0.1", 1, follow_changes=False)
    sample = program(tmp_path, "import sys; sys.exit('no such table')")
    crew.add("sample", sample)
    sample.start()

    with pytest.raises(LocalError) as end:
        crew.watch()

    assert str(end.value).startswith(f"sample ends again and again. The end of {sample.log}:\n    no such table")
    assert capsys.readouterr().out.count("sample has ended; starting it again.") == 2


def test_program_that_ends_while_starting_is_named(tmp_path: Path) -> None:
    crew = Crew("127.0.0.1", 1, follow_changes=False)
    sample = program(tmp_path, "import sys; sys.exit('no such module')")
    crew.add("sample", sample)
    sample.start()

    with pytest.raises(LocalError, match=r"^sample ended while starting\. The end of .*:\n    no such module$"):
        crew.wait_until_ready()


def test_failed_setup_is_told_with_its_last_words(tmp_path: Path) -> None:
    crew = Crew("127.0.0.1", 1, follow_changes=False)
    sample = program(tmp_path, "raise SystemExit('no such column')")

    with pytest.raises(LocalError, match=r"^Setting up the database failed\. The end of .*:\n    no such column$"):
        crew.prepare(sample)


def test_stop_ends_a_stubborn_program_with_its_children(tmp_path: Path) -> None:
    sample = program(tmp_path, STUBBORN_FAMILY)
    sample.patience = 0.2
    sample.start()
    wait_for(sample.log, "\n")
    group = int(sample.log.read_text())

    sample.stop()

    with pytest.raises(ProcessLookupError):
        _wait_for_empty_group(group)


def _wait_for_empty_group(group: int) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        os.killpg(group, 0)
        time.sleep(0.02)


def test_long_log_is_moved_aside_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LOG_BYTES", 3)
    sample = program(tmp_path, "print('new')")
    sample.log.write_text("long\n")

    sample.start()
    wait_for(sample.log, "new\n")
    sample.stop()

    assert sample.log.read_text() == "new\n"
    assert (tmp_path / "sample.old.log").read_text() == "long\n"


def test_second_interrupt_ends_everything_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "_alive", {})  # the suite's own database is a child too
    sample = program(tmp_path, STUBBORN_FAMILY)
    sample.start()
    wait_for(sample.log, "\n")

    children.hurry()

    assert sample.process is not None
    assert sample.process.wait(STOP_SECONDS) == -signal.SIGKILL
    sample.stop()


def test_follower_shows_whole_new_lines_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "web.log"
    log.write_text("of yesterday\n")
    follower = Follower("web", log)

    with log.open("a") as file:
        file.write("one\ntw")
        file.flush()
        follower.show()
        file.write("o\n")
        file.flush()
        follower.show()
    log.write_text("x\n")
    follower.show()

    assert capsys.readouterr().out == "web    | one\nweb    | two\nweb    | x\n"
    assert follower.seen("two")
    assert not follower.seen("yesterday")


def test_sources_notice_what_matters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readinggroup.local.sources.INTERVAL_SECONDS", 0)
    (tmp_path / "var").mkdir()
    sources = Sources(tmp_path)

    (tmp_path / "var" / "a.py").touch()
    (tmp_path / "notes.md").touch()
    unmoved = sources.changed()
    (tmp_path / "a.py").touch()

    assert (unmoved, sources.changed(), sources.changed()) == (False, True, False)
