"""Co-presenters, and roles in the discussion by turn: off by default, on the agenda and in what leaves it when on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.clock import now
from discussion.actions import take_paper
from groups.actions import change_settings
from groups.models import Meeting, Membership, Role
from meetings.actions import (
    add_paper,
    carry_on_all,
    close_meeting,
    publish_agenda,
    set_coming,
    set_part,
    set_presenter,
)
from meetings.models import AgendaItem, Part
from meetings.queries.turns import history_of
from notifications.models import Message
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, MembershipFactory, PaperFactory
from tests.pages import Element, page

ROLES = ["lead", "reviewer", "sceptic", "archaeologist"]


@pytest.fixture
def people(cast: Cast) -> list[User]:
    """Six members by name; the organiser and the member of the cast take no papers."""
    Membership.objects.filter(group=cast.group).update(presents=False)
    return [MembershipFactory(group=cast.group, user__name=name).user for name in ("Ana", "Ben", "Cem", "Dan", "Eva")]


@pytest.fixture
def meeting(cast: Cast, people: list[User]) -> Meeting:
    """A meeting with two papers, of which Ana presents the first."""
    meeting = MeetingFactory(group=cast.group)
    for title in ("First", "Second"):
        paper = GroupPaperFactory(group=cast.group, paper=PaperFactory(title=title, authors=[]))
        add_paper(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, paper=paper.paper.address)
    take_paper(by=people[0], slug=cast.group.slug, address=first_of(meeting).group_paper.paper.address)
    return meeting


def first_of(meeting: Meeting) -> AgendaItem:
    return AgendaItem.objects.select_related("group_paper__paper").get(meeting=meeting, position=1)


def switch_on(cast: Cast) -> None:
    change_settings(by=cast.organiser, slug=cast.group.slug, changes={"discussion_roles": True})


def parts(meeting: Meeting) -> list[tuple[int, str, str]]:
    found = Part.objects.filter(item__meeting=meeting).order_by("item__position", "pk")
    return list(found.values_list("item__position", "role", "member__name"))


def test_roles_are_handed_out_with_the_agenda_to_who_does_not_present(cast: Cast, meeting: Meeting) -> None:
    switch_on(cast)

    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)

    roles = parts(meeting)
    assert sorted((line, role) for line, role, _ in roles) == sorted((line, role) for line in (1, 2) for role in ROLES)
    for line in (1, 2):
        there = [name for number, _, name in roles if number == line]
        assert len(set(there)) == 4, "nobody has two parts in a paper"
    assert "Ana" not in [name for number, _, name in roles if number == 1], "who presents has no role beside it"
    sent = Message.objects.filter(kind="agenda").first()
    assert sent is not None
    assert f"Lead: {roles[0][2]}" in sent.payload["agenda"]["text"]


def test_roles_stay_with_who_has_them_and_go_on_from_who_comes_to_present(
    cast: Cast, meeting: Meeting, people: list[User]
) -> None:
    switch_on(cast)
    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    before = parts(meeting)
    carry_on_all()
    assert parts(meeting) == before, "whoever is asked by turn was left out"
    second = AgendaItem.objects.get(meeting=meeting, position=2)
    second.group_paper.assignments.all().delete()
    leads = next(name for line, role, name in before if (line, role) == (2, "lead"))
    lead = next(one for one in people if one.name == leads)
    take_paper(by=lead, slug=cast.group.slug, address=second.group_paper.paper.address, meeting=meeting.slug)

    carry_on_all()

    after = parts(meeting)
    assert leads not in [name for line, _, name in after if line == 2]
    assert {*before} - {*after} == {(2, "lead", leads)}


def test_who_gives_a_role_up_is_followed_by_another(client: Client, cast: Cast, meeting: Meeting) -> None:
    MembershipFactory(group=cast.group, user__name="Fay")
    switch_on(cast)
    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    sceptic = Part.objects.get(item__meeting=meeting, item__position=1, role="sceptic")
    client.force_login(sceptic.member)
    to = reverse("meetings:part", args=[cast.group.slug, meeting.slug, sceptic.item_id])

    client.post(to, {"role": "sceptic", "member": sceptic.member_id, "state": "off"})

    there = [(role, name) for line, role, name in parts(meeting) if line == 1]
    assert sorted(role for role, _ in there) == sorted(ROLES)
    assert sceptic.member.name not in [name for _, name in there]


def test_without_the_switch_there_are_none(client: Client, cast: Cast, meeting: Meeting) -> None:
    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    client.force_login(cast.organiser)
    to = reverse("meetings:part", args=[cast.group.slug, meeting.slug, first_of(meeting).pk])

    refused = client.post(to, {"role": "sceptic", "member": cast.member.pk, "state": "on"})

    assert parts(meeting) == []
    assert refused.status_code == 422
    shown = page(client.get(reverse("meetings:meeting", args=[cast.group.slug, meeting.slug])))
    assert "Sceptic" not in shown.words


def test_presenter_names_who_presents_with_them_and_that_one_can_take_themselves_off(
    client: Client, cast: Cast, meeting: Meeting, people: list[User]
) -> None:
    client.force_login(people[0])
    item = first_of(meeting)
    to = reverse("meetings:part", args=[cast.group.slug, meeting.slug, item.pk])
    client.post(to, {"role": "co-presenter", "member": people[1].pk, "state": "on"})
    client.post(to, {"role": "co-presenter", "member": people[1].pk, "state": "on"})
    shown = page(client.get(reverse("meetings:meeting", args=[cast.group.slug, meeting.slug])))
    exported = client.get(reverse("meetings:export", args=[cast.group.slug, meeting.slug, "txt"])).content.decode()
    told = Message.objects.get(object__startswith="part:")

    client.force_login(people[2])
    refused = client.post(to, {"role": "co-presenter", "member": people[1].pk, "state": "off"})
    client.force_login(people[1])
    client.post(to, {"role": "co-presenter", "member": people[1].pk, "state": "off"})

    assert "Also presents: Ben" in shown.one(".agenda__parts").words
    assert "Also presents: Ben" in exported
    assert (told.recipient, told.payload["said"].startswith("Ana put you down to present this too on ")) == (
        people[1],
        True,
    )
    assert refused.status_code == 403
    assert parts(meeting) == []


def take_off(client: Client, part: Part, by: User) -> Element:
    """Take a part from who has it, as a browser without JavaScript does; return the page."""
    client.force_login(by)
    meeting = part.item.meeting
    to = reverse("meetings:part", args=[meeting.group.slug, meeting.slug, part.item_id])
    return page(client.post(to, {"role": part.role, "member": part.member_id, "state": "off"}, follow=True))


def test_undo_of_a_part_is_offered_to_who_may_give_it_alone(
    client: Client, cast: Cast, meeting: Meeting, people: list[User]
) -> None:
    item, offered = first_of(meeting), {}
    for by in (people[0], people[1], cast.organiser):
        present_with(cast, item, people[1])
        shown = take_off(client, Part.objects.get(), by)
        offered[by.name] = len(shown.all("form.undo"))
        assert "Taken off." in shown.words

    assert offered == {"Ana": 1, "Ben": 0, cast.organiser.name: 1}


def test_undo_of_a_role_is_not_offered_when_someone_else_has_it_by_now(
    client: Client, cast: Cast, meeting: Meeting
) -> None:
    MembershipFactory(group=cast.group, user__name="Fay")
    switch_on(cast)
    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    lead = Part.objects.get(item__meeting=meeting, item__position=1, role="lead")
    Membership.objects.filter(user=lead.member).update(role=Role.ORGANISER)

    shown = take_off(client, lead, lead.member)

    assert Part.objects.filter(item=lead.item, role="lead").exists()
    assert shown.all("form.undo") == []


def test_co_presenter_who_is_taken_off_at_once_is_not_mailed(
    client: Client, cast: Cast, meeting: Meeting, people: list[User]
) -> None:
    present_with(cast, first_of(meeting), people[1])

    take_off(client, Part.objects.get(), cast.organiser)

    assert [one.state for one in Message.objects.filter(object__startswith="part:")] == ["dropped"]


def test_who_cannot_make_it_has_no_part_any_more_and_another_has_their_role(
    cast: Cast, meeting: Meeting, people: list[User]
) -> None:
    for name in ("Fay", "Gil", "Hal"):
        MembershipFactory(group=cast.group, user__name=name)
    switch_on(cast)
    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    carry_on_all()
    sceptic = Part.objects.get(item__meeting=meeting, item__position=1, role="sceptic").member
    co_presenter = Part.objects.get(item__meeting=meeting, item__position=1, role="lead").member
    present_with(cast, first_of(meeting), co_presenter)

    for one in (sceptic, co_presenter):
        set_coming(by=one, slug=cast.group.slug, meeting=meeting.slug, state="away")
    carry_on_all()

    assert sorted(role for line, role, _ in parts(meeting) if line == 1) == sorted(ROLES)
    assert not {name for _, _, name in parts(meeting)} & {sceptic.name, co_presenter.name}


@pytest.mark.parametrize("is_role", [True, False])
def test_who_is_set_to_present_a_line_has_no_other_part_in_it(
    cast: Cast, meeting: Meeting, people: list[User], is_role: bool
) -> None:
    item = first_of(meeting)
    if is_role:
        Part.objects.create(group=cast.group, item=item, member=people[1], role="lead")
    else:
        present_with(cast, item, people[1])

    set_presenter(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, pk=item.pk, member=people[1].pk)

    assert parts(meeting) == []


def test_co_presenter_who_became_a_guest_or_took_the_paper_is_one_no_longer(
    cast: Cast, meeting: Meeting, people: list[User]
) -> None:
    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    second = AgendaItem.objects.get(meeting=meeting, position=2)
    present_with(cast, first_of(meeting), people[1])
    present_with(cast, second, people[2])
    Membership.objects.filter(user=people[1]).update(role=Role.GUEST)
    take_paper(by=people[2], slug=cast.group.slug, address=second.group_paper.paper.address, meeting=meeting.slug)

    carry_on_all()

    assert parts(meeting) == []


def present_with(cast: Cast, item: AgendaItem, member: User) -> None:
    set_part(
        by=cast.organiser,
        slug=cast.group.slug,
        meeting=item.meeting.slug,
        pk=item.pk,
        role="co-presenter",
        member=member.pk,
        on=True,
    )


def test_who_presents_together_shares_the_slot(cast: Cast, meeting: Meeting, people: list[User]) -> None:
    present_with(cast, first_of(meeting), people[1])
    Meeting.objects.update(starts_at=now() - timedelta(hours=1), closes_at=now() - timedelta(days=1))
    close_meeting(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)

    (held,) = history_of(cast.group)

    assert held.presenters[0] == {people[0].pk, people[1].pk}


def test_role_of_a_held_meeting_counts_for_the_next(cast: Cast, meeting: Meeting, people: list[User]) -> None:
    """Over five papers each of the five leads once: whoever has led waits for the others."""
    switch_on(cast)
    Membership.objects.update(joined_at=now() - timedelta(weeks=52))
    Meeting.objects.all().delete()
    for week in range(5, 0, -1):
        past = MeetingFactory(group=cast.group, starts_at=now() + timedelta(days=1), scheduled_for=None)
        paper = GroupPaperFactory(group=cast.group, paper=PaperFactory(authors=[]))
        add_paper(by=cast.organiser, slug=cast.group.slug, meeting=past.slug, paper=paper.paper.address)
        take_paper(by=cast.organiser, slug=cast.group.slug, address=paper.paper.address, meeting=past.slug)
        publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=past.slug)
        start = now() - timedelta(weeks=week)
        Meeting.objects.filter(pk=past.pk).update(starts_at=start, closes_at=start, slug=f"{start:%Y-%m-%d}")
        close_meeting(by=cast.organiser, slug=cast.group.slug, meeting=f"{start:%Y-%m-%d}")

    led = Part.objects.filter(role="lead").values_list("member__name", flat=True)
    assert sorted(led) == ["Ana", "Ben", "Cem", "Dan", "Eva"]
