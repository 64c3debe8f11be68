"""Time that members have saved for later meetings."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from groups.models import Group, Meeting


class SavedTime(models.Model):
    """What a held meeting changed of the time that a member's votes have not yet spent; never changed afterwards.

    The sum over a member's rows is their balance. A meeting writes its rows once, when it closes.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="saved_time")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seconds = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "member", name="saved_time_once"),
            models.CheckConstraint(condition=~Q(seconds=0), name="saved_time_is_a_change"),
        ]
        indexes: ClassVar = [models.Index("group", "member", name="saved_time_by_member")]

    def __str__(self) -> str:
        return f"{self.seconds:+} s of {self.member_id}"
