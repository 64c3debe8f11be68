"""What a mail looks like to a mail program: whole, threaded, stoppable, and proof against what people type."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from icalendar import Calendar

from discussion.actions import add_comment
from meetings.actions import add_topic, drop_item, publish_agenda, set_cancelled, set_presenter
from notifications.access import stop_token
from notifications.actions import Notice, send_due
from notifications.channels.mail import Letter, compose
from notifications.models import Message, Mute, NoticeSettings
from tests.factories import Cast, CommentFactory, GroupPaperFactory, MeetingFactory, VoteFactory
from tests.notifications.sink import parsed

THURSDAY = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
ATOM = re.compile(r"<[A-Za-z0-9.-]+@[A-Za-z0-9.-]+>")


def later(minutes: float) -> Any:
    return time_machine.travel(THURSDAY + timedelta(minutes=minutes), tick=False)


@pytest.fixture(autouse=True)
def moment(db: None, settings: Any) -> Any:
    settings.SITE_URL = "https://reading.example.org"
    with later(0):
        yield


def sent() -> list[EmailMessage]:
    """Send what is due within the hour, and return it as a mail program reads it."""
    mail.outbox.clear()
    with later(60):
        send_due()
    return [parsed(one.message().as_bytes()) for one in mail.outbox]


def part(message: EmailMessage, kind: str) -> str:
    (found,) = [one for one in message.walk() if one.get_content_type() == kind]
    return str(found.get_content())


def reply(cast: Cast, text: str = "I think so.") -> Any:
    said = CommentFactory(author=cast.member, group_paper=GroupPaperFactory(group=cast.group))
    key = "00000000-0000-4000-8000-000000000001"
    return add_comment(
        by=cast.organiser,
        slug=cast.group.slug,
        address=said.group_paper.paper.address,
        key=key,  # type: ignore[arg-type]
        text=text,
        parent=said.pk,
    )


def test_reply_is_a_whole_mail(cast: Cast) -> None:
    comment = reply(cast, "I think **so**, as $x<1$.\n\nSee https://example.org/.")
    paper = comment.group_paper.paper

    (message,) = sent()

    page = f"https://reading.example.org/g/{cast.group.slug}/papers/{paper.address}/#c{comment.pk}"
    stop = f"https://reading.example.org/me/notices/stop/{stop_token(cast.member.pk, cast.group.notice_scope)}/"
    assert message["Subject"] == f"[{cast.group.name}] {paper.title}"
    assert message["From"] == f"{cast.group.name} via Reading Group <reading-group@localhost>"
    (to,) = message["To"].addresses
    assert (to.display_name, to.addr_spec) == (cast.member.name, cast.member.email)
    assert message["List-Id"] == f'"{cast.group.name}" <group-{cast.group.pk}.reading.example.org>'
    assert message["List-Unsubscribe"] == f"<{stop}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Date"].datetime == THURSDAY + timedelta(hours=1)
    assert message["Auto-Submitted"] == "auto-generated"
    assert ATOM.fullmatch(message["Message-ID"])
    assert ATOM.fullmatch(message["References"])
    assert message["In-Reply-To"] == message["References"] != message["Message-ID"]
    assert part(message, "text/plain").splitlines() == [
        f"{cast.organiser.name} replied to what you wrote.",
        paper.title,
        "",
        "    I think **so**, as $x<1$.",
        "",
        "    See https://example.org/.",
        "",
        page,
        "",
        "-- ",
        f"You get this mail as a member of {cast.group.name} on reading.example.org.",
        "Choose what is mailed to you: https://reading.example.org/me/notices/",
        f"Stop all mail from this group: {stop}",
    ]
    html = part(message, "text/html")
    assert [word in html for word in (page, stop, "$x&lt;1$", cast.group.name)] == [True] * 4
    assert [word in html for word in ("<img", "src=", "url(", "<script", "@import", "<link")] == [False] * 6


def test_mails_about_one_paper_stand_in_one_thread(cast: Cast) -> None:
    said = CommentFactory(author=cast.member, group_paper=GroupPaperFactory(group=cast.group))
    where = {"slug": cast.group.slug, "address": said.group_paper.paper.address, "parent": said.pk}
    threads = []

    for number in range(3):
        key = f"00000000-0000-4000-8000-00000000000{number}"
        add_comment(by=cast.organiser, key=key, text=f"And {number}?", **where)  # type: ignore[arg-type]
        threads += sent()

    assert len(threads) == 3
    assert len({message["References"] for message in threads}) == 1
    assert len({message["Message-ID"] for message in threads}) == 3


def test_mail_about_several_papers_is_a_thread_of_its_own(cast: Cast) -> None:
    for number in range(2):
        said = CommentFactory(author=cast.member, group_paper=GroupPaperFactory(group=cast.group))
        where = {"slug": cast.group.slug, "address": said.group_paper.paper.address, "parent": said.pk}
        key = f"00000000-0000-4000-8000-00000000000{number}"
        add_comment(by=cast.organiser, key=key, text="So?", **where)  # type: ignore[arg-type]

    (message,) = sent()

    assert message["References"] is None
    assert message["Subject"].startswith(f"[{cast.group.name}] 2 notices: A paper about matter")


# --- the agenda ---------------------------------------------------------------------------------------------


def agenda(cast: Cast, **fields: Any) -> Any:
    meeting = MeetingFactory(group=cast.group, place="Room 7", **fields)
    paper = GroupPaperFactory(group=cast.group)
    VoteFactory(group_paper=paper, member=cast.member)
    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    return meeting


def test_agenda_is_the_weeks_mail_complete_in_text_html_and_calendar(client: Client, cast: Cast) -> None:
    meeting = agenda(cast)
    client.force_login(cast.member)
    text = client.get(f"/g/{cast.group.slug}/meetings/{meeting.slug}/agenda.txt").content.decode()
    file = client.get(f"/g/{cast.group.slug}/meetings/{meeting.slug}/agenda.ics").content

    messages = sent()

    assert sorted(message["To"].addresses[0].addr_spec for message in messages) == sorted(
        [cast.member.email, cast.guest.email]
    )
    for message in messages:
        assert message["Subject"] == f"[{cast.group.name}] Agenda for Sun 29 Nov 2026, 11:00 Berlin"
        assert part(message, "text/plain").startswith(text.rstrip("\n"))
        title = meeting.items.get().group_paper.paper.title
        assert (title in part(message, "text/html"), "Room 7" in part(message, "text/html")) == (True, True)
        (calendar,) = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
        assert Calendar.from_ical(calendar.get_content()) == Calendar.from_ical(file)


def test_agenda_published_again_with_changes_is_mailed_as_an_update_and_else_not(cast: Cast) -> None:
    meeting = agenda(cast)
    (first, _) = sent()
    where = {"by": cast.organiser, "slug": cast.group.slug, "meeting": meeting.slug}

    publish_agenda(**where)
    unchanged = sent()
    item = add_topic(**where, title="Welcome", minutes=5, position=1)
    set_presenter(**where, pk=item.pk, member=cast.member.pk)
    publish_agenda(**where)
    (update, other) = sent()

    title = meeting.items.get(group_paper__isnull=False).group_paper.paper.title
    assert unchanged == []
    assert update["Subject"] == f"[{cast.group.name}] Changed: Agenda for Sun 29 Nov 2026, 11:00 Berlin"
    assert update["References"] == first["References"]
    text = part(update if update["To"].addresses[0].addr_spec == cast.member.email else other, "text/plain")
    assert text.splitlines()[:7] == [
        "The agenda was changed after it was mailed to you:",
        "",
        "- New: Welcome, at 11:00.",
        f"- {title}: now at 11:05 (was 11:00).",
        "",
        "You present number 1.",
        "",
    ]


def test_agenda_says_what_one_presents_and_is_asked_to(cast: Cast) -> None:
    meeting = agenda(cast)
    where = {"by": cast.organiser, "slug": cast.group.slug, "meeting": meeting.slug}
    set_presenter(**where, pk=meeting.items.get().pk, member=cast.member.pk)
    item = add_topic(**where, title="Welcome", minutes=5)
    set_presenter(**where, pk=item.pk, member=cast.member.pk)
    publish_agenda(**where)

    texts = [part(one, "text/plain") for one in sent() if "Agenda" in one["Subject"]]

    assert sorted(text.splitlines()[0] for text in texts) == ["Reading group", "You present number 2."]
    asked = "You are asked to present number 1: say yes or no on its page."
    assert [asked in text for text in texts if "You present" in text] == [True]


def test_agenda_changed_before_it_was_mailed_comes_once_as_it_is_then(cast: Cast) -> None:
    meeting = agenda(cast)
    where = {"by": cast.organiser, "slug": cast.group.slug, "meeting": meeting.slug}
    add_topic(**where, title="Welcome", minutes=5, position=1)
    publish_agenda(**where)

    messages = sent()

    assert len(messages) == 2
    assert ["Welcome" in part(one, "text/plain") and "Changed" not in one["Subject"] for one in messages] == [True] * 2


def test_cancelled_meeting_is_mailed_whether_or_not_its_agenda_was(cast: Cast) -> None:
    meeting = agenda(cast)
    first = [one for one in sent() if "Agenda" in one["Subject"]]
    set_cancelled(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, cancelled=True)
    then = sent()

    assert len(first) == len(then) == 2
    for message in then:
        assert message["Subject"] == f"[{cast.group.name}] Cancelled: meeting of Sun 29 Nov 2026, 11:00 Berlin"
        assert part(message, "text/plain").splitlines()[2] == "- This meeting is cancelled."
        assert "STATUS:CANCELLED" in part(message, "text/calendar")


def test_agenda_that_waits_for_a_day_is_the_one_of_that_day_and_news_of_it_waits_no_longer(cast: Cast) -> None:
    for person in (cast.member, cast.guest):
        NoticeSettings.objects.create(user=person, digest_day=4)  # Friday
    meeting = agenda(cast)
    where = {"by": cast.organiser, "slug": cast.group.slug, "meeting": meeting.slug}
    add_topic(**where, title="Welcome", minutes=5)
    thursday = sent()
    with later(22 * 60):
        send_due()
    friday = [one.body for one in mail.outbox]
    mail.outbox.clear()
    with later(24 * 60):
        add_topic(**where, title="Cake", minutes=5)
        publish_agenda(**where)
    with later(25 * 60):
        send_due()

    assert (thursday, ["Welcome" in body for body in friday]) == ([], [True, True])
    assert ["- New: Cake" in one.body for one in mail.outbox] == [True, True]


def test_change_that_was_taken_back_is_not_mailed(cast: Cast) -> None:
    meeting = agenda(cast)
    sent()
    where = {"by": cast.organiser, "slug": cast.group.slug, "meeting": meeting.slug}
    item = add_topic(**where, title="Welcome", minutes=5, position=2)
    drop_item(**where, pk=item.pk)
    publish_agenda(**where)

    assert sent() == []
    assert set(Message.objects.filter(version__gt=0).values_list("reason", flat=True)) == {"Nothing has changed."}


def test_counts_that_a_group_hides_are_not_mailed(cast: Cast) -> None:
    cast.group.counts_wait = True
    cast.group.save()
    agenda(cast)

    messages = sent()

    assert ["1 vote" in f"{part(one, 'text/plain')}{part(one, 'text/html')}" for one in messages] == [False, False]


# --- stopping -----------------------------------------------------------------------------------------------


def test_one_click_stops_the_mail_and_looking_at_it_does_not(cast: Cast) -> None:
    reply(cast)
    (message,) = sent()
    address = message["List-Unsubscribe"].strip("<>").removeprefix("https://reading.example.org")
    program = Client(enforce_csrf_checks=True)

    looked = [program.get(address).status_code, program.head(address).status_code]
    before = Mute.objects.count()
    clicked = program.post(address, {"List-Unsubscribe": "One-Click"})
    again = program.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")

    assert (looked, before) == ([200, 200], 0)
    assert (clicked.status_code, again.status_code, clicked.cookies.get("sessionid")) == (200, 200, None)
    assert list(Mute.objects.values_list("user", "scope")) == [(cast.member.pk, cast.group.notice_scope)]
    assert f"No mail comes to you from {cast.group.name} any more." in clicked.content.decode()
    program.post(address, {"state": "off"})
    assert Mute.objects.count() == 0


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "9" + token, lambda token: "x"])
def test_link_that_we_did_not_make_stops_nothing(client: Client, cast: Cast, change: Any) -> None:
    token = change(stop_token(cast.member.pk, cast.group.notice_scope))

    answers = [client.get(f"/me/notices/stop/{token}/"), client.post(f"/me/notices/stop/{token}/")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Mute.objects.count() == 0


def test_who_tries_links_is_told_to_wait(client: Client, cast: Cast) -> None:
    answers = [client.post(f"/me/notices/stop/guess-{number}/").status_code for number in range(22)]

    assert answers == [404] * 20 + [429] * 2


# --- what people type ---------------------------------------------------------------------------------------

HEADERS = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Auto-Submitted", "X-Auto-Response-Suppress", "References", "In-Reply-To",
}  # fmt: skip
EVIL = ["\r\nBcc: evil@example.org", "\n\nbody", '"<>', "\x00", "\u202e", "ä" * 80, "=?utf-8?q?x?=", "\x85Bcc: x", ", "]
typed = st.lists(st.one_of(st.text(max_size=30), st.sampled_from(EVIL)), max_size=5).map("".join)


@hypothesis_settings(max_examples=30)
@given(name=typed, group=typed, about=typed, said=typed, text=typed)
def test_nothing_typed_becomes_a_header_or_another_recipient(
    name: str, group: str, about: str, said: str, text: str
) -> None:
    letter = letter_with(name=name, group=group, about=about, said=said, text=text)

    message = parsed(compose(letter).message().as_bytes())

    assert set(message.keys()) <= HEADERS
    assert all(len(message.get_all(header)) == 1 for header in message.keys())  # noqa: SIM118
    assert [one.addr_spec for one in message["To"].addresses] == ["a@example.org"]
    assert [one.addr_spec for one in message["From"].addresses] == ["reading-group@localhost"]
    assert [one.get_content_type() for one in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert all(len(line) <= 998 for line in compose(letter).message().as_bytes().splitlines())


def test_markup_in_a_comment_stays_text(cast: Cast) -> None:
    reply(cast, '<img src=x onerror=alert(1)> <b hx-get="/x">x</b> </blockquote><script>1</script>')

    (message,) = sent()

    html = part(message, "text/html")
    assert re.findall(r"<(?:img|script|b)\b", html) == []
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def letter_with(*, name: str, group: str, about: str, said: str, text: str) -> Letter:
    notice = Notice(
        kind="reply", object="c:1", about=about, said=said, text=text, address="/g/x/", scope="group:1", sender=group
    )
    return Letter(
        name=name,
        address="a@example.org",
        digest="0" * 32,
        notices=[notice],
        stop_path="/me/notices/stop/x/",
        settings_path="/me/notices/",
    )
