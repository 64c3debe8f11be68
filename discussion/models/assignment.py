"""A member takes, or is asked to take, a paper."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import limits
from core.clock import now
from discussion.models.group_paper import GroupPaper, still_takes_part
from groups.models import Group, Meeting


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def in_place(self) -> "AssignmentQuerySet":
        """Return those that occupy the presenter's place, as the unique key sees it: asked or accepted."""
        return self.filter(state__in=Assignment.STANDING)

    def standing(self) -> "AssignmentQuerySet":
        """Return those that count: in place, and by someone who still takes part in the group."""
        return self.in_place().filter(still_takes_part())

    def abandoned(self) -> "AssignmentQuerySet":
        """Return those that occupy a place which its holder, who left or became a guest, no longer fills."""
        return self.in_place().filter(~still_takes_part())

    def presenting(self) -> "AssignmentQuerySet":
        """Return those that stand, and those that are done."""
        return self.filter(Q(still_takes_part(), state__in=Assignment.STANDING) | Q(state=Assignment.State.DONE))

    def not_over(self) -> "AssignmentQuerySet":
        """Leave out those for a meeting that was held or cancelled."""
        return self.exclude(meeting__state__in=Assignment.OVER)


class Assignment(models.Model):
    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        RETURNED = "returned", "Given back"
        LAPSED = "lapsed", "No answer"
        DONE = "done", "Done"

    STANDING: ClassVar = [State.ASKED, State.ACCEPTED]
    OVER: ClassVar = [Meeting.State.CLOSED, Meeting.State.CANCELLED]

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    group_paper = models.ForeignKey(GroupPaper, models.CASCADE, related_name="assignments")
    # Null while the group has no meeting planned.
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, related_name="assignments")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State)
    created_at = models.DateTimeField(default=now, editable=False)
    answered_at = models.DateTimeField(null=True)
    # When the next is asked instead, and why this member is asked, in a sentence to them; of who is asked by turn.
    answer_by = models.DateTimeField(null=True)
    reason = models.CharField(max_length=limits.REASON_CHARS, blank=True)

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
                condition=Q(state__in=["asked", "accepted", "declined", "returned", "lapsed", "done"]),
                name="assignment_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} for {self.group_paper_id}"

    @property
    def is_over(self) -> bool:
        return self.meeting is not None and self.meeting.state in self.OVER
