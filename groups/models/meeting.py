"""One session of a group: made from its schedule, or one-off."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core import limits
from core.clock import now
from groups.models.group import Group, SelectionRule


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def open(self) -> "MeetingQuerySet":
        """Return the meetings that are still to be held, earliest first."""
        return self.filter(state__in=[Meeting.State.PLANNED, Meeting.State.PUBLISHED]).order_by("starts_at", "pk")

    def due(self, moment: datetime) -> "MeetingQuerySet":
        """Return the meetings for which the clock has something to do by itself, the longest due first.

        In groups that want it: to publish an agenda when voting closes, and to close what was held a day ago. In all:
        to see whom to ask next to present, and to remind presenters a day before, once it is known what is presented.
        """
        by_itself = Q(group__in=Group.objects.filter(publishes_itself=True).values("pk"))
        coming = Q(starts_at__gt=moment)
        tomorrow = coming & Q(starts_at__lte=moment + timedelta(hours=limits.REMIND_HOURS))
        voting = Q(state=Meeting.State.PLANNED, closes_at__gt=moment, closes_at__lt=models.F("starts_at"))
        from_votes = by_itself & voting & Q(revision=models.F("moves"))  # see Meeting.waits_for_votes
        published = Q(state=Meeting.State.PUBLISHED)
        held = Q(state__in=[Meeting.State.PUBLISHED, Meeting.State.RUNNING])
        in_use = self.filter(group__in=Group.objects.active().values("pk"))  # no join: whoever claims locks no group
        return in_use.filter(
            (by_itself & coming & Q(state=Meeting.State.PLANNED, closes_at__lte=moment))
            | (published & coming & Q(asks_due_at__lte=moment))
            | (tomorrow & Q(state__in=Meeting.OPEN, reminded_at__isnull=True) & ~from_votes)
            | (by_itself & held & Q(starts_at__lte=moment - timedelta(hours=limits.CLOSE_HOURS)))
        ).order_by("starts_at", "pk")

    def bare(self) -> "MeetingQuerySet":
        """Return the meetings that nothing hangs on: no agenda, no presenter, no settled vote.

        Asks every table that points here, so that this app need not know the ones above it.
        """
        return self.filter(**{f"{relation.name}__isnull": True for relation in self.model._meta.related_objects})


class Meeting(models.Model):
    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        PUBLISHED = "published", "Agenda published"
        RUNNING = "running", "Running"
        CLOSED = "closed", "Held"
        CANCELLED = "cancelled", "Cancelled"

    OPEN: ClassVar = [State.PLANNED, State.PUBLISHED]

    group = models.ForeignKey(Group, models.CASCADE, related_name="meetings")
    slug = models.CharField(max_length=14)  # the group's calendar day; a second one on a day adds -2
    # Under which it stood before it was moved to another day: pages that are open, and mails, lead there.
    former_slugs = ArrayField(models.CharField(max_length=14), default=list, db_default=[])
    scheduled_for = models.DateField(null=True)  # the day of the rule that made it; null for a one-off
    starts_at = models.DateTimeField()
    about = models.CharField(max_length=limits.POLL_ABOUT_CHARS, blank=True, default="", db_default="")
    minutes = models.PositiveSmallIntegerField()
    closes_at = models.DateTimeField()  # votes after this moment count for the next meeting
    place = models.CharField(max_length=limits.PLACE_CHARS, blank=True)
    link = models.URLField(blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    sequence = models.PositiveIntegerField(default=0)  # RFC 5545: grows with each published change
    revision = models.PositiveIntegerField(default=0, db_default=0)  # grows with each change of its agenda or time
    moves = models.PositiveIntegerField(default=0, db_default=0)  # how many of them were of its time and place alone
    told_revision = models.PositiveIntegerField(default=0, db_default=0)  # the one that was mailed last
    changed_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    notes = models.TextField(blank=True)
    rule_used = models.CharField(max_length=11, choices=SelectionRule, blank=True)  # when the votes chose last
    # What the clock does for a meeting is work with a lease (core.leases).
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    asks_due_at = models.DateTimeField(null=True)  # when to see whom to ask next to present; null when all is settled
    reminded_at = models.DateTimeField(null=True)  # when its presenters were told that it is tomorrow

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("group", "slug", name="meeting_slug_unique"),
            models.UniqueConstraint("group", "scheduled_for", name="meeting_scheduled_once"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "published", "running", "closed", "cancelled"]), name="meeting_state"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__lte=models.F("starts_at")), name="meeting_closes_before_start"
            ),
        ]
        indexes: ClassVar = [models.Index("group", "starts_at", name="meeting_by_start")]

    def __str__(self) -> str:
        return f"meeting {self.slug}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def waits_for_votes(self, moment: datetime) -> bool:
        """Tell whether nobody made an agenda, and the votes will make one before the meeting."""
        untouched = self.state == self.State.PLANNED and self.revision == self.moves
        return untouched and self.group.publishes_itself and moment < self.closes_at < self.starts_at

    @property
    def day(self) -> date:
        """Return the day on the group's calendar, which names the meeting in addresses."""
        return date.fromisoformat(self.slug[:10])

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.PLANNED, self.State.PUBLISHED}


class Break(models.Model):
    """Days, the last one too, on which the schedule makes no meetings: holidays, the weeks between two terms."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="breaks")
    first_day = models.DateField()
    last_day = models.DateField()
    name = models.CharField(max_length=limits.BREAK_CHARS, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("group", "first_day", "last_day", name="break_once"),
            models.CheckConstraint(condition=Q(last_day__gte=models.F("first_day")), name="break_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.first_day} to {self.last_day}"
