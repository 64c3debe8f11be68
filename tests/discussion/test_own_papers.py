"""A member is told of a new paper of their own, if they want to be, until they have noticed."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from core.clock import today
from tests.factories import Cast, EntryFactory, ListingFactory
from tests.pages import page


@pytest.fixture
def told(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.member.pk).update(name="Søren Kjeldsen", own_papers=True)
    client.force_login(cast.member)


def announce(cast: Cast, *authors: str, days: int = 0, kind: str = "new", category: str = "") -> str:
    listing = ListingFactory(
        category=category or cast.group.categories[0], announced_on=today(cast.group.zone) - timedelta(days=days)
    )
    title: str = EntryFactory(listing=listing, paper__authors=list(authors), announce_type=kind).paper.title
    return title


def notes(client: Client, cast: Cast) -> list[str]:
    shown = page(client.get(f"/g/{cast.group.slug}/"))
    return [one.one("p a").words for one in shown.all("main form.notice")]


@pytest.mark.usefixtures("told")
def test_own_papers_of_the_last_days_are_told(client: Client, cast: Cast) -> None:
    expected = [announce(cast, "Ada Lovelace", "S. Kjeldsen", days=6), announce(cast, "Kjeldsen, Soren", kind="cross")]
    announce(cast, "Søren Kjeldsen", days=7)
    announce(cast, "Søren Kjeldsen", kind="replace")
    announce(cast, "Søren Kjeldsen", category="math.AG")
    announce(cast, "T. Kjeldsen")

    assert notes(client, cast) == expected[::-1]


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_was_noticed_is_not_told_again(client: Client, cast: Cast, headers: dict[str, str]) -> None:
    announce(cast, "Søren Kjeldsen")
    form = page(client.get(f"/g/{cast.group.slug}/")).one("main form.notice")

    for _ in range(2):
        answer = client.post(form.get("action") or "", headers=headers)
        assert answer.status_code == (200 if headers else 302)
    assert notes(client, cast) == []


def test_nobody_is_told_who_did_not_ask(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.member.pk).update(name="Søren Kjeldsen")
    announce(cast, "Søren Kjeldsen")
    client.force_login(cast.member)

    assert notes(client, cast) == []


def test_name_of_one_word_is_nobodys_in_particular(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.member.pk).update(name="Kjeldsen", own_papers=True)
    announce(cast, "Søren Kjeldsen", "Kjeldsen")
    client.force_login(cast.member)

    assert notes(client, cast) == []
