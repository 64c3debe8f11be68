"""What was discussed is found again: by meeting, presenter, category and year, and as files to take away."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from core import limits
from core.clock import now
from discussion.models import Assignment, Comment
from groups.models import Break, Meeting
from meetings.models import AgendaItem
from tests.factories import Cast, CommentFactory, GroupPaperFactory, MeetingFactory, PaperFactory
from tests.pages import Element, page

FIRST = datetime(2025, 12, 4, 14, tzinfo=UTC)


@dataclass
class History:
    """Two closed meetings: in 2025 the organiser presented, in 2026 the member; one line was carried over."""

    cast: Cast
    first: AgendaItem
    second: AgendaItem
    carried: AgendaItem


@pytest.fixture
def history(cast: Cast) -> History:
    first = held(cast, FIRST, "Galaxies are far away", "astro-ph.GA", cast.organiser)
    second = held(cast, FIRST + timedelta(weeks=8), "Attention to detail", "cs.CV", cast.member)
    paper = GroupPaperFactory(group=cast.group, paper=PaperFactory(title="Not reached"))
    carried = AgendaItem.objects.create(
        group=cast.group, meeting=second.meeting, position=2, group_paper=paper, minutes=15, state="carried"
    )
    return History(cast, first, second, carried)


def held(cast: Cast, starts_at: datetime, title: str, category: str, presenter: object) -> AgendaItem:
    meeting = MeetingFactory(group=cast.group, starts_at=starts_at, state=Meeting.State.CLOSED, notes=f"About {title}")
    paper = PaperFactory(title=title, title_html=title, primary_category=category, categories=[category])
    group_paper = GroupPaperFactory(group=cast.group, paper=paper)
    Assignment.objects.create(
        group=cast.group, group_paper=group_paper, meeting=meeting, member=presenter, state=Assignment.State.DONE
    )
    return AgendaItem.objects.create(
        group=cast.group, meeting=meeting, position=1, group_paper=group_paper, minutes=15, votes=3, state="discussed"
    )


def archive(client: Client, cast: Cast, query: str = "") -> Element:
    client.force_login(cast.member)
    return page(client.get(f"/g/{cast.group.slug}/archive/{query}"))


def titles(found: Element) -> list[str]:
    return [title.words for title in found.all(".agenda__title")]


def test_meetings_stand_with_what_was_discussed_the_latest_first(client: Client, history: History) -> None:
    CommentFactory(group_paper=history.first.group_paper)
    CommentFactory(group_paper=history.first.group_paper, deleted_at=now())

    found = archive(client, history.cast)

    assert titles(found) == ["Attention to detail", "Galaxies are far away"]
    assert [one.words for one in found.all(".section-head h2")] == [
        "Thursday 29 January 2026",
        "Thursday 4 December 2025",
    ]
    assert [one.words for one in found.all(".agenda__minutes")] == [
        f"Presented by {history.cast.member.name}",
        f"Presented by {history.cast.organiser.name}",
    ]
    assert "3 votes · 1 comment" in found.all(".agenda__meta")[1].words
    assert "About Galaxies are far away" in found.words
    assert "Not reached" not in found.words


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("?category=cs.CV", ["Attention to detail"]),
        ("?year=2025", ["Galaxies are far away"]),
        ("?year=2024", []),
        ("?presenter={organiser}", ["Galaxies are far away"]),
        ("?presenter={member}&year=2025", []),
        ("?presenter=x&year=-1&category=", ["Attention to detail", "Galaxies are far away"]),
        ("?presenter=99999999999999999999&category=%00&before=%00", ["Attention to detail", "Galaxies are far away"]),
    ],
)
def test_filters_stand_in_the_address(client: Client, history: History, query: str, left: list[str]) -> None:
    people = {"organiser": history.cast.organiser.pk, "member": history.cast.member.pk}

    found = archive(client, history.cast, query.format(**people))

    assert titles(found) == left
    if not left:
        assert found.one(".empty__heading").words == "Nothing that was discussed fits"


def test_filter_for_summaries_and_for_days(client: Client, history: History) -> None:
    CommentFactory(group_paper=history.first.group_paper, label=Comment.Label.SUMMARY)

    assert titles(archive(client, history.cast, "?summary=on")) == ["Galaxies are far away"]
    assert titles(archive(client, history.cast, "?since=2025-12-05")) == ["Attention to detail"]
    assert titles(archive(client, history.cast, "?until=2026-01-28")) == ["Galaxies are far away"]
    assert titles(archive(client, history.cast, "?since=2025-12-04&until=2026-01-29")) == [
        "Attention to detail",
        "Galaxies are far away",
    ]


def test_day_that_is_none_is_said_at_its_field(client: Client, history: History) -> None:
    client.force_login(history.cast.member)
    answer = client.get(f"/g/{history.cast.group.slug}/archive/?since=yesterday&year=2025")

    assert answer.status_code == 422
    assert page(answer).one(".field__error").words == "From: This is no day. Choose one, or type it as 2026-11-26."
    assert titles(page(answer)) == ["Galaxies are far away"]


def test_long_breaks_part_terms_and_short_ones_do_not(client: Client, history: History) -> None:
    for first, last in (("2025-12-20", "2026-01-04"), ("2025-11-01", "2025-11-05"), ("2026-07-01", "2026-07-20")):
        Break.objects.create(group=history.cast.group, first_day=first, last_day=last)

    with time_machine.travel(datetime(2026, 8, 1, tzinfo=UTC), tick=False):
        found, first, last, none = (
            archive(client, history.cast, f"?term={term}") for term in ("2026-01-05", "first", "2026-07-21", "x")
        )

    offered = found.one("[name=term]").all("option")
    assert [(one.get("value"), one.words) for one in offered] == [
        ("", "All"),
        ("2026-07-21", "Term since 21 Jul 2026"),
        ("2026-01-05", "Term 5 Jan 2026 – 30 Jun 2026"),
        ("first", "Term until 19 Dec 2025"),
    ]
    assert titles(found) == ["Attention to detail"]
    assert (titles(first), titles(last)) == (["Galaxies are far away"], [])
    assert titles(none) == ["Attention to detail", "Galaxies are far away"]


def test_each_filter_that_is_set_is_taken_away_by_one_press(client: Client, history: History) -> None:
    found = archive(
        client, history.cast, f"?presenter={history.cast.organiser.pk}&year=2025&since=2025-01-01&summary=on"
    )

    chips = [(one.words, one.get("href")) for one in found.all(".chip")]
    to, presenter = f"/g/{history.cast.group.slug}/archive/", history.cast.organiser
    assert chips == [
        ("2025 × — take this filter away", f"{to}?presenter={presenter.pk}&since=2025-01-01&summary=on"),
        ("From Wed 1 Jan 2025 × — take this filter away", f"{to}?presenter={presenter.pk}&year=2025&summary=on"),
        (f"{presenter.name} × — take this filter away", f"{to}?year=2025&since=2025-01-01&summary=on"),
        ("Has a summary × — take this filter away", f"{to}?presenter={presenter.pk}&year=2025&since=2025-01-01"),
        ("Clear", to),
    ]


def test_menus_offer_what_there_is(client: Client, history: History) -> None:
    found = archive(client, history.cast, "?year=2025")

    offered = {one.get("name"): [option.words for option in one.all("option")] for one in found.all("select")}
    people = sorted([history.cast.member.name, history.cast.organiser.name], key=str.casefold)
    assert offered == {
        "presenter": ["Anyone", *people],
        "category": ["All", "astro-ph.GA", "cs.CV"],
        "year": ["All", "2026", "2025"],
    }


def test_archive_goes_on_from_a_meeting_with_its_filters(
    client: Client, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_MEETINGS", 1)

    found = archive(client, history.cast)
    more = next(one for one in found.all("a") if one.words == "Earlier meetings").get("href")

    assert titles(found) == ["Attention to detail"]
    assert titles(page(client.get(more or ""))) == ["Galaxies are far away"]


def test_group_that_has_discussed_nothing_is_told_what_comes(client: Client, cast: Cast) -> None:
    assert archive(client, cast).one(".empty__heading").words == "Nothing has been discussed yet"


def test_files_hold_what_the_filters_leave(client: Client, history: History) -> None:
    client.force_login(history.cast.guest)
    files = f"/g/{history.cast.group.slug}/archive/papers"

    table = client.get(f"{files}.csv?year=2025").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["date"], row["title"], row["presenter"], row["votes"]) for row in rows] == [
        ("2025-12-04", "Galaxies are far away", history.cast.organiser.name, "3")
    ]

    papers = json.loads(client.get(f"{files}.json").content)["papers"]
    assert [paper["title"] for paper in papers] == ["Attention to detail", "Galaxies are far away"]

    bib = client.get(f"{files}.bib?category=cs.CV")
    assert bib["Content-Disposition"] == f'attachment; filename="archive-{history.cast.group.slug}.bib"'
    assert "Attention to detail" in bib.content.decode()
    assert "Galaxies" not in bib.content.decode()

    assert client.get(f"{files}.docx").status_code == 404


def test_other_groups_stay_outside(client: Client, history: History) -> None:
    client.force_login(history.cast.outsider)

    assert client.get(f"/g/{history.cast.group.slug}/archive/").status_code == 404
    assert client.get(f"/g/{history.cast.group.slug}/archive/papers.json").status_code == 404
