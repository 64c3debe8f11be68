"""The page of turns: by name, everyone's last and next, and for organisers alone how it compares with the shares."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.clock import now
from core.wording import short_day
from discussion.models import Assignment
from groups.models import Meeting, Membership
from meetings.models import AgendaItem
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, MembershipFactory
from tests.pages import page


@pytest.fixture
def people(cast: Cast) -> list[User]:
    """Ben presented a week ago and is asked for in three days, Ana presents in ten, and Cem neither."""
    people = [MembershipFactory(group=cast.group, user__name=name).user for name in ("Ben", "Ana", "Cem")]
    Membership.objects.filter(group=cast.group).update(joined_at=now() - timedelta(weeks=52))
    others = [cast.organiser, cast.member, cast.former_member]
    Membership.objects.filter(user__in=others).update(presents=False)
    past = MeetingFactory(group=cast.group, starts_at=now() - timedelta(weeks=1), state="closed")
    presents(cast, past, people[0], "done")
    presents(cast, MeetingFactory(group=cast.group), people[0], "asked")
    presents(cast, MeetingFactory(group=cast.group, starts_at=now() + timedelta(days=10)), people[1], "accepted")
    return people


def presents(cast: Cast, meeting: Meeting, who: User, state: str) -> None:
    paper = GroupPaperFactory(group=cast.group)
    AgendaItem.objects.create(
        group=cast.group,
        meeting=meeting,
        position=1,
        group_paper=paper,
        minutes=15,
        state="discussed" if state == "done" else "planned",
    )
    Assignment.objects.create(group=cast.group, meeting=meeting, group_paper=paper, member=who, state=state)


def day(on: date) -> str:
    return short_day(on) if on.year == now().year else f"{short_day(on)} {on.year}"


def rows(client: Client, cast: Cast, who: User) -> list[list[str]]:
    client.force_login(who)
    shown = page(client.get(reverse("meetings:turns", args=[cast.group.slug])))
    return [[cell.words for cell in (*row.all("th"), *row.all("td"))] for row in shown.all("tbody tr")]


def test_everyone_sees_last_and_next_by_name(client: Client, cast: Cast, people: list[User]) -> None:
    past, soon, later = Meeting.objects.order_by("starts_at")

    found = [row for row in rows(client, cast, people[2]) if row[0] in ("Ana", "Ben", "Cem")]

    assert found == [
        ["Ana", "not yet", day(later.day)],
        ["Ben", day(past.day), f"{day(soon.day)} asked"],
        ["Cem", "not yet", "open"],
    ]
    names = [row[0].casefold() for row in rows(client, cast, people[2])]
    assert names == sorted(names)


def test_organisers_see_the_shares_too(client: Client, cast: Cast, people: list[User]) -> None:
    found = {row[0]: row[3:] for row in rows(client, cast, cast.organiser)}

    assert {name: found[name] for name in ("Ana", "Ben", "Cem")} == {
        "Ana": ["0", "0.3"],
        "Ben": ["1", "0.3"],
        "Cem": ["0", "0.3"],
    }


def test_page_begins_with_ones_own_turn_and_is_led_to_from_the_meetings(
    client: Client, cast: Cast, people: list[User]
) -> None:
    past, soon, _ = Meeting.objects.order_by("starts_at")
    client.force_login(people[0])
    to = reverse("meetings:turns", args=[cast.group.slug])

    mine = page(client.get(to)).one(".turns__mine").words

    assert mine == f"You presented last on {day(past.day)}; you are asked to on {day(soon.day)}."
    assert f'href="{to}"' in client.get(reverse("meetings:meetings", args=[cast.group.slug])).content.decode()
    assert client.get(to).status_code == 200
