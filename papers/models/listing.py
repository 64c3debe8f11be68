"""One announcement: a category and its announcement date, and the papers in it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.clock import now
from core.wording import short_day
from papers.models.paper import Paper


class ListingQuerySet(models.QuerySet["Listing"]):
    def shown(self) -> "ListingQuerySet":
        """Return the listings that groups see: neither hidden nor withdrawn."""
        return self.filter(state=Listing.State.SHOWN)


class Listing(models.Model):
    class State(models.TextChoices):
        SHOWN = "shown", "Shown"
        HIDDEN = "hidden", "Hidden"  # left out of the days; its papers stay where they have votes
        WITHDRAWN = "withdrawn", "Withdrawn"  # as if it had never come in, until it is brought back

    category = models.CharField(max_length=40)
    announced_on = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.SHOWN)
    stated = models.JSONField(default=dict)  # what its source says it holds: maps new, cross, replace to a number
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")  # its state
    changed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = ListingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("category", "announced_on", name="listing_unique")]
        indexes: ClassVar = [models.Index("announced_on", "category", name="listing_by_day")]

    def __str__(self) -> str:
        return f"{self.category} {self.announced_on}"

    @property
    def name(self) -> str:
        """Return "cs.CV, Thu 1 Oct 2020"."""
        return f"{self.category}, {short_day(self.announced_on)} {self.announced_on.year}"


class Entry(models.Model):
    class AnnounceType(models.TextChoices):
        """arXiv's own words; empty when the file does not say."""

        NEW = "new", "New"
        CROSS = "cross", "Cross-list"
        REPLACE = "replace", "Replacement"
        REPLACE_CROSS = "replace-cross", "Replaced cross-list"
        UNKNOWN = "", "Not said"

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="entries")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField()
    announce_type = models.CharField(max_length=13, choices=AnnounceType, blank=True, default=AnnounceType.UNKNOWN)
    inferred = models.BooleanField(default=False)
    version = models.PositiveSmallIntegerField(null=True)
    # Which source the type and the place are from, and the place there; positions are counted from both.
    weight = models.PositiveSmallIntegerField(default=0)
    place = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("listing", "paper", name="entry_unique"),
            models.UniqueConstraint(
                fields=["listing", "position"], name="entry_position_unique", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="entry_position_from_1"),
            models.CheckConstraint(
                condition=Q(announce_type__in=["new", "cross", "replace", "replace-cross", ""]),
                name="entry_announce_type",
            ),
        ]

    def __str__(self) -> str:
        return f"[{self.position}] {self.paper_id}"

    @property
    def replaces(self) -> bool:
        """Tell whether it announces a newer version of a paper."""
        return self.announce_type in (self.AnnounceType.REPLACE, self.AnnounceType.REPLACE_CROSS)
