"""The agenda builder through the outer door: suggest, change, publish, close."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.clock import now
from discussion.models import Assignment, Vote
from groups.models import Meeting
from meetings.exports.registry import EXPORTS
from meetings.models import AgendaItem
from tests.factories import (
    Cast,
    CommentFactory,
    EntryFactory,
    GroupPaperFactory,
    MeetingFactory,
    MembershipFactory,
    PaperFactory,
    VoteFactory,
)
from tests.meetings.agenda_readers import text_of
from tests.pages import page


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """A meeting in three days: 60 minutes, 15 a paper, so that four papers fit."""
    return MeetingFactory(group=cast.group)


def votes_for(cast: Cast, count: int) -> object:
    """Make a group paper with so many votes by as many members."""
    group_paper = GroupPaperFactory(group=cast.group)
    for _ in range(count):
        VoteFactory(group_paper=group_paper, member=MembershipFactory(group=cast.group).user)
    return group_paper


def address(name: str, cast: Cast, meeting: Meeting, *more: object) -> str:
    return reverse(f"meetings:{name}", args=[cast.group.slug, meeting.slug, *more])


def titles(meeting: Meeting) -> list[str]:
    items = AgendaItem.objects.filter(meeting=meeting).exclude(state="dropped").order_by("position")
    return [item.title or item.group_paper.paper.title for item in items]


def test_untouched_agenda_shows_what_the_votes_choose_and_saves_nothing(
    client: Client, cast: Cast, meeting: Meeting
) -> None:
    papers = [votes_for(cast, count) for count in (1, 5, 3, 2, 4)]
    client.force_login(cast.member)

    found = page(client.get(address("meeting", cast, meeting)))

    expected = [papers[index].paper.title for index in (1, 4, 2, 3)]
    assert [title.words for title in found.all(".agenda__title")] == expected
    assert [title.words for title in found.all(".choice .pool-item__title")] == [papers[0].paper.title]
    assert not AgendaItem.objects.exists()


def test_publishing_an_untouched_agenda_keeps_the_suggestion(client: Client, cast: Cast, meeting: Meeting) -> None:
    papers = [votes_for(cast, count) for count in (1, 5, 3, 2, 4)]
    client.force_login(cast.organiser)

    client.post(address("publish", cast, meeting))

    assert titles(meeting) == [papers[index].paper.title for index in (1, 4, 2, 3)]
    meeting.refresh_from_db()
    assert (meeting.state, meeting.sequence) == ("published", 0)


def test_publishing_an_empty_agenda_is_refused_with_the_reason(client: Client, cast: Cast, meeting: Meeting) -> None:
    client.force_login(cast.organiser)

    answer = client.post(address("publish", cast, meeting), headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert answer.content.decode().startswith("There is nothing to publish")


def test_lines_move_with_buttons_and_the_ends_stay(client: Client, cast: Cast, meeting: Meeting) -> None:
    for count in (3, 2, 1):
        votes_for(cast, count)
    client.force_login(cast.organiser)
    client.post(address("suggest", cast, meeting))
    first, second, third = titles(meeting)
    pk = AgendaItem.objects.get(meeting=meeting, position=1).pk

    client.post(address("item", cast, meeting, pk), {"move": "down"})
    assert titles(meeting) == [second, first, third]
    client.post(address("item", cast, meeting, pk), {"move": "down"})
    client.post(address("item", cast, meeting, pk), {"move": "down"})
    assert titles(meeting) == [second, third, first]


def test_dropped_line_keeps_its_votes_and_can_be_put_back(client: Client, cast: Cast, meeting: Meeting) -> None:
    for count in (3, 2, 1):
        votes_for(cast, count)
    client.force_login(cast.organiser)
    client.post(address("suggest", cast, meeting))
    before = titles(meeting)
    pk = AgendaItem.objects.get(meeting=meeting, position=2).pk

    part = client.post(address("item", cast, meeting, pk), {"drop": "1"}, headers={"HX-Request": "true"})
    assert titles(meeting) == [before[0], before[2]]
    assert f"Taken off: {before[1]}" in part.content.decode()
    client.post(address("suggest", cast, meeting))
    assert titles(meeting) == [before[0], before[2]], "what the organiser took off does not come back by itself"
    client.post(address("item", cast, meeting, pk), {"restore": "1"})

    assert titles(meeting) == before
    assert Vote.objects.open().count() == 6


def test_paper_and_topic_are_added_where_there_is_room(client: Client, cast: Cast, meeting: Meeting) -> None:
    group_paper = votes_for(cast, 1)
    client.force_login(cast.organiser)

    client.post(address("items", cast, meeting), {"title": "Welcome", "minutes": "5"})
    client.post(address("items", cast, meeting), {"paper": group_paper.paper.address})
    client.post(address("items", cast, meeting), {"paper": group_paper.paper.address})

    assert titles(meeting) == ["Welcome", group_paper.paper.title]
    assert [item.minutes for item in AgendaItem.objects.order_by("position")] == [5, 15]


def test_topic_without_minutes_comes_back_with_what_was_typed(client: Client, cast: Cast, meeting: Meeting) -> None:
    client.force_login(cast.organiser)

    answer = client.post(address("items", cast, meeting), {"title": "Ana's talk", "minutes": ""})

    assert answer.status_code == 422
    assert "Ana&#x27;s talk" in answer.content.decode()
    assert not AgendaItem.objects.exists()


def test_presenter_is_asked_and_an_organiser_takes_at_once(client: Client, cast: Cast, meeting: Meeting) -> None:
    group_paper = votes_for(cast, 1)
    client.force_login(cast.organiser)
    client.post(address("suggest", cast, meeting))
    pk = AgendaItem.objects.get(meeting=meeting).pk

    client.post(address("presenter", cast, meeting, pk), {"member": cast.member.pk})
    asked = Assignment.objects.get(group_paper=group_paper, state="asked")
    assert (asked.member, asked.asked_by) == (cast.member, cast.organiser)
    client.post(address("presenter", cast, meeting, pk), {"member": cast.organiser.pk})
    taken = Assignment.objects.standing().get(group_paper=group_paper)
    assert (taken.member, taken.state) == (cast.organiser, "accepted")
    client.post(address("presenter", cast, meeting, pk), {"member": ""})

    assert not Assignment.objects.standing().exists()


@pytest.mark.parametrize("who", ["guest", "former_member", "outsider"])
def test_only_those_who_present_can_be_asked(client: Client, cast: Cast, meeting: Meeting, who: str) -> None:
    votes_for(cast, 1)
    client.force_login(cast.organiser)
    client.post(address("suggest", cast, meeting))
    pk = AgendaItem.objects.get(meeting=meeting).pk

    answer = client.post(address("presenter", cast, meeting, pk), {"member": getattr(cast, who).pk})

    assert answer.status_code == 422
    assert not Assignment.objects.exists()


def test_taken_paper_comes_to_the_agenda_with_its_presenter(client: Client, cast: Cast, meeting: Meeting) -> None:
    group_paper = votes_for(cast, 1)
    Assignment.objects.create(group=cast.group, group_paper=group_paper, member=cast.member, state="accepted")
    client.force_login(cast.organiser)

    client.post(address("publish", cast, meeting))

    assert Assignment.objects.get().meeting == meeting
    exported = client.get(address("export", cast, meeting, "txt")).content.decode()
    assert cast.member.name in exported


def test_change_after_publishing_is_an_update_of_the_same_event(client: Client, cast: Cast, meeting: Meeting) -> None:
    votes_for(cast, 1)
    client.force_login(cast.organiser)
    client.post(address("publish", cast, meeting))
    pk = AgendaItem.objects.get(meeting=meeting).pk

    client.post(address("item", cast, meeting, pk), {"minutes": "20", "note": "Read section 3."})

    meeting.refresh_from_db()
    assert meeting.sequence == 1
    assert "SEQUENCE:1" in client.get(address("export", cast, meeting, "ics")).content.decode()


def test_closing_settles_what_was_discussed_and_returns_the_rest(client: Client, cast: Cast) -> None:
    meeting = MeetingFactory(group=cast.group, starts_at=now() - timedelta(minutes=30))
    discussed, carried = votes_for(cast, 2), votes_for(cast, 1)
    client.force_login(cast.organiser)
    client.post(address("suggest", cast, meeting))
    pk = AgendaItem.objects.get(group_paper=carried).pk

    for _ in range(2):
        client.post(address("close", cast, meeting), {"carried": [pk]})

    meeting.refresh_from_db()
    assert meeting.state == "closed"
    assert Vote.objects.filter(group_paper=discussed, settled_by=meeting).count() == 2
    assert Vote.objects.open().filter(group_paper=carried).count() == 1
    assert client.post(address("suggest", cast, meeting)).status_code == 409


def test_meeting_that_has_not_begun_is_not_closed(client: Client, cast: Cast, meeting: Meeting) -> None:
    client.force_login(cast.organiser)

    assert client.post(address("close", cast, meeting)).status_code == 409


def test_lines_of_another_groups_meeting_are_not_found(client: Client, cast: Cast, meeting: Meeting) -> None:
    foreign = MeetingFactory(starts_at=meeting.starts_at)
    item = AgendaItem.objects.create(
        group=foreign.group, meeting=foreign, position=1, title="Theirs", minutes=5, pinned=True
    )
    client.force_login(cast.organiser)

    assert client.post(address("item", cast, meeting, item.pk), {"drop": "1"}).status_code == 404
    assert AgendaItem.objects.get(pk=item.pk).state == "planned"


@pytest.mark.parametrize("name", ["week", "meetings", "meeting"])
@pytest.mark.parametrize("rows", [1, 30])
def test_pages_ask_the_same_number_of_questions(
    client: Client, cast: Cast, meeting: Meeting, django_assert_num_queries, name: str, rows: int
) -> None:
    for _ in range(rows):
        group_paper = votes_for(cast, 1)
        CommentFactory(group_paper=group_paper, author=cast.member)
        EntryFactory(paper=PaperFactory())
    client.force_login(cast.organiser)
    to = address("meeting", cast, meeting) if name == "meeting" else reverse(f"meetings:{name}", args=[cast.group.slug])

    with django_assert_num_queries({"week": 13, "meetings": 7, "meeting": 12}[name]):
        client.get(to)


def test_every_export_is_offered_and_answers(client: Client, cast: Cast, meeting: Meeting) -> None:
    group_paper = votes_for(cast, 1)
    client.force_login(cast.guest)

    menu = page(client.get(address("meeting", cast, meeting))).one(".exports")
    assert [link.get("href") for link in menu.all("a")] == [address("export", cast, meeting, name) for name in EXPORTS]
    for name in EXPORTS:
        said = text_of(name, client.get(address("export", cast, meeting, name)).content)
        assert group_paper.paper.title in said.replace("\r\n ", "")
    assert client.get(address("export", cast, meeting, "exe")).status_code == 404


def test_added_paper_waits_among_the_candidates_until_it_has_votes(
    client: Client, cast: Cast, meeting: Meeting
) -> None:
    added = GroupPaperFactory(group=cast.group, added_by=cast.member)
    client.force_login(cast.organiser)

    week = client.get(reverse("meetings:week", args=[cast.group.slug]) + "?show=top").content.decode()
    builder = client.get(address("meeting", cast, meeting)).content.decode()
    client.post(address("suggest", cast, meeting))

    assert added.paper.title in week
    assert added.paper.title in builder
    assert titles(meeting) == [], "what nobody voted for is not put on an agenda by itself"
