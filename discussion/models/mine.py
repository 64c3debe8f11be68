"""What a member keeps to themselves: saved, hidden, how far they have read. No one else is shown any of it.

Whoever leaves the group cannot see it either, and finds it as it was on coming back.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import limits
from core.clock import now
from discussion.models.comment import Comment
from discussion.models.group_paper import GroupPaper
from groups.models import Group
from papers.models import Listing, Paper


class QueueItemQuerySet(models.QuerySet["QueueItem"]):
    def kept(self) -> "QueueItemQuerySet":
        """Return those that are in the queue, in the member's order."""
        return self.filter(dropped_at__isnull=True).order_by("position", "pk")


class QueueItem(models.Model):
    """A paper that a member saved to read. What was dropped rests a while with its note and place."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # No relation back: a paper that someone keeps for themselves is not in use by the group.
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    note = models.CharField(max_length=limits.QUEUE_NOTE_CHARS, blank=True)
    dropped_at = models.DateTimeField(null=True)

    objects = QueueItemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("member", "group", "paper", name="queue_item_unique")]

    def __str__(self) -> str:
        return f"{self.paper_id} in the queue of {self.member_id}"


class Hidden(models.Model):
    """A member's "not for me"; the row hides the paper, no row does not."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("member", "group", "paper", name="hidden_unique")]

    def __str__(self) -> str:
        return f"{self.paper_id} hidden for {self.member_id}"


class LastRead(models.Model):
    """Until when someone has read what the group wrote about a paper; no row when they never looked."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    group_paper = models.ForeignKey(GroupPaper, models.CASCADE, related_name="last_read")
    read_at = models.DateTimeField()  # when the last comment that they were shown was written

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("group_paper", "member", name="last_read_unique")]

    def __str__(self) -> str:
        return f"{self.group_paper_id} read by {self.member_id}"


class Follow(models.Model):
    """What someone wants to hear of a paper's discussion, when it is not the normal: more, or nothing."""

    class State(models.TextChoices):
        FOLLOW = "follow", "Follow"
        MUTE = "mute", "Mute"

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    state = models.CharField(max_length=6, choices=State)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("member", "group", "paper", name="follow_unique"),
            models.CheckConstraint(condition=Q(state__in=["follow", "mute"]), name="follow_state"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.paper_id} for {self.member_id}"


class Draft(models.Model):
    """What someone is writing about a paper, or as a reply; empty once it was sent, so that older tabs learn of it."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    parent = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "group", "paper", "parent"], name="draft_unique", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"draft of {self.member_id} about {self.paper_id}"


class Noticed(models.Model):
    """That someone has noticed a paper of their own in a listing, in whatever group; they are not told again."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("member", "paper", name="noticed_unique")]

    def __str__(self) -> str:
        return f"{self.paper_id} noticed by {self.member_id}"


class Seen(models.Model):
    """How far someone has read a listing; the same in all groups that follow its category."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    listing = models.ForeignKey(Listing, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()  # of the last entry that was seen
    changed_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("member", "listing", name="seen_unique")]

    def __str__(self) -> str:
        return f"{self.listing_id} seen to {self.position} by {self.member_id}"
