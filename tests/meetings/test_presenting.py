"""Presenters by turn: the clock asks, answers come by one press, and the next is asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.clock import now
from discussion.models import Assignment, GroupPaper
from groups.models import Meeting, Membership
from meetings.actions import carry_on_all, publish_agenda
from meetings.models import AgendaItem, Attendance
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, MembershipFactory, PaperFactory, VoteFactory
from tests.pages import page


@pytest.fixture(autouse=True)
def daytime() -> Iterator[None]:
    """Begin on a Tuesday morning: how long someone has to answer depends on the hours in which mail comes."""
    with time_machine.travel(datetime(2026, 11, 17, 9, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def people(cast: Cast) -> list[User]:
    """Three members by name; the organiser and the member of the cast take no papers."""
    Membership.objects.filter(group=cast.group).update(presents=False)
    return [MembershipFactory(group=cast.group, user__name=name).user for name in ("Ana", "Ben", "Cem")]


def held(cast: Cast, presenter: User, *, weeks: int) -> None:
    """Let a meeting have been held so many weeks ago."""
    starts_at = now() - timedelta(weeks=weeks)
    Membership.objects.filter(group=cast.group).update(joined_at=now() - timedelta(weeks=52))
    meeting = MeetingFactory(group=cast.group, starts_at=starts_at, state="closed")
    paper = GroupPaperFactory(group=cast.group)
    AgendaItem.objects.create(
        group=cast.group, meeting=meeting, position=1, group_paper=paper, minutes=15, state="discussed"
    )
    Assignment.objects.create(
        group=cast.group, meeting=meeting, group_paper=paper, member=presenter, state=Assignment.State.DONE
    )


@pytest.fixture
def published(cast: Cast, people: list[User]) -> Meeting:
    """An agenda of one paper that Ben voted for, published; Ana presented twice, Cem once."""
    for weeks, presenter in ((3, 0), (2, 0), (1, 2)):
        held(cast, people[presenter], weeks=weeks)
    meeting = MeetingFactory(group=cast.group)
    paper = GroupPaperFactory(group=cast.group, paper=PaperFactory(title="The one", authors=[]))
    for member in (cast.organiser, people[1]):
        VoteFactory(group_paper=paper, member=member)
    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    return meeting


def asked(meeting: Meeting) -> list[tuple[str, str]]:
    return list(Assignment.objects.filter(meeting=meeting).order_by("pk").values_list("member__name", "state"))


def paper_of(meeting: Meeting) -> GroupPaper:
    return GroupPaper.objects.get(agenda_items__meeting=meeting)


def test_member_whose_turn_it_is_reads_why_and_answers_on_the_agenda(
    client: Client, published: Meeting, people: list[User], cast: Cast
) -> None:
    carry_on_all()
    client.force_login(people[1])
    to = reverse("meetings:meeting", args=[cast.group.slug, published.slug])
    card = page(client.get(to)).one(".asked")
    form = card.all("form")[0]
    sent = {one.get("name"): one.get("value") for one in [*form.all("[type=hidden]"), form.one("button")]}

    answer = client.post(form.get("action"), sent, follow=True)

    assert card.words.startswith(
        "You are asked because you voted for it and have presented nothing in 3 meetings; the group’s rate is 1. "
        "Declining costs nothing; the next is asked."
    )
    assert answer.redirect_chain == [(to, 302)]
    assert asked(published) == [("Ben", "accepted")]
    assert page(answer).one(".asked summary").words == "You present this paper"


def test_after_a_no_and_after_a_day_of_silence_the_next_is_asked(
    client: Client, published: Meeting, people: list[User], cast: Cast
) -> None:
    carry_on_all()
    client.force_login(people[1])
    to = reverse("discussion:assignment", args=[cast.group.slug, paper_of(published).paper.address])
    client.post(to, {"state": "declined"})
    carry_on_all()
    carry_on_all()
    after_no = asked(published)

    with time_machine.travel(now() + timedelta(hours=24, seconds=1), tick=False):
        carry_on_all()
    with time_machine.travel(now() + timedelta(hours=70), tick=False):
        carry_on_all()

    assert after_no == [("Ben", "declined"), ("Cem", "asked")]
    assert asked(published) == [("Ben", "declined"), ("Cem", "lapsed"), ("Ana", "lapsed")]
    assert paper_of(published).assignments.filter(state="asked").count() == 0, "nobody is asked twice"


def test_who_cannot_make_it_is_not_asked_and_gives_back_what_they_had(
    client: Client, published: Meeting, people: list[User], cast: Cast
) -> None:
    carry_on_all()
    client.force_login(people[1])
    to = reverse("meetings:coming", args=[cast.group.slug, published.slug])

    part = page(client.post(to, {"state": "away"}, headers={"HX-Request": "true"}))
    carry_on_all()

    assert "You said that you cannot make it" in part.words
    assert asked(published) == [("Ben", "returned"), ("Cem", "asked")]
    client.post(to, {"state": "present"})
    assert list(Attendance.objects.values_list("member__name", "state")) == [("Ben", "present")]
    assert client.post(to, {"state": "perhaps"}).status_code == 422


def test_author_is_asked_as_the_group_wants_it(published: Meeting, people: list[User], cast: Cast) -> None:
    people[1].name = "Emmy Noether"
    people[1].save()
    paper = paper_of(published).paper
    paper.authors = ["E. Noether"]
    paper.save()

    carry_on_all()
    assert asked(published) == [("Cem", "asked")]
    Assignment.objects.filter(meeting=published).delete()
    Meeting.objects.filter(pk=published.pk).update(asks_due_at=now())
    cast.group.own_papers = "prefer"
    cast.group.save()
    carry_on_all()

    assert asked(published) == [("Emmy Noether", "asked")]
    assert Assignment.objects.get(meeting=published).reason.startswith("You are asked because it is your own paper")


def test_presenter_says_what_to_read_before(client: Client, published: Meeting, people: list[User], cast: Cast) -> None:
    item = AgendaItem.objects.get(meeting=published)
    Assignment.objects.create(
        group=cast.group, meeting=published, group_paper=item.group_paper, member=people[2], state="accepted"
    )
    to = reverse("meetings:cue", args=[cast.group.slug, published.slug, item.pk])
    sent = {"cue": "Read §3, figure 2.", "question": "Is it <really> so?"}

    client.force_login(people[0])
    assert client.post(to, sent).status_code == 403
    client.force_login(people[2])
    assert client.post(to, sent | {"cue": "x" * 281}).status_code == 422
    part = page(client.post(to, sent, headers={"HX-Request": "true"}))

    assert [one.words for one in part.all(".cue")] == [
        "Before the meeting: Read §3, figure 2.",
        "To discuss: Is it <really> so?",
    ]
    published.refresh_from_db()
    assert published.sequence == 1


def test_agenda_waits_for_an_organiser_where_the_group_wants_it(cast: Cast, people: list[User]) -> None:
    meeting = MeetingFactory(group=cast.group, starts_at=now() + timedelta(hours=2))
    VoteFactory(group_paper=GroupPaperFactory(group=cast.group), member=people[0])
    cast.group.publishes_itself = False
    cast.group.save()

    carry_on_all()
    meeting.refresh_from_db()
    waiting = meeting.state
    cast.group.publishes_itself = True
    cast.group.save()
    carry_on_all()
    meeting.refresh_from_db()

    assert (waiting, meeting.state) == ("planned", "published")
