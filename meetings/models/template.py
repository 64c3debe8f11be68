"""The form of its own in which a group writes its agendas."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from core import limits
from core.clock import now
from groups.models import Group


class AgendaTemplate(models.Model):
    """A group's own form of its agendas in Markdown; without a row they have the standard one."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    source = models.CharField(max_length=limits.TEMPLATE_CHARS)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("group", name="agenda_template_once")]

    def __str__(self) -> str:
        return f"agenda template of {self.group_id}"
