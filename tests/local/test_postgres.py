"""The database of our own: it starts from nothing, keeps what it was given, and recovers from every end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dj_database_url
import psycopg
import pytest

from readinggroup.local import installations, postgres, state
from readinggroup.local.children import LocalError
from readinggroup.local.installations import Installation
from tests.running import STOP_SECONDS

HOLD_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from readinggroup.local import postgres
with postgres.running(Path(sys.argv[1]), durable=False) as server:
    print(server.pid, flush=True)
    time.sleep(60)
"""


def rows(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM kept ORDER BY number")]


def keep(url: str, number: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number integer)")
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def gone(pid: int) -> bool:
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_url_is_understood_by_django_and_leads_to_a_server_with_our_extensions(server_folder: Path) -> None:
    with postgres.running(server_folder, durable=False) as server:
        parsed = dj_database_url.parse(server.url)
        with psycopg.connect(server.url) as connection:
            for extension in ("pg_trgm", "unaccent", "citext", "btree_gin"):
                connection.execute(f"CREATE EXTENSION {extension}")
            encoding = connection.execute("SHOW server_encoding").fetchone()

    assert parsed["HOST"] == str(server.socket)
    assert (parsed["NAME"], parsed["USER"]) == ("rg", "rg")
    assert encoding == ("UTF8",)


@pytest.mark.parametrize("durable", [True, False])
def test_durability_is_given_up_only_when_asked(server_folder: Path, durable: bool) -> None:
    names = ("fsync", "full_page_writes", "synchronous_commit")

    with postgres.running(server_folder, durable=durable) as server, psycopg.connect(server.url) as connection:
        values = [connection.execute(f"SHOW {name}").fetchone() for name in names]

    assert values == [("on",) if durable else ("off",)] * 3


def test_rows_survive_a_stop_and_a_kill(server_folder: Path) -> None:
    with postgres.running(server_folder) as server:
        keep(server.url, 1)
    with postgres.running(server_folder) as server:
        keep(server.url, 2)
        os.kill(server.pid, signal.SIGKILL)
    with postgres.running(server_folder) as server:
        kept = rows(server.url)

    assert kept == [1, 2]


def test_server_that_was_killed_starts_again_at_the_same_address(server_folder: Path) -> None:
    with postgres.running(server_folder) as server:
        address = server.url
        keep(server.url, 1)
        os.kill(server.pid, signal.SIGKILL)
        server.stop()
        server.start()

        assert (server.url, rows(address)) == (address, [1])


def test_process_and_socket_files_that_name_a_stranger_do_not_matter(server_folder: Path) -> None:
    with postgres.running(server_folder, durable=False) as server:
        keep(server.url, 1)
    (server.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{server.cluster}\n0\n5432\n")
    (server.socket / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")

    with postgres.running(server_folder, durable=False) as again:
        assert rows(again.url) == [1]


def test_half_made_cluster_is_made_anew(server_folder: Path) -> None:
    with postgres.running(server_folder, durable=False) as server:
        home = server.home
    os.rename(home / "cluster", home / "cluster.new")
    (home / "cluster.new" / "PG_VERSION").unlink()

    with postgres.running(server_folder, durable=False) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_folder_in_use_is_refused(server_folder: Path) -> None:
    with (
        postgres.running(server_folder, durable=False) as server,
        pytest.raises(state.InUseError) as refusal,
        postgres.running(server_folder, durable=False),
    ):
        pass

    assert refusal.value.folder == server.home


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent's life")
def test_server_ends_when_its_launcher_is_killed(server_folder: Path) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", HOLD_UNTIL_KILLED, server_folder], stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout is not None
    pid = int(launcher.stdout.readline())

    launcher.kill()
    launcher.wait()

    assert gone(pid)


def test_orphan_of_an_earlier_run_is_ended_first(server_folder: Path) -> None:
    with postgres.running(server_folder, durable=False) as server:
        keep(server.url, 1)
        orphan, server.process = server.process, None
    assert orphan is not None

    try:
        with postgres.running(server_folder, durable=False) as again:
            assert orphan.wait(STOP_SECONDS) == 0
            assert rows(again.url) == [1]
    finally:
        orphan.kill()


def test_temporary_server_leaves_neither_process_nor_folder() -> None:
    server = postgres.start_temporary()
    socket = Path(str(dj_database_url.parse(server.url)["HOST"]))
    with psycopg.connect(server.url) as connection:
        pid = connection.info.backend_pid
        (data,) = connection.execute("SHOW data_directory").fetchone() or ("",)

    server.stop()

    assert gone(pid)
    assert not socket.exists()
    assert not Path(data).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change the user")
def test_root_runs_the_server_as_another_user_with_private_data(server_folder: Path) -> None:
    with postgres.running(server_folder, durable=False) as server:
        owners = {Path(f"/proc/{server.pid}").stat().st_uid, server.cluster.stat().st_uid}
        modes = [path.stat().st_mode & 0o777 for path in (server.cluster, server.socket)]

    assert server.owner is not None
    assert owners == {server.owner.pw_uid}
    assert modes == [0o700, 0o700]


def test_programs_that_the_other_user_cannot_reach_are_copied_with_their_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "site-packages" / "embedded" / "pginstall" / "bin"
    libraries = tmp_path / "site-packages" / "embedded.libs"
    for folder, name in ((programs, "postgres"), (libraries, "libpq.so")):
        folder.mkdir(parents=True, mode=0o700)
        (folder / name).touch(0o700)
    monkeypatch.setattr(state, "reaches", lambda owner, path, mode: False)

    copy = installations.reachable_copy(Installation(programs, "18.6"), tmp_path, None)

    home = tmp_path / "postgresql-18.6"
    assert copy == Installation(home / "embedded" / "pginstall" / "bin", "18.6")
    assert (copy.folder / "postgres").stat().st_mode & 0o777 == 0o755
    assert (home / "embedded.libs" / "libpq.so").stat().st_mode & 0o777 == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change the user")
def test_data_are_elsewhere_when_the_other_user_cannot_reach_the_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    folder = tmp_path / "server"
    try:
        with postgres.running(folder, durable=False) as server:
            keep(server.url, 1)
        with postgres.running(folder, durable=False) as again:
            assert rows(again.url) == [1]

        assert folder.is_symlink()
        assert again.home == folder.resolve() != folder
    finally:
        state.remove(folder)

    assert not again.home.exists()
    assert not folder.is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change the user")
def test_copied_programs_work(server_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reaches = state.reaches
    monkeypatch.setattr(state, "reaches", lambda owner, path, mode: mode != "r" and reaches(owner, path, mode))

    with postgres.running(server_folder, durable=False) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    assert server.installation.folder.is_relative_to(server.home)


def test_machine_without_programs_is_told_of_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installations, "installations", lambda: iter(()))

    with pytest.raises(LocalError, match="or set DATABASE_URL to a server of your own"):
        installations.choose(tmp_path)


def test_data_decide_which_programs_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer, older = Installation(tmp_path, "18.6"), Installation(tmp_path, "15.4")
    monkeypatch.setattr(installations, "installations", lambda: iter((newer, older)))
    assert installations.choose(tmp_path) == newer

    (tmp_path / "PG_VERSION").write_text("15\n")
    assert installations.choose(tmp_path) == older

    (tmp_path / "PG_VERSION").write_text("14\n")
    with pytest.raises(LocalError, match="made by PostgreSQL 14"):
        installations.choose(tmp_path)
