"""A search that a member keeps, and may follow; no one else is shown any of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from core import limits
from groups.models import Group


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def kept(self) -> "SavedSearchQuerySet":
        """Return those that were not dropped, by name."""
        return self.filter(dropped_at__isnull=True).order_by("name", "pk")


class SavedSearch(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=limits.SAVED_SEARCH_NAME_CHARS)
    q = models.CharField(max_length=limits.SEARCH_CHARS)
    filters = models.CharField(max_length=limits.FILTERS_CHARS, blank=True)  # as an address says them
    category = models.CharField(max_length=40, blank=True)  # one of the filters; new papers have none of the others yet
    tsquery = models.TextField()  # the words of `q` as PostgreSQL looks for them
    follows = models.BooleanField(default=False)  # new papers that match carry its name
    dropped_at = models.DateTimeField(null=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("member", "group", "q", "filters", name="saved_search_unique"),
        ]

    def __str__(self) -> str:
        return self.name
