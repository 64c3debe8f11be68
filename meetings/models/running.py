"""Who comes to a meeting, and what is said while it runs."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.clock import now
from groups.models import Group, Meeting
from meetings.models.agenda import AgendaItem


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def absent(self) -> "AttendanceQuerySet":
        """Return those of who cannot make it, and did not say in the meeting that they are there after all."""
        return self.filter(state=Attendance.State.AWAY, here_at=None)


class Attendance(models.Model):
    """Whether a member comes, or came, to a meeting; without a row they are taken to."""

    class State(models.TextChoices):
        PRESENT = "present", "Present"
        AWAY = "away", "Cannot make it"

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State)
    here_at = models.DateTimeField(null=True)  # when they said in the running meeting that they are there

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "member", name="attendance_unique"),
            models.CheckConstraint(condition=Q(state__in=["present", "away"]), name="attendance_state"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.state}"


class Hand(models.Model):
    """A member wants to speak on a line of a running meeting; gone when they spoke, or the meeting goes on."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="hands")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    raised_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("item", "member", name="hand_once")]

    def __str__(self) -> str:
        return f"{self.member_id} on line {self.item_id}"


class Note(models.Model):
    """What someone wrote down on a line while it was discussed; each below the others, never over one."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    key = models.UUIDField(unique=True)  # made with the form: a retry finds the first result
    text = models.TextField()
    written_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"note {self.pk}"
