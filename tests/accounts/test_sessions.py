"""Who asks is known by one statement, and nobody is taken for someone else."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.clock import now
from readinggroup import sessions
from tests.factories import Cast


@pytest.fixture
def member(client: Client, cast: Cast) -> Client:
    client.force_login(cast.member)
    return client


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def who(client: Client) -> str:
    """Return whose account page the browser is shown; nothing when it is sent to the log-in."""
    answer = client.get("/me/")
    return str(answer.wsgi_request.user.email) if answer.status_code == 200 else ""


def test_person_comes_with_the_session(
    member: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):  # and the groups that the page lists
        assert who(member) == cast.member.email


@pytest.mark.parametrize("taken_for", ["organiser", "nobody", "someone who never was"])
def test_whom_a_process_takes_for_the_person_lets_nobody_in(
    member: Client, cast: Cast, taken_for: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"organiser": {key_of(member): cast.organiser.pk}, "nobody": {}}.get(taken_for, {key_of(member): 0})
    monkeypatch.setattr(sessions, "_people", known)

    assert [who(member), who(member)] == [cast.member.email] * 2
    assert known == {key_of(member): cast.member.pk}


def deactivate(cast: Cast, key: str) -> None:
    cast.member.is_active = False
    cast.member.save()


def change_password(cast: Cast, key: str) -> None:
    cast.member.set_password("another one, much longer")
    cast.member.save()


def end_session(cast: Cast, key: str) -> None:
    Session.objects.filter(session_key=key).delete()


def let_it_expire(cast: Cast, key: str) -> None:
    Session.objects.filter(session_key=key).update(expire_date=now())


def delete(cast: Cast, key: str) -> None:
    cast.member.delete()


@pytest.mark.parametrize("ends", [deactivate, change_password, end_session, let_it_expire, delete])
def test_what_ends_a_log_in_ends_it_at_once(member: Client, cast: Cast, ends: Callable[[Cast, str], None]) -> None:
    before = who(member)

    ends(cast, key_of(member))

    assert (before, who(member)) == (cast.member.email, "")


def test_what_is_known_is_bounded(member: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.limits.SESSIONS_REMEMBERED", 2)
    known = {"one": 1, "another": 2}
    monkeypatch.setattr(sessions, "_people", known)

    assert who(member) == cast.member.email
    assert known == {key_of(member): cast.member.pk}
