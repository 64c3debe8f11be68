"""A worker is killed again and again while it sends mail: each mail arrives, and a second copy is the same mail."""

import os
import random
import subprocess
import sys
from collections import Counter
from datetime import time
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.db import connection

from core.clock import now
from notifications.models import Message, NoticeSettings
from tests import databases
from tests.factories import UserFactory
from tests.notifications import sink

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("FAULT_KILLS", "4"))
MAILS_A_KILL = 5
LEASE_SECONDS = 1
PATIENCE = 180
LOOK = 0.002

# Loads everything once; then starts a sender, or kills it, as often as it is told to.
NURSERY = """
import os, signal, sys, time, django
django.setup()
from core import limits
from notifications.actions import send_due
limits.SEND_PAUSES = (0.001,) * 100

def start():
    sender = os.fork()
    if not sender:
        os.close(0)
        while True:
            send_due()
            time.sleep(0.02)
    return sender

sender = 0
for word in sys.stdin:
    if sender:
        os.kill(sender, signal.SIGKILL)
        os.waitpid(sender, 0)
    sender = start() if word.strip() == "start" else 0
    print(sender, flush=True)
"""

chance = random.Random(20261126)


class Sender:
    """A process that sends what is due, on this test's database, killed at will."""

    def __init__(self, log: Path, server: sink.Sink) -> None:
        ours = {
            "DJANGO_SETTINGS_MODULE": "readinggroup.settings.test",
            "DATABASE_URL": databases.address(connection.settings_dict["NAME"]),
            "LEASE_SECONDS": str(LEASE_SECONDS),
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(server.port),
            "EMAIL_USE_TLS": "false",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            cwd=ROOT,
            env=os.environ | ours,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("ab"),
            text=True,
        )

    def told(self, word: str) -> None:
        """Kill the sender, if there is one, and with "start" begin another."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline()

    def end(self) -> None:
        self.told("kill")
        self.process.communicate(timeout=PATIENCE)


def write_messages(count: int) -> dict[str, Message]:
    """Write so many messages, each to a person of its own and due now; return them by what their mails are named."""
    people = [UserFactory() for _ in range(count)]
    # At any hour of any day, whenever this test runs.
    any_hour = {"quiet_from": time(0), "quiet_until": time(0), "weekends": True}
    NoticeSettings.objects.bulk_create(NoticeSettings(user=person, **any_hour) for person in people)
    payload = {"about": "A paper", "said": "Ada replied to you.", "address": "/"}
    common = {"channel": "mail", "kind": "reply", "object": "x:1", "payload": payload, "due_at": now()}
    rows = Message.objects.bulk_create(Message(recipient=person, **common) for person in people)
    return {f"<{row.digest}@localhost>": row for row in rows}


def wait_for(reached: object) -> None:
    deadline = monotonic() + PATIENCE
    while not reached():  # type: ignore[operator]
        assert monotonic() < deadline, "stuck"
        sleep(LOOK)


def test_kills_lose_no_mail_and_a_second_copy_has_the_same_id(tmp_path: Path) -> None:
    expected = write_messages(KILLS * MAILS_A_KILL)
    with sink.running() as server:
        sender = Sender(tmp_path / "sender.log", server)
        try:
            for kill in range(KILLS):
                server.mood = chance.choice(["fine", "slow", "drop"]) if kill % 2 else "fine"
                seen = len(server.taken) + server.dropped
                sender.told("start")
                wait_for(lambda seen=seen: len(server.taken) + server.dropped > seen + chance.randrange(3))
                sleep(chance.uniform(0, 0.004))
            server.mood = "fine"
            sender.told("start")
            wait_for(lambda: not Message.objects.exclude(state="sent").exists())
        finally:
            sender.end()

    arrived = Counter(taken.message["Message-ID"] for taken in server.taken)
    copies = arrived.total() - len(arrived)
    print(f"{KILLS} kills, {len(expected)} mails: 0 lost, {copies} sent once more")  # noqa: T201  (shown with -s)
    assert set(arrived) == set(expected)
    assert all(taken.to == (expected[taken.message["Message-ID"]].recipient.email,) for taken in server.taken)  # type: ignore[union-attr]
    assert copies <= KILLS
