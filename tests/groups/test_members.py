"""The members page: seen by all, changed by organisers, and left by whoever wants to."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.clock import now
from core.errors import Conflict
from groups import actions
from groups.models import Membership, Role
from tests.architecture.test_access_table import TABLE, address_of, make_world, row_of
from tests.factories import PASSWORD, Cast, MembershipFactory, make_cast
from tests.pages import log_in_proven, page, press_undo


def membership(cast: Cast, user: User) -> Membership:
    return Membership.objects.get(group=cast.group, user=user)


def address(cast: Cast, user: User | None = None) -> str:
    pk = f"{membership(cast, user).pk}/" if user else ""
    return f"/g/{cast.group.slug}/members/{pk}"


@pytest.fixture
def proven(client: Client) -> Callable[[User], Client]:
    """Log in someone who has just shown who they are."""

    def log_in(user: User) -> Client:
        log_in_proven(client, user)
        return client

    return log_in


def roles(cast: Cast) -> dict[str, str]:
    return dict(Membership.objects.present().filter(group=cast.group).values_list("user__email", "role"))


@pytest.mark.parametrize("role", ["organiser", "member", "guest"])
def test_page_names_everyone_present_and_no_address(client: Client, cast: Cast, role: str) -> None:
    client.force_login(getattr(cast, role))

    page = client.get(address(cast)).content.decode()

    present = (cast.organiser, cast.member, cast.guest)
    assert [user.name in page for user in present] == [True, True, True]
    assert cast.former_member.name not in page
    assert "@example.org" not in page


@pytest.mark.parametrize(("role", "statements"), [("organiser", 6), ("member", 4)])
def test_page_asks_the_database_the_same_for_any_number_of_members(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, role: str, statements: int
) -> None:
    client.force_login(getattr(cast, role))

    with django_assert_num_queries(statements):
        client.get(address(cast))
    MembershipFactory.create_batch(30, group=cast.group)
    with django_assert_num_queries(statements):
        client.get(address(cast))


def test_organiser_changes_a_role(proven: Callable[[User], Client], cast: Cast) -> None:
    client = proven(cast.organiser)

    answer = client.post(address(cast, cast.member), {"role": "guest"}, follow=True)

    assert membership(cast, cast.member).role == Role.GUEST
    assert f"{cast.member.name} is now a guest." in answer.content.decode()


def test_organiser_gets_the_list_again_by_htmx(proven: Callable[[User], Client], cast: Cast) -> None:
    client = proven(cast.organiser)

    answer = client.post(address(cast, cast.guest), {"role": "organiser"}, headers={"HX-Request": "true"})

    assert answer.content.decode().strip().startswith('<section id="members"')
    assert f"{cast.guest.name} is now an organiser." in answer.content.decode()


@pytest.mark.parametrize("fields", [{"role": "emperor"}, {"role": ""}, {"state": "frozen"}, {}])
def test_change_to_something_else_is_refused(client: Client, cast: Cast, fields: dict[str, str]) -> None:
    client.force_login(cast.organiser)
    before = roles(cast)

    answer = client.post(address(cast, cast.member), fields)

    assert answer.status_code == 422
    assert roles(cast) == before


def test_role_is_changed_after_showing_who_one_is(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)  # as by a browser left open

    asked = client.post(address(cast, cast.member), {"role": "organiser"})
    before = membership(cast, cast.member).role
    wrong = client.post(asked["Location"], {"password": "not the password"})
    shown = client.post(asked["Location"], {"password": PASSWORD}, follow=True)

    assert (asked["Location"].partition("?")[0], before, wrong.status_code) == (
        "/accounts/reauthenticate/",
        "member",
        200,
    )
    assert membership(cast, cast.member).role == "organiser"
    assert f"{cast.member.name} is now an organiser." in shown.content.decode()


NOT_OURS = ("admin:", "account_", "mfa_", "socialaccount_")
RISES = [
    {"role": "organiser"},
    {"membership": "1", "role": "organiser", "is_organiser": "on", "section": "general"},
    {"is_staff": "on", "is_superuser": "on", "is_active": "on", "user_permissions": "1"},
    {"state": "on", "user": "1", "user_id": "1", "role": "organiser", "until": "", "removed_by": ""},
]


def test_nobody_rises_by_a_field_of_any_form(proven: Callable[[User], Client], cast: Cast) -> None:
    world = make_world(cast)
    user = cast.guest
    client = proven(user)
    changes = [
        name for name, row in TABLE["addresses"].items() if "POST" in row_of(name) and not name.startswith(NOT_OURS)
    ]
    tries = [(name, rise) for name in changes for rise in RISES]

    for name, rise in tries:
        row = row_of(name)
        client.post(address_of(name, world, row), world.named(row.get("post", {})) | rise)

    user.refresh_from_db()
    assert len(tries) > 200
    assert (membership(cast, user).role, user.is_staff, user.is_superuser) == ("guest", False, False)


def test_removed_member_sees_nothing_from_the_next_request_on_and_comes_back_by_undo(cast: Cast) -> None:
    organiser, member = Client(), Client()
    organiser.force_login(cast.organiser)
    member.force_login(cast.member)
    seen = member.get(address(cast)).status_code

    organiser.post(address(cast, cast.member), {"state": "removed"})
    gone = member.get(address(cast)).status_code
    undo = organiser.get(address(cast)).content.decode()
    organiser.post(address(cast, cast.member), {"state": "present"})

    assert (seen, gone, member.get(address(cast)).status_code) == (200, 404, 200)
    assert f'Bring back<span class="visually-hidden"> — {cast.member.name}</span>' in undo
    assert membership(cast, cast.member).removed_by is None


def test_undo_stands_in_the_htmx_answer(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)

    answer = client.post(address(cast, cast.member), {"state": "removed"}, headers={"HX-Request": "true"})

    undo = page(answer).one("#undo form")
    assert undo.one(".undo__done").words == f"{cast.member.name} was removed."
    press_undo(client, undo)
    assert membership(cast, cast.member).left_at is None


def test_whoever_left_alone_is_not_brought_back(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)

    answer = client.post(address(cast, cast.former_member), {"state": "present"})

    assert answer.status_code == 409
    assert f"{cast.former_member.name} left the group." in answer.content.decode()
    assert membership(cast, cast.former_member).left_at is not None


def test_undo_ends_after_a_week(client: Client, cast: Cast) -> None:
    Membership.objects.filter(group=cast.group, user=cast.former_member).update(
        left_at=now() - timedelta(days=7, minutes=1), removed_by=cast.organiser
    )
    client.force_login(cast.organiser)

    answer = client.post(address(cast, cast.former_member), {"state": "present"})

    assert answer.status_code == 409
    assert cast.former_member.name not in client.get(address(cast)).content.decode()


def test_removing_twice_keeps_the_first_time(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)
    client.post(address(cast, cast.member), {"state": "removed"})
    first = membership(cast, cast.member).left_at

    client.post(address(cast, cast.member), {"state": "removed"})

    assert membership(cast, cast.member).left_at == first


@pytest.mark.parametrize("role", ["member", "guest"])
def test_member_leaves(client: Client, cast: Cast, role: str) -> None:
    user = getattr(cast, role)
    client.force_login(user)

    answer = client.post(address(cast, user), {"state": "removed"}, follow=True)

    assert membership(cast, user).left_at is not None
    assert membership(cast, user).removed_by is None
    assert "You left the group." in answer.content.decode()
    assert client.get(address(cast)).status_code == 404


@pytest.mark.parametrize("fields", [{"state": "removed"}, {"role": "member"}, {"role": "guest"}])
def test_last_organiser_stays(client: Client, cast: Cast, fields: dict[str, str]) -> None:
    client.force_login(cast.organiser)
    before = roles(cast)

    answer = client.post(address(cast, cast.organiser), fields)

    assert answer.status_code == 409
    assert "A group needs an organiser. Make someone else an organiser first." in answer.content.decode()
    assert roles(cast) == before


def test_organiser_leaves_when_another_one_remains(client: Client, cast: Cast) -> None:
    MembershipFactory(group=cast.group, role=Role.ORGANISER)
    client.force_login(cast.organiser)

    client.post(address(cast, cast.organiser), {"state": "removed"})

    assert membership(cast, cast.organiser).left_at is not None


def test_organiser_who_steps_down_gets_the_page_of_a_member(proven: Callable[[User], Client], cast: Cast) -> None:
    MembershipFactory(group=cast.group, role=Role.ORGANISER)
    client = proven(cast.organiser)

    answer = client.post(address(cast, cast.organiser), {"role": "member"}, headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == address(cast)
    assert "Invite people" not in client.get(address(cast)).content.decode()


@pytest.mark.parametrize("role", ["member", "guest"])
@pytest.mark.parametrize(
    "fields",
    [
        {"role": "organiser"},
        {"role": "organiser", "state": "present"},
        {"role": "organiser", "membership": "1", "group": "1", "user": "1", "is_staff": "on"},
        {"state": "present", "left_at": "", "is_organiser": "true"},
    ],
)
def test_nobody_raises_their_own_role(client: Client, cast: Cast, role: str, fields: dict[str, str]) -> None:
    user = getattr(cast, role)
    client.force_login(user)
    before = roles(cast)

    for target in (cast.organiser, user):
        client.post(address(cast, target), fields)
        client.post(address(cast), fields)
        client.post(f"/g/{cast.group.slug}/settings/", fields | {"section": "general", "name": "Mine", "zone": "UTC"})

    cast.group.refresh_from_db()
    assert roles(cast) == before
    assert cast.group.name != "Mine"


@pytest.mark.parametrize("role", ["member", "guest"])
@pytest.mark.parametrize("state", ["removed", "present"])
def test_only_organisers_remove_and_bring_back(client: Client, cast: Cast, role: str, state: str) -> None:
    removed = MembershipFactory(group=cast.group, left_at=now(), removed_by=cast.organiser)
    others = [membership(cast, cast.organiser).pk, removed.pk, 10**9]
    client.force_login(getattr(cast, role))
    before = roles(cast)

    answers = [client.post(f"{address(cast)}{pk}/", {"state": state}) for pk in others]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "Only an organiser of the group can do this." in answers[0].content.decode()
    assert roles(cast) == before


def test_membership_of_another_group_is_not_found_here(client: Client, cast: Cast) -> None:
    stranger = Membership.objects.get(user=cast.outsider)
    client.force_login(cast.organiser)

    answers = [client.post(f"/g/{cast.group.slug}/members/{pk}/", {"state": "removed"}) for pk in (stranger.pk, 10**30)]

    stranger.refresh_from_db()
    assert [answer.status_code for answer in answers] == [404, 404]
    assert stranger.left_at is None


@pytest.mark.django_db(transaction=True)
def test_two_organisers_who_demote_each_other_at_once_leave_one() -> None:
    cast = make_cast()
    other = MembershipFactory(group=cast.group, role=Role.ORGANISER)
    own = membership(cast, cast.organiser)
    ready = threading.Barrier(2)
    refused: list[str] = []

    def demote(by: User, pk: int) -> None:
        ready.wait()
        try:
            actions.set_role(by=by, slug=cast.group.slug, pk=pk, role="member", is_proven=True)
        except Exception as error:
            refused.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=demote, args=args) for args in ((cast.organiser, other.pk), (other.user, own.pk))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == ["NotAllowed"]
    assert list(roles(cast).values()).count("organiser") == 1
    connection.close()


def test_action_says_who_is_gone(cast: Cast) -> None:
    gone = membership(cast, cast.former_member)

    with pytest.raises(Conflict) as refusal:
        actions.set_role(by=cast.organiser, slug=cast.group.slug, pk=gone.pk, role="guest", is_proven=True)

    assert refusal.value.sentence == f"{cast.former_member.name} is no longer in the group."
