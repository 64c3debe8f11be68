"""A member who asks another to present in their place."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.clock import now
from discussion.models import Assignment
from groups.models import Group
from meetings.models.agenda import AgendaItem


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

    SIDES: ClassVar = ("given", "given_topic", "taken", "taken_topic")

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    key = models.UUIDField(unique=True)  # made with the form: a retry finds the first result
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # What who asks presents, and what they would in exchange, or nothing: a paper or a topic each.
    given = models.ForeignKey(Assignment, models.CASCADE, null=True, related_name="+")
    given_topic = models.ForeignKey(AgendaItem, models.CASCADE, null=True, related_name="+")
    taken = models.ForeignKey(Assignment, models.CASCADE, null=True, related_name="+")
    taken_topic = models.ForeignKey(AgendaItem, models.CASCADE, null=True, related_name="+")
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
            models.UniqueConstraint("given_topic", name="swap_one_question_of_topic", condition=Q(state="asked")),
            models.CheckConstraint(
                condition=Q(given__isnull=False, given_topic__isnull=True)
                | Q(given__isnull=True, given_topic__isnull=False),
                name="swap_gives_one",
            ),
            models.CheckConstraint(
                condition=Q(taken__isnull=True) | Q(taken_topic__isnull=True), name="swap_takes_one_at_most"
            ),
            models.CheckConstraint(condition=~Q(asked_by=models.F("member")), name="swap_between_two"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "accepted", "declined", "withdrawn"]), name="swap_state"
            ),
        ]

    def __str__(self) -> str:
        return f"swap {self.pk}"

    @property
    def gives(self) -> Assignment | AgendaItem:
        """Return what who asks presents."""
        gives = self.given_topic or self.given
        assert gives is not None  # noqa: S101  (the table's check allows nothing else)
        return gives

    @property
    def takes(self) -> Assignment | AgendaItem | None:
        """Return what they would present in exchange."""
        return self.taken_topic or self.taken
