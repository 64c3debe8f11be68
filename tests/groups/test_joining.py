"""Invitations: made by organisers, shown once, used a counted number of times."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client

from accounts.models import User
from core import limits
from core.clock import now
from core.errors import NotFound
from core.ids import hash_token
from groups import actions
from groups.models import Invitation, Membership
from tests.factories import PASSWORD, Cast, MeetingFactory, UserFactory, make_cast
from tests.pages import parse


def invite(cast: Cast, **fields: object) -> tuple[str, Invitation]:
    """Make an invitation and return its address and its row."""
    wanted = {"key": uuid4(), "role": "member", "max_uses": 3} | fields
    invited = actions.invite(by=cast.organiser, slug=cast.group.slug, **wanted)
    return f"/join/{invited.token}/", invited.invitation


def used(invitation: Invitation) -> int:
    return Invitation.objects.get(pk=invitation.pk).used


def test_link_is_shown_once_and_kept_as_a_hash(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)
    address = f"/g/{cast.group.slug}/invitations/"

    shown = client.post(address, {"key": uuid4(), "role": "guest", "max_uses": 5}).content.decode()

    (link,) = re.findall(r'value="http://localhost:8000/join/([\w-]{43})/"', shown)
    invitation = Invitation.objects.get()
    assert invitation.token_hash == hash_token(link)
    assert (invitation.role, invitation.max_uses, invitation.created_by) == ("guest", 5, cast.organiser)
    assert timedelta(days=6, hours=23) < invitation.expires_at - now() <= timedelta(days=limits.INVITATION_DAYS)
    later = client.get(f"/g/{cast.group.slug}/members/").content.decode()
    assert link not in later
    assert "0 of 5" in later


def test_link_comes_with_a_fresh_form_by_htmx(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)
    key = f"{uuid4()}"

    answer = client.post(
        f"/g/{cast.group.slug}/invitations/",
        {"key": key, "role": "member", "max_uses": 1},
        headers={"HX-Request": "true"},
    )

    assert answer.content.decode().strip().startswith('<section id="invite"')
    assert key not in answer.content.decode()


def test_form_sent_twice_makes_one_invitation(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)
    sent = {"key": uuid4(), "role": "member", "max_uses": 5}

    answers = [client.post(f"/g/{cast.group.slug}/invitations/", sent).status_code for _ in range(2)]

    assert answers == [200, 409]
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"max_uses": 1}, 200),
        ({"max_uses": 0}, 422),
        ({"max_uses": limits.GROUP_MEMBERS}, 200),
        ({"max_uses": limits.GROUP_MEMBERS + 1}, 422),
        ({"role": "organiser"}, 422),
        ({"key": "1"}, 422),
    ],
)
def test_invitation_keeps_to_its_limits(client: Client, cast: Cast, fields: dict[str, object], status: int) -> None:
    client.force_login(cast.organiser)

    answer = client.post(
        f"/g/{cast.group.slug}/invitations/", {"key": uuid4(), "role": "member", "max_uses": 5} | fields
    )

    assert answer.status_code == status
    assert Invitation.objects.count() == (1 if status == 200 else 0)


def test_looking_tells_about_the_group_and_uses_nothing_up(client: Client, cast: Cast) -> None:
    MeetingFactory(group=cast.group)
    link, invitation = invite(cast)

    for method in (client.get, client.head, client.get):
        answer = method(link)
    page = answer.content.decode()

    assert used(invitation) == 0
    assert all(fact in page for fact in (cast.group.name, cast.organiser.name, "3 people", "Next meeting"))
    assert cast.member.name not in page
    assert answer["Referrer-Policy"] == "strict-origin"


def test_newcomer_signs_up_on_the_way(client: Client, cast: Cast) -> None:
    link, invitation = invite(cast)
    page = client.get(link).content.decode()

    signed_up = client.post(
        "/accounts/signup/",
        {"name": "Emmy", "email": "emmy@example.org", "password1": PASSWORD, "next": link, "zone": "Europe/Paris"},
    )
    joined = client.post(signed_up.url)

    assert f'<input type="hidden" name="next" value="{link}">' in page
    assert signed_up.url == link
    assert joined.url == f"/g/{cast.group.slug}/"
    emmy = Membership.objects.get(group=cast.group, user__email="emmy@example.org")
    assert (emmy.role, emmy.user.name, emmy.user.zone) == ("member", "Emmy", "Europe/Paris")
    assert used(invitation) == 1


def test_known_person_logs_in_on_the_way(client: Client, cast: Cast) -> None:
    link, _ = invite(cast)

    page = client.get(link).content.decode()
    answer = client.post("/accounts/login/", {"login": cast.outsider.email, "password": PASSWORD, "next": link})

    assert f'href="/accounts/login/?next={link}"' in page
    assert answer.url == link


def test_joining_without_a_log_in_asks_for_one(client: Client, cast: Cast) -> None:
    link, invitation = invite(cast)

    answer = client.post(link)

    assert answer.url == f"/accounts/login/?next={link}"
    assert used(invitation) == 0


@pytest.mark.parametrize("role", ["member", "guest"])
def test_joining_gives_the_role_of_the_invitation(client: Client, cast: Cast, role: str) -> None:
    link, invitation = invite(cast, role=role)
    client.force_login(cast.outsider)

    client.post(link, {"role": "organiser"})

    assert Membership.objects.get(group=cast.group, user=cast.outsider).role == role
    assert used(invitation) == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_member_is_taken_to_the_group_and_uses_nothing_up(client: Client, cast: Cast, method: str) -> None:
    link, invitation = invite(cast, role="guest")
    client.force_login(cast.member)

    answer = getattr(client, method)(link)

    assert answer.url == f"/g/{cast.group.slug}/"
    assert used(invitation) == 0
    assert Membership.objects.get(group=cast.group, user=cast.member).role == "member"


def test_member_finds_the_group_by_a_link_that_is_used_up(client: Client, cast: Cast) -> None:
    link, _ = invite(cast, max_uses=1)
    client.force_login(cast.outsider)
    client.post(link)

    answer = client.get(link)

    assert answer.url == f"/g/{cast.group.slug}/"


def test_former_member_comes_back_by_an_invitation(client: Client, cast: Cast) -> None:
    link, invitation = invite(cast)
    client.force_login(cast.former_member)

    client.post(link)

    membership = Membership.objects.get(group=cast.group, user=cast.former_member)
    assert (membership.left_at, membership.role) == (None, "member")
    assert used(invitation) == 1


@pytest.mark.parametrize("who", ["nobody", "outsider", "former_member", "admin"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_links_that_do_not_work_all_look_the_same(cast: Cast, who: str, method: str) -> None:
    client = Client()
    if who != "nobody":
        client.force_login(getattr(cast, who))
    expired, row = invite(cast)
    Invitation.objects.filter(pk=row.pk).update(expires_at=now() - timedelta(seconds=1))
    used_up, row = invite(cast)
    Invitation.objects.filter(pk=row.pk).update(used=3)
    revoked, row = invite(cast)
    actions.revoke(by=cast.organiser, slug=cast.group.slug, pk=row.pk)
    before = Membership.objects.present().count()

    answers = [
        getattr(client, method)(link) for link in (expired, used_up, revoked, "/join/unknown/", f"/join/{'x' * 43}/")
    ]

    if (who, method) == ("nobody", "post"):
        assert {answer.status_code for answer in answers} == {302}
    else:
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert len({tuple(sorted(set(answer.headers))) for answer in answers}) == 1
    assert Membership.objects.present().count() == before


def test_revoked_link_is_dead_at_once(client: Client, cast: Cast) -> None:
    link, row = invite(cast)
    organiser = Client()
    organiser.force_login(cast.organiser)
    client.force_login(cast.outsider)

    before = client.get(link).status_code
    organiser.post(f"/g/{cast.group.slug}/invitations/{row.pk}/", {"state": "revoked"})

    assert (before, client.get(link).status_code, client.post(link).status_code) == (200, 404, 404)


def test_invitation_of_another_group_is_not_found_here(client: Client, cast: Cast) -> None:
    other = make_cast()
    _, row = invite(other)
    client.force_login(cast.organiser)

    answer = client.post(f"/g/{cast.group.slug}/invitations/{row.pk}/", {"state": "revoked"})

    row.refresh_from_db()
    assert answer.status_code == 404
    assert row.revoked_at is None


def test_full_group_takes_nobody_and_uses_nothing_up(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GROUP_MEMBERS", 3)
    link, invitation = invite(cast)
    client.force_login(cast.outsider)

    answer = client.post(link)

    assert answer.status_code == 409
    assert "This group is full: it has 3 members." in answer.content.decode()
    assert used(invitation) == 0


def test_guessing_is_slowed_down_and_a_right_link_is_not(client: Client, cast: Cast) -> None:
    cache.clear()
    link, _ = invite(cast)

    answers = [client.get(f"/join/guess-{number}/").status_code for number in range(22)]

    assert answers == [404] * 20 + [429] * 2
    assert client.get(link).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_one_use_link_lets_one_of_200_in() -> None:
    cast = make_cast()
    link, invitation = invite(cast, max_uses=1)
    token = link.split("/")[2]
    people = UserFactory.create_batch(200)
    outcomes: list[str] = []

    def join_all(share: list[User]) -> None:
        try:
            for person in share:
                try:
                    actions.join(by=person, token=token)
                    outcomes.append("joined")
                except NotFound:
                    outcomes.append("not found")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=join_all, args=[people[start::20]]) for start in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["joined"] + ["not found"] * 199
    assert used(invitation) == 1
    assert Membership.objects.present().filter(group=cast.group).count() == 4


@pytest.mark.parametrize(("role", "hint"), [("member", "Press v or tap ▲"), ("guest", "Open a paper")])
def test_who_has_joined_is_told_once_how_to_begin(client: Client, cast: Cast, role: str, hint: str) -> None:
    address, _ = invite(cast, role=role)
    client.force_login(UserFactory())

    joined = client.post(address, follow=True).content.decode()
    later = client.get(f"/g/{cast.group.slug}/").content.decode()

    assert (joined.count("data-first-row"), later.count("data-first-row")) == (1, 0)
    assert hint in parse(joined).one("[data-first-row]").words
