"""A group is archived, deleted, and brought back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core import limits
from core.clock import now
from groups.models import Group, Membership
from tests.architecture.test_access_table import CHANGES, address_of, make_world, row_of, rows_of
from tests.factories import Cast, make_cast
from tests.pages import page, press_undo

# What goes on in an archived group: it is opened, deleted, left, and read.
STILL = {
    "groups:archived",
    "groups:deletion",
    "groups:member",
    "group_export",
    "discussion:all_read",
    "discussion:read",
    "discussion:seen",
    "discussion:noticed",
    "groups:feed_link",
    "discussion:preview",
}


def set_state(client: Client, cast: Cast, what: str, **fields: str) -> object:
    return client.post(f"/g/{cast.group.slug}/settings/{what}/", fields, follow=True)


def group(cast: Cast) -> Group:
    return Group.objects.get(pk=cast.group.pk)


@pytest.fixture
def as_organiser(client: Client, cast: Cast) -> Client:
    client.force_login(cast.organiser)
    return client


def test_archived_group_refuses_every_change(cast: Cast) -> None:
    world = make_world(cast)
    Group.objects.filter(pk=cast.group.pk).update(archived_at=now())
    wrong = []

    for name in CHANGES:
        row = row_of(name)
        sent = world.named(row.get("post", {}))
        answer = world.ask("organiser", "POST", address_of(name, world, row), sent, htmx=False)
        # 422: what was typed is kept.
        if name not in STILL and not (answer.status_code in (409, 422) and b"This group is archived" in answer.content):
            wrong.append(f"{name}: {answer.status_code}")

    assert wrong == []


def test_archived_group_is_read_and_says_so_and_opens_again(as_organiser: Client, cast: Cast) -> None:
    world = make_world(cast)
    archived = page(set_state(as_organiser, cast, "archived", state="on"))

    pages = [f"/g/{cast.group.slug}/", f"/g/{cast.group.slug}/papers/{world.things['the paper']}/"]
    read = [page(as_organiser.get(address)) for address in pages]
    said = ["This group is archived" in each.one("main").words for each in read]
    votes = [each.all(".vote__button") for each in read]
    opened = press_undo(as_organiser, archived.one("#undo form"))

    assert (said, votes) == ([True, True], [[], []])
    assert opened["Location"] == f"/g/{cast.group.slug}/settings/"
    assert group(cast).archived_at is None
    assert "The group is open again." in as_organiser.get(opened["Location"]).content.decode()


def test_archived_group_lets_its_members_leave_and_nobody_join(client: Client, cast: Cast) -> None:
    link = make_world(cast).things["a working link"]
    Group.objects.filter(pk=cast.group.pk).update(archived_at=now())
    own = Membership.objects.get(group=cast.group, user=cast.member)
    client.force_login(cast.member)

    client.post(f"/g/{cast.group.slug}/members/{own.pk}/", {"state": "removed"})
    back = [client.get(f"/join/{link}/").status_code, client.post(f"/join/{link}/").status_code]

    own.refresh_from_db()
    assert (own.left_at is not None, back) == (True, [404, 409])


@pytest.mark.parametrize("typed", ["", "Galaxy", "the other group"])
def test_group_is_deleted_only_by_its_name(as_organiser: Client, cast: Cast, typed: str) -> None:
    answer = as_organiser.post(f"/g/{cast.group.slug}/settings/deletion/", {"state": "on", "name": typed})

    assert answer.status_code == 422
    assert f"Type “{cast.group.name}”" in page(answer).one("#id_name_error").words
    assert group(cast).delete_on is None


def test_deleted_group_is_gone_for_everyone_at_once_and_comes_back_as_it_was(as_organiser: Client, cast: Cast) -> None:
    world = make_world(cast)
    before = rows_of(cast.group)
    gone = page(set_state(as_organiser, cast, "deletion", state="on", name=f" {cast.group.name.upper()} "))
    rest = group(cast).delete_on
    member = Client()
    member.force_login(cast.member)
    addresses = [reverse("meetings:week", args=[cast.group.slug]), f"/join/{world.things['a working link']}/"]

    seen = [client.get(address).status_code for client in (as_organiser, member) for address in addresses]
    homes = [cast.group.name in client.get("/").content.decode() for client in (as_organiser, member)]
    backs = [
        client.post(f"/g/{cast.group.slug}/settings/deletion/", {"state": "off"}).status_code for client in (member,)
    ]
    press_undo(as_organiser, gone.one("#undo form"))

    assert rest is not None
    assert timedelta(days=limits.GROUP_REST_DAYS - 1) < rest - now() <= timedelta(days=limits.GROUP_REST_DAYS)
    assert (seen, homes, backs) == ([404] * 4, [False, False], [404])
    after = rows_of(cast.group)
    assert {table for table in after if after[table] != before[table]} == {"groups_auditevent"}


def test_deleted_group_waits_on_the_page_of_its_organisers_account(as_organiser: Client, cast: Cast) -> None:
    set_state(as_organiser, cast, "deletion", state="on", name=cast.group.name)

    waiting = page(as_organiser.get("/me/")).one(".removed li")
    form = waiting.one("form")
    as_organiser.post(form.get("action") or "", {"state": "off"})

    assert f"{cast.group.name} goes for good on" in waiting.words
    assert group(cast).delete_on is None


def test_group_whose_rest_is_over_does_not_come_back(as_organiser: Client, cast: Cast) -> None:
    Group.objects.filter(pk=cast.group.pk).update(delete_on=now() - timedelta(minutes=1))

    answer = as_organiser.post(f"/g/{cast.group.slug}/settings/deletion/", {"state": "off"})

    assert answer.status_code == 409
    assert group(cast).delete_on is not None


@pytest.mark.parametrize(("what", "fields"), [("archived", {"state": "on"}), ("deletion", {"state": "on"})])
def test_deleting_is_for_organisers(client: Client, cast: Cast, what: str, fields: dict[str, str]) -> None:
    statuses = []
    for user in (cast.member, cast.guest, cast.outsider, cast.admin):
        client.force_login(user)
        sent = fields | {"name": cast.group.name}
        statuses.append(client.post(f"/g/{cast.group.slug}/settings/{what}/", sent).status_code)

    assert statuses == [403, 403, 404, 404]
    assert (group(cast).delete_on, group(cast).archived_at) == (None, None)


Planned = Callable[[], int]


def test_resting_and_archived_groups_get_no_new_meetings(cast: Cast) -> None:
    from groups.actions import plan_all_meetings
    from groups.models import Meeting

    other = make_cast().group
    Group.objects.filter(pk=cast.group.pk).update(archived_at=now())
    Group.objects.filter(pk=other.pk).update(delete_on=now() + timedelta(days=3))

    plan_all_meetings()

    assert Meeting.objects.filter(group__in=[cast.group, other]).count() == 0
