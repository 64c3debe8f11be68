"""Which of several times would suit for a session."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import limits
from core.clock import now
from groups.models import Group, Meeting


class Poll(models.Model):
    """Which of several times suits the members for a session outside the schedule."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    key = models.UUIDField(unique=True)  # made with the form: a retry finds the first result
    about = models.CharField(max_length=limits.POLL_ABOUT_CHARS, blank=True)
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=limits.PLACE_CHARS, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)  # since then nobody answers: a time is chosen, or none will be

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(minutes__gte=limits.MEETING_MINUTES_MIN, minutes__lte=limits.MEETING_MINUTES_MAX),
                name="poll_minutes",
            ),
        ]

    def __str__(self) -> str:
        return self.about or f"poll {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Slot(models.Model):
    """A time that a poll offers. One that is taken off keeps its answers, for when it is offered again."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)
    chosen_at = models.DateTimeField(null=True)
    # Grows when it is chosen, and when that is taken back: each of these is told once.
    version = models.PositiveIntegerField(default=0, db_default=0)
    # The session that was made of it; when the choice was taken back, the cancelled one, which can come back.
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, related_name="slots")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("poll", "starts_at", name="slot_once"),
            models.UniqueConstraint("poll", name="slot_one_chosen", condition=Q(chosen_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} UTC"


class SlotAnswer(models.Model):
    """Whether a time suits a member; without a row they have not said."""

    class Suits(models.TextChoices):
        YES = "yes", "Yes"
        MAYBE = "maybe", "If need be"
        NO = "no", "No"

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="answers")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    suits = models.CharField(max_length=5, choices=Suits)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("slot", "member", name="slot_answer_once"),
            models.CheckConstraint(condition=Q(suits__in=["yes", "maybe", "no"]), name="slot_answer_suits"),
        ]

    def __str__(self) -> str:
        return f"{self.suits} of {self.member_id} for {self.slot_id}"
