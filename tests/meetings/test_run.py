"""A meeting while it runs: one line after the other, notes, and pages that follow."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.clock import now
from discussion.models import Vote
from groups.models import Meeting
from meetings.models import AgendaItem, Attendance, Hand, Note
from meetings.queries.turns import past_of
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, MembershipFactory, PaperFactory, VoteFactory
from tests.pages import Element, page

HTMX = {"HX-Request": "true"}
TITLES = ["First", "Second", "Third"]


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """A meeting that begins in five minutes, whose votes make an agenda of three papers."""
    meeting = MeetingFactory(group=cast.group, starts_at=now() + timedelta(minutes=5))
    people = [MembershipFactory(group=cast.group).user for _ in range(4)]
    for number, title in enumerate(TITLES):
        group_paper = GroupPaperFactory(group=cast.group, paper=PaperFactory(title=title))
        for member in people[: 4 - number]:
            VoteFactory(group_paper=group_paper, member=member, cast_at=now() - timedelta(days=1))
    return meeting


def address(cast: Cast, meeting: Meeting, name: str, *more: object) -> str:
    return reverse(f"meetings:{name}", args=[cast.group.slug, meeting.slug, *more])


def begin(client: Client, cast: Cast, meeting: Meeting) -> list[AgendaItem]:
    client.force_login(cast.organiser)
    client.post(address(cast, meeting, "start"))
    return list(AgendaItem.objects.filter(meeting=meeting).order_by("position"))


def finish(client: Client, cast: Cast, meeting: Meeting, item: AgendaItem, state: str) -> Element:
    return page(client.post(address(cast, meeting, "outcome", item.pk), {"state": state}, headers=HTMX))


def write(client: Client, cast: Cast, meeting: Meeting, by: User, item: AgendaItem, text: str, **more: object) -> int:
    client.force_login(by)
    sent = {"pk": item.pk, "key": str(uuid4()), "text": text, **more}
    return client.post(address(cast, meeting, "note"), sent, headers=HTMX).status_code


def shown(client: Client, cast: Cast, meeting: Meeting, by: User) -> Element:
    client.force_login(by)
    return page(client.get(address(cast, meeting, "run")))


def test_meeting_goes_from_line_to_line_and_what_is_left_goes_back(
    client: Client, cast: Cast, meeting: Meeting
) -> None:
    first, second, _ = begin(client, cast, meeting)
    on = [shown(client, cast, meeting, cast.organiser).one(".run__title").words]
    for item, state in ((first, "discussed"), (second, "dropped")):
        on.append(finish(client, cast, meeting, item, state).one(".run__title").words)
    write(client, cast, meeting, cast.organiser, first, "It was good.")
    client.post(address(cast, meeting, "close"))

    meeting.refresh_from_db()
    assert on == TITLES
    assert meeting.state == "closed"
    assert list(AgendaItem.objects.order_by("position").values_list("state", flat=True)) == [
        "discussed",
        "dropped",
        "carried",
    ]
    assert set(Vote.objects.filter(settled_by=meeting).values_list("group_paper__paper__title", flat=True)) == {"First"}
    held = page(client.get(address(cast, meeting, "meeting")))
    assert [one.words for one in held.all(".agenda__notes li")] == [f"It was good. {cast.organiser.name}"]
    assert "This meeting is over" in shown(client, cast, meeting, cast.guest).one("#run").words


def test_line_is_taken_up_again(client: Client, cast: Cast, meeting: Meeting) -> None:
    first, second, _ = begin(client, cast, meeting)
    finish(client, cast, meeting, first, "discussed")
    finish(client, cast, meeting, first, "discussed")

    part = finish(client, cast, meeting, first, "planned")

    assert part.one(".run__title").words == "First"
    second.refresh_from_db()
    assert second.started_at is None, "its minutes begin anew when it is on again"
    assert finish(client, cast, meeting, first, "carried").one(".run__title").words == "Second"


def test_begins_half_an_hour_before_its_time_at_the_earliest(client: Client, cast: Cast, meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now() + timedelta(minutes=31))

    begin(client, cast, meeting)

    meeting.refresh_from_db()
    assert meeting.state == "planned"
    assert "This meeting has not begun" in shown(client, cast, meeting, cast.member).one("#run").words


def test_notes_of_several_stand_below_each_other_and_a_retry_is_no_second(
    client: Client, cast: Cast, meeting: Meeting
) -> None:
    first, second, _ = begin(client, cast, meeting)
    key = str(uuid4())

    for _ in range(2):
        assert write(client, cast, meeting, cast.member, first, "It holds.", key=key) == 200
    assert write(client, cast, meeting, cast.organiser, first, "<b>Not</b> for $z > 2$.") == 200
    assert write(client, cast, meeting, cast.member, first, "  ") == 422
    assert write(client, cast, meeting, cast.guest, first, "Mine") == 403
    finish_by = shown(client, cast, meeting, cast.organiser)
    finish(client, cast, meeting, first, "discussed")
    assert write(client, cast, meeting, cast.member, first, "Typed while it went on.") == 200

    assert [note.words for note in finish_by.all(".run__notes li")] == [
        f"It holds. {cast.member.name}",
        f"<b>Not</b> for $z > 2$. {cast.organiser.name}",
    ]
    assert list(Note.objects.order_by("pk").values_list("item", flat=True)) == [first.pk] * 3
    assert shown(client, cast, meeting, cast.member).all(".run__notes") == []
    assert second.pk == int(shown(client, cast, meeting, cast.member).one("#run").get("data-current") or 0)


def test_page_that_follows_is_answered_with_nothing_until_something_happens(
    client: Client, cast: Cast, meeting: Meeting, django_assert_num_queries
) -> None:
    first, *_ = begin(client, cast, meeting)
    run = shown(client, cast, meeting, cast.member).one("#run")
    to = run.get("hx-get")

    with django_assert_num_queries(2):  # session with person, gate with version
        quiet = client.get(to, headers=HTMX)
    client.force_login(cast.organiser)
    finish(client, cast, meeting, first, "discussed")
    client.force_login(cast.member)
    news = client.get(to, headers=HTMX)

    assert (quiet.status_code, quiet.content) == (204, b"")
    assert page(news).one(".run__title").words == "Second"
    assert client.get(page(news).one("#run").get("hx-get"), headers=HTMX).status_code == 204


def raise_hand(client: Client, cast: Cast, meeting: Meeting, by: User, item: AgendaItem, state: str = "on") -> int:
    client.force_login(by)
    sent = {"pk": item.pk, "state": state}
    return client.post(address(cast, meeting, "hand"), sent, headers=HTMX).status_code


def hands(client: Client, cast: Cast, meeting: Meeting, by: User) -> list[str]:
    found = shown(client, cast, meeting, by).all(".run__queue bdi")
    return [hand.words for hand in found]


def test_hands_are_seen_by_all_in_order_and_lowered_when_the_meeting_goes_on(
    client: Client, cast: Cast, meeting: Meeting
) -> None:
    first, second, _ = begin(client, cast, meeting)
    for person in (cast.guest, cast.member, cast.organiser, cast.guest):
        assert raise_hand(client, cast, meeting, person, first) == 200
    seen = [hands(client, cast, meeting, person) for person in (cast.member, cast.guest)]
    raise_hand(client, cast, meeting, cast.guest, first, "off")
    raise_hand(client, cast, meeting, cast.guest, first)

    assert seen == [[cast.guest.name, cast.member.name, cast.organiser.name]] * 2
    assert hands(client, cast, meeting, cast.member) == [cast.member.name, cast.organiser.name, cast.guest.name]
    assert raise_hand(client, cast, meeting, cast.member, second) == 409
    client.force_login(cast.organiser)
    finish(client, cast, meeting, first, "discussed")
    assert hands(client, cast, meeting, cast.member) == []
    assert not Hand.objects.exists()
    assert raise_hand(client, cast, meeting, cast.member, first) == 409, "it was raised on a page that is older"


def test_organiser_lowers_the_hand_of_who_spoke_and_nobody_else_does(
    client: Client, cast: Cast, meeting: Meeting
) -> None:
    first, *_ = begin(client, cast, meeting)
    raise_hand(client, cast, meeting, cast.member, first)
    lower = {"pk": first.pk, "state": "off", "member": cast.member.pk}

    client.force_login(cast.guest)
    assert client.post(address(cast, meeting, "hand"), lower, headers=HTMX).status_code == 403
    assert [one.words for one in shown(client, cast, meeting, cast.organiser).all(".run__queue button")] == [
        f"Lower the hand of {cast.member.name}"
    ]
    assert client.post(address(cast, meeting, "hand"), lower, headers=HTMX).status_code == 200

    assert not Hand.objects.exists()


def test_who_is_there_is_counted_by_one_tap(client: Client, cast: Cast, meeting: Meeting) -> None:
    client.force_login(cast.member)
    client.post(address(cast, meeting, "coming"), {"state": "away"})
    assert client.post(address(cast, meeting, "here"), {"state": "on"}, headers=HTMX).status_code == 409
    begin(client, cast, meeting)

    for person in (cast.member, cast.guest, cast.guest):
        client.force_login(person)
        part = page(client.post(address(cast, meeting, "here"), {"state": "on"}, headers=HTMX))

    assert (part.one(".run__count").words, part.one("#here").get("aria-pressed")) == ("2 here", "true")
    assert set(Attendance.objects.exclude(here_at=None).values_list("member", flat=True)) == {
        cast.member.pk,
        cast.guest.pk,
    }
    assert not Attendance.objects.absent().exists()
    client.post(address(cast, meeting, "here"), {"state": "off"})
    assert shown(client, cast, meeting, cast.member).one(".run__count").words == "1 here"


def test_who_takes_back_that_they_are_there_is_away_as_they_had_said(
    client: Client, cast: Cast, meeting: Meeting
) -> None:
    client.force_login(cast.member)
    client.post(address(cast, meeting, "coming"), {"state": "away"})
    begin(client, cast, meeting)
    client.force_login(cast.member)

    for state in ("on", "off"):
        client.post(address(cast, meeting, "here"), {"state": state}, headers=HTMX)
    Meeting.objects.filter(pk=meeting.pk).update(state="closed")

    assert cast.member.pk not in past_of(cast.group).present[0]
    assert cast.organiser.pk in past_of(cast.group).present[0]


def test_who_comes_after_all_is_not_counted_before_they_are_there(client: Client, cast: Cast, meeting: Meeting) -> None:
    client.force_login(cast.member)
    for state in ("away", "present"):
        client.post(address(cast, meeting, "coming"), {"state": state})
    begin(client, cast, meeting)

    found = shown(client, cast, meeting, cast.member)

    assert (found.one(".run__count").words, found.one("#here").get("aria-pressed")) == ("0 here", "false")


@pytest.mark.parametrize("what", ["hand", "here"])
def test_hands_and_presence_reach_the_pages_that_follow(
    client: Client, cast: Cast, meeting: Meeting, what: str
) -> None:
    first, *_ = begin(client, cast, meeting)
    to = shown(client, cast, meeting, cast.member).one("#run").get("hx-get")
    client.force_login(cast.guest)
    client.post(address(cast, meeting, what), {"pk": first.pk, "state": "on"})
    client.force_login(cast.member)

    news = client.get(to, headers=HTMX)

    said = {"hand": (".run__queue", cast.guest.name), "here": (".run__count", "1 here")}
    assert page(news).one(said[what][0]).words == said[what][1]
    assert client.get(page(news).one("#run").get("hx-get"), headers=HTMX).status_code == 204


def test_projector_shows_what_is_on_and_nothing_to_press(client: Client, cast: Cast, meeting: Meeting) -> None:
    first, *_ = begin(client, cast, meeting)
    write(client, cast, meeting, cast.member, first, "A note")
    client.force_login(cast.organiser)

    found = page(client.get(address(cast, meeting, "run") + "?projector"))

    assert found.one(".run__title").words == "First"
    assert found.one(".run__next").words == "Next: Second, 15 min"
    assert [found.all(kind) for kind in (".run button", ".run__notes", "#note")] == [[], [], []]
    assert "projector" in (found.one("#run").get("hx-get") or "")


def test_papers_of_a_running_meeting_are_no_candidates(client: Client, cast: Cast, meeting: Meeting) -> None:
    begin(client, cast, meeting)
    later = MeetingFactory(group=cast.group, starts_at=now() + timedelta(days=7))

    pool = page(client.get(address(cast, later, "meeting"))).all(".pool-item__title")

    assert pool == []
