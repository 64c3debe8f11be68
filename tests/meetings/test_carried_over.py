"""A paper that a meeting did not come to goes on to the next one with all that was prepared of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.clock import now
from discussion.actions import set_vote, take_paper
from groups.models import Meeting, Membership, Role
from meetings.actions import add_paper, close_meeting, drop_item, publish_agenda, set_coming, set_cue, set_part
from meetings.models import AgendaItem, Part
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, MembershipFactory, PaperFactory
from tests.pages import Element, page


@pytest.fixture
def people(cast: Cast) -> list[User]:
    """Ana, who presents, and those who have another part in it; with them nobody else takes papers."""
    Membership.objects.filter(group=cast.group).update(presents=False)
    return [MembershipFactory(group=cast.group, user__name=name).user for name in ("Ana", "Ben", "Cem", "Dan")]


@pytest.fixture
def line(cast: Cast, people: list[User]) -> AgendaItem:
    """A line of a coming meeting, presented by Ana with Ben; Cem leads, Dan is the friendly reviewer."""
    cast.group.discussion_roles = True
    cast.group.save(update_fields=["discussion_roles"])
    meeting = MeetingFactory(group=cast.group)
    paper = GroupPaperFactory(group=cast.group, paper=PaperFactory(title="Not reached", authors=[])).paper
    set_vote(by=people[0], slug=cast.group.slug, address=paper.address, on=True)
    item = add_paper(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, paper=paper.address)
    take_paper(by=people[0], slug=cast.group.slug, address=paper.address, meeting=meeting.slug)
    at = {"slug": cast.group.slug, "meeting": meeting.slug, "pk": item.pk}
    set_cue(by=people[0], **at, cue="Read §3.", question="Does it scale?")
    for person, role in zip(people[1:], ("co-presenter", "lead", "reviewer"), strict=True):
        set_part(by=cast.organiser, **at, role=role, member=person.pk, on=True)
    return AgendaItem.objects.select_related("meeting", "group_paper__paper").get(pk=item.pk)


def hold(cast: Cast, meeting: Meeting, *, carried: list[int]) -> None:
    """Hold a meeting that was to come, a week ago, and close it."""
    begun = now() - timedelta(days=7)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=begun, closes_at=begun - timedelta(days=1))
    close_meeting(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, carried=carried)


def next_meeting(cast: Cast) -> Meeting:
    return MeetingFactory(group=cast.group, starts_at=now() + timedelta(days=10), scheduled_for=None)


def line_on_page(client: Client, cast: Cast, meeting: Meeting) -> Element:
    client.force_login(cast.organiser)
    return page(client.get(reverse("meetings:meeting", args=[cast.group.slug, meeting.slug]))).one(".agenda__item")


def parts_of(meeting: Meeting) -> list[tuple[str, str]]:
    return list(Part.objects.filter(item__meeting=meeting).order_by("pk").values_list("role", "member__name"))


@pytest.mark.parametrize("by_hand", [True, False])
def test_carried_over_paper_keeps_its_parts_its_cue_and_its_question(
    client: Client, cast: Cast, line: AgendaItem, *, by_hand: bool
) -> None:
    hold(cast, line.meeting, carried=[line.pk])
    later = next_meeting(cast)
    client.force_login(cast.organiser)

    to = reverse(f"meetings:{'items' if by_hand else 'suggest'}", args=[cast.group.slug, later.slug])
    client.post(to, {"paper": line.group_paper.paper.address} if by_hand else {})

    shown = line_on_page(client, cast, later)
    assert [one.words for one in shown.all(".agenda__parts li")] == [
        "Also presents: Ben",
        "Lead: Cem",
        "Friendly reviewer: Dan",
    ]
    assert [one.words for one in shown.all(".cue")] == ["Before the meeting: Read §3.", "To discuss: Does it scale?"]
    assert "Presents: Ana" in shown.words
    assert len(parts_of(line.meeting)) == 3, "the agenda of the meeting that was held keeps its own"


def test_roles_that_came_along_stay_with_who_has_them_when_the_agenda_is_published(
    cast: Cast, line: AgendaItem
) -> None:
    hold(cast, line.meeting, carried=[line.pk])
    later = next_meeting(cast)

    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=later.slug)

    assert parts_of(later) == [("co-presenter", "Ben"), ("lead", "Cem"), ("reviewer", "Dan")]


def test_who_cannot_make_it_left_or_presents_it_by_now_has_no_part_in_it_any_more(
    cast: Cast, line: AgendaItem, people: list[User]
) -> None:
    hold(cast, line.meeting, carried=[line.pk])
    later = next_meeting(cast)
    set_coming(by=people[1], slug=cast.group.slug, meeting=later.slug, state="away")
    Membership.objects.filter(user=people[2]).update(role=Role.GUEST)
    line.group_paper.assignments.all().delete()
    take_paper(by=people[3], slug=cast.group.slug, address=line.group_paper.paper.address, meeting=later.slug)

    add_paper(by=cast.organiser, slug=cast.group.slug, meeting=later.slug, paper=line.group_paper.paper.address)

    assert parts_of(later) == []


def test_paper_that_was_discussed_begins_anew(cast: Cast, line: AgendaItem) -> None:
    hold(cast, line.meeting, carried=[])
    later = next_meeting(cast)

    item = add_paper(by=cast.organiser, slug=cast.group.slug, meeting=later.slug, paper=line.group_paper.paper.address)

    assert (item.cue, item.question, parts_of(later)) == ("", "", [])


def test_what_was_prepared_comes_from_the_last_agenda_it_stood_on(
    cast: Cast, line: AgendaItem, people: list[User]
) -> None:
    """Also when an organiser took it off there, and put it on another one."""
    hold(cast, line.meeting, carried=[line.pk])
    second, third = (
        MeetingFactory(group=cast.group, starts_at=now() + timedelta(days=days), scheduled_for=None)
        for days in (10, 17)
    )
    address = line.group_paper.paper.address
    item = add_paper(by=cast.organiser, slug=cast.group.slug, meeting=second.slug, paper=address)
    set_cue(by=people[0], slug=cast.group.slug, meeting=second.slug, pk=item.pk, cue="Read §4.", question="")
    drop_item(by=cast.organiser, slug=cast.group.slug, meeting=second.slug, pk=item.pk)

    moved = add_paper(by=cast.organiser, slug=cast.group.slug, meeting=third.slug, paper=address)

    assert (moved.cue, moved.question, len(parts_of(third))) == ("Read §4.", "", 3)
