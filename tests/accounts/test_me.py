"""The page about oneself."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core import limits
from tests.factories import PASSWORD, Cast, MembershipFactory

PREFERENCES = {"name": "Emmy Noether", "zone": "Asia/Tokyo", "theme": "dark", "density": "compact"}


def chosen(user: User) -> dict[str, object]:
    fields = ("name", "zone", "theme", "density", "shortcuts", "own_papers")
    return dict(User.objects.filter(pk=user.pk).values(*fields).get())


def test_page_names_the_groups_with_roles(client: Client, cast: Cast) -> None:
    client.force_login(cast.guest)

    page = client.get("/me/").content.decode()

    assert f'<dt>Guest</dt><dd><a href="/g/{cast.group.slug}/"><bdi>{cast.group.name}</bdi></a></dd>' in page
    assert cast.guest.email in page


def test_page_leaves_out_groups_that_one_has_left(client: Client, cast: Cast) -> None:
    client.force_login(cast.former_member)

    page = client.get("/me/").content.decode()

    assert cast.group.slug not in page
    assert "You are in no group yet." in page


def test_page_asks_the_database_the_same_for_any_number_of_groups(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.member)

    with django_assert_num_queries(2):
        client.get("/me/")
    MembershipFactory.create_batch(30, user=cast.member)
    with django_assert_num_queries(2):
        client.get("/me/")


def test_preferences_are_saved_and_set_the_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)

    page = client.post("/me/preferences/", PREFERENCES, follow=True).content.decode()

    assert chosen(cast.member) == PREFERENCES | {"shortcuts": False, "own_papers": False}
    assert ('data-theme="dark"' in page, 'data-density="compact"' in page) == (True, True)
    assert "Saved." in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"zone": "Mars/Olympus"}, "Choose a time zone from the list."),
        ({"theme": "neon"}, "Select a valid choice"),
        ({"name": " \t "}, "This field is required."),
        ({"name": "x" * (limits.NAME_CHARS + 1)}, f"at most {limits.NAME_CHARS} characters"),
    ],
)
def test_preferences_that_cannot_be_are_refused_at_the_field(
    client: Client, cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    client.force_login(cast.member)
    before = chosen(cast.member)

    answer = client.post("/me/preferences/", PREFERENCES | fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert chosen(cast.member) == before


def test_preferences_take_no_other_field(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)

    client.post("/me/preferences/", PREFERENCES | {"is_staff": "on", "is_superuser": "1", "email": "x@example.org"})

    member = User.objects.get(pk=cast.member.pk)
    assert (member.is_staff, member.is_superuser, member.email) == (False, False, cast.member.email)


def test_name_is_cleaned_of_control_characters_and_turning_marks(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)

    client.post("/me/preferences/", PREFERENCES | {"name": "\u202eEmmy\x00\r\n  Noether\u2069"})

    assert chosen(cast.member)["name"] == "Emmy Noether"


def test_name_of_the_longest_is_taken(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)

    client.post("/me/preferences/", PREFERENCES | {"name": "x" * limits.NAME_CHARS})

    assert chosen(cast.member)["name"] == "x" * limits.NAME_CHARS


def test_password_change_ends_other_sessions(cast: Cast) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post("/accounts/login/", {"login": cast.member.email, "password": PASSWORD})

    here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "another long password", "password2": "another long password"},
    )

    assert (here.get("/me/").status_code, elsewhere.get("/me/").status_code) == (200, 302)


@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        ({"theme": "contrast"}, {"theme": "contrast"}),
        ({"density": "open"}, {"density": "open"}),
        ({"shortcuts": "off"}, {"shortcuts": False}),
        ({"theme": "dark", "shortcuts": "on"}, {"theme": "dark"}),
        ({}, {}),
    ],
)
def test_looks_are_set_one_by_one(client: Client, cast: Cast, sent: dict[str, str], changed: dict[str, object]) -> None:
    before = chosen(cast.member)
    client.force_login(cast.member)

    answer = client.post("/me/looks/", sent | {"next": "/g/somewhere/?show=all"})

    assert answer["Location"] == "/g/somewhere/?show=all"
    assert chosen(cast.member) == before | changed


@pytest.mark.parametrize("sent", [{"theme": "pink"}, {"density": "dense"}, {"shortcuts": "maybe"}])
def test_looks_that_do_not_exist_are_refused(client: Client, cast: Cast, sent: dict[str, str]) -> None:
    before = chosen(cast.member)
    client.force_login(cast.member)

    assert client.post("/me/looks/", sent).status_code == 422
    assert chosen(cast.member) == before
