"""The meetings that exist by themselves, and how they follow when the group's settings change."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Self

from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from core import limits
from core.clock import now, today
from core.wording import plural, wall_clock
from groups.access import hold
from groups.dates import FIRST_DAY, moment, occurrences, voting_closes_at
from groups.models import Group, Meeting

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings of a group make of a meeting; two plans are equal when they make the same."""

    rule: str
    start_time: time
    zone: str
    minutes: int
    closes_hours_before: int
    place: str
    link: str
    rule_from: date = FIRST_DAY
    breaks: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(cls, group: Group) -> Self:
        return cls(
            rule=group.rule,
            start_time=group.start_time,
            zone=group.zone,
            minutes=group.meeting_minutes,
            closes_hours_before=group.closes_hours_before,
            place=group.place,
            link=group.link,
            rule_from=group.rule_from or FIRST_DAY,
            breaks=tuple(group.breaks.order_by("first_day", "last_day").values_list("first_day", "last_day")),
        )

    def days(self, *, after: datetime, count: int) -> list[date]:
        """Return the next days of the rule whose meeting starts after the moment."""
        found = occurrences(
            self.rule,
            self.start_time,
            self.zone,
            after=after,
            count=count,
            first_day=self.rule_from,
            breaks=self.breaks,
        )
        return [occurrence.day for occurrence in found]

    def fields(self, day: date) -> dict[str, Any]:
        """Return the columns of the meeting of that day."""
        starts_at = moment(day, self.start_time, self.zone)
        return {
            "scheduled_for": day,
            "starts_at": starts_at,
            "closes_at": voting_closes_at(starts_at, self.zone, hours_before=self.closes_hours_before),
            "minutes": self.minutes,
            "place": self.place,
            "link": self.link,
        }

    def made(self, meeting: Meeting) -> bool:
        """Tell whether the meeting is still as this plan made it, changed by nobody."""
        if meeting.scheduled_for is None:
            return False
        return all(getattr(meeting, name) == value for name, value in self.fields(meeting.scheduled_for).items())


@dataclass(frozen=True, slots=True)
class Replanned:
    """What new settings did to the meetings planned before."""

    made: int = 0
    followed: int = 0
    taken_off: int = 0
    kept: int = 0
    next_one: str = ""

    @property
    def sentence(self) -> str:
        """Say it in whole sentences; empty when nothing happened."""
        said = [f"{plural(self.made, 'meeting was', 'meetings were')} planned."] if self.made else []
        if self.taken_off:
            said.append(f"{plural(self.taken_off, 'planned meeting was', 'planned meetings were')} taken off.")
        if self.followed:
            said.append(f"{plural(self.followed, 'planned meeting follows', 'planned meetings follow')}.")
        if self.kept:
            said.append(
                f"{plural(self.kept, 'meeting stays', 'meetings stay')} as before: "
                "published, with an agenda, or changed by hand."
            )
        if self.next_one:
            said.append(f"The next one is on {self.next_one}.")
        return " ".join(said)


def ensure_meetings(group: Group) -> int:
    """Make the next meetings of the schedule that do not exist yet; return how many. Safe to repeat."""
    with transaction.atomic():
        group = hold(group)
        plan = Plan.of(group)
        taken = Taken.of(group)
        days = plan.days(after=now(), count=limits.MEETINGS_AHEAD)
        free = [day for day in days if day not in taken.days and day > taken.published_until]
        meetings = [Meeting(group=group, slug=taken.take_slug(day), **plan.fields(day)) for day in free]
        Meeting.objects.bulk_create(meetings)
    return len(meetings)


def plan_all_meetings() -> int:
    """Make the next meetings of every group; return how many were made. One group's bad rule stops no other."""
    made = 0
    for group in Group.objects.active().exclude(rule="").iterator():
        try:
            made += ensure_meetings(group)
        except ValueError:
            logger.exception("no meetings planned for group %s: its schedule cannot be followed", group.pk)
    return made


def replan(group: Group, *, before: Plan) -> Replanned:
    """Bring planned meetings that no one has touched in line with the group's present settings.

    Expects a transaction in which the group is held. A meeting keeps its row, and with it its agenda and presenters;
    a published meeting, and one that was changed by hand, stays as it is.
    """
    plan = Plan.of(group)
    if plan == before:
        return Replanned()
    coming = list(Meeting.objects.open().select_for_update().filter(group=group, starts_at__gt=now()))
    untouched = [meeting for meeting in coming if meeting.state == Meeting.State.PLANNED and before.made(meeting)]
    followed = taken_off = 0
    if plan.rule:
        followed = _move(untouched, group=group)
        ensure_meetings(group)
    else:
        taken_off = _take_off(untouched)
    first = Meeting.objects.open().filter(group=group, starts_at__gt=now()).first()
    return Replanned(
        followed=followed,
        taken_off=taken_off,
        kept=len(coming) - followed - taken_off,
        next_one=wall_clock(first.starts_at, plan.zone) if first else "",
    )


def keep_free(group: Group, first_day: date, last_day: date) -> Replanned:
    """Take off the planned meetings of some days that no one has touched, and plan as many later ones.

    Expects a transaction in which the group is held. Others stay, for whoever wants to cancel or move them.
    """
    coming = Meeting.objects.open().select_for_update().filter(group=group, starts_at__gt=now())
    on_days = list(coming.filter(scheduled_for__range=(first_day, last_day)))
    plan = Plan.of(group)
    taken_off = _take_off([one for one in on_days if one.state == Meeting.State.PLANNED and plan.made(one)])
    ensure_meetings(group)
    return Replanned(taken_off=taken_off, kept=len(on_days) - taken_off)


def _move(untouched: Sequence[Meeting], *, group: Group) -> int:
    """Give the meetings, in order, the next free days after the last published one; return how many."""
    if not untouched:
        return 0
    plan = Plan.of(group)
    # While they move, they hold no day, so that one may take the day of another.
    rows = Meeting.objects.filter(pk__in=[meeting.pk for meeting in untouched])
    rows.update(scheduled_for=None, slug=Concat(Value("~"), Cast("pk", CharField())))
    taken = Taken.of(group)
    count = len(untouched) + len(taken.days)
    days = plan.days(after=max(now(), moment(taken.published_until, time.max, plan.zone)), count=count)
    free = [day for day in days if day not in taken.days]
    for meeting, day in zip(untouched, free, strict=False):
        for name, value in plan.fields(day).items():
            setattr(meeting, name, value)
        meeting.slug = taken.take_slug(day)
        meeting.changed_at = now()
    return Meeting.objects.bulk_update(untouched, [*plan.fields(free[0]), "slug", "changed_at"])


def _take_off(untouched: Sequence[Meeting]) -> int:
    """Delete the meetings that nothing hangs on, no agenda and no presenter; return how many."""
    rows = Meeting.objects.bare().filter(pk__in=[meeting.pk for meeting in untouched])
    return rows.delete()[0]


@dataclass(frozen=True, slots=True)
class Taken:
    """Which days and addresses the group's meetings hold, from today on.

    A new schedule does not overtake a published meeting: no day up to `published_until` is free for it.
    """

    days: set[date]
    slugs: set[str]
    published_until: date

    @classmethod
    def of(cls, group: Group) -> Self:
        first = today(group.zone)
        held = Meeting.objects.filter(Q(scheduled_for__gte=first) | Q(slug__gte=f"{first}"), group=group)
        rows = list(held.values_list("scheduled_for", "slug", "state"))
        return cls(
            days={day for day, _, _ in rows if day},
            slugs={slug for _, slug, _ in rows},
            published_until=max((day for day, _, state in rows if day and state == "published"), default=date.min),
        )

    def take_slug(self, day: date) -> str:
        """Return the day as an address, with a number from the second meeting of that day on."""
        slug, number = f"{day}", 1
        while slug in self.slugs:
            number += 1
            slug = f"{day}-{number}"
        self.slugs.add(slug)
        return slug
