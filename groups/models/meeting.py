"""One session of a group: made from its schedule, or one-off."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from core import limits
from core.clock import now
from groups.models.group import Group


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def open(self) -> "MeetingQuerySet":
        """Return the meetings that are still to be held, earliest first."""
        return self.filter(state__in=[Meeting.State.PLANNED, Meeting.State.PUBLISHED]).order_by("starts_at", "pk")

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

    group = models.ForeignKey(Group, models.CASCADE, related_name="meetings")
    slug = models.CharField(max_length=14)  # the group's calendar day; a second one on a day adds -2
    scheduled_for = models.DateField(null=True)  # the day of the rule that made it; null for a one-off
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    closes_at = models.DateTimeField()  # votes after this moment count for the next meeting
    place = models.CharField(max_length=limits.PLACE_CHARS, blank=True)
    link = models.URLField(blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    sequence = models.PositiveIntegerField(default=0)  # RFC 5545: grows with each published change
    changed_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    notes = models.TextField(blank=True)

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

    @property
    def day(self) -> date:
        """Return the day on the group's calendar, which names the meeting in addresses."""
        return date.fromisoformat(self.slug[:10])

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.PLANNED, self.State.PUBLISHED}
