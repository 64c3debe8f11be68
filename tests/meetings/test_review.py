"""An agenda before it goes out: whom it reaches, and the very text; and previews of every form."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import limits
from discussion.models import GroupPaper
from groups.models import Meeting
from meetings.actions import add_topic, publish_agenda
from notifications.access import stop_token
from notifications.actions import send_due
from notifications.models import Mute, NoticeSettings, Webhook
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, MembershipFactory, UserFactory, VoteFactory
from tests.pages import Element, page

THURSDAY = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
FORMS = {
    "Page": "page",
    "Mail": "mail",
    "Print": "print",
    "Markdown": "markdown",
    "Table (CSV)": "csv",
    "Calendar (ICS)": "ics",
}


@pytest.fixture(autouse=True)
def moment(db: None) -> Iterator[None]:
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    meeting = MeetingFactory(group=cast.group)
    VoteFactory(group_paper=GroupPaperFactory(group=cast.group), member=cast.member)
    return meeting


def address(name: str, meeting: Meeting, *more: object) -> str:
    return reverse(f"meetings:{name}", args=[meeting.group.slug, meeting.slug, *more])


def shown(client: Client, meeting: Meeting, reader: User | None = None) -> Element:
    return page(client.get(address("review", meeting), {"reader": reader.pk} if reader else {}))


def sent() -> dict[str, Any]:
    """Send what is due within the hour; map addresses to mails."""
    mail.outbox.clear()
    with time_machine.travel(THURSDAY + timedelta(minutes=60), tick=False):
        send_due()
    return {one.to[0].rpartition("<")[2].rstrip(">"): one for one in mail.outbox}


def press(client: Client, meeting: Meeting, seen: int) -> Any:
    return client.post(address("publish", meeting), {"seen": seen, "reviewed": "1"})


def test_review_shows_whom_it_reaches_and_the_very_text(client: Client, cast: Cast, meeting: Meeting) -> None:
    muted = MembershipFactory(group=cast.group, user=UserFactory(name="Mute Maria")).user
    Mute.objects.create(user=muted, scope=cast.group.notice_scope)
    without = MembershipFactory(group=cast.group, user=UserFactory(name="Without Walt")).user
    NoticeSettings.objects.create(user=without, unwanted=["agenda"])
    lost = MembershipFactory(group=cast.group, user=UserFactory(name="Lost Lena")).user
    User.objects.filter(pk=lost.pk).update(refusals=limits.REFUSALS, refused_address=lost.email)
    for service, kinds in (("slack", ["agenda"]), ("zulip", ["comment"])):
        room = {"scope": cast.group.notice_scope, "service": service, "kinds": kinds}
        Webhook.objects.create(key=uuid4(), url=f"https://{service}.example.org/hook", **room)
    client.force_login(cast.organiser)

    review = shown(client, meeting, cast.member)
    press(client, meeting, 0)
    mails = sent()

    assert {one.words for one in review.all(".review__people a")} == {cast.member.name, cast.guest.name}
    assert {one.words for one in review.all(".review__reasons li")} == {
        f"{cast.organiser.name} Sends it.",
        "Lost Lena Gets no mail from here.",
        "Mute Maria Gets no mail from here.",
        "Without Walt Gets no mail from here.",
    }
    assert "slack.example.org" in review.one("[aria-labelledby=rooms]").words
    assert "zulip" not in review.one("[aria-labelledby=rooms]").words.casefold()
    assert set(mails) == {cast.member.email, cast.guest.email}
    theirs = mails[cast.member.email]
    token = stop_token(cast.member.pk, cast.group.notice_scope)
    assert [one.words for one in review.all(".mail dd")] == [theirs.from_email, theirs.subject]
    assert review.one("pre").text == theirs.body.replace(token, "each-their-own")
    meeting.refresh_from_db()
    assert (meeting.state, meeting.told_revision) == ("published", meeting.revision)


def test_update_says_what_changed_and_is_sent_by_one_button(client: Client, cast: Cast, meeting: Meeting) -> None:
    where = {"by": cast.organiser, "slug": cast.group.slug, "meeting": meeting.slug}
    publish_agenda(**where)
    sent()
    client.force_login(cast.organiser)
    nothing = shown(client, meeting)
    add_topic(**where, title="Welcome", minutes=5, position=1)
    builder = page(client.get(address("meeting", meeting)))
    meeting.refresh_from_db()

    review = shown(client, meeting, cast.guest)
    answer = press(client, meeting, meeting.revision)

    assert (nothing.all("#send"), "Everyone has this version already." in nothing.words) == ([], True)
    assert address("review", meeting) in [link.get("href") for link in builder.all(".buttons a")]
    assert "- New: Welcome, at 11:00." in review.one("pre").text
    assert answer.status_code == 302
    assert sent()[cast.guest.email].subject == review.all(".mail dd")[1].words
    assert page(client.get(address("meeting", meeting))).all(".buttons a") == [], "there is nothing new to send"


def test_what_someone_changed_meanwhile_is_looked_at_first(client: Client, cast: Cast, meeting: Meeting) -> None:
    ana = MembershipFactory(group=cast.group, user=UserFactory(name="Ana"), role="organiser").user
    client.force_login(cast.organiser)
    add_topic(by=ana, slug=cast.group.slug, meeting=meeting.slug, title="Welcome", minutes=5)

    answer = press(client, meeting, 0)

    again = page(answer)
    assert answer.status_code == 409
    assert again.one("[data-focus]").words.startswith("Ana changed this agenda at 11:00. Nothing was sent.")
    assert "Welcome" in again.one("pre").text
    assert again.one(".review__send [name=seen]").get("value") == "1"
    assert sent() == {}


def test_tabs_show_every_form_of_the_same_document(client: Client, cast: Cast, meeting: Meeting) -> None:
    client.force_login(cast.guest)
    title = GroupPaper.objects.get(group=cast.group).paper.title

    for words, form in FORMS.items():
        found = page(client.get(address("preview", meeting, form)))
        tabs = found.one(".tabs")
        assert [tab.words for tab in tabs.all("a")] == list(FORMS)
        assert [tab.words for tab in tabs.all("[aria-current=page]")] == [words]
        assert title in found.one(".preview").text.replace("\r\n ", ""), form
    assert client.get(address("preview", meeting, "exe")).status_code == 404
    drawn = client.get(address("export", meeting, "csv")).content.decode("utf-8-sig")
    assert page(client.get(address("preview", meeting, "csv"))).one("pre").text == drawn
