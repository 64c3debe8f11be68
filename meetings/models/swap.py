"""A member who asks another to present in their place."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.clock import now
from discussion.models import Assignment
from groups.models import Group


class SwapQuerySet(models.QuerySet["Swap"]):
    def concerning(self, member: int) -> "SwapQuerySet":
        """Return those that someone asks for, or is asked for."""
        return self.filter(Q(asked_by=member) | Q(member=member))


class Swap(models.Model):
    """A presenter asks another member to present in their place; nothing changes until that one accepts."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Taken back"

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    key = models.UUIDField(unique=True)  # made with the form: a retry finds the first result
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    given = models.ForeignKey(Assignment, models.CASCADE, related_name="+")  # what who asks presents
    taken = models.ForeignKey(Assignment, models.CASCADE, null=True, related_name="+")  # in exchange; null for nothing
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    version = models.PositiveIntegerField(
        default=0
    )  # grows with each answer: what is told of an earlier one is not sent
    created_at = models.DateTimeField(default=now, editable=False)
    answered_at = models.DateTimeField(null=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("given", name="swap_one_question", condition=Q(state="asked")),
            models.CheckConstraint(condition=~Q(asked_by=models.F("member")), name="swap_between_two"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "accepted", "declined", "withdrawn"]), name="swap_state"
            ),
        ]

    def __str__(self) -> str:
        return f"swap {self.pk}"
