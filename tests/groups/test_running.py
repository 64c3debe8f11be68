"""Settings, each saved on its own, and the planned meetings that follow them."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from core.errors import NotAllowed
from discussion.models import Assignment
from groups import actions
from groups.models import Group, Meeting
from tests.factories import Cast, GroupPaperFactory, MeetingFactory, make_cast

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def cast(db: None) -> Cast:
    """A group that meets on Thursdays at 15:00 in Berlin, with its next four meetings planned."""
    with time_machine.travel(NOW, tick=False):
        cast = make_cast()
        actions.ensure_meetings(cast.group)
    return cast


def save(client: Client, cast: Cast, section: str, **fields: object) -> str:
    """Save one section as the organiser, on the same morning, and return what the page then says."""
    client.force_login(cast.organiser)
    with time_machine.travel(NOW, tick=False):
        answer = client.post(f"/g/{cast.group.slug}/settings/", {"section": section, **fields}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def days(cast: Cast) -> list[str]:
    return list(Meeting.objects.filter(group=cast.group).order_by("starts_at").values_list("slug", flat=True))


def starts(cast: Cast) -> list[str]:
    meetings = Meeting.objects.filter(group=cast.group).order_by("starts_at")
    return [f"{meeting.starts_at:%d %b %H:%M}" for meeting in meetings]


@pytest.mark.parametrize(
    ("section", "fields"),
    [
        ("general", {"name": "New name", "zone": "Europe/Berlin"}),
        ("place", {"place": "Room 7", "link": "https://meet.example.org/x"}),
        ("voting", {"closes_hours_before": 2, "minutes_per_paper": 20, "vote_budget": 5}),
        (
            "agenda",
            {
                "selection_rule": "most_votes",
                "publishes_itself": False,
                "own_papers": "prefer",
                "short_minutes": 5,
                "deep_minutes": 45,
                "pool_weeks": 2,
            },
        ),
        ("secrecy", {"names_shown": "never", "counts_wait": True}),
        ("reading", {"categories": ["astro-ph.GA", "cs.CL"]}),
    ],
)
def test_section_saves_what_it_shows_and_nothing_else(
    client: Client, cast: Cast, section: str, fields: dict[str, object]
) -> None:
    before = Group.objects.filter(pk=cast.group.pk).values().get()
    sent = {name: " ".join(value) if isinstance(value, list) else value for name, value in fields.items()}

    page = save(client, cast, section, **sent, slug="mine", created_at="2001-01-01", minutes_per_paper_x=1)

    assert Group.objects.filter(pk=cast.group.pk).values().get() == before | fields
    assert page.count('class="saved">Saved.') == 1


def test_section_is_answered_alone_by_htmx(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)

    answer = client.post(
        f"/g/{cast.group.slug}/settings/",
        {"section": "voting", "closes_hours_before": 2, "minutes_per_paper": 20},
        headers={"HX-Request": "true"},
    ).content.decode()

    assert answer.strip().startswith('<section class="section" id="voting"')
    assert answer.count("<form") == 1
    assert 'role="status"' in answer


@pytest.mark.parametrize("htmx", [True, False])
def test_mistake_keeps_what_was_typed(client: Client, cast: Cast, htmx: bool) -> None:
    client.force_login(cast.organiser)
    headers = {"HX-Request": "true"} if htmx else {}

    answer = client.post(
        f"/g/{cast.group.slug}/settings/",
        {"section": "schedule", "rule": "FREQ=WEEKLY;BYDAY=TU", "start_time": "25:00", "meeting_minutes": "9"},
        headers=headers,
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert ('value="25:00"' in page, 'value="9"' in page) == (True, True)
    assert (page.count('<h2 class="section-head"') == 1) is htmx
    assert days(cast) == ["2026-11-26", "2026-12-03", "2026-12-10", "2026-12-17"]


@pytest.mark.parametrize("section", ["", "danger", "slug"])
def test_unknown_section_changes_nothing(client: Client, cast: Cast, section: str) -> None:
    client.force_login(cast.organiser)

    answer = client.post(f"/g/{cast.group.slug}/settings/", {"section": section, "name": "New"})

    cast.group.refresh_from_db()
    assert answer.status_code == 404
    assert cast.group.name != "New"


def test_unknown_category_is_said_at_the_field(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)

    answer = client.post(f"/g/{cast.group.slug}/settings/", {"section": "reading", "categories": "cs.CVV"})

    assert answer.status_code == 422
    assert (
        '<p class="field__error" id="reading_categories_error">arXiv has no category “cs.CVV”. Did you mean cs.CV?'
        in (answer.content.decode())
    )


def test_new_weekday_moves_the_planned_meetings_and_keeps_their_rows(client: Client, cast: Cast) -> None:
    rows = list(Meeting.objects.filter(group=cast.group).order_by("starts_at").values_list("pk", flat=True))

    page = save(client, cast, "schedule", rule="FREQ=WEEKLY;BYDAY=FR", start_time="10:00", meeting_minutes=90)

    meetings = list(Meeting.objects.filter(group=cast.group).order_by("starts_at"))
    assert [meeting.pk for meeting in meetings] == rows
    assert days(cast) == ["2026-11-27", "2026-12-04", "2026-12-11", "2026-12-18"]
    assert starts(cast) == ["27 Nov 09:00", "04 Dec 09:00", "11 Dec 09:00", "18 Dec 09:00"]
    assert {(meeting.minutes, meeting.sequence, meeting.state) for meeting in meetings} == {(90, 0, "planned")}
    assert {f"{meeting.scheduled_for}" == meeting.slug for meeting in meetings} == {True}
    assert "Saved. 4 planned meetings follow. The next one is on Fri 27 Nov 2026, 10:00 Berlin." in page


def test_new_weekday_may_give_one_meeting_the_day_of_another(client: Client, cast: Cast) -> None:
    cast.group.rule = "FREQ=DAILY"
    cast.group.save()
    Meeting.objects.filter(group=cast.group).delete()
    with time_machine.travel(NOW, tick=False):
        actions.ensure_meetings(cast.group)
    before = days(cast)

    save(client, cast, "schedule", rule="FREQ=WEEKLY;BYDAY=TH", start_time="15:00", meeting_minutes=60)

    assert before == ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]
    assert days(cast) == ["2026-11-26", "2026-12-03", "2026-12-10", "2026-12-17"]


def test_published_meeting_stays_and_the_others_come_after_it(client: Client, cast: Cast) -> None:
    Meeting.objects.filter(group=cast.group, slug="2026-11-26").update(state="published")

    page = save(client, cast, "schedule", rule="FREQ=WEEKLY;BYDAY=WE", start_time="15:00", meeting_minutes=60)

    assert days(cast) == ["2026-11-26", "2026-12-02", "2026-12-09", "2026-12-16"]
    assert "1 meeting stays as before: published, with an agenda, or changed by hand." in page


def test_meeting_changed_by_hand_stays(client: Client, cast: Cast) -> None:
    Meeting.objects.filter(group=cast.group, slug="2026-12-03").update(
        starts_at=datetime(2026, 12, 3, 16, 30, tzinfo=UTC)
    )

    save(client, cast, "schedule", rule="FREQ=WEEKLY;BYDAY=TH", start_time="10:00", meeting_minutes=60)

    assert starts(cast)[:3] == ["26 Nov 09:00", "03 Dec 16:30", "10 Dec 09:00"]


def test_new_zone_moves_the_clock_of_planned_meetings(client: Client, cast: Cast) -> None:
    save(client, cast, "general", name="Galaxies", zone="America/New_York")

    assert starts(cast) == ["26 Nov 20:00", "03 Dec 20:00", "10 Dec 20:00", "17 Dec 20:00"]


def test_new_place_and_closing_time_reach_planned_meetings(client: Client, cast: Cast) -> None:
    save(client, cast, "place", place="Room 7", link="")
    save(client, cast, "voting", closes_hours_before=3, minutes_per_paper=15)

    meetings = Meeting.objects.filter(group=cast.group)
    assert {meeting.place for meeting in meetings} == {"Room 7"}
    assert {meeting.starts_at - meeting.closes_at for meeting in meetings} == {
        meetings[0].starts_at - meetings[0].closes_at
    }
    assert (meetings[0].starts_at - meetings[0].closes_at).total_seconds() == 3 * 3600


def test_no_regular_meeting_takes_off_what_nothing_hangs_on(client: Client, cast: Cast) -> None:
    held = Meeting.objects.get(group=cast.group, slug="2026-12-03")
    Assignment.objects.create(
        group=cast.group,
        group_paper=GroupPaperFactory(group=cast.group),
        meeting=held,
        member=cast.member,
        state="accepted",
    )

    page = save(client, cast, "schedule", rule="none", start_time="15:00", meeting_minutes=60)

    assert days(cast) == ["2026-12-03"]
    assert "3 planned meetings were taken off. 1 meeting stays as before: " in page


def test_schedule_that_is_saved_unchanged_moves_nothing(client: Client, cast: Cast) -> None:
    before = list(Meeting.objects.filter(group=cast.group).values())

    page = save(client, cast, "schedule", rule=cast.group.rule, start_time="15:00", meeting_minutes=60)

    assert list(Meeting.objects.filter(group=cast.group).values()) == before
    assert 'class="saved">Saved.</span>' in page


def test_richer_rule_is_kept_when_only_the_hour_changes(client: Client, cast: Cast) -> None:
    Group.objects.filter(pk=cast.group.pk).update(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TH")

    save(client, cast, "schedule", rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", start_time="10:00", meeting_minutes=60)

    cast.group.refresh_from_db()
    assert cast.group.rule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"


def test_one_off_meeting_on_a_planned_day_leaves_the_planned_one_a_number(db: None) -> None:
    with time_machine.travel(NOW, tick=False):
        cast = make_cast()
        MeetingFactory(
            group=cast.group, slug="2026-11-26", scheduled_for=None, starts_at=datetime(2026, 11, 26, 9, tzinfo=UTC)
        )
        actions.ensure_meetings(cast.group)

    assert days(cast) == ["2026-11-26", "2026-11-26-2", "2026-12-03", "2026-12-10", "2026-12-17"]


def test_schedule_without_a_day_is_a_mistake_and_no_end_of_meetings(client: Client, cast: Cast) -> None:
    client.force_login(cast.organiser)

    answer = client.post(
        f"/g/{cast.group.slug}/settings/", {"section": "schedule", "start_time": "15:00", "meeting_minutes": "60"}
    )

    assert answer.status_code == 422
    assert len(days(cast)) == 4


@pytest.mark.parametrize("role", ["member", "guest"])
def test_action_lets_only_organisers_change_settings(cast: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        actions.change_settings(by=getattr(cast, role), slug=cast.group.slug, changes={"name": "Mine"})

    assert Group.objects.get(pk=cast.group.pk).name == cast.group.name
