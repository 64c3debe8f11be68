"""The databases of a run, on one server: each kind is made once, and then copied for whoever needs one."""

import os
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.running import ROOT, inherited

MAKING = 20_260_000  # the lock that a worker holds while it makes one; the others wait for it


def address(name: str) -> str:
    """Return the DATABASE_URL of a database on the suite's server."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def begin() -> None:
    """Give the databases of this run, in all its workers, names of their own."""
    os.environ["SUITE_DATABASES"] = f"suite_{os.getpid()}"


def drop_all() -> None:
    """Drop the databases of this run, where the server stays."""
    with _server() as server:
        ours = f"{os.environ['SUITE_DATABASES']}_%"
        for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [ours]).fetchall():
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def migrated() -> str:
    """Return the name of a database that has our tables and no rows; nobody may connect to it, only copy it."""
    return _made_once("migrated", "template1", _migrate)


def demo() -> str:
    """Return the address of a new database with the demo, as `make run` would have set it up."""
    made, own = _made_once("demo", migrated(), _load_demo), _new_name()
    with _server() as server:
        _copy(server, made, own)
    return address(own)


def _server() -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(address("postgres"), autocommit=True)


def _new_name() -> str:
    return f"{os.environ['SUITE_DATABASES']}_{uuid4().hex}"


def _made_once(kind: str, of: str, fill: Callable[[str], None]) -> str:
    """Copy `of` and fill the copy, unless a worker has; it gets its name when it is whole."""
    name = f"{os.environ['SUITE_DATABASES']}_{kind}"
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [MAKING])  # until this connection ends
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            draft = _new_name()
            _copy(server, of, draft)
            fill(draft)
            server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (draft, name))))
    return name


def _copy(server: psycopg.Connection, old: str, new: str) -> None:
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (new, old))))


def _migrate(name: str) -> None:
    _manage(name, "migrate")
    with psycopg.connect(address(name), autocommit=True) as connection:
        _without_statistics(connection)


def _without_statistics(connection: psycopg.Connection) -> None:
    """Let nobody count rows in passing: after a rolled-back test there are none, and plans for none take hours."""
    ours = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    for (table,) in connection.execute(ours).fetchall():
        uncounted = sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = false)")
        connection.execute(uncounted.format(sql.Identifier(table)))


def _load_demo(name: str) -> None:
    _manage(name, "demo")
    with psycopg.connect(address(name), autocommit=True) as connection:
        connection.execute("ANALYZE")  # what a server does in passing, and this one leaves


def _manage(name: str, command: str) -> None:
    """Run a command on the database with the settings of `make run`, in a process that has loaded nothing else."""
    ours = {
        "DJANGO_SETTINGS_MODULE": "readinggroup.settings.local",
        "DATABASE_URL": address(name),
        "REDIS_URL": "redis://localhost:1/0",  # nobody's: no worker is woken
    }
    ran = subprocess.run(
        [sys.executable, "manage.py", command], cwd=ROOT, env=inherited() | ours, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
