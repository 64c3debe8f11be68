"""A year of a group: what was read, by month, with who presented and what stays of it; and the same to take away."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import User
from discussion.models import Assignment, Comment
from groups.models import Meeting
from meetings.models import AgendaItem
from tests.factories import Cast, CommentFactory, GroupPaperFactory, MeetingFactory, PaperFactory
from tests.pages import Element, page


def read(cast: Cast, day: datetime, title: str, presenter: User, **paper: object) -> AgendaItem:
    """Hold a meeting about a paper."""
    meeting = MeetingFactory(group=cast.group, starts_at=day, state=Meeting.State.CLOSED)
    group_paper = GroupPaperFactory(group=cast.group, paper=PaperFactory(title=title, title_html=title, **paper))
    Assignment.objects.create(
        group=cast.group, group_paper=group_paper, meeting=meeting, member=presenter, state=Assignment.State.DONE
    )
    return AgendaItem.objects.create(
        group=cast.group, meeting=meeting, position=1, group_paper=group_paper, minutes=15, state="discussed"
    )


@pytest.fixture
def years(cast: Cast) -> Cast:
    """Two papers in 2025, one of them with a summary, and one in each of 2022 and 2026."""
    first = read(cast, datetime(2025, 2, 6, 14, tzinfo=UTC), "On $x*y$ and *stars*", cast.organiser)
    CommentFactory(
        group_paper=first.group_paper, label=Comment.Label.SUMMARY, markdown="It holds.", html="<p>It holds.</p>"
    )
    CommentFactory(group_paper=first.group_paper)
    read(cast, datetime(2025, 12, 4, 14, tzinfo=UTC), "Galaxies", cast.member, primary_category="astro-ph.GA")
    read(cast, datetime(2022, 12, 1, 14, tzinfo=UTC), "Of old", cast.member)
    read(cast, datetime(2026, 1, 8, 14, tzinfo=UTC), "Of late", cast.member)
    return cast


def year(client: Client, cast: Cast, number: int) -> Element:
    client.force_login(cast.guest)
    return page(client.get(f"/g/{cast.group.slug}/year/{number}/"))


def test_year_stands_by_month_with_presenters_and_summaries(client: Client, years: Cast) -> None:
    found = year(client, years, 2025)

    assert [one.words for one in found.all(".year__month h2")] == ["February", "December"]
    assert [one.words for one in found.all(".agenda__title")] == ["On $x*y$ and *stars*", "Galaxies"]
    assert [one.words for one in found.all(".year__when")] == [
        f"Thu 6 Feb {years.organiser.name}",
        f"Thu 4 Dec {years.member.name}",
    ]
    assert [one.words for one in found.all(".agenda__summary")] == ["It holds."]
    assert found.one(".page-head__facts").words == (
        "2 papers in 2 meetings, presented by 2 members. Written about them: 2 comments, among them 1 summary."
    )
    assert [row.words for row in found.all("tbody tr")] == ["astro-ph.GA1", "cs.CV1"]


@pytest.mark.parametrize(
    ("number", "beside"),
    [(2022, ["2025 ›"]), (2025, ["‹ 2022", "2026 ›"]), (2026, ["‹ 2025"]), (2024, ["‹ 2022", "2025 ›"])],
)
def test_years_with_meetings_lead_to_each_other(client: Client, years: Cast, number: int, beside: list[str]) -> None:
    found = year(client, years, number)

    assert [one.words.replace("\xa0", " ") for one in found.all(".pager a")] == beside
    assert [one.words for one in found.all(".empty__heading")] == (
        ["Nothing was discussed in 2024"] if number == 2024 else []
    )


def test_year_is_taken_away_as_markdown(client: Client, years: Cast) -> None:
    client.force_login(years.guest)
    answer = client.get(f"/g/{years.group.slug}/year/2025/papers.md")

    assert answer["Content-Disposition"] == f'attachment; filename="{years.group.slug}-2025.md"'
    text = answer.content.decode()
    stars, galaxies = (item.group_paper.paper for item in AgendaItem.objects.order_by("meeting__starts_at")[1:3])
    here = f"http://localhost:8000/g/{years.group.slug}"
    assert (
        text
        == f"""# 2025 in {years.group.name}

2 papers in 2 meetings, presented by 2 members. Written about them: 2 comments, among them 1 summary.

<{here}/year/2025/>

## February

- **[On $x*y$ and \\*stars\\*](<https://arxiv.org/abs/{stars.external_id}>)**
  - Ada Lovelace, Emmy Noether
  - Thu 6 Feb, presented by {years.organiser.name}
  - [Discussion](<{here}/papers/{stars.address}/>)
  - It holds.

## December

- **[Galaxies](<https://arxiv.org/abs/{galaxies.external_id}>)**
  - Ada Lovelace, Emmy Noether
  - Thu 4 Dec, presented by {years.member.name}
  - [Discussion](<{here}/papers/{galaxies.address}/>)

## Categories

- astro-ph.GA: 1 paper
- cs.CV: 1 paper
"""
    )
