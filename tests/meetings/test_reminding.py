"""Presenters are reminded a day before, and whoever was asked once while there is time to answer; each thing once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from discussion.actions import answer_assignment, ask_member, take_paper
from discussion.models import Assignment
from groups.models import Meeting, Membership
from meetings.actions import add_paper, add_topic, carry_on_all, move_meeting, publish_agenda, set_presenter
from meetings.models import AgendaItem
from notifications.actions import send_due
from notifications.models import Message
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, MembershipFactory, PaperFactory, VoteFactory

Clock = time_machine.Traveller
TUESDAY = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 19, 14, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(TUESDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def meeting(clock: Clock, cast: Cast) -> Meeting:
    """A meeting on Thursday with one paper, which the member takes."""
    meeting = MeetingFactory(group=cast.group, starts_at=THURSDAY)
    put_on(cast, meeting, "The one")
    return meeting


def put_on(cast: Cast, meeting: Meeting, title: str) -> str:
    paper = GroupPaperFactory(group=cast.group, paper=PaperFactory(title=title)).paper
    add_paper(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, paper=paper.address)
    return str(paper.address)


def item_of(meeting: Meeting) -> AgendaItem:
    return AgendaItem.objects.get(meeting=meeting)


def address_of(meeting: Meeting) -> str:
    return str(Assignment.objects.get(meeting=meeting).group_paper.paper.address)


def reminders() -> list[tuple[str | None, str, str]]:
    sent = Message.objects.filter(kind="reminder").order_by("created_at", "pk").select_related("recipient")
    return [
        (one.recipient and one.recipient.name, one.payload.get("said", ""), one.payload.get("text", "")) for one in sent
    ]


def test_presenter_is_reminded_a_day_before_of_what_is_missing_once(
    client: Client, cast: Cast, meeting: Meeting, clock: Clock
) -> None:
    address = item_of(meeting).group_paper.paper.address
    take_paper(by=cast.member, slug=cast.group.slug, address=address)
    clock.move_to(THURSDAY - timedelta(hours=24, seconds=1))
    carry_on_all()
    early = reminders()

    clock.shift(timedelta(seconds=1))
    carry_on_all()
    carry_on_all()

    said = "You present this paper on Thu 19 Nov 2026, 15:00 Berlin."
    both = "Still missing: what everyone should read before, and your one question to them."
    assert early == []
    assert reminders() == [(cast.member.name, said, both)]
    client.force_login(cast.member)
    to = reverse("meetings:cue", args=[cast.group.slug, meeting.slug, item_of(meeting).pk])
    client.post(to, {"cue": "Read §3", "question": ""})
    assert reminders() == [(cast.member.name, said, "Still missing: your one question to everyone.")]
    client.post(to, {"cue": "Read §3", "question": "Why?"})
    assert reminders() == [(cast.member.name, said, "")]
    line = reverse("meetings:meeting", args=[cast.group.slug, meeting.slug])
    assert Message.objects.get(kind="reminder").payload["address"] == f"{line}#item-{item_of(meeting).pk}"


def test_reminder_is_dropped_with_what_it_reminds_of(
    client: Client, cast: Cast, meeting: Meeting, clock: Clock
) -> None:
    take_paper(by=cast.member, slug=cast.group.slug, address=item_of(meeting).group_paper.paper.address)
    clock.move_to(THURSDAY - timedelta(hours=24))
    carry_on_all()
    client.force_login(cast.member)
    client.post(reverse("meetings:coming", args=[cast.group.slug, meeting.slug]), {"state": "away"})

    clock.shift(timedelta(minutes=15))
    send_due()

    assert list(Message.objects.filter(kind="reminder").values_list("state", "reason")) == [
        ("dropped", "They do not present it on that day any more.")
    ]


def test_meeting_that_is_moved_reminds_again_on_its_new_day_and_not_of_the_old_one(
    cast: Cast, meeting: Meeting, clock: Clock
) -> None:
    take_paper(by=cast.member, slug=cast.group.slug, address=item_of(meeting).group_paper.paper.address)
    clock.move_to(THURSDAY - timedelta(hours=24))
    carry_on_all()
    later = {"start_time": THURSDAY.time(), "minutes": 60}
    move_meeting(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, day=THURSDAY.date(), **later)
    carry_on_all()
    friday = THURSDAY.date() + timedelta(days=1)
    move_meeting(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, day=friday, **later)
    clock.shift(timedelta(minutes=20))
    send_due()
    clock.shift(timedelta(days=1))

    carry_on_all()

    told = Message.objects.filter(kind="reminder").order_by("pk")
    assert [one.state for one in told] == ["dropped", "waiting"]
    assert told[1].payload["said"] == "You present this paper on Fri 20 Nov 2026, 14:00 Berlin."


def test_topic_is_reminded_of_and_what_is_not_on_the_agenda_is_not(cast: Cast, meeting: Meeting, clock: Clock) -> None:
    group = cast.group.slug
    talk = add_topic(by=cast.organiser, slug=group, meeting=meeting.slug, title="Ana’s talk", minutes=10)
    set_presenter(by=cast.organiser, slug=group, meeting=meeting.slug, pk=talk.pk, member=cast.member.pk)
    elsewhere = GroupPaperFactory(group=cast.group)
    take_paper(by=cast.member, slug=group, address=elsewhere.paper.address, meeting=meeting.slug)
    clock.move_to(THURSDAY - timedelta(hours=24))

    carry_on_all()

    assert reminders() == [(cast.member.name, "You present this topic on Thu 19 Nov 2026, 15:00 Berlin.", "")]


def test_presenters_are_reminded_when_the_votes_have_made_the_agenda_and_not_of_what_they_left_off(
    cast: Cast, clock: Clock
) -> None:
    meeting = MeetingFactory(group=cast.group, starts_at=THURSDAY, minutes=15)
    chosen, left_off = (GroupPaperFactory(group=cast.group, paper=PaperFactory(title=title)) for title in "AB")
    VoteFactory(group_paper=chosen, member=cast.organiser)
    for taken, by in ((chosen, cast.member), (left_off, cast.organiser)):
        take_paper(by=by, slug=cast.group.slug, address=taken.paper.address, meeting=meeting.slug)
    clock.move_to(THURSDAY - timedelta(hours=24))
    carry_on_all()
    early = reminders()
    clock.move_to(meeting.closes_at)

    carry_on_all()

    assert early == []
    assert [(who, said) for who, said, _ in reminders()] == [
        (cast.member.name, "You present this paper on Thu 19 Nov 2026, 15:00 Berlin.")
    ]


def test_who_is_asked_after_the_others_were_reminded_and_accepts_is_reminded_once(cast: Cast, clock: Clock) -> None:
    meeting = MeetingFactory(group=cast.group, starts_at=THURSDAY, minutes=15)
    Membership.objects.filter(group=cast.group).exclude(user=cast.member).update(presents=False)
    VoteFactory(group_paper=GroupPaperFactory(group=cast.group), member=cast.member)
    clock.move_to(meeting.closes_at)
    carry_on_all()
    carry_on_all()
    before = reminders()

    answer_assignment(by=cast.member, slug=cast.group.slug, address=address_of(meeting), accept=True)
    for _ in range(2):
        carry_on_all()

    assert before == []
    assert [(who, said) for who, said, _ in reminders()] == [
        (cast.member.name, "You present this paper on Thu 19 Nov 2026, 15:00 Berlin.")
    ]


def test_who_was_asked_is_reminded_once_while_there_is_time_and_then_the_next_is_asked(
    cast: Cast, meeting: Meeting, clock: Clock
) -> None:
    Membership.objects.filter(group=cast.group).update(presents=False)
    ana, ben = (MembershipFactory(group=cast.group, user__name=name).user for name in ("Ana", "Ben"))
    vote_for(meeting, ana)
    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    carry_on_all()
    clock.shift(timedelta(minutes=15))
    send_due()
    before = reminders()

    clock.move_to(TUESDAY + timedelta(hours=8))
    carry_on_all()
    carry_on_all()
    told = reminders()
    answers = Message.objects.get(kind="reminder").payload["answers"]
    clock.move_to(TUESDAY + timedelta(hours=24))
    carry_on_all()

    assert before == []
    assert [words for words, _ in answers] == ["I’ll present it", "I can’t"]
    assert told == [
        (
            "Ana",
            "You were asked to present this paper on Thu 19 Nov 2026, 15:00 Berlin, and have not answered yet.",
            "Without an answer by Wed 18 Nov 2026, 10:00 Berlin, someone else is asked. Declining costs nothing.",
        )
    ]
    assert list(Assignment.objects.order_by("pk").values_list("member", "state")) == [
        (ana.pk, "lapsed"),
        (ben.pk, "asked"),
    ]


def test_who_answered_is_not_reminded_to(client: Client, cast: Cast, meeting: Meeting, clock: Clock) -> None:
    ask_member(
        by=cast.organiser,
        slug=cast.group.slug,
        address=item_of(meeting).group_paper.paper.address,
        member=cast.member.pk,
    )
    clock.move_to(THURSDAY - timedelta(hours=23))
    send_due()
    carry_on_all()
    client.force_login(cast.member)
    to = reverse("discussion:assignment", args=[cast.group.slug, address_of(meeting)])
    client.post(to, {"state": "accepted"})
    clock.shift(timedelta(minutes=15))

    send_due()

    states = Message.objects.filter(kind="reminder").values_list("state", "reason")
    assert list(states) == [("dropped", "It was answered or taken back meanwhile.")]


def test_who_is_asked_at_night_has_time_from_the_morning_on(cast: Cast, meeting: Meeting, clock: Clock) -> None:
    Membership.objects.filter(group=cast.group).update(presents=False)
    vote_for(meeting, MembershipFactory(group=cast.group).user)
    clock.move_to(datetime(2026, 11, 18, 23, 0, tzinfo=UTC))  # voting closes at midnight in Berlin

    carry_on_all()
    clock.move_to(datetime(2026, 11, 19, 8, 0, tzinfo=UTC))
    carry_on_all()
    send_due()

    asked = Assignment.objects.get(meeting=meeting)
    assert (asked.state, asked.answer_by) == ("asked", datetime(2026, 11, 19, 11, 0, tzinfo=UTC))
    assert Message.objects.get(kind="assignment").state == "sent"


def vote_for(meeting: Meeting, member: User) -> None:
    VoteFactory(group_paper=item_of(meeting).group_paper, member=member)
