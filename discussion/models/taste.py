"""What was learned of a member's liking, from votes, saves and hides alone; no one else is shown any of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from groups.models import Group


class Taste(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # As papers.migrations.0015 reads it: of "words", "authors" and "categories" each [weight, how it is shown].
    liking = models.JSONField(default=dict)
    is_stale = models.BooleanField(default=True)  # something changed since
    learned_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("member", "group", name="taste_unique")]
        indexes: ClassVar = [
            models.Index("learned_at", name="taste_stale", condition=models.Q(is_stale=True)),
        ]

    def __str__(self) -> str:
        return f"taste of {self.member_id} in group {self.group_id}"
