"""What someone chooses to be told, and when."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from notifications.actions import Notice, enqueue
from notifications.models import Message, Mute, NoticeSettings
from tests.factories import Cast, MembershipFactory

PAGE = "/me/notices/"
CHOSEN = {
    "tell_agenda": "mail",
    "tell_assignment": "mail",
    "tell_reminder": "mail",
    "tell_session": "mail",
    "tell_reply": "none",
    "tell_mention": "none",
    "digest_day": "2",
    "quiet_from": "22:00",
    "quiet_until": "06:30",
    "weekends": "on",
}


def saved(cast: Cast) -> dict[str, Any] | None:
    fields = ("unwanted", "digest_day", "quiet_from", "quiet_until", "weekends")
    return NoticeSettings.objects.filter(user=cast.member).values(*fields).first()


def test_page_shows_the_defaults_to_whoever_chose_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)

    page = client.get(PAGE).content.decode()

    assert page.count('value="mail"') == page.count('value="none"') == 6
    assert page.count("checked") == 6
    assert ('value="20:00"' in page, 'value="08:00"' in page) == (True, True)
    assert ("A listing that you uploaded" in page, "by the clock of UTC" in page) == (False, True)
    assert saved(cast) is None


def test_who_uploads_listings_can_choose_about_those_too(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)

    assert "A listing that you uploaded" in client.get(PAGE).content.decode()


def test_choice_is_saved_and_shown(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)

    page = client.post(PAGE, CHOSEN, follow=True).content.decode()

    assert saved(cast) == {
        "unwanted": ["reply", "mention"],
        "digest_day": 2,
        "quiet_from": time(22),
        "quiet_until": time(6, 30),
        "weekends": True,
    }
    assert ('value="22:00"' in page, "Saved." in page) == (True, True)
    assert '<option value="2" selected>On Wednesdays</option>' in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"tell_reply": "pigeon"}, "Select a valid choice"),
        ({"tell_reply": ""}, "This field is required."),
        ({"quiet_from": "25:00"}, "Enter a valid time."),
        ({"digest_day": "6"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(
    client: Client, cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    client.force_login(cast.member)

    answer = client.post(PAGE, CHOSEN | fields)

    assert (answer.status_code, sentence in answer.content.decode(), saved(cast)) == (422, True, None)


def test_group_is_muted_and_mailed_again(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)
    scope = cast.group.notice_scope

    pages = [
        client.post(f"{PAGE}mute/", {"scope": scope, "state": state}, follow=True).content.decode()
        for state in ("on", "on", "off")
    ]

    assert ["Mail me again" in page for page in pages] == [True, True, False]
    assert Mute.objects.count() == 0


def test_page_asks_the_database_the_same_for_any_number_of_groups(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.member)

    with django_assert_num_queries(7):
        client.get(PAGE)
    MembershipFactory.create_batch(30, user=cast.member)
    with django_assert_num_queries(7):
        client.get(PAGE)


def test_page_says_that_nothing_is_mailed_to_an_address_that_is_not_confirmed(client: Client, cast: Cast) -> None:
    client.force_login(cast.member)
    given = EmailAddress.objects.create(user=cast.member, email=cast.member.email, primary=True)

    before = client.get(PAGE).content.decode()
    given.verified = True
    given.save()

    assert ("not confirmed" in before, "not confirmed" in client.get(PAGE).content.decode()) == (True, False)


def test_server_without_mail_writes_nothing_down_and_says_so(client: Client, cast: Cast, settings: Any) -> None:
    settings.MAILS_NOTICES = False
    client.force_login(cast.member)

    told = enqueue(Notice(kind="reply", object="x:1", about="x", said="x", address="/"), to=[cast.member.pk], by=None)

    assert (told, Message.objects.count()) == (0, 0)
    assert "This server sends no mail" in client.get(PAGE).content.decode()


def due(cast: Cast, kind: str, ends: datetime | None = None) -> str:
    """Tell the member something on Thursday morning in Berlin; return when it is due."""
    notice = Notice(kind=kind, object="x:1", about="x", said="x", address="/", useful_until=ends)
    with time_machine.travel(datetime(2026, 11, 26, 9, 0, tzinfo=UTC), tick=False):
        enqueue(notice, to=[cast.member.pk], by=None)
    return f"{Message.objects.get().due_at:%a %d %b %H:%M}"


def test_choice_decides_when_a_message_is_due(cast: Cast) -> None:
    cast.member.zone = "Europe/Berlin"
    cast.member.save()
    NoticeSettings.objects.create(user=cast.member, digest_day=2, quiet_from=time(9), quiet_until=time(17))

    assert due(cast, "reply") == "Thu 26 Nov 16:00"
    Message.objects.all().delete()
    assert due(cast, "agenda") == "Wed 02 Dec 16:00"
    Message.objects.all().delete()
    # The meeting is before that day: the agenda comes as soon as mail is welcome.
    assert due(cast, "agenda", datetime(2026, 11, 30, 12, 0, tzinfo=UTC)) == "Thu 26 Nov 16:00"


def test_number_of_statements_is_the_same_for_any_number_of_people(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few, many = [[MembershipFactory(group=cast.group).user.pk for _ in range(count)] for count in (2, 30)]

    for number, people in enumerate((few, many)):
        notice = Notice(kind="reply", object=f"x:{number}", about="x", said="x", address="/")
        with django_assert_num_queries(3):
            assert enqueue(notice, to=people, by=None) == len(people)
