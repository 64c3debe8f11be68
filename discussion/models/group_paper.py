"""A paper in a group, and the votes for it. `group` is the tenant key of every row here and below."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.clock import now
from groups.models import Group, Meeting, Membership, Role
from papers.models import Paper


class GroupPaper(models.Model):
    """Made at a group's first vote, comment or assignment for a paper, or when a member adds it."""

    class Kind(models.TextChoices):
        """How long the group wants to talk about it; the minutes of each kind are the group's."""

        SHORT = "short", "Short"
        NORMAL = "normal", "Normal"
        DEEP = "deep", "Deep"

    group = models.ForeignKey(Group, models.CASCADE, related_name="group_papers")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="group_papers")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=now, editable=False)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.NORMAL)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("group", "paper", name="group_paper_unique"),
            models.CheckConstraint(condition=Q(kind__in=["short", "normal", "deep"]), name="group_paper_kind"),
        ]

    def __str__(self) -> str:
        return f"paper {self.paper_id} in group {self.group_id}"

    @property
    def minutes(self) -> int:
        """Return how long the group talks about a paper of this kind."""
        group = self.group
        return {
            self.Kind.SHORT: group.short_minutes,
            self.Kind.DEEP: group.deep_minutes,
        }.get(self.Kind(self.kind), group.minutes_per_paper)


def still_takes_part() -> Exists:
    """Return the condition that a row's `member` is still an organiser or a member of its `group`.

    Whoever left, or became a guest, has no vote and presents nothing; coming back brings both back.
    """
    taking_part = Membership.objects.present().exclude(role=Role.GUEST)
    return Exists(taking_part.filter(group=OuterRef("group"), user=OuterRef("member")))


class VoteQuerySet(models.QuerySet["Vote"]):
    def unsettled(self) -> "VoteQuerySet":
        """Return the votes that no meeting has settled."""
        return self.filter(settled_by__isnull=True)

    def open(self) -> "VoteQuerySet":
        """Return the unsettled votes that count: a vote of someone who left, or became a guest, does not."""
        return self.unsettled().filter(still_takes_part())


class Vote(models.Model):
    """A member's "I want this discussed"; the row is the vote, no row is none."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    group_paper = models.ForeignKey(GroupPaper, models.CASCADE, related_name="votes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    cast_at = models.DateTimeField(default=now)
    settled_by = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="settled_votes")

    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "group_paper", "member", name="vote_unique_while_open", condition=Q(settled_by__isnull=True)
            )
        ]
        indexes: ClassVar = [
            models.Index("group", "cast_at", name="vote_open_by_time", condition=Q(settled_by__isnull=True))
        ]

    def __str__(self) -> str:
        return f"vote of {self.member_id} for {self.group_paper_id}"
