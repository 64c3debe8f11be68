"""A category that the server follows by itself, and the one row that keeps its pace towards arXiv."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.clock import now


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def due(self) -> "SubscriptionQuerySet":
        """Return those whose next look has come, the longest waiting first."""
        return self.filter(state=Subscription.State.FOLLOWED, next_due__lte=now()).order_by("next_due", "pk")


class Subscription(models.Model):
    class State(models.TextChoices):
        ASKED = "asked", "Asked for"
        FOLLOWED = "followed", "Followed"
        STOPPED = "stopped", "Stopped"

    class Outcome(models.TextChoices):
        NONE = "", "Not fetched yet"
        LISTING = "listing", "A listing came"
        EMPTY = "empty", "Empty on purpose"
        UNCHANGED = "unchanged", "Nothing new"
        FAILED = "failed", "Failed"

    category = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=now, editable=False)
    followed_at = models.DateTimeField(null=True)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)  # as the server wrote it, to send back
    fetched_at = models.DateTimeField(null=True)  # the last try
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True, default=Outcome.NONE)
    result = models.TextField(blank=True)  # the last try in a sentence for people
    next_due = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)  # since the last success
    # Up to and with this date, each listing is here, or was empty, or stands among the gaps.
    settled_on = models.DateField(null=True)
    gaps = ArrayField(models.DateField(), default=list)  # missed, and no longer on arXiv's page of the past week
    page_tries = models.PositiveSmallIntegerField(default=0)  # looks for what the newest day lacks, of SHORT_RETRIES
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)  # the fencing token; see core.leases

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index("next_due", name="subscription_due", condition=models.Q(state="followed")),
        ]

    def __str__(self) -> str:
        return self.category


class Pace(models.Model):
    """One row a host family: whoever asks it something holds the row meanwhile, so that there is one connection."""

    name = models.CharField(max_length=40, primary_key=True)
    asked_at = models.DateTimeField(null=True)  # when the last request ended, by the database's clock

    def __str__(self) -> str:
        return self.name
