"""Which columns of a table a person chose: remembered for every table with the same header."""

from django.conf import settings
from django.db import models

from core.clock import now


class ColumnChoice(models.Model):
    key = models.CharField(max_length=64, unique=True)  # a hash of the header
    columns = models.JSONField()  # maps a field of the reader to the number of its column, -1 for none
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.key[:8]
