"""The log of a group is a chain: what is changed, left out or put in behind the program's back is found."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from groups.actions import record
from groups.models import AuditEvent, Group
from groups.queries.chain import chain_of
from tests.factories import Cast, make_cast
from tests.pages import page

What = AuditEvent.What


def seal() -> None:
    """Let happen what happens at the end of a transaction; that of a test has none."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def log(cast: Cast) -> Group:
    """A log of five lines about the cast."""
    for thing in ("guest", "member", "organiser"):
        record(cast.group, What.ROLE, by=cast.organiser, about=cast.member, thing=thing)
    record(cast.group, What.ARCHIVED, by=cast.organiser)
    record(cast.group, What.HELD, by=None, thing="Thu 26 Nov")
    seal()
    return cast.group


def behind_its_back(statement: str, *parameters: object) -> None:
    """Change the database as whoever owns it can, without its triggers."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {AuditEvent._meta.db_table} DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
        cursor.execute(f"ALTER TABLE {AuditEvent._meta.db_table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_log_fits_together_and_says_so(client: Client, cast: Cast, log: Group) -> None:
    chain = chain_of(log)
    client.force_login(cast.guest)

    said = page(client.get(f"/g/{log.slug}/log/")).one(".log__chain").words
    out = StringIO()
    call_command("check_log", log.slug, stdout=out)

    assert (chain.lines, chain.broken, len(chain.digest)) == (5, None, 64)
    assert said.startswith("The 5 lines of this log are as written")
    assert chain.fingerprint in said
    assert out.getvalue() == f"{log.slug} 5 lines {chain.digest}\n"
    with pytest.raises(CommandError, match="No group has the address"):
        call_command("check_log", "nowhere")


TAMPERS = {
    "another deed": "UPDATE groups_auditevent SET what = 'removed' WHERE number = 2",
    "another thing": "UPDATE groups_auditevent SET object = 'guest' WHERE number = 3",
    "another time": "UPDATE groups_auditevent SET at = at - interval '1 microsecond' WHERE number = 4",
    "another person": "UPDATE groups_auditevent SET by_id = about_id WHERE number = 1",
    "nobody": "UPDATE groups_auditevent SET by_id = NULL WHERE number = 1",
    "no mark": "UPDATE groups_auditevent SET by_id = NULL, by_salt = NULL, by_mark = '' WHERE number = 1",
    "another digest": "UPDATE groups_auditevent SET digest = repeat('0', 64) WHERE number = 5",
    "one less": "DELETE FROM groups_auditevent WHERE number = 3",
    "the first less": "DELETE FROM groups_auditevent WHERE number = 1",
    "one less, and the others moved up": """
        DELETE FROM groups_auditevent WHERE number = 4;
        UPDATE groups_auditevent SET number = 4 WHERE number = 5""",
    "two exchanged": """
        UPDATE groups_auditevent SET number = 99 WHERE number = 2;
        UPDATE groups_auditevent SET number = 2 WHERE number = 3;
        UPDATE groups_auditevent SET number = 3 WHERE number = 99""",
    "one more": """
        INSERT INTO groups_auditevent (group_id, at, what, object, number, digest)
        SELECT group_id, at, what, object, 6, digest FROM groups_auditevent WHERE number = 5""",
    "one that was never sealed": """
        INSERT INTO groups_auditevent (group_id, at, what, object) SELECT group_id, at, 'left', ''
        FROM groups_auditevent WHERE number = 5""",
}


@pytest.mark.parametrize("tamper", TAMPERS)
def test_whatever_is_changed_behind_its_back_is_found(client: Client, cast: Cast, log: Group, tamper: str) -> None:
    behind_its_back(TAMPERS[tamper])
    client.force_login(cast.guest)

    assert chain_of(log).broken is not None
    assert page(client.get(f"/g/{log.slug}/log/")).one(".notice--error").words.startswith("This log is not as")
    with pytest.raises(CommandError, match="1 log does not fit together"):
        call_command("check_log", stdout=StringIO())


def test_lines_taken_off_the_end_are_found_by_comparing(log: Group) -> None:
    before = chain_of(log)

    behind_its_back("DELETE FROM groups_auditevent WHERE number = 5")

    after = chain_of(log)
    assert (after.broken, after.lines, after.digest == before.digest) == (None, 4, False)


def test_who_goes_is_forgotten_and_the_log_fits_together(cast: Cast, log: Group) -> None:
    before = chain_of(log)

    AuditEvent.objects.filter(by=cast.organiser).update(by=None)

    assert chain_of(log) == before
    left = AuditEvent.objects.filter(group=log, number__lte=4)
    assert set(left.values_list("by", "by_salt")) == {(None, None)}
    assert set(left.filter(number__lte=3).values_list("about", flat=True)) == {cast.member.pk}


def test_lines_of_an_older_program_and_of_other_groups_are_chained(log: Group) -> None:
    other = make_cast().group
    with connection.cursor() as cursor:
        for group in (log, other, log):
            cursor.execute(
                "INSERT INTO groups_auditevent (group_id, at, what, object) VALUES (%s, now(), 'held', '')", [group.pk]
            )
    seal()

    assert [(chain_of(one).lines, chain_of(one).broken) for one in (log, other)] == [(7, None), (1, None)]


@pytest.mark.django_db(transaction=True)
def test_lines_written_at_once_stand_one_after_the_other() -> None:
    cast = make_cast()

    def write(_: int) -> None:
        record(cast.group, What.SETTINGS, by=cast.organiser, thing="place")
        connection.close()

    with ThreadPoolExecutor(4) as people:
        list(people.map(write, range(24)))

    assert (chain_of(cast.group).lines, chain_of(cast.group).broken) == (24, None)
