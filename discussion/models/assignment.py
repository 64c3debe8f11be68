"""A member takes, or is asked to take, a paper."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.clock import now
from discussion.models.group_paper import GroupPaper
from groups.models import Group, Meeting


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def standing(self) -> "AssignmentQuerySet":
        """Return those that hold the presenter's place: asked or accepted."""
        return self.filter(state__in=Assignment.STANDING)


class Assignment(models.Model):
    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        RETURNED = "returned", "Given back"
        DONE = "done", "Done"

    STANDING: ClassVar = [State.ASKED, State.ACCEPTED]

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    group_paper = models.ForeignKey(GroupPaper, models.CASCADE, related_name="assignments")
    # Null while the group has no meeting planned.
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, related_name="assignments")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State)
    created_at = models.DateTimeField(default=now, editable=False)
    answered_at = models.DateTimeField(null=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group_paper", "meeting"],
                name="assignment_one_presenter",
                condition=Q(state__in=["asked", "accepted"]),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "accepted", "declined", "returned", "done"]), name="assignment_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} for {self.group_paper_id}"
