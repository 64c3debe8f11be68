"""The hourly chore that keeps the next meetings in place."""

import threading
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connections

from groups.models import Group, Meeting
from groups.tasks import plan_meetings
from tests.factories import GroupFactory

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def days(group: Group) -> list[str]:
    return list(Meeting.objects.filter(group=group).order_by("starts_at").values_list("slug", flat=True))


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_next_meetings_of_every_group_exist_after_it_and_once() -> None:
    groups = [GroupFactory(rule="FREQ=WEEKLY;BYDAY=TH"), GroupFactory(rule="FREQ=WEEKLY;BYDAY=MO")]

    for _ in range(3):
        plan_meetings()

    assert [days(group) for group in groups] == [
        ["2026-11-26", "2026-12-03", "2026-12-10", "2026-12-17"],
        ["2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21"],
    ]


@pytest.mark.django_db
def test_a_week_later_one_more_exists() -> None:
    group = GroupFactory()
    with time_machine.travel(NOW, tick=False):
        plan_meetings()

    with time_machine.travel(datetime(2026, 11, 26, 14, 1, tzinfo=UTC), tick=False):
        plan_meetings()

    assert days(group) == ["2026-11-26", "2026-12-03", "2026-12-10", "2026-12-17", "2026-12-24"]


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_clock_change_keeps_the_hour_of_the_group() -> None:
    with time_machine.travel(datetime(2026, 10, 20, 9, 0, tzinfo=UTC), tick=False):
        group = GroupFactory(zone="Europe/Berlin")
        plan_meetings()

    hours = [meeting.starts_at.hour for meeting in Meeting.objects.filter(group=group).order_by("starts_at")]
    assert hours == [13, 14, 14, 14]  # 15:00 in Berlin on each day


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_group_without_a_schedule_gets_none_and_one_bad_rule_stops_no_other() -> None:
    none, broken, good = GroupFactory(rule=""), GroupFactory(rule="FREQ=NEVER"), GroupFactory()

    plan_meetings()

    assert [len(days(group)) for group in (none, broken, good)] == [0, 0, 4]


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_cancelled_meeting_is_not_made_again() -> None:
    group = GroupFactory()
    plan_meetings()
    Meeting.objects.filter(group=group, slug="2026-12-03").update(state="cancelled")

    plan_meetings()

    assert days(group) == ["2026-11-26", "2026-12-03", "2026-12-10", "2026-12-17"]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_each_meeting_once() -> None:
    groups = GroupFactory.create_batch(5)
    failures: list[Exception] = []

    def plan() -> None:
        try:
            plan_meetings()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert [len(days(group)) for group in groups] == [4] * 5
