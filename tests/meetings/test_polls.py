"""An organiser offers times for a session, members say which suit, and one is chosen: once, and undone again."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from groups.models import Meeting
from meetings import actions
from meetings.models import Poll, Slot, SlotAnswer
from meetings.queries.notice import notice_of
from notifications.models import Message, NoticeSettings
from tests.factories import Cast, GroupPaperFactory, MembershipFactory, VoteFactory, make_cast
from tests.pages import Element, page, press_undo

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TIMES = [("2026-12-01", "10:00"), ("2026-12-02", "16:30"), ("2026-12-03", "23:30")]


@pytest.fixture
def cast(db: None) -> Cast:
    """A group in Berlin, and a member in New York."""
    cast = make_cast()
    User.objects.update(zone=cast.group.zone)
    User.objects.filter(pk=cast.member.pk).update(zone="America/New_York")
    return cast


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def poll(cast: Cast) -> Poll:
    times = [(date.fromisoformat(day), time.fromisoformat(hour)) for day, hour in TIMES]
    return actions.offer_times(
        by=cast.organiser, slug=cast.group.slug, key=uuid4(), times=times, minutes=45, about="Rehearsal", place="Room 7"
    )


def sent(times: list[tuple[str, str]], **more: object) -> dict[str, object]:
    lines = {
        f"{name}_{n}": value
        for n, each in enumerate(times, 1)
        for name, value in zip(("day", "time"), each, strict=True)
    }
    return {"key": uuid4(), "minutes": 45, "about": "Rehearsal", "place": "Room 7", **lines, **more}


def post(client: Client, cast: Cast, by: User, path: str, data: dict[str, object]) -> Any:
    client.force_login(by)
    return client.post(f"/g/{cast.group.slug}/meetings/times/{path}", data, follow=True)


def slots(poll: Poll) -> list[int]:
    return list(poll.slots.filter(dropped_at__isnull=True).order_by("starts_at").values_list("pk", flat=True))


def answers(poll: Poll) -> list[tuple[str, str]]:
    rows = SlotAnswer.objects.filter(slot__poll=poll).order_by("slot__starts_at", "member")
    return list(rows.values_list("member__name", "suits"))


def who(found: Element) -> list[str]:
    return [one.words for one in found.all(".slot__whom")]


def sessions(cast: Cast) -> list[tuple[str, str, int, str]]:
    found = Meeting.objects.filter(group=cast.group).order_by("starts_at")
    return [(one.slug, one.state, one.minutes, one.place) for one in found]


def test_times_are_offered_once_and_members_find_them_on_the_week(client: Client, cast: Cast) -> None:
    data = sent(TIMES)
    for _ in range(2):
        post(client, cast, cast.organiser, "", data)

    poll = Poll.objects.get()
    assert [slot.starts_at for slot in poll.slots.order_by("starts_at")] == [
        datetime(2026, 12, 1, 9, tzinfo=UTC),
        datetime(2026, 12, 2, 15, 30, tzinfo=UTC),
        datetime(2026, 12, 3, 22, 30, tzinfo=UTC),
    ]
    client.force_login(cast.member)
    notice = page(client.get(f"/g/{cast.group.slug}/")).one(".notice--info")
    assert notice.words == "Which time suits you for “Rehearsal”? Say so: Rehearsal"
    assert notice.one("a").get("href") == f"/g/{cast.group.slug}/meetings/times/{poll.pk}/"
    assert not Message.objects.exists(), "nobody is mailed"


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (TIMES[:2], "This field is required."),
        ([*TIMES, TIMES[0]], "This time stands here already."),
        ([*TIMES, ("2026-12-04", "")], "A time has a day and an hour."),
        (
            [*TIMES[:2], ("2026-11-24", "09:00")],
            "Tue 24 Nov 2026, 09:00 Berlin is over already. Choose a time to come.",
        ),
        ([*TIMES[:2], ("2029-12-01", "09:00")], "Choose a day in the next 2 years."),
    ],
)
def test_times_that_cannot_be_are_said_where_they_stand(
    client: Client, cast: Cast, times: list[tuple[str, str]], said: str
) -> None:
    answer = post(client, cast, cast.organiser, "", sent(times))

    assert answer.status_code == 422
    assert page(answer).all(".field__error")[0].words == said
    assert not Poll.objects.exists()


def test_two_hours_that_are_one_moment_are_one_time(client: Client, cast: Cast) -> None:
    """In the night in which the clocks of Berlin go forward there is no half past two."""
    post(client, cast, cast.organiser, "", sent([("2027-03-28", "02:30"), ("2027-03-28", "03:30"), TIMES[0]]))

    assert Slot.objects.count() == 2


def test_each_time_is_shown_in_the_members_own_zone_where_it_differs(client: Client, cast: Cast, poll: Poll) -> None:
    client.force_login(cast.member)
    far = page(client.get(f"/g/{cast.group.slug}/meetings/times/{poll.pk}/"))
    cast.organiser.zone = "Europe/Paris"
    cast.organiser.save()
    client.force_login(cast.organiser)
    near = page(client.get(f"/g/{cast.group.slug}/meetings/times/{poll.pk}/"))

    assert [one.words for one in far.all(".slot__time")][2] == "Thu 3 Dec 2026, 23:30 Berlin"
    assert [one.words for one in far.all(".slot__mine")] == [
        "Tue 1 Dec 2026, 04:00 New York, your time",
        "Wed 2 Dec 2026, 10:30 New York, your time",
        "Thu 3 Dec 2026, 17:30 New York, your time",
    ]
    assert near.all(".slot__mine") == []


def test_members_answer_change_their_mind_and_undo(client: Client, cast: Cast, poll: Poll) -> None:
    first, second, third = slots(poll)
    post(client, cast, cast.organiser, f"{poll.pk}/answers/", {f"slot-{first}": "yes", f"slot-{second}": "yes"})
    shown = page(
        post(
            client,
            cast,
            cast.member,
            f"{poll.pk}/answers/",
            {f"slot-{first}": "maybe", f"slot-{second}": "yes", f"slot-{third}": "no"},
        )
    )

    names = sorted([cast.organiser.name, cast.member.name], key=str.casefold)
    assert who(shown) == [
        f"Yes 1: {cast.organiser.name}If need be 1: {cast.member.name}",
        f"Yes 2: {', '.join(names)}",
        f"No 1: {cast.member.name}",
    ]
    assert [one.words for one in shown.all(".slot__time")][1] == "Wed 2 Dec 2026, 16:30 Berlin suits most"
    assert "2 of 2 members answered." in shown.one("#poll").words
    client.force_login(cast.member)
    assert page(client.get(f"/g/{cast.group.slug}/")).all(".notice--info") == []

    post(client, cast, cast.member, f"{poll.pk}/answers/", {f"slot-{first}": "", f"slot-{third}": "yes"})
    changed = answers(poll)
    undo = page(client.get(f"/g/{cast.group.slug}/meetings/times/{poll.pk}/")).all(".undo")
    again = page(post(client, cast, cast.member, f"{poll.pk}/answers/", {f"slot-{third}": "no"})).one(".undo")
    press_undo(client, again)

    assert undo == [], "a page shows it once"
    assert [suits for _, suits in changed] == ["yes", "yes", "yes", "yes"]
    assert answers(poll) == changed


def test_htmx_gets_the_part(client: Client, cast: Cast, poll: Poll) -> None:
    client.force_login(cast.member)
    to = f"/g/{cast.group.slug}/meetings/times/{poll.pk}/answers/"
    part = page(client.post(to, {f"slot-{slots(poll)[0]}": "yes"}, headers={"HX-Request": "true"}))

    assert who(part)[0] == f"Yes 1: {cast.member.name}"
    assert part.all("h1") == []
    assert part.one("#status").words == "Your answer is kept."


@pytest.mark.parametrize("data", [{"slot-x": "yes"}, {"slot-1": "perhaps"}, {"slot-99999999999999999999": "no"}])
def test_what_is_no_answer_is_refused(client: Client, cast: Cast, poll: Poll, data: dict[str, object]) -> None:
    assert post(client, cast, cast.member, f"{poll.pk}/answers/", data).status_code == 422


def test_time_that_is_chosen_becomes_a_session_once(client: Client, cast: Cast, poll: Poll) -> None:
    for _ in range(2):
        shown = page(post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(poll)[1]}))

    assert sessions(cast) == [("2026-12-02", "planned", 45, "Room 7")]
    assert shown.one("#poll .notice").words == "Chosen: Wed 2 Dec 2026, 16:30 Berlin. The session"
    assert post(client, cast, cast.member, f"{poll.pk}/answers/", {f"slot-{slots(poll)[0]}": "yes"}).status_code == 409
    assert post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(poll)[0]}).status_code == 409
    client.force_login(cast.member)
    listed = page(client.get(f"/g/{cast.group.slug}/meetings/")).one("ul.agenda .pool-item").words
    assert listed == "Rehearsal Wed 2 Dec 2026, 16:30 Berlin"


def test_choice_is_undone_without_a_mail_and_made_again(client: Client, cast: Cast, poll: Poll) -> None:
    chosen = page(post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(poll)[1]}))
    opened = page(press_undo(client, chosen.one(".undo"), follow=True))

    assert sessions(cast) == [("2026-12-02", "cancelled", 45, "Room 7")]
    assert Poll.objects.get().is_open
    assert opened.all("#poll > .notice") == []
    post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(poll)[1]})
    back = page(post(client, cast, cast.organiser, f"{poll.pk}/state/", {"state": "on"}))
    press_undo(client, back.one(".undo"))

    assert sessions(cast) == [("2026-12-02", "planned", 45, "Room 7")]
    assert Slot.objects.get(chosen_at__isnull=False).pk == slots(poll)[1]
    assert not Message.objects.exists()


def test_what_it_is_about_names_the_session_on_its_pages_and_in_all_that_leaves_it(
    client: Client, cast: Cast, poll: Poll
) -> None:
    here = f"/g/{cast.group.slug}/meetings/"
    post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(poll)[1]})

    shown, listed = page(client.get(f"{here}2026-12-02/")), page(client.get(here))
    text = client.get(f"{here}2026-12-02/agenda.txt").content.decode()
    event = client.get(f"{here}2026-12-02/agenda.ics").content.decode()

    assert shown.one(".page-head__about").words == "Rehearsal"
    assert listed.one("ol.agenda .agenda__title").words == "Wednesday 2 December 2026: Rehearsal"
    assert text.startswith("Rehearsal\n")
    assert f"SUMMARY:Rehearsal ({cast.group.name})" in event
    assert notice_of(Meeting.objects.get()).about == "Agenda for Wed 2 Dec 2026, 16:30 Berlin: Rehearsal"


def waiting() -> list[tuple[str, str]]:
    """Return who waits to be told what of sessions."""
    found = Message.objects.waiting().filter(kind="session").order_by("pk")
    return [(one.recipient.name, one.payload["said"]) for one in found]


def answered(client: Client, cast: Cast, poll: Poll) -> None:
    """Let the organiser and the member answer; another member does not."""
    MembershipFactory(group=cast.group)
    for one in (cast.organiser, cast.member):
        post(
            client, cast, one, f"{poll.pk}/answers/", {f"slot-{slots(poll)[1]}": "yes", f"slot-{slots(poll)[2]}": "no"}
        )


def test_who_answered_is_told_once_of_the_time_that_was_chosen(client: Client, cast: Cast, poll: Poll) -> None:
    answered(client, cast, poll)

    for _ in range(2):
        post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(poll)[1]})

    (told,) = Message.objects.all()
    assert (told.recipient, told.kind, told.channel, told.scope) == (
        cast.member,
        "session",
        "mail",
        cast.group.notice_scope,
    )
    assert (told.payload["about"], told.payload["said"], told.payload["text"], told.payload["address"]) == (
        "Rehearsal",
        f"{cast.organiser.name} chose a time: Wed 2 Dec 2026, 16:30 Berlin.",
        "45 minutes, Room 7.",
        f"/g/{cast.group.slug}/meetings/2026-12-02/",
    )


def test_who_wants_no_mail_of_sessions_gets_none(client: Client, cast: Cast, poll: Poll) -> None:
    answered(client, cast, poll)
    client.force_login(cast.member)
    offered = page(client.get("/me/notices/")).one("[name=tell_session][checked]")
    NoticeSettings.objects.create(user=cast.member, unwanted=["session"])

    post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(poll)[1]})

    assert offered.get("value") == "mail"
    assert not Message.objects.exists()


def test_choice_that_was_taken_back_is_told_to_who_had_heard_of_it_alone(
    client: Client, cast: Cast, poll: Poll
) -> None:
    answered(client, cast, poll)

    def choose(number: int) -> None:
        post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(poll)[number]})

    def take_back() -> None:
        post(client, cast, cast.organiser, f"{poll.pk}/state/", {"state": "on"})

    choose(1)
    take_back()
    assert waiting() == [], "nobody has heard of it yet"
    choose(1)
    Message.objects.waiting().update(state="sent", payload={})
    take_back()
    gone = f"{cast.organiser.name} took the time back: the session on Wed 2 Dec 2026, 16:30 Berlin is cancelled."
    assert waiting() == [(cast.member.name, gone)]
    choose(1)
    assert waiting() == [], "it is as they have heard"
    take_back()
    choose(2)
    chosen = f"{cast.organiser.name} chose a time: Thu 3 Dec 2026, 23:30 Berlin."
    assert waiting() == [(cast.member.name, gone), (cast.member.name, chosen)]


def test_session_whose_agenda_is_out_is_cancelled_with_a_mail(client: Client, cast: Cast, poll: Poll) -> None:
    post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(poll)[1]})
    VoteFactory(group_paper=GroupPaperFactory(group=cast.group), member=cast.member)
    client.post(f"/g/{cast.group.slug}/meetings/2026-12-02/publish/")
    told = Message.objects.count()

    post(client, cast, cast.organiser, f"{poll.pk}/state/", {"state": "on"})

    assert Message.objects.count() > told


def test_time_at_which_there_is_a_meeting_is_not_chosen(client: Client, cast: Cast, poll: Poll) -> None:
    there = {"day": "2026-12-02", "start_time": "16:30", "minutes": "60", "place": ""}
    client.force_login(cast.organiser)
    client.post(f"/g/{cast.group.slug}/meetings/sessions/", there)

    answer = post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(poll)[1]})

    assert answer.status_code == 409
    assert len(sessions(cast)) == 1
    assert Poll.objects.get().is_open


def test_poll_is_closed_and_opened_again(client: Client, cast: Cast, poll: Poll) -> None:
    closed = page(post(client, cast, cast.organiser, f"{poll.pk}/state/", {"state": "off"}))
    refused = post(client, cast, cast.member, f"{poll.pk}/answers/", {f"slot-{slots(poll)[0]}": "yes"})
    client.force_login(cast.organiser)
    press_undo(client, closed.one(".undo"))

    assert closed.one("#poll .notice").words == "Closed without a session."
    assert refused.status_code == 409
    assert Poll.objects.get().is_open


def test_times_change_and_answers_to_those_that_stay_or_come_back_are_kept(
    client: Client, cast: Cast, poll: Poll
) -> None:
    first, second, _ = slots(poll)
    post(client, cast, cast.member, f"{poll.pk}/answers/", {f"slot-{first}": "yes", f"slot-{second}": "no"})
    other = [TIMES[1], TIMES[2], ("2026-12-05", "12:00")]

    changed = page(post(client, cast, cast.organiser, f"{poll.pk}/change/", sent(other, about="Defence", minutes=90)))
    back = page(post(client, cast, cast.organiser, f"{poll.pk}/change/", sent(TIMES)))

    assert "Defence · 90 minutes" in changed.one(".page-head__facts").words
    assert [one.words[:15] for one in changed.all(".slot__time")] == [
        "Wed 2 Dec 2026,",
        "Thu 3 Dec 2026,",
        "Sat 5 Dec 2026,",
    ]
    assert who(changed)[0] == f"No 1: {cast.member.name}"
    assert who(back) == [f"Yes 1: {cast.member.name}", f"No 1: {cast.member.name}", "Nobody has answered yet."]


def test_time_that_is_over_stays_when_others_are_offered_and_is_not_chosen(
    client: Client, cast: Cast, poll: Poll
) -> None:
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        client.force_login(cast.organiser)
        shown = page(client.get(f"/g/{cast.group.slug}/meetings/times/{poll.pk}/"))
        kept = post(client, cast, cast.organiser, f"{poll.pk}/change/", sent(TIMES))
        refused = post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(poll)[0]})

    assert [one.words for one in shown.all(".slot__choose button")] == [
        "Choose Wed 2 Dec 2026, 16:30 Berlin",
        "Choose Thu 3 Dec 2026, 23:30 Berlin",
    ]
    assert kept.status_code == 200
    assert refused.status_code == 422
    assert sessions(cast) == []


def test_answers_of_who_left_and_times_of_other_polls_do_not_count(client: Client, cast: Cast, poll: Poll) -> None:
    first = slots(poll)[0]
    SlotAnswer.objects.create(group=cast.group, slot_id=first, member=cast.former_member, suits="yes")
    other = make_cast()
    foreign = actions.offer_times(
        by=other.organiser, slug=other.group.slug, key=uuid4(), times=[(date(2026, 12, 1), time(10))], minutes=45
    )

    answer = post(client, cast, cast.member, f"{poll.pk}/answers/", {f"slot-{slots(foreign)[0]}": "yes"})
    choice = post(client, cast, cast.organiser, f"{poll.pk}/choice/", {"slot": slots(foreign)[0]})

    assert (answer.status_code, choice.status_code) == (404, 404)
    assert who(page(client.get(f"/g/{cast.group.slug}/meetings/times/{poll.pk}/")))[0] == "Nobody has answered yet."
