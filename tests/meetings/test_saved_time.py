"""Votes choose by shared time, a held meeting is paid for once, and everyone reads why."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.clock import now
from discussion.models import GroupPaper, Vote
from groups.models import Meeting
from meetings.actions import close_meeting, publish_agenda, suggest_agenda
from meetings.models import AgendaItem, SavedTime
from tests.factories import (
    Cast,
    GroupPaperFactory,
    MeetingFactory,
    MembershipFactory,
    PaperFactory,
    UserFactory,
    VoteFactory,
)
from tests.pages import page


@pytest.fixture
def bloc(cast: Cast) -> list[User]:
    """Five members who agree; the member of the cast likes what they do not."""
    return [MembershipFactory(group=cast.group).user for _ in range(5)]


def liked(cast: Cast, *members: User, **fields: object) -> GroupPaper:
    group_paper = GroupPaperFactory(group=cast.group, **fields)
    for member in members:
        VoteFactory(group_paper=group_paper, member=member, cast_at=now() - timedelta(days=1))
    return group_paper


def begun(cast: Cast, **fields: object) -> Meeting:
    """Return a meeting of 30 minutes that began a while ago, after all votes."""
    starts_at = now() + timedelta(minutes=-30) + timedelta(days=fields.pop("later", 0))
    fields = {"closes_at": starts_at, "minutes": 30, "scheduled_for": None} | fields
    return MeetingFactory(group=cast.group, starts_at=starts_at, slug=f"2026-11-{fields.pop('day', 26)}", **fields)


def hold(cast: Cast, meeting: Meeting, carried: tuple[int, ...] = ()) -> None:
    suggest_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    close_meeting(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, carried=carried)


def ledger() -> dict[int, int]:
    saved: Counter[int] = Counter()
    for one in SavedTime.objects.all():
        saved[one.member_id] += one.seconds
    return dict(saved)


def lines(meeting: Meeting) -> list[tuple[str, bool, int]]:
    items = AgendaItem.objects.filter(meeting=meeting).order_by("position")
    return [(item.group_paper.paper.title, item.pinned, sum(item.payments.values())) for item in items]


def test_lone_member_is_served_by_saving(cast: Cast, bloc: list[User]) -> None:
    chosen = []
    for day in range(1, 5):
        for _ in range(3):
            liked(cast, *bloc)
        mine = liked(cast, cast.member)
        meeting = begun(cast, day=f"{day:02}")
        hold(cast, meeting)
        chosen.append(AgendaItem.objects.filter(meeting=meeting, group_paper=mine, state="discussed").exists())
        Vote.objects.filter(settled_by=None).delete()

    assert chosen == [False, False, True, False], "30 minutes, six members, 15 a paper: one turn in three meetings"


def test_held_meeting_is_paid_for_once_from_what_was_discussed(cast: Cast, bloc: list[User]) -> None:
    first, second, mine = liked(cast, *bloc), liked(cast, *bloc), liked(cast, cast.member)
    meeting = begun(cast)
    suggest_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    carried = AgendaItem.objects.get(meeting=meeting, group_paper=second)

    for _ in range(2):
        close_meeting(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug, carried=[carried.pk])
        AgendaItem.objects.filter(pk=carried.pk).update(minutes=99)

    assert ledger() == {cast.member.pk: 180}, "everyone earned three minutes, and the bloc paid for one paper"
    assert Vote.objects.filter(settled_by=meeting).count() == 5
    assert Vote.objects.open().filter(group_paper__in=[second, mine]).count() == 6
    paid = AgendaItem.objects.get(meeting=meeting, group_paper=first).payments
    assert paid == {str(member.pk): 180 for member in bloc}
    meeting.refresh_from_db()
    assert (meeting.state, meeting.rule_used) == ("closed", "shared_time")


def test_ledger_takes_no_second_row_of_a_meeting(cast: Cast) -> None:
    meeting = begun(cast)
    SavedTime.objects.create(group=cast.group, meeting=meeting, member=cast.member, seconds=60)

    with pytest.raises(IntegrityError), transaction.atomic():
        SavedTime.objects.create(group=cast.group, meeting=meeting, member=cast.member, seconds=-60)


def test_organisers_own_choice_costs_nobody_anything(cast: Cast, bloc: list[User], client: Client) -> None:
    pinned, other = liked(cast, *bloc), liked(cast, cast.member, cast.organiser)
    meeting = begun(cast)
    client.force_login(cast.organiser)
    client.post(
        reverse("meetings:items", args=[cast.group.slug, meeting.slug]), {"paper": pinned.paper.address, "minutes": 20}
    )

    hold(cast, meeting)

    assert [(pinned_by_organiser, paid) for _, pinned_by_organiser, paid in lines(meeting)] == [(True, 0)]
    assert ledger() == {}, "ten minutes were left, and no paper of fifteen fits"
    assert Vote.objects.open().filter(group_paper=other).count() == 2


def test_vote_taken_back_after_publishing_still_pays(cast: Cast, bloc: list[User]) -> None:
    liked(cast, *bloc)
    meeting = begun(cast)
    suggest_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    Vote.objects.filter(member=bloc[0]).delete()
    SavedTime.objects.create(
        group=cast.group, meeting=begun(cast, day="19", state="closed"), member=bloc[0], seconds=900
    )

    close_meeting(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)

    assert ledger()[bloc[0].pk] == 0


def test_most_votes_decide_where_the_group_wants_it_or_too_few_voted(cast: Cast, bloc: list[User]) -> None:
    liked(cast, cast.member, cast.organiser)
    few = begun(cast, day="19")
    hold(cast, few)
    cast.group.selection_rule = "most_votes"
    cast.group.save()
    liked(cast, *bloc)
    wanted = begun(cast)
    hold(cast, wanted)

    assert set(Meeting.objects.filter(state="closed").values_list("rule_used", flat=True)) == {"most_votes"}
    assert [one[1:] for one in [*lines(few), *lines(wanted)]] == [(False, 0), (False, 0)]
    assert ledger() == {}


def test_length_of_a_paper_decides_what_fits(cast: Cast, bloc: list[User], client: Client) -> None:
    deep, short = liked(cast, *bloc), liked(cast, *bloc[:3])
    meeting = MeetingFactory(group=cast.group, minutes=33)
    client.force_login(cast.organiser)
    for one, kind in ((deep, "deep"), (short, "short")):
        to = reverse("meetings:kind", args=[cast.group.slug, meeting.slug, one.paper.address])
        assert client.post(to, {"kind": kind}).status_code == 302
    assert client.post(to, {"kind": "endless"}).status_code == 422

    suggest_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)

    minutes = dict(AgendaItem.objects.filter(meeting=meeting).values_list("group_paper", "minutes"))
    assert minutes == {deep.pk: 30, short.pk: 3}


def test_everyone_reads_why_in_their_own_sentence(cast: Cast, bloc: list[User], client: Client) -> None:
    bloc[0].name = "Emmy Noether"
    bloc[0].save()
    liked(cast, *bloc[:3], paper=PaperFactory(title="Three want it"))
    liked(cast, cast.member, paper=PaperFactory(title="One wants it", authors=["N. N."]))
    liked(cast, *bloc[3:], paper=PaperFactory(title="Two want it", authors=[]))
    meeting = MeetingFactory(group=cast.group, minutes=30)
    to = reverse("meetings:meeting", args=[cast.group.slug, meeting.slug])

    def reasons(reader: User) -> list[str]:
        client.force_login(reader)
        return [one.words for one in page(client.get(to)).all(".agenda__item .agenda__reason")]

    three, two = "had 15 minutes to spend on it.", "together had 15 minutes to spend on it."
    own = " Own paper of one who voted for it."
    assert reasons(bloc[0]) == [
        f"On the agenda because you and two others {two}{own}",
        f"On the agenda because two members {two}",
    ]
    assert reasons(bloc[4]) == [
        f"On the agenda because three members {two}{own}",
        f"On the agenda because you and one other {two}",
    ]
    mine = page(client.get(to))
    assert [one.words for one in mine.all(".choice .agenda__reason")] == [
        "Needs 8 more minutes; its supporters will have them in about two meetings."
    ]
    assert "You have 0 minutes saved; only you see this." in mine.words
    cast.group.minutes_per_paper = 10
    cast.group.save()
    client.force_login(cast.member)
    assert f"because you {three} The floor is yours if you want it.".replace("15", "10") in page(client.get(to)).words
    cast.group.counts_wait = True
    cast.group.save()
    assert reasons(cast.guest)[0] == (
        "On the agenda because the members who voted for it together had 10 minutes to spend on it."
    )


def test_own_saved_time_is_shown_to_oneself_only(cast: Cast, bloc: list[User], client: Client) -> None:
    liked(cast, *bloc)
    past, meeting = begun(cast, day="19", state="closed"), MeetingFactory(group=cast.group)
    SavedTime.objects.create(group=cast.group, meeting=past, member=cast.member, seconds=754)
    to = reverse("meetings:meeting", args=[cast.group.slug, meeting.slug])

    def shown(reader: User) -> str:
        client.force_login(reader)
        return page(client.get(to)).words

    assert "You have 12 minutes saved" in shown(cast.member)
    assert "12 minutes" not in shown(cast.organiser)
    assert "saved; only you" not in shown(cast.guest)


def test_organisers_see_what_the_other_rule_would_choose(cast: Cast, bloc: list[User], client: Client) -> None:
    for number in range(3):
        liked(cast, *bloc, paper=PaperFactory(title=f"Liked by most {number}"))
    liked(cast, cast.member, paper=PaperFactory(title="Liked by one"))
    past, meeting = begun(cast, day="19", state="closed"), MeetingFactory(group=cast.group, minutes=30)
    SavedTime.objects.create(group=cast.group, meeting=past, member=cast.member, seconds=900)
    to = reverse("meetings:meeting", args=[cast.group.slug, meeting.slug])
    client.force_login(cast.organiser)

    found = page(client.get(to))

    assert [one.words for one in found.all(".agenda__item .agenda__title")] == ["Liked by one", "Liked by most 0"]
    (other,) = (one for one in found.all(".choice") if "would choose" in one.words)
    assert [one.words for one in other.all(".pool-item__title")] == ["Liked by most 0", "Liked by most 1"]
    assert "on this agenda too" in other.words
    client.force_login(cast.member)
    assert "would choose" not in page(client.get(to)).words


def test_line_of_the_week_is_the_same_choice(cast: Cast, bloc: list[User], client: Client) -> None:
    for number in range(3):
        liked(cast, *bloc, paper=PaperFactory(title=f"Liked by most {number}"))
    liked(cast, UserFactory(), paper=PaperFactory(title="Liked by a stranger"))
    meeting = MeetingFactory(group=cast.group, minutes=30)
    client.force_login(cast.member)

    (rows,) = page(client.get(reverse("meetings:week", args=[cast.group.slug]) + "?show=top")).all(".rows")

    assert [number for number, row in enumerate(rows.elements) if row.words.startswith("Above this line")] == [2]
    publish_agenda(by=cast.organiser, slug=cast.group.slug, meeting=meeting.slug)
    assert [line[0] for line in lines(meeting)] == ["Liked by most 0", "Liked by most 1"]
