"""The activity log: every change of the running of a group leaves a line, which nobody can take away."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core import limits
from core.clock import now, today
from groups import actions
from groups.models import AuditEvent, Group, Membership
from tests.architecture.test_access_table import TABLE, address_of, make_world, row_of
from tests.factories import Cast, MembershipFactory, UserFactory
from tests.pages import log_in_proven, page

# Of meetings the log has that an agenda went out and that it was held; its lines, until then, stand on its page.
OF_MEETINGS = {f"meetings:{name}" for name in ("publish", "close", "add_session", "move", "state", "breaks")}
RUNNING = [
    name
    for name, row in TABLE["addresses"].items()
    if row["kind"] == "group-running" and (name in OF_MEETINGS or not name.startswith("meetings:"))
]


def lines(client: Client, cast: Cast) -> list[str]:
    """Return the sentences of the log, the newest first, without the marks around names."""
    found = page(client.get(f"/g/{cast.group.slug}/log/")).all(".log li span")
    return [line.words.replace("\u2068", "").replace("\u2069", "") for line in found]


@pytest.mark.parametrize("name", RUNNING)
def test_whatever_changes_the_running_of_a_group_leaves_a_line(client: Client, cast: Cast, name: str) -> None:
    world = make_world(cast)
    row = row_of(name)
    before = AuditEvent.objects.filter(group=cast.group).count()
    log_in_proven(client, cast.organiser)

    client.post(address_of(name, world, row), world.named(row.get("post", {})))

    events = list(AuditEvent.objects.filter(group=cast.group).order_by("pk"))[before:]
    assert [(event.by, event.group) for event in events] == [(cast.organiser, cast.group)]


def test_log_reads_as_sentences_for_everyone_in_the_group(client: Client, cast: Cast) -> None:
    group, organiser, member, guest = cast.group, cast.organiser, cast.member, cast.guest
    of = {user: Membership.objects.get(group=group, user=user).pk for user in (member, guest)}
    newcomer = UserFactory()
    invited = actions.invite(by=organiser, slug=group.slug, key=uuid4(), role="guest", max_uses=3)
    actions.join(by=newcomer, token=invited.token)
    actions.revoke(by=organiser, slug=group.slug, pk=invited.invitation.pk)
    actions.set_role(by=organiser, slug=group.slug, pk=of[guest], role="member", is_proven=True)
    actions.set_role(by=organiser, slug=group.slug, pk=of[guest], role="member", is_proven=True)
    actions.set_presence(by=organiser, slug=group.slug, pk=of[member], present=False)
    actions.set_presence(by=organiser, slug=group.slug, pk=of[member], present=False)
    actions.set_presence(by=organiser, slug=group.slug, pk=of[member], present=True)
    changes = {
        "minutes_per_paper": 20,
        "counts_wait": True,
        "place": "Room 7",
        "own_authors": ["Ana Rossi"],
        "zone": group.zone,
    }
    actions.change_settings(by=organiser, slug=group.slug, changes=changes)
    actions.change_settings(by=organiser, slug=group.slug, changes=changes)
    actions.set_presence(by=newcomer, slug=group.slug, pk=Membership.objects.get(user=newcomer).pk, present=False)
    client.force_login(guest)

    assert lines(client, cast) == [
        f"{newcomer.name} left.",
        f"{organiser.name} changed the settings (minutes for a paper: 15 → 20; votes hidden until one has voted: "
        "off → on; place; authors who belong to the group).",
        f"{organiser.name} brought {member.name} back.",
        f"{organiser.name} removed {member.name}.",
        f"{organiser.name} made {guest.name} a member.",
        f"{organiser.name} ended an invitation (link).",
        f"{newcomer.name} joined as a guest.",
        f"{organiser.name} made invitations (link, guest, 3 people).",
    ]


def test_log_is_only_added_to(cast: Cast) -> None:
    event = AuditEvent.objects.create(group=cast.group, what="left", by=cast.member, about=cast.guest, object="x")
    rows = AuditEvent.objects.filter(pk=event.pk)
    tampers = [
        {"what": "removed"},
        {"object": "y"},
        {"at": now()},
        {"by": cast.organiser},
        {"about": cast.organiser},
        {"group": Group.objects.exclude(pk=cast.group.pk).first()},
        {"id": event.pk + 1_000},
        {"by": None, "object": "y"},
    ]

    for change in tampers:
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        rows.delete()
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM groups_auditevent")

    again = rows.get()
    assert (again.what, again.object, again.by, again.about) == ("left", "x", cast.member, cast.guest)


def test_log_forgets_who_goes_and_goes_with_its_group(cast: Cast) -> None:
    AuditEvent.objects.create(group=cast.group, what="left", by=cast.member)
    rows = AuditEvent.objects.filter(group=cast.group)

    rows.update(by=None)
    forgotten = rows.get().by
    Group.objects.filter(pk=cast.group.pk).update(delete_on=now() + timedelta(seconds=60))
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        rows.delete()
    Group.objects.filter(pk=cast.group.pk).update(delete_on=now() - timedelta(seconds=60))
    rows.delete()

    assert (forgotten, rows.count()) == (None, 0)


def test_log_is_paged_and_asks_the_same_for_any_length(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.member)
    address = f"/g/{cast.group.slug}/log/"
    AuditEvent.objects.create(group=cast.group, what="left", by=cast.member)

    with django_assert_num_queries(5):
        client.get(address)
    AuditEvent.objects.bulk_create(
        AuditEvent(group=cast.group, what="role", by=cast.organiser, about=cast.guest, object="guest")
        for _ in range(limits.PAGE_ROWS)
    )
    with django_assert_num_queries(5):
        first = page(client.get(address))
    older = page(client.get(address + (first.one(".more a").get("href") or "").removeprefix(address)))

    assert (len(first.all(".log li")), len(older.all(".log li"))) == (limits.PAGE_ROWS, 1)
    assert older.all(".more") == []


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 30, "٣"])
def test_log_takes_no_other_word_for_a_line(client: Client, cast: Cast, before: str) -> None:
    client.force_login(cast.member)

    assert client.get(f"/g/{cast.group.slug}/log/", {"before": before}).status_code == 200


def test_last_active_is_a_week_noted_by_what_one_does(client: Client, cast: Cast) -> None:
    own = Membership.objects.get(group=cast.group, user=cast.member)
    client.force_login(cast.member)
    client.get(f"/g/{cast.group.slug}/")
    looked = Membership.objects.get(pk=own.pk).active_on
    idle = MembershipFactory(group=cast.group)

    client.post(f"/g/{cast.group.slug}/papers/{make_world(cast).things['the paper']}/vote/", {"state": "on"})

    acted = Membership.objects.get(pk=own.pk).active_on
    day = today(cast.group.zone)
    assert (looked, acted) == (None, day - timedelta(days=day.weekday()))
    members = page(client.get(f"/g/{cast.group.slug}/members/"))
    words = {row.get("id"): row.all("td.only-wide")[1].words for row in members.all("tbody tr")}
    assert (words[f"member-{own.pk}"], words[f"member-{idle.pk}"]) == ("this week", "–not known")
