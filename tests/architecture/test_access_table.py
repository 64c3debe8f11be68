"""Every address × role × method against the table in access.toml, and what outsiders can tell and do."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Model
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from core.clock import now
from discussion.access import answer_token
from discussion.models import Assignment, GroupPaper
from groups import actions
from groups.models import Group, Membership
from meetings.models import AgendaItem, Poll, Slot, Swap
from notifications.access import stop_token
from notifications.models import Webhook
from papers.models import Import, Paper, Problem, StagedEntry
from papers.parsers.record import Record
from readinggroup import health
from readinggroup.public import PUBLIC_VIEWS
from tests.factories import (
    Cast,
    CommentFactory,
    EntryFactory,
    GroupPaperFactory,
    ListingFactory,
    MeetingFactory,
    PaperFactory,
    VoteFactory,
    make_cast,
)

TABLE = tomllib.loads((Path(__file__).parent / "access.toml").read_text(encoding="utf-8"))
ROLES: list[str] = TABLE["roles"]
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
HTMX = {"HX-Request": "true"}
LISTING = Path(__file__).parents[1] / "data" / "listing-cs.LG-2016-06-28.md"


@dataclass
class World:
    """A group in which everything that an address can name exists, by the words of the table."""

    cast: Cast
    things: dict[str, Any]
    clients: dict[str, Client] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def named(self, words: dict[str, str]) -> dict[str, Any]:
        """Put things in place of words; a word that names none stands for itself."""
        return {name: self.thing(word) for name, word in words.items()}

    def thing(self, word: str) -> Any:
        return uuid4() if word == "a fresh key" else self.things.get(word, word)

    def client(self, role: str) -> Client:
        """Return a browser in which the person is logged in, with no other traces."""
        if role not in self.clients:
            self.clients[role] = client = Client(raise_request_exception=False)
            if role != "anonymous":
                client.force_login(getattr(self.cast, role))
                self.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
        client = self.clients[role]
        client.cookies.clear()
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def ask(self, role: str, method: str, address: str, post: dict[str, Any], *, htmx: bool) -> HttpResponse:
        """Send the request and take back whatever it changed."""
        client = self.client(role)
        data = {"data": post} if method == "POST" else {}
        with transaction.atomic():
            answer = getattr(client, method.lower())(address, **data, headers=HTMX if htmx else {})
            transaction.set_rollback(True)
        return answer


def make_world(cast: Cast) -> World:
    """Fill the group of the cast, as its organiser and member would."""
    group = cast.group
    paper = (
        Paper.objects.filter(external_id="2009.14798").first() or EntryFactory(paper__external_id="2009.14798").paper
    )
    group_paper = GroupPaperFactory(group=group, paper=paper, added_by=cast.member)
    VoteFactory(group_paper=group_paper, member=cast.organiser)
    comment = CommentFactory(group_paper=group_paper, author=cast.member)
    own = PaperFactory(source="own", scope=f"group-{group.pk}", authors=[])
    added = GroupPaperFactory(group=group, paper=own, added_by=cast.member)
    asked = Assignment.objects.create(group=group, group_paper=added, member=cast.member, state="asked")
    meeting = MeetingFactory(group=group)
    begun = MeetingFactory(group=group, starts_at=now() - timedelta(minutes=30), state="published")
    topic = AgendaItem.objects.create(group=group, meeting=meeting, position=1, title="Welcome", minutes=5)
    running = MeetingFactory(group=group, starts_at=now() - timedelta(days=2), state="running")
    line = AgendaItem.objects.create(group=group, meeting=running, position=1, title="Welcome", minutes=5)
    held = Assignment.objects.create(
        group=group,
        group_paper=GroupPaperFactory(group=group),
        meeting=meeting,
        member=cast.member,
        state="accepted",
    )
    swap = Swap.objects.create(group=group, key=uuid4(), given=held, asked_by=cast.member, member=cast.organiser)
    invited = actions.invite(by=cast.organiser, slug=group.slug, key=uuid4(), role="member", max_uses=5)
    poll = Poll.objects.create(group=group, key=uuid4(), minutes=60)
    slot = Slot.objects.create(group=group, poll=poll, starts_at=now() + timedelta(days=20))
    things = {
        "the group": group.slug,
        "the poll": poll.pk,
        "its time": slot.pk,
        "the group's name": group.name,
        "the guest's membership": Membership.objects.get(group=group, user=cast.guest).pk,
        "the invitation": invited.invitation.pk,
        "a working link": invited.token,
        "a feed's secret": actions.renew_feed_link(by=cast.guest, slug=group.slug, key=uuid4()).token,
        "the room": _room(group).pk,
        "a link that stops mail": stop_token(cast.member.pk, group.notice_scope),
        "a link that answers": answer_token(asked),
        "the paper": paper.external_id,
        "the own entry": own.address,
        "the comment": comment.pk,
        "today": f"{now():%Y-%m-%d}",
        "the year": now().year,
        "the meeting": meeting.slug,
        "a day to come": f"{now().date() + timedelta(days=40)}",
        "the meeting that has begun": begun.slug,
        "the agenda item": topic.pk,
        "a swap": swap.pk,
        "the running meeting": running.slug,
        "its line": line.pk,
        "the member": cast.member.pk,
        **_imports(cast),
        "the listing": ListingFactory(category="cs.CV").pk,
        "a listing": LISTING.read_text(encoding="utf-8"),
    }
    return World(cast, things)


def _room(group: Group) -> Webhook:
    url = "https://hooks.slack.com/services/T0/B0/x"
    return Webhook.objects.create(key=uuid4(), scope=group.notice_scope, service="slack", url=url, kinds=["agenda"])


def _imports(cast: Cast) -> dict[str, int]:
    """Make an import in each state that an address needs, and a problem of the first."""

    def brought(sign: str, **fields: Any) -> Import:
        return Import.objects.create(kind="upload", sha256=f"{cast.group.pk:063}{sign}", **fields)

    batch = brought("0", content=b"#", format="md-listing", category="cs.CV", announced_on=now().date(), state="review")
    record = Record(position=1, arxiv_id="2009.00001", title="A paper", announce_type="new")._asdict()
    StagedEntry.objects.create(batch=batch, position=1, external_id="2009.00001", announce_type="new", record=record)
    table = b"title,id\nOn one,2009.00001\n"
    return {
        "the import": batch.pk,
        "the failed import": brought("f", content=b"#", state="failed", finished_at=now()).pk,
        "the import in CSV": brought("c", content=table, format="csv", state="review").pk,
        "the problem": Problem.objects.create(batch=batch, line=1, position=2, text="#", reason="x").pk,
    }


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, World]]:
    """Two groups for the whole file, with everyone logged in: what a test does to them is taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_world(make_cast()), make_world(make_cast())
        for one in made:
            for role in ROLES:
                one.client(role)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(worlds: tuple[World, World], db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(health, "_broker_answers", lambda: True)  # no broker runs here, and asking takes a second
    return worlds[0]


@pytest.fixture
def other(worlds: tuple[World, World], db: None) -> World:
    return worlds[1]


def walk(resolver: URLResolver, prefix: str = "", route: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Yield the name of every address (its pattern where it has none), the pattern before it, and itself."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield prefix + (entry.name or str(entry.pattern)), route, entry
        else:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from walk(entry, inner, route + str(entry.pattern))


ADDRESSES = {name: (route, pattern) for name, route, pattern in walk(get_resolver())}


def row_of(name: str) -> dict[str, Any]:
    """Return the kind's answers with the address's own on top."""
    row = TABLE["addresses"].get(name) or TABLE["addresses"].get(f"{name.partition(':')[0]}:*")
    if row is None:
        raise AssertionError(f"{name} is missing from access.toml: say there who may use it")
    return TABLE["kinds"][row["kind"]] | row


def expected(row: dict[str, Any], method: str) -> dict[str, str]:
    """Map each role to the number the table has for the method, "-" where it has none."""
    line = row.get("GET" if method == "HEAD" else method) or row.get("other")
    return dict(zip(ROLES, line.split() if line else ["-"] * len(ROLES), strict=True))


def address_of(name: str, world: World, row: dict[str, Any]) -> str:
    if name.startswith("admin:"):
        _, pattern = ADDRESSES[name]
        filled = dict.fromkeys(pattern.pattern.regex.groupindex, "1") | {"app_label": "groups"}
        filled = {argument: filled[argument] for argument in pattern.pattern.regex.groupindex}
        return reverse(name, kwargs=filled) if pattern.name else "/admin/no-such-page"
    return reverse(name, kwargs=world.named(row.get("args", {})))


def test_every_address_is_in_the_table_and_no_other() -> None:
    listed = {name for name in TABLE["addresses"] if not name.endswith(":*")}
    starred = {name.removesuffix("*") for name in TABLE["addresses"] if name.endswith(":*")}
    covered = {name for name in ADDRESSES if not any(name.startswith(prefix) for prefix in starred)}

    assert covered - listed == set()
    assert listed - set(ADDRESSES) == set()


def methods_of(name: str) -> list[str]:
    """Return the methods to try; what the classes of others say to the rarer ones is not ours to promise."""
    return ["GET", "POST"] if name.startswith(("account_", "mfa_", "socialaccount_", "admin:")) else METHODS


def by_htmx(number: str, role: str, *, name: str, row: dict[str, Any]) -> int:
    """Return what htmx gets where everyone else gets the number."""
    if number != "302":
        return int(number)
    if role == "anonymous":
        return 302 if name in PUBLIC_VIEWS else 200
    return 302 if row.get("htmx") == "as plain" else 200


@pytest.mark.parametrize("name", ADDRESSES)
def test_address_answers_as_the_table_says(world: World, name: str) -> None:
    row = row_of(name)
    address = address_of(name, world, row)
    wrong = []

    for method in methods_of(name):
        for role, number in expected(row, method).items():
            if number == "-":
                continue
            answers = [(False, int(number))]
            if method in {"GET", "POST"}:  # what htmx sends
                answers.append((True, by_htmx(number, role, name=name, row=row)))
            for htmx, wanted in answers:
                answer = world.ask(role, method, address, world.named(row.get("post", {})), htmx=htmx)
                if answer.status_code != wanted:
                    wrong.append(f"{role} {method}{' htmx' * htmx}: {answer.status_code}, the table says {wanted}")

    assert "\n".join(wrong) == ""


GROUP_ADDRESSES = [name for name, row in TABLE["addresses"].items() if "slug" in row.get("args", {})]


def told(answer: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    """Return all that an answer tells, but for the request's own id."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
    content = answer.content.replace(answer["X-Request-Id"].encode(), b"")
    return answer.status_code, content, headers


@pytest.mark.parametrize("name", GROUP_ADDRESSES)
def test_group_that_is_closed_looks_like_one_that_is_missing(world: World, name: str) -> None:
    row = row_of(name)
    there = address_of(name, world, row)
    missing = there.replace(world.cast.group.slug, "x" * len(world.cast.group.slug))
    sent = world.named(row.get("post", {}))

    requests = [("GET", {}), ("POST", sent), ("POST", {}), ("PUT", {})]
    for role, (method, post), htmx in product(("outsider", "former_member", "admin"), requests, (False, True)):
        closed = told(world.ask(role, method, there, post, htmx=htmx))
        absent = told(world.ask(role, method, missing, post, htmx=htmx))

        assert (role, closed) == (role, absent)


def is_tenants(model: type[Model]) -> bool:
    """Tell whether the model's rows belong to a group."""
    return any(column.related_model is Group for column in model._meta.concrete_fields)


TENANT_MODELS = [model for model in apps.get_models() if is_tenants(model)]


def hash_of(table: str, where: str = "true") -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{table}\" t WHERE {where}"
        )
        return str(cursor.fetchone()[0])


def rows_of(group: Group) -> dict[str, str]:
    """Map each table with rows of groups to a hash of this group's."""
    hashes = {model._meta.db_table: hash_of(model._meta.db_table, f"group_id = {group.pk}") for model in TENANT_MODELS}
    return hashes | {Group._meta.db_table: hash_of(Group._meta.db_table, f"id = {group.pk}")}


def crossed_rows() -> list[str]:
    """Return the rows of one group that point at a row of another."""
    return [
        f"{model.__name__}.{key.name} of {row.pk}"
        for model in TENANT_MODELS
        for key in model._meta.concrete_fields
        if key.related_model in TENANT_MODELS
        for row in model.objects.exclude(**{f"{key.name}__group": F("group")}).exclude(**{key.name: None})
    ]


CHANGES = [name for name in GROUP_ADDRESSES if "POST" in row_of(name)]


@pytest.mark.parametrize("name", CHANGES)
def test_change_sent_to_ones_own_group_reaches_no_row_of_another(world: World, other: World, name: str) -> None:
    """Someone who runs a group sends there what names the objects of this one, one at a time and together."""
    row = row_of(name)
    own, foreign = other.named(row.get("args", {})), world.named(row.get("args", {}))
    mixes = [foreign | {"slug": other.cast.group.slug}]
    mixes += [own | {argument: foreign[argument]} for argument in own if argument != "slug"]
    posts = [world.named(row.get("post", {})), other.named(row.get("post", {}))]
    posts += [post | extra for post in posts[:1] for extra in foreign_fields(world)]
    before = rows_of(world.cast.group)

    for args in mixes:
        for post in posts:
            other.client("organiser").post(reverse(name, kwargs=args), post)

    assert rows_of(world.cast.group) == before
    assert crossed_rows() == []


def foreign_fields(world: World) -> list[dict[str, Any]]:
    """Fields that name objects of the other group, whatever the form asks for."""
    named = world.things
    return [
        {"parent": named["the comment"]},
        {"member": named["the member"], "state": "asked"},
        {"meeting": named["the meeting"]},
        {"group": named["the group"], "group_id": world.cast.group.pk, "slug": named["the group"]},
        {"paper": f"p{GroupPaper.objects.filter(group=world.cast.group).order_by('pk')[0].pk}"},
        {"paper": named["the own entry"]},
        {"carried": named["the agenda item"]},
        {f"slot-{named['its time']}": "yes", "slot": named["its time"]},
    ]


# RFC 8058 asks for it: a mail program sends this form, and the link in the mail is the right to.
FROM_ANYWHERE = {"notifications:stop"}
OUR_FORMS = [name for name in ADDRESSES if not name.startswith("admin:") and name not in {"home", *FROM_ANYWHERE}]


@pytest.mark.parametrize("name", OUR_FORMS)
def test_forged_form_is_refused(world: World, name: str) -> None:
    """No token, a wrong one, and a good one from another site, for each method that could change something."""
    address = address_of(name, world, row_of(name))
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.cast.organiser)
    client.get("/me/")
    token = client.cookies["csrftoken"].value
    forgeries: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {}),
        ({"csrfmiddlewaretoken": "x" * 64}, {}),
        ({"csrfmiddlewaretoken": token}, {"Origin": "https://evil.example"}),
        ({"csrfmiddlewaretoken": token}, {"Origin": "null"}),
    ]

    refused = [
        getattr(client, method)(address, fields, headers=headers | htmx).status_code
        for method in ("post", "put", "patch", "delete")
        for fields, headers in forgeries
        for htmx in ({}, HTMX)
    ]

    assert refused == [403] * len(refused)


def test_looking_at_every_page_as_every_role_changes_nothing(world: World) -> None:
    for user in User.objects.all():  # as a sign-up does; allauth makes up for it at the first look otherwise
        EmailAddress.objects.create(user=user, email=user.email, primary=True)
    before = whole_database()

    for name in ADDRESSES:
        row = row_of(name)
        for role in ROLES[1:]:
            world.client(role).get(address_of(name, world, row))

    assert {table: rows for table, rows in whole_database().items() if rows != before.get(table)} == {}


def whole_database() -> dict[str, str]:
    """Map each table to a hash of its rows; sessions and the cache are not data."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return {table: hash_of(table) for table in tables if table not in {"django_session", "cache"}}


def test_anonymous_htmx_is_sent_to_the_log_in_as_a_whole(world: World) -> None:
    answer = Client().post(f"/g/{world.cast.group.slug}/members/1/", {"state": "removed"}, headers=HTMX)

    assert re.fullmatch(r"/accounts/login/\?next=%2F", answer["HX-Redirect"])
    assert User.objects.filter(memberships__group=world.cast.group, memberships__left_at__isnull=True).count() == 3
