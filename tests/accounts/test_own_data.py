"""One's data: taken out whole, and nowhere any more when the account has gone."""

import csv
import json
import subprocess
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from accounts.models import User
from core import limits
from core.clock import now
from discussion.models import Assignment, Comment, CommentRevision, Hidden, Mention, QueueItem, SavedSearch, Vote
from groups import actions as group_actions
from groups.models import AuditEvent, Group, Invitation, Membership
from meetings.models import AgendaItem
from notifications.models import Message
from readinggroup.local.installations import installations
from readinggroup.own_data import actions
from readinggroup.own_data.rules import RULES
from readinggroup.tasks import erase_due, forget_traces
from tests import databases
from tests.factories import (
    PASSWORD,
    Cast,
    CommentFactory,
    GroupPaperFactory,
    MeetingFactory,
    MembershipFactory,
    VoteFactory,
)
from tests.pages import page

NAME, ADDRESS, KEPT = "Zyxwana Quillfeather", "zyxwana.quillfeather@canary.example", "a note of zyxwana to herself"
DELETE = {"state": "on", "comments": "keep", "email": ADDRESS}


@pytest.fixture
def canary(cast: Cast) -> User:
    """A member with a name and an address that stand nowhere else, who left traces everywhere."""
    user = cast.member
    user.name, user.email = NAME, ADDRESS
    user.save()
    group = cast.group
    group.own_authors = [NAME, "Emmy Noether"]
    group.save()
    EmailAddress.objects.create(user=user, email=ADDRESS, primary=True, verified=True)
    meeting = MeetingFactory(group=group)
    first, second = GroupPaperFactory(group=group, added_by=user), GroupPaperFactory(group=group)
    VoteFactory(group_paper=first, member=user)
    VoteFactory(group_paper=second, member=user, settled_by=meeting)
    AgendaItem.objects.create(group=group, meeting=meeting, position=1, group_paper=second, minutes=15, votes=1)
    written = CommentFactory(group_paper=first, author=user, markdown="My **view**.")
    called = f"@{NAME}, do you agree?"
    answer = CommentFactory(
        group_paper=first,
        author=cast.organiser,
        parent=written,
        markdown=called,
        html=f"<p><strong>@{NAME}</strong>, do you agree?</p>",
    )
    Mention.objects.create(group=group, comment=answer, member=user)
    CommentRevision.objects.create(
        group=group, comment=answer, number=0, markdown=called, writer=cast.organiser, written_at=now()
    )
    Message.objects.create(
        channel="mail",
        recipient=cast.organiser,
        kind="reply",
        object="x",
        payload={"said": f"{NAME} replied."},
        due_at=now(),
    )
    Assignment.objects.create(group=group, group_paper=second, meeting=meeting, member=user, state="done")
    QueueItem.objects.create(group=group, member=user, paper=first.paper, position=1, note=KEPT)
    Hidden.objects.create(group=group, member=user, paper=second.paper)
    SavedSearch.objects.create(group=group, member=user, name=KEPT, q=NAME, tsquery="'zyxwana'")
    group_actions.invite_by_mail(
        by=cast.organiser, slug=group.slug, key=uuid4(), role="member", addresses=[ADDRESS.upper()]
    )
    own = Membership.objects.get(group=group, user=user)
    group_actions.set_role(by=cast.organiser, slug=group.slug, pk=own.pk, role="guest", is_proven=True)
    group_actions.set_role(by=cast.organiser, slug=group.slug, pk=own.pk, role="member", is_proven=True)
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=cast.admin, content_type=kind, object_id=str(user.pk), object_repr=f"{NAME} {ADDRESS}", action_flag=2
    )
    return user


def log_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def opened(answer: Any) -> tuple[dict[str, Any], dict[str, list[list[str]]]]:
    """Return the document of the zip, and its tables as lines of cells."""
    archive = ZipFile(BytesIO(answer.getvalue()))
    tables = {
        name.removeprefix("tables/").removesuffix(".csv"): list(
            csv.reader(StringIO(archive.read(name).decode("utf-8-sig")))
        )
        for name in archive.namelist()
        if name.endswith(".csv")
    }
    return json.loads(archive.read("data.json")), tables


def test_download_has_every_row_and_column_of_ones_own(canary: User) -> None:
    client = log_in(canary)

    answer = client.post("/me/data/download/")
    if answer.status_code == 302:  # asked who one is
        answer = client.post(answer["Location"], {"password": PASSWORD}, follow=True)
    document, tables = opened(answer)

    named = document["tables"]
    assert named.keys() == {"accounts.User"} | {path for path, rule in RULES.items() if not rule.why}
    assert named["accounts.User"][0]["name"] == NAME
    assert named["account.EmailAddress.user"][0]["email"] == ADDRESS
    for path, rule in RULES.items():
        if rule.why:
            continue
        model = apps.get_model(path.rpartition(".")[0])
        rows = model._default_manager.filter(**{rule.person or path.rpartition(".")[2]: canary})
        assert [row.get("id") for row in named[path]] == list(rows.order_by("pk").values_list("pk", flat=True)), path
        if rule.own and named[path]:
            told = {column for column in named[path][0] if "__" not in column}
            columns = {column.attname for column in model._meta.concrete_fields if column.related_model is not User}
            derived = {"html", "search"} if model is Comment else set()
            assert told == columns - set(rule.secret) - derived, path
    assert (named["discussion.Comment.author"][0]["markdown"], len(named["discussion.Vote.member"])) == (
        "My **view**.",
        2,
    )
    assert {name: len(lines) - 1 for name, lines in tables.items()} == {name: len(rows) for name, rows in named.items()}
    assert canary.password not in answer.getvalue().decode("latin-1")


def test_download_names_nobody_else(cast: Cast, canary: User) -> None:
    client = log_in(canary)
    answer = client.post("/me/data/download/")
    if answer.status_code == 302:
        answer = client.post(answer["Location"], {"password": PASSWORD}, follow=True)
    document, _ = opened(answer)

    told = json.dumps(document)
    others = [cast.organiser, cast.guest, cast.admin]
    assert [(other.name in told, other.email in told) for other in others] == [(False, False)] * 3


def test_download_and_going_ask_who_one_is(client: Client, canary: User) -> None:
    client.force_login(canary)  # as by a cookie that someone else got hold of

    answers = [client.post("/me/data/download/"), client.post("/me/data/deletion/", DELETE)]

    canary.refresh_from_db()
    assert [answer["Location"].partition("?")[0] for answer in answers] == ["/accounts/reauthenticate/"] * 2
    assert canary.delete_on is None


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"email": "someone@else.example"}, "email", "This is not the address of your account."),
        ({"comments": ""}, "comments", "Choose what becomes of your comments."),
    ],
)
def test_account_goes_only_by_its_address_and_a_choice(
    canary: User, sent: dict[str, str], field: str, sentence: str
) -> None:
    answer = going(log_in(canary), DELETE | sent)

    assert answer.status_code == 422
    assert [error.words for error in page(answer).all(".field__error")] == [sentence]
    canary.refresh_from_db()
    assert canary.delete_on is None


def going(client: Client, sent: dict[str, str]) -> Any:
    """Send the form, and say who one is when that is asked."""
    answer = client.post("/me/data/deletion/", sent)
    if answer.status_code == 302 and "reauthenticate" in answer["Location"]:
        answer = client.post(answer["Location"], {"password": PASSWORD}, follow=True)
    return answer


def test_account_rests_a_week_and_is_kept_by_a_press(canary: User) -> None:
    client = log_in(canary)

    going(client, DELETE | {"comments": "delete"})
    canary.refresh_from_db()
    rests, goes = canary.delete_on, canary.delete_comments
    shown = page(client.get("/me/data/"))
    erase_due()
    form = shown.one("#deletion form")
    going(client, {"state": "off"})

    canary.refresh_from_db()
    assert rests is not None
    assert timedelta(days=6, hours=23) < rests - now() <= timedelta(days=limits.ACCOUNT_REST_DAYS)
    assert (goes, "Your comments go with it." in shown.words, form.one("button").words) == (
        True,
        True,
        "Keep my account",
    )
    assert (canary.delete_on, canary.name, Vote.objects.filter(member=canary).count()) == (None, NAME, 2)


def test_only_organiser_hands_the_group_on_first(cast: Cast) -> None:
    answer = going(log_in(cast.organiser), {"state": "on", "comments": "keep", "email": cast.organiser.email})

    cast.organiser.refresh_from_db()
    assert answer.status_code == 409
    assert f"You are the only organiser of “{cast.group.name}”." in page(answer).words
    assert cast.organiser.delete_on is None


def erase(user: User, **fields: object) -> None:
    User.objects.filter(pk=user.pk).update(delete_on=now() - timedelta(minutes=1), **fields)
    erase_due()
    user.refresh_from_db()


def dump() -> str:
    """Return the whole database as text: every column of every table, sessions and the cache too."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def hits(text: str) -> list[str]:
    words = ("zyxwana", "quillfeather", "canary.example")
    return [line[:200] for line in text.splitlines() if any(word in line.casefold() for word in words)]


@pytest.mark.parametrize("delete_comments", [False, True])
def test_name_and_address_are_nowhere_when_the_account_has_gone(
    cast: Cast, canary: User, delete_comments: bool
) -> None:
    client = log_in(canary)
    client.post("/accounts/password/reset/", {"email": ADDRESS})
    before = hits(dump())

    erase(canary, delete_comments=delete_comments)

    assert len(before) >= 10
    assert hits(dump()) == []
    assert client.get("/me/").status_code == 302
    group = Group.objects.get(pk=cast.group.pk)
    assert (group.own_authors, Vote.objects.filter(member=canary).count()) == (["Emmy Noether"], 1)
    assert AgendaItem.objects.get(group=group).votes == 1
    comment = Comment.objects.get(author=canary)
    assert (comment.markdown, comment.deleted_at is not None) == (
        ("", True) if delete_comments else ("My **view**.", False)
    )
    answer = Comment.objects.get(parent=comment)
    assert (answer.markdown, answer.html) == (
        "@former member, do you agree?",
        "<p><strong>@former member</strong>, do you agree?</p>",
    )
    assert Message.objects.get().payload == {"said": "Former member replied."}
    assert (canary.name, canary.is_active, canary.has_usable_password()) == ("Former member", False, False)
    reader = log_in(cast.organiser)
    shown = page(reader.get(f"/g/{group.slug}/papers/{comment.group_paper.paper.address}/"))
    authors = [one.words for one in shown.all(".comment__author")]
    assert ("Former member" in authors) is not delete_comments
    log = page(reader.get(f"/g/{group.slug}/log/")).words
    assert "made \u2068Former member\u2069 a guest" in log


@pytest.mark.django_db(transaction=True)
def test_name_and_address_are_in_no_dump(canary: User) -> None:
    """The same by PostgreSQL's own program."""
    log_in(canary)
    before = hits(dumped())

    erase(canary, delete_comments=False)

    assert len(before) >= 10
    assert hits(dumped()) == []


def dumped() -> str:
    program = next((each.folder / "pg_dump" for each in installations() if (each.folder / "pg_dump").exists()), None)
    if program is None:
        pytest.skip("there is no pg_dump here")
    database = f"--dbname={databases.address(connection.settings_dict['NAME'])}"
    return subprocess.run([program, database], capture_output=True, check=True, text=True, timeout=240).stdout


def test_erasing_again_finds_nothing_and_others_are_left_alone(cast: Cast, canary: User) -> None:
    others = list(User.objects.exclude(pk=canary.pk).order_by("pk").values())
    erase(canary)
    gone_at = canary.erased_at

    erase(canary)

    assert canary.erased_at == gone_at
    assert list(User.objects.exclude(pk=canary.pk).order_by("pk").values()) == others


def test_group_is_handed_on_to_whoever_is_in_it_longest(cast: Cast) -> None:
    erase(cast.organiser)

    heir = Membership.objects.present().get(group=cast.group, role="organiser")
    event = AuditEvent.objects.get(group=cast.group)
    assert (heir.user, event.what, event.about) == (cast.member, "inherited", cast.member)


@pytest.mark.django_db
def test_group_in_which_nobody_is_left_goes_to_rest() -> None:
    alone = MembershipFactory(role="organiser")

    erase(alone.user)

    group = Group.objects.get(pk=alone.group.pk)
    assert group.delete_on is not None
    assert group.delete_on > now() + timedelta(days=limits.GROUP_REST_DAYS - 1)


def test_traces_are_forgotten(cast: Cast) -> None:
    for days in (limits.INVITED_DAYS + 1, limits.INVITED_DAYS - 1):
        Invitation.objects.create(
            group=cast.group,
            token_hash=f"{days}",
            email="x@example.org",
            expires_at=now(),
            created_at=now() - timedelta(days),
        )

    log_in(cast.member)
    log_in(cast.guest)
    Session.objects.filter(session_key__in=UserSession.objects.filter(user=cast.guest).values("session_key")).update(
        expire_date=now() - timedelta(minutes=1)
    )

    forget_traces()

    assert list(UserSession.objects.values_list("user", flat=True)) == [cast.member.pk]
    assert list(Invitation.objects.order_by("created_at").values_list("email", flat=True)) == ["", "x@example.org"]


def test_account_that_rests_still_works(canary: User) -> None:
    actions.ask_deletion(by=canary, keep_comments=True)

    assert log_in(canary).get("/me/").status_code == 200
