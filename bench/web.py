"""How fast our pages are beside the floor (bench/floor): same server, settings, tables and bytes, no engine, no rules.

100,000 papers in listings of 200, a group with 100,000 votes; BENCH_PAPERS and BENCH_VOTES set other numbers. Both
servers run at the same time and are asked by turns, so that what else the machine does meets both; of several rounds
the best counts.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from accounts.models import User
from bench import client, search
from core.changes import changes_of
from core.clock import now
from groups.models import Group, Membership
from papers.actions import count_words
from papers.models import Paper
from readinggroup.local import children, crew, programs

ROUNDS = 5
SECONDS = 1.0  # a slice
MANY = 16  # connections
MANY_SECONDS = 2.0
MANY_ROUNDS = 3
START_SECONDS = 60
OURS, FLOOR = 8471, 8472  # ports
SLUG = "bench"
LISTED = 200  # papers a listing
MEMBERS = 100
VOTED = 40  # papers of a listing
VOTES = -(-int(os.environ.get("BENCH_VOTES", search.PAPERS)) * LISTED // (search.PAPERS * VOTED))  # for each of them
WORD = "hyperspectral"


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of us, made anew for each slice, and of the floor; and the answer that it has to be."""

    ours: Callable[[], Sequence[bytes]]
    floor: Sequence[bytes]
    status: int = 200


def run() -> dict[str, object]:
    """Return the figures of each case, and the memory of both servers."""
    begun = time.monotonic()
    member, day = fill()
    filled = time.monotonic()
    with servers() as (ours, floor):
        cases = _cases(_Asker(OURS, member), _Asker(FLOOR, member), day)
        figures = {name: _measured(case, ours, floor) for name, case in cases.items()}
        memory = {"ours MB": _memory(ours), "floor MB": _memory(floor)}
    return {
        "papers": search.PAPERS,
        "votes": search.PAPERS // LISTED * VOTED * VOTES,
        "filling s": round(filled - begun),
        "measuring s": round(time.monotonic() - filled),
        **figures,
        "memory of two workers": memory | {"of the floor": round(memory["ours MB"] / memory["floor MB"], 2)},
    }


# --- what there is to show ---------------------------------------------------------------------------------

_LISTINGS = """
INSERT INTO papers_listing (category, announced_on, state, stated, created_at)
SELECT 'cs.CV', current_date - n, 'shown', '{}', now() FROM generate_series(0, %(listings)s - 1) n
"""
_ENTRIES = """
INSERT INTO papers_entry (listing_id, paper_id, position, announce_type, inferred, version, weight, place)
SELECT l.id, p.id, (p.n - 1) %% %(listed)s + 1, 'new', false, 1, 0, 0
FROM (SELECT id, row_number() OVER (ORDER BY external_id DESC) n FROM papers_paper) p
JOIN papers_listing l ON l.announced_on = current_date - ((p.n - 1) / %(listed)s)::int
"""
_GROUP_PAPERS = """
INSERT INTO discussion_grouppaper (group_id, paper_id, added_at, kind)
SELECT %(group)s, paper_id, now(), 'normal' FROM papers_entry WHERE position <= %(voted)s
"""
_VOTES = """
INSERT INTO discussion_vote (group_id, group_paper_id, member_id, cast_at)
SELECT %(group)s, gp.id, m.user_id, l.announced_on + m.n * interval '1 hour'
FROM discussion_grouppaper gp
JOIN papers_entry e ON e.paper_id = gp.paper_id JOIN papers_listing l ON l.id = e.listing_id
JOIN (SELECT user_id, row_number() OVER (ORDER BY id) n FROM groups_membership WHERE group_id = %(group)s) m
ON (m.n + e.position * 7) %% %(members)s < %(votes)s
"""


def fill(papers: int = search.PAPERS, listed: int = LISTED) -> tuple[User, str]:
    """Fill the tables with at least so many papers, in listings of so many; return a member, and a day's address."""
    search.fill(papers)
    count_words()
    group = Group.objects.create(name="Bench", slug=SLUG, zone="Europe/Berlin", categories=["cs.CV"])
    users = get_user_model().objects.bulk_create(
        User(email=f"member{number}@example.org", name=f"Member {number}") for number in range(MEMBERS)
    )
    Membership.objects.bulk_create(Membership(group=group, user=user) for user in users)
    wanted = {
        "listings": -(-Paper.objects.count() // listed),
        "listed": listed,
        "group": group.pk,
        "voted": VOTED,
        "members": MEMBERS,
        "votes": VOTES,
    }
    with connection.cursor() as cursor:
        for statement in (_LISTINGS, _ENTRIES, _GROUP_PAPERS, _VOTES):
            cursor.execute(statement, wanted)
        cursor.execute("VACUUM ANALYZE")
    return users[0], f"/g/{SLUG}/day/{now().date().isoformat()}/"


# --- two servers -------------------------------------------------------------------------------------------


@contextmanager
def servers() -> Iterator[tuple[programs.Program, programs.Program]]:
    """Run ours and the floor, each as `make run` runs it."""
    folder = Path(tempfile.mkdtemp(prefix="reading-group-bench-"))
    environment = os.environ | {"SECRET_KEY": settings.SECRET_KEY, "STATE_DIR": str(folder)}
    ours = "readinggroup.settings.local"
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0", "--settings", ours]
    subprocess.run(collect, cwd=programs.ROOT, env=environment, check=True)
    started = []
    try:
        for name, port in ((ours, OURS), ("bench.floor.settings", FLOOR)):
            server = programs.web(
                folder / name,
                environment | {"DJANGO_SETTINGS_MODULE": name},
                host="127.0.0.1",
                port=port,
                every_request=False,
            )
            server.start()
            started.append(server)
            _wait_for(port, server.log)
        yield started[0], started[1]
    finally:
        for server in started:
            server.stop()
        shutil.rmtree(folder)


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while not crew.answers("127.0.0.1", port):
        if time.monotonic() > until:
            raise RuntimeError(f"nothing answers at port {port}:\n{children.tail(log)}")
        time.sleep(0.1)


def _processes(server: programs.Program) -> list[psutil.Process]:
    if server.process is None:
        raise RuntimeError("the server has ended")
    root = psutil.Process(server.process.pid)
    return [root, *root.children(recursive=True)]


def _memory(server: programs.Program) -> float:
    """Return the megabytes of the server and its workers; what they share is counted once."""
    return round(float(sum(one.memory_full_info().pss for one in _processes(server))) / 1e6, 1)


def _cpu(server: programs.Program) -> float:
    """Return the seconds that the server's processes have computed."""
    return float(sum(sum(one.cpu_times()[:2]) for one in _processes(server)))


# --- what is asked -----------------------------------------------------------------------------------------


def logged_in(member: User) -> str:
    """Return the session's key of a member who is logged in."""
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.create()
    return str(session.session_key)


class _Asker:
    """A member who is logged in at one of the servers."""

    def __init__(self, port: int, member: User) -> None:
        self.port = port
        self.headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={logged_in(member)}"}
        page = self.answer(self.get(f"/g/{SLUG}/"))
        secret = page.head.decode().partition(f"{settings.CSRF_COOKIE_NAME}=")[2].partition(";")[0]
        self.headers["Cookie"] += f"; {settings.CSRF_COOKIE_NAME}={secret}"
        self.headers["X-CSRFToken"] = secret

    def answer(self, request: bytes) -> client.Answer:
        """Ask once; anything but a page, or word that there is none, is a mistake."""
        with closing(client.Connection(self.port)) as once:
            answer = once.ask(request)
        if answer.status not in (200, 204, 304):
            raise RuntimeError(f"{answer.status} to {request.partition(b' HTTP')[0].decode()}")
        return answer

    def get(self, address: str, **headers: str) -> bytes:
        """Return the request for a page."""
        return client.request("GET", address, self.headers | headers)

    def post(self, address: str, body: str) -> bytes:
        """Return the request that a form makes, sent by htmx."""
        return client.request("POST", address, self.headers | {"HX-Request": "true"}, body)


def _cases(ours: _Asker, floor: _Asker, day: str) -> dict[str, Case]:
    return {
        "week page": _page(ours, floor, f"/g/{SLUG}/"),
        "day listing of 200": _page(ours, floor, day),
        "search": _page(ours, floor, f"/g/{SLUG}/search/?q={WORD}"),
        "vote": _votes(ours, floor),
        "unchanged page, 304": _unchanged(ours, floor, day),
        "look for news, 204": _no_news(ours, floor, day),
    }


def _page(ours: _Asker, floor: _Asker, address: str) -> Case:
    length = len(ours.answer(ours.get(address)).body)
    joint = "&" if "?" in address else "?"
    return Case(lambda: [ours.get(address)], [floor.get(f"{address}{joint}bytes={length}")])


def _unchanged(ours: _Asker, floor: _Asker, address: str) -> Case:
    """Ask again for a page that is kept; a page's name holds for the minute, so that a slice must lie in one."""

    def asked_again() -> Sequence[bytes]:
        left = 60 - now().second
        if left < SECONDS + MANY_SECONDS:
            time.sleep(left)
        return [ours.get(address, **{"If-None-Match": _header(ours.answer(ours.get(address)), "ETag")})]

    known = {"If-None-Match": '"kept"'}
    return Case(asked_again, [floor.get(f"/g/{SLUG}/unchanged/", **known)], status=304)


def _no_news(ours: _Asker, floor: _Asker, address: str) -> Case:
    def looked() -> Sequence[bytes]:
        version, _ = changes_of(["papers", "people"], group=SLUG)
        return [ours.get(f"{address}?seen={version}")]

    return Case(looked, [floor.get(f"/g/{SLUG}/unchanged/")], status=204)


def _header(answer: client.Answer, name: str) -> str:
    return answer.head.decode().partition(f"\r\n{name}: ")[2].partition("\r\n")[0]


def _votes(ours: _Asker, floor: _Asker) -> Case:
    """Vote for papers of the newest days, each on and off by turns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.external_id FROM papers_entry e JOIN papers_paper p ON p.id = e.paper_id"
            " WHERE e.position <= %s ORDER BY e.listing_id LIMIT 160",
            [VOTED],
        )
        papers = [found for (found,) in cursor.fetchall()]
    addresses = [(f"/g/{SLUG}/papers/{paper}/vote/", state) for state in ("on", "off") for paper in papers]
    length = len(ours.answer(ours.post(addresses[0][0], "state=off")).body)
    requests = [ours.post(address, f"state={state}") for address, state in addresses]
    return Case(
        lambda: requests,
        [floor.post(f"{address}?bytes={length}", f"state={state}") for address, state in addresses],
    )


# --- measuring ---------------------------------------------------------------------------------------------


class _Side:
    """One of the two servers in a case: its best round of each kind, and what an answer costs it."""

    def __init__(
        self, server: programs.Program, port: int, requests: Callable[[], Sequence[bytes]], status: int
    ) -> None:
        self.server, self.port, self.requests, self.status = server, port, requests, status
        self.alone: list[client.Ran] = []
        self.crowded: list[client.Ran] = []
        self.cpu_seconds = 0.0

    def ask_alone(self) -> None:
        """Ask over one connection for a while."""
        requests, before = self.requests(), _cpu(self.server)
        self.alone.append(client.run(self.port, requests, self.status, connections=1, seconds=SECONDS))
        self.cpu_seconds += _cpu(self.server) - before

    def ask_crowded(self) -> None:
        """Ask over many connections at once for a while."""
        self.crowded.append(client.run(self.port, self.requests(), self.status, connections=MANY, seconds=MANY_SECONDS))

    def figures(self) -> dict[str, float]:
        """Return answers a second and the median over one connection, computing time an answer, and p95 over many."""
        best = max(self.alone, key=lambda ran: ran.a_second)
        return {
            "a second": round(best.a_second, 1),
            "median ms": round(1000 * best.times[len(best.times) // 2], 1),
            "computing ms": round(1000 * self.cpu_seconds / sum(len(ran.times) for ran in self.alone), 1),
            f"p95 ms at {MANY}": round(min(ran.p95() for ran in self.crowded)),
        }


def _measured(case: Case, ours: programs.Program, floor: programs.Program) -> dict[str, object]:
    """Ask both by turns; of the rounds the best counts."""
    us = _Side(ours, OURS, case.ours, case.status)
    them = _Side(floor, FLOOR, lambda: case.floor, case.status)
    for _ in range(ROUNDS):
        us.ask_alone()
        them.ask_alone()
    for _ in range(MANY_ROUNDS):
        us.ask_crowded()
        them.ask_crowded()
    found, least = us.figures(), them.figures()
    return {"of the floor": round(found["a second"] / least["a second"], 2), "ours": found, "floor": least}
