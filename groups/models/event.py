"""What was done to the running of a group: a log that is only ever added to."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from core import limits
from core.clock import now
from groups.models.group import Group


class AuditEvent(models.Model):
    """Who did what, to whom or what, in which group, when.

    A trigger refuses to change or delete a row (migration 0007), and another one chains it to the one before (0014,
    decision 20). People are named by reference only, so that a name that goes from its account is gone from here too.
    """

    class What(models.TextChoices):
        STARTED = "started"
        SETTINGS = "settings"
        ROLE = "role"
        JOINED = "joined"
        LEFT = "left"
        REMOVED = "removed"
        BROUGHT_BACK = "brought back"
        INVITED = "invited"
        REVOKED = "revoked"
        PUBLISHED = "published"
        HELD = "held"
        ARCHIVED = "archived"
        OPENED = "opened"
        DELETED = "deleted"
        RETURNED = "returned"
        EXPORTED = "exported"
        IMPORTED = "imported"
        INHERITED = "inherited"
        ENTERED = "entered"
        SWAPPED = "swapped"
        SWAPPED_BACK = "swapped back"

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=12, choices=What)
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    object = models.CharField(max_length=limits.EVENT_CHARS, blank=True)  # the name of a thing, never of a person

    # Written by the database when the line is committed: its place in the group's log, what it was chained under, and
    # what stands there for people. Who goes takes their salt along, and the mark tells nothing any more.
    number = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    by_salt = models.UUIDField(null=True)
    by_mark = models.CharField(max_length=64, blank=True, default="", db_default="")
    about_salt = models.UUIDField(null=True)
    about_mark = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("group", "number", name="audit_event_in_order")]
        indexes: ClassVar = [models.Index(fields=["group", "-id"], name="audit_event_newest")]

    def __str__(self) -> str:
        return f"{self.what} in {self.group_id}"
