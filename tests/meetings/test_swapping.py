"""Two members swap what they present: asked and answered by one press each, without JavaScript; nothing before that."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.clock import now
from core.errors import Conflict, NotAllowed
from discussion.actions import give_back, take_paper
from discussion.models import Assignment
from groups.models import AuditEvent, Meeting, Membership, Role
from meetings.actions import Stale, ask_swap, close_meeting, set_presenter, set_swap
from meetings.models import AgendaItem, Attendance, Part, Swap
from meetings.queries.turns import history_of
from meetings.rotation import turns_of
from notifications.actions import send_due
from notifications.models import Message
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, MembershipFactory, PaperFactory
from tests.pages import Element, page

Presents = list[tuple[str, str, str]]


class Two:
    """Ana presents "First" at the first of two meetings, Ben "Second" at the second; Cem presents nothing."""

    def __init__(self, cast: Cast) -> None:
        self.group = cast.group
        Membership.objects.filter(group=cast.group).update(presents=False)
        self.ana, self.ben, self.cem = (
            MembershipFactory(group=cast.group, user__name=name).user for name in ("Ana", "Ben", "Cem")
        )
        self.meetings = [
            MeetingFactory(group=cast.group, starts_at=now() + timedelta(days=days), state="published")
            for days in (3, 10)
        ]
        self.items = [
            self._line(*each) for each in zip(self.meetings, ("First", "Second"), (self.ana, self.ben), strict=True)
        ]

    def _line(self, meeting: Meeting, title: str, presenter: User) -> AgendaItem:
        paper = GroupPaperFactory(group=self.group, paper=PaperFactory(title=title))
        take_paper(by=presenter, slug=self.group.slug, address=paper.paper.address, meeting=meeting.slug)
        return AgendaItem.objects.create(
            group=self.group, meeting=meeting, position=1, group_paper=paper, minutes=15, pinned=True
        )

    def page_of(self, client: Client, person: User, meeting: int = 0) -> Element:
        client.force_login(person)
        return page(client.get(reverse("meetings:meeting", args=[self.group.slug, self.meetings[meeting].slug])))

    def held_by(self, person: User) -> Assignment:
        return Assignment.objects.get(member=person, state="accepted")

    def presents(self) -> Presents:
        standing = Assignment.objects.in_place().order_by("meeting__starts_at", "pk")
        return list(standing.values_list("meeting__slug", "group_paper__paper__title", "member__name"))

    def ask(self, **changes: Any) -> Swap:
        first = {"slug": self.group.slug, "meeting": self.meetings[0].slug, "pk": self.items[0].pk, "key": uuid4()}
        taken = self.held_by(self.ben).pk
        return ask_swap(**({"by": self.ana, "member": self.ben.pk, "taken": taken} | first | changes))

    def answer(self, swap: Swap, by: User, state: str) -> Swap:
        return set_swap(by=by, slug=self.group.slug, pk=swap.pk, state=state)


@pytest.fixture
def two(cast: Cast) -> Two:
    return Two(cast)


def send(client: Client, form: Element, **more: str) -> Element:
    """Press the first button of a form, as a browser without JavaScript does."""
    sent = {one.get("name"): one.get("value") for one in form.all("[type=hidden]")}
    button = form.all("button")[0]
    named = {button.get("name"): button.get("value")} if button.get("name") else {}
    return page(client.post(form.get("action"), sent | named | more, follow=True))


def test_swap_is_asked_accepted_and_undone_by_one_press_each(client: Client, two: Two) -> None:
    before = two.presents()
    mine = two.page_of(client, two.ana)
    choices = {one.words: one.get("value") for one in mine.all("[name=other] option")}
    asks = next(one for one in mine.all("form") if str(one.get("action")).endswith(f"/{two.items[0].pk}/swap/"))

    answer = send(client, asks, other=choices[f"Ben: {day(two.meetings[1])}, Second"])
    theirs = two.page_of(client, two.ben)
    unchanged = two.presents()
    done = send(client, theirs.all(".swap form")[0])
    swapped = two.presents()
    send(client, done.one("form.undo"))
    asked_again = two.page_of(client, two.ben)

    assert list(choices) == ["Choose a member", f"Ben: {day(two.meetings[1])}, Second", "Cem: takes it over"]
    assert "Ben is asked. Nothing changes until they accept." in answer.words
    assert theirs.one(".swap h3").words == "Ana asks you to swap"
    assert "Swapped." in done.one("form.undo").words
    first, second = (one.slug for one in two.meetings)
    assert before == unchanged == [(first, "First", "Ana"), (second, "Second", "Ben")]
    assert swapped == [(first, "First", "Ben"), (second, "Second", "Ana")]
    assert two.presents() == before
    assert Swap.objects.get().state == "asked"
    assert asked_again.one(".swap h3").words == "Ana asks you to swap"
    logged = AuditEvent.objects.filter(what__startswith="swapped").order_by("pk")
    days = f"{first} and {second}"
    assert list(logged.values_list("what", "by__name", "about__name", "object")) == [
        ("swapped", "Ben", "Ana", days),
        ("swapped back", "Ben", "Ana", days),
    ]


def day(meeting: Meeting) -> str:
    return f"{meeting.day:%a} {meeting.day.day} {meeting.day:%b}"


def test_question_stands_on_both_meetings_and_in_the_queue_of_the_two_alone(client: Client, two: Two) -> None:
    two.ask()

    shown = {
        (person.name, number): len(two.page_of(client, person, number).all(".swap"))
        for person in (two.ana, two.ben, two.cem)
        for number in (0, 1)
    }

    assert shown == {(name, number): int(name != "Cem") for name in ("Ana", "Ben", "Cem") for number in (0, 1)}
    client.force_login(two.ben)
    queue = page(client.get(reverse("meetings:queue", args=[two.group.slug])))
    assert queue.one(".swap h3").words == "Ana asks you to swap"
    client.force_login(two.cem)
    to = reverse("meetings:swap", args=[two.group.slug, Swap.objects.get().pk])
    assert client.post(to, {"state": "accepted"}).status_code == 404


def test_decline_and_taking_back_change_nothing(two: Two) -> None:
    before = two.presents()

    declined = two.answer(two.ask(), two.ben, "declined")
    withdrawn = two.answer(two.ask(), two.ana, "withdrawn")

    assert (declined.state, withdrawn.state, two.presents()) == ("declined", "withdrawn", before)


def test_each_of_the_two_is_told_once_by_mail_and_led_to_the_page(two: Two) -> None:
    swap = two.ask()
    Message.objects.filter(object=f"swap:{swap.pk}").update(state="sent")
    two.answer(swap, two.ben, "accepted")

    told = Message.objects.filter(object=f"swap:{swap.pk}").order_by("pk")
    when = [one.payload["said"] for one in told]
    assert [(one.recipient, one.payload["address"]) for one in told] == [
        (who, reverse("meetings:meeting", args=[two.group.slug, two.meetings[0].slug]) + "#swaps")
        for who in (two.ben, two.ana)
    ]
    assert when[0].startswith("Ana asks you to swap: you would present this paper on ")
    assert when[0].endswith(" Berlin.")
    assert ", and they “Second” on " in when[0]
    assert when[1].startswith("Ben accepted the swap: they present this paper on ")


def test_question_that_was_taken_back_is_not_mailed(two: Two) -> None:
    swap = two.ask()
    two.answer(swap, two.ana, "withdrawn")
    Message.objects.update(due_at=now())
    send_due()

    assert set(Message.objects.filter(object=f"swap:{swap.pk}").values_list("state", flat=True)) == {"dropped"}


def test_asking_someone_else_takes_the_first_question_back_and_a_retry_is_the_same(two: Two) -> None:
    first = two.ask()
    key = uuid4()

    second = two.ask(member=two.cem.pk, taken=None, key=key)
    again = two.ask(member=two.cem.pk, taken=None, key=key)

    first.refresh_from_db()
    assert (first.state, second.pk, second.state) == ("withdrawn", again.pk, "asked")
    two.answer(second, two.cem, "accepted")
    assert [name for *_, name in two.presents()] == ["Cem", "Ben"]


def test_swap_that_can_no_longer_be_changes_nothing_and_is_not_shown(client: Client, two: Two) -> None:
    swap = two.ask()
    give_back(
        by=two.ben,
        slug=two.group.slug,
        address=two.items[1].group_paper.paper.address,
        meeting=two.meetings[1].slug,
    )
    client.force_login(two.ben)

    refused = client.post(reverse("meetings:swap", args=[two.group.slug, swap.pk]), {"state": "accepted"})

    assert refused.status_code == 409
    assert two.page_of(client, two.ben).all(".swap") == []
    assert [(title, name) for _, title, name in two.presents()] == [("First", "Ana")]


@pytest.mark.parametrize("by", ["guest", "member", "outsider"])
def test_only_who_presents_a_line_asks(client: Client, two: Two, cast: Cast, by: str) -> None:
    client.force_login(getattr(cast, by))
    to = reverse("meetings:ask_swap", args=[two.group.slug, two.meetings[0].slug, two.items[0].pk])

    answer = client.post(to, {"key": str(uuid4()), "other": str(two.ben.pk)})

    assert answer.status_code == (404 if by == "outsider" else 403)
    assert not Swap.objects.exists()


def test_what_everyone_owes_is_counted_from_what_was_presented(two: Two, cast: Cast) -> None:
    """A swap moves the slot, not the debt: whoever presented in the end has presented, and nobody pays for swapping."""
    two.answer(two.ask(), two.ben, "accepted")
    Meeting.objects.update(starts_at=now() - timedelta(hours=1), closes_at=now() - timedelta(days=1))
    Membership.objects.update(joined_at=now() - timedelta(days=9))
    for meeting in two.meetings[:1]:
        close_meeting(by=cast.organiser, slug=two.group.slug, meeting=meeting.slug)

    turns = turns_of(history_of(two.group), [two.ana.pk, two.ben.pk, two.cem.pk])

    third = Fraction(1, 3)
    assert {one.name: turns[one.pk].debt for one in (two.ana, two.ben, two.cem)} == {
        "Ana": third,
        "Ben": third - 1,
        "Cem": third,
    }


def test_question_that_was_taken_back_is_not_revived_by_who_was_asked(two: Two) -> None:
    swap = two.ask()
    two.answer(swap, two.ana, "withdrawn")

    with pytest.raises(NotAllowed):
        two.answer(swap, two.ben, "asked")
    with pytest.raises(Conflict):
        two.answer(swap, two.ben, "accepted")

    swap.refresh_from_db()
    assert swap.state == "withdrawn"


@pytest.mark.parametrize(("state", "who"), [("declined", "ben"), ("withdrawn", "ana")])
def test_old_undo_does_not_ask_a_second_time_beside_a_newer_question(
    client: Client, two: Two, state: str, who: str
) -> None:
    swap, person = two.ask(), getattr(two, who)
    two.answer(swap, person, state)
    two.ask(member=two.cem.pk, taken=None)
    client.force_login(person)

    refused = client.post(reverse("meetings:swap", args=[two.group.slug, swap.pk]), {"state": "asked"})

    assert refused.status_code == 409
    assert list(Swap.objects.filter(state="asked").values_list("member__name", flat=True)) == ["Cem"]


def leave(two: Two, person: User) -> None:
    Membership.objects.filter(user=person).update(left_at=now())


def become_guest(two: Two, person: User) -> None:
    Membership.objects.filter(user=person).update(role=Role.GUEST)


def cannot_come(two: Two, person: User) -> None:
    for meeting in two.meetings:
        Attendance.objects.create(group=two.group, meeting=meeting, member=person, state="away")


@pytest.mark.parametrize("happens", [leave, become_guest, cannot_come])
def test_nobody_comes_to_present_who_no_longer_can(two: Two, happens: Callable[[Two, User], None]) -> None:
    """Neither who asked, when the other accepts, nor either of the two when an answer is taken back."""
    swap, before = two.ask(), two.presents()
    happens(two, two.ana)
    with pytest.raises(Conflict):
        two.answer(swap, two.ben, "accepted")
    assert two.presents() == before

    Membership.objects.filter(user=two.ana).update(left_at=None, role=Role.MEMBER)
    Attendance.objects.all().delete()
    two.answer(swap, two.ben, "accepted")
    swapped = two.presents()
    happens(two, two.ana)
    with pytest.raises(Conflict):
        two.answer(swap, two.ben, "asked")
    assert two.presents() == swapped


def test_clock_looks_again_at_both_meetings_after_a_swap(two: Two) -> None:
    two.answer(two.ask(), two.ben, "accepted")

    assert all(one.asks_due_at for one in Meeting.objects.filter(pk__in=[one.pk for one in two.meetings]))


def test_who_takes_a_line_over_has_no_other_part_in_it(two: Two) -> None:
    for item, role in zip(two.items, ("co-presenter", "lead"), strict=True):
        for member in (two.ben, two.cem) if role == "co-presenter" else (two.ana,):
            Part.objects.create(group=two.group, item=item, member=member, role=role)

    two.answer(two.ask(), two.ben, "accepted")

    assert list(Part.objects.values_list("item", "member__name")) == [(two.items[0].pk, "Cem")]


def topic_of(two: Two, presenter: User, *, meeting: int = 0, title: str = "Our data") -> AgendaItem:
    return AgendaItem.objects.create(
        group=two.group,
        meeting=two.meetings[meeting],
        position=2,
        title=title,
        minutes=10,
        topic_presenter=presenter,
    )


def topics(two: Two) -> list[tuple[str, str]]:
    return list(AgendaItem.objects.exclude(title="").order_by("pk").values_list("title", "topic_presenter__name"))


def test_topic_is_swapped_for_a_paper_as_a_paper_is_and_undone(client: Client, two: Two) -> None:
    topic = topic_of(two, two.cem)
    mine = two.page_of(client, two.cem)
    asks = next(one for one in mine.all("form") if str(one.get("action")).endswith(f"/{topic.pk}/swap/"))
    choices = {one.words: one.get("value") for one in asks.all("[name=other] option")}

    send(client, asks, other=choices[f"Ben: {day(two.meetings[1])}, Second"])
    theirs = two.page_of(client, two.ben)
    unchanged = two.presents(), topics(two)
    done = send(client, theirs.all(".swap form")[0])
    swapped = two.presents(), topics(two)
    send(client, done.one("form.undo"))

    when = [one.words for one in theirs.all(".swap__parts dd")]
    assert when[0].startswith("Our data, ")
    assert [name for *_, name in unchanged[0]] == ["Ana", "Ben"]
    assert unchanged[1] == [("Our data", "Cem")]
    assert [name for *_, name in swapped[0]] == ["Ana", "Cem"]
    assert swapped[1] == [("Our data", "Ben")]
    assert (two.presents(), topics(two)) == unchanged
    assert Swap.objects.get().state == "asked"
    told = Message.objects.filter(object__startswith="swap:").order_by("pk").first()
    assert told is not None
    assert (told.payload["about"], told.recipient) == ("Our data", two.ben)
    assert told.payload["said"].startswith("Cem asks you to swap: you would present this on ")


def test_topic_is_taken_over_and_offered_in_exchange(client: Client, two: Two) -> None:
    topic_of(two, two.cem, meeting=1)
    mine = two.page_of(client, two.ana)
    choices = {one.words: one.get("value") for one in mine.all("[name=other] option")}
    asks = next(one for one in mine.all("form") if str(one.get("action")).endswith(f"/{two.items[0].pk}/swap/"))

    send(client, asks, other=choices[f"Cem: {day(two.meetings[1])}, Our data"])
    on_both = [len(two.page_of(client, two.cem, number).all(".swap")) for number in (0, 1)]
    two.answer(Swap.objects.get(), two.cem, "accepted")
    taken = topics(two), [name for *_, name in two.presents()]
    other = topic_of(two, two.ben, title="Tea")
    over = two.ask(by=two.ben, pk=other.pk, member=two.cem.pk, taken=None)
    two.answer(over, two.cem, "accepted")

    assert list(choices) == [
        "Choose a member",
        *(f"Ben: {day(two.meetings[1])}, Second", f"Cem: {day(two.meetings[1])}, Our data"),
    ]
    assert on_both == [1, 1]
    assert taken == ([("Our data", "Ana")], ["Cem", "Ben"])
    assert topics(two) == [("Our data", "Ana"), ("Tea", "Cem")]


def test_topic_that_was_swapped_is_not_given_away_by_an_older_page(two: Two, cast: Cast) -> None:
    topic = topic_of(two, two.cem)
    seen = Meeting.objects.get(pk=two.meetings[0].pk).revision
    two.answer(two.ask(by=two.cem, pk=topic.pk, member=two.ben.pk, taken=None), two.ben, "accepted")

    with pytest.raises(Stale) as stale:
        set_presenter(
            by=cast.organiser,
            slug=two.group.slug,
            meeting=two.meetings[0].slug,
            pk=topic.pk,
            member=two.ana.pk,
            was=two.cem.pk,
            seen=seen,
        )

    assert stale.value.versions.theirs == ["Our data: Ben presents it (was Cem)."]
    assert topics(two) == [("Our data", "Ben")]


@pytest.mark.parametrize("how", ["taken off", "given to another"])
def test_swap_of_a_topic_that_can_no_longer_be_changes_nothing(client: Client, two: Two, how: str) -> None:
    topic = topic_of(two, two.cem)
    swap = two.ask(by=two.cem, pk=topic.pk, member=two.ben.pk, taken=None)
    changed = {"state": "dropped"} if how == "taken off" else {"topic_presenter": two.ana}
    AgendaItem.objects.filter(pk=topic.pk).update(**changed)

    with pytest.raises(Conflict):
        two.answer(swap, two.ben, "accepted")

    assert topics(two) == [("Our data", "Cem" if how == "taken off" else "Ana")]
    assert two.page_of(client, two.ben).all(".swap") == []


def test_only_who_presents_a_topic_asks(two: Two) -> None:
    topic = topic_of(two, two.cem)

    with pytest.raises(NotAllowed):
        two.ask(by=two.ana, pk=topic.pk, member=two.ben.pk, taken=None)
