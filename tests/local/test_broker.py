"""The broker of our own: both its addresses work, it keeps what it acknowledged, it tolerates no second."""

import os
import signal
from pathlib import Path

import kombu
import pytest
import redis

from readinggroup.local import broker, state


def test_both_addresses_lead_to_the_server(server_folder: Path) -> None:
    with (
        broker.running(server_folder) as server,
        redis.from_url(server.cache_url) as client,
        kombu.Connection(server.celery_url) as connection,
    ):
        connection.ensure_connection(max_retries=1)

        assert client.ping()
        assert connection.connected


def test_what_was_acknowledged_survives_a_kill(server_folder: Path) -> None:
    with broker.running(server_folder) as server:
        with redis.from_url(server.cache_url) as client:
            client.set("kept", "1")
        os.kill(server.pid, signal.SIGKILL)
    with broker.running(server_folder) as server, redis.from_url(server.cache_url) as client:
        assert client.get("kept") == b"1"


def test_folder_in_use_is_refused(server_folder: Path) -> None:
    with broker.running(server_folder), pytest.raises(state.InUseError), broker.running(server_folder):
        pass
