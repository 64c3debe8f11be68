"""The secret address under which a member's calendar and feed reader find one group."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from core.clock import now
from groups.models.group import Group


class FeedLink(models.Model):
    """One a member and group. It goes when the member leaves, so that coming back does not bring it back to life."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("group", "member", name="feed_link_once")]

    def __str__(self) -> str:
        return f"feed link {self.pk}"
