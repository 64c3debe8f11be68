"""A file on its way in: a row in PostgreSQL first, a task second."""

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Substr

from core import limits
from core.clock import now
from papers.models.listing import Entry, Listing


class ImportQuerySet(models.QuerySet["Import"]):
    def waiting(self) -> "ImportQuerySet":
        """Return the imports that a worker should carry on, oldest first."""
        return self.filter(state__in=Import.WORKING).order_by("pk")

    def standing(self) -> "ImportQuerySet":
        """Return the imports that stand for their content: the same content again is answered with them."""
        return self.exclude(state__in=Import.ENDED_WITHOUT)


class ImportManager(models.Manager["Import"]):
    def get_queryset(self) -> ImportQuerySet:
        """Leave the uploaded bytes in the database until they are asked for: up to 25 MB that pages never need."""
        return ImportQuerySet(self.model, using=self._db).defer("content")

    def waiting(self) -> ImportQuerySet:
        return self.get_queryset().waiting()

    def standing(self) -> ImportQuerySet:
        return self.get_queryset().standing()


class Import(models.Model):
    class Kind(models.TextChoices):
        UPLOAD = "upload", "File"
        PASTE = "paste", "Pasted text"
        COMMAND = "command", "Command line"
        FEED = "feed", "Subscription"

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        READING = "reading", "Reading"
        REVIEW = "review", "Waiting for review"
        PUBLISHING = "publishing", "Publishing"
        DONE = "done", "Imported"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        QUARANTINED = "quarantined", "Set aside"
        WITHDRAWN = "withdrawn", "Withdrawn"

    WORKING: ClassVar = [State.RECEIVED, State.READING, State.PUBLISHING]
    ENDED_WITHOUT: ClassVar = [State.FAILED, State.CANCELLED, State.QUARANTINED, State.WITHDRAWN]

    key = models.UUIDField(unique=True, default=uuid4)  # made with the form: a retry finds its first result
    kind = models.CharField(max_length=8, choices=Kind)
    filename = models.CharField(max_length=limits.FILENAME_CHARS, blank=True)
    content = models.BinaryField()  # see papers.actions.keeping
    offset = models.PositiveIntegerField(default=0)  # lines before this part in a larger file
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=32)
    category = models.CharField(max_length=40, blank=True)
    announced_on = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    done = models.PositiveIntegerField(default=0)  # entries of the present step
    total = models.PositiveIntegerField(default=0)  # 0 while not known
    moved_at = models.DateTimeField(default=now)  # when state or progress last changed
    entries = models.PositiveIntegerField(default=0)  # in the file, before repeated ids are merged
    counts = models.JSONField(default=dict)  # maps an announce type, or another name of papers.queries, to a number
    notes = models.JSONField(default=list)
    stated = models.JSONField(default=dict)  # what the file says it holds: maps new, cross, replace to a number
    evidence = models.JSONField(default=dict)  # maps category, date to the words of the file that say so
    error = models.TextField(blank=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)  # the fencing token; see core.leases
    failures = models.PositiveSmallIntegerField(default=0)  # attempts that ended in an error
    losses = models.PositiveSmallIntegerField(default=0)  # claims while reading since the last progress
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    finished_at = models.DateTimeField(null=True)
    listings = models.ManyToManyField(Listing, related_name="imports")  # made or completed by it; none: papers alone

    objects = ImportManager()

    class Meta:
        constraints: ClassVar = [
            # The same content twice is answered with the first import; one that came to nothing may be tried again.
            models.UniqueConstraint(
                "sha256",
                name="import_content_unique",
                condition=~Q(state__in=["failed", "cancelled", "quarantined", "withdrawn"]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "lease_until", name="import_waiting", condition=Q(state__in=["received", "reading", "publishing"])
            )
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING

    @property
    def bringer(self) -> str:
        """Return who brought it in: a person, or the server itself."""
        if self.created_by:
            return self.created_by.name
        by_itself = {self.Kind.FEED: "Subscription", self.Kind.COMMAND: "Command line"}
        return by_itself.get(self.Kind(self.kind), "Someone who has left")

    def head(self, size: int) -> bytes:
        """Return the first `size` bytes of the content, without fetching the rest; none when it is kept no longer."""
        rows = Import.objects.filter(pk=self.pk)
        return bytes(rows.values_list(Substr("content", 1, size), flat=True).get())

    def move(self, **changes: Any) -> None:
        """Save the changes and when they were made, as the last sign of progress."""
        self.moved_at = now()
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=["moved_at", *changes])

    def begin_again(self) -> None:
        """Forget what was read, and wait for a worker as on the first day."""
        self.staged.all().delete()
        fresh: dict[str, Any] = {"done": 0, "total": 0, "counts": {}, "failures": 0, "losses": 0, "error": ""}
        self.move(state=self.State.RECEIVED, lease_until=None, finished_at=None, **fresh)

    def end(self, state: "Import.State", error: str = "", **changes: Any) -> None:
        """Save a last state: nothing more will happen, and nobody holds the row."""
        self.move(state=state, error=error, lease_until=None, finished_at=now(), **changes)


class StagedEntry(models.Model):
    """One record of the file, read and waiting for the review; `record` is the parser's Record as JSON.

    What says the same of its paper as was merged before is kept in brief; see papers.actions.staging.
    """

    batch = models.ForeignKey(Import, models.CASCADE, related_name="staged")
    position = models.PositiveIntegerField()
    external_id = models.CharField(max_length=200)
    announce_type = models.CharField(max_length=13, choices=Entry.AnnounceType, blank=True)
    announced_on = models.DateField(null=True)  # when the file says it entry by entry
    record = models.JSONField()
    digest = models.CharField(max_length=32, blank=True)
    title_html = models.TextField(blank=True)
    abstract_html = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("batch", "position", name="staged_position_unique"),
        ]

    def __str__(self) -> str:
        return f"[{self.position}] {self.external_id}"


class Problem(models.Model):
    """One entry that could not be read, or not whole."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField(null=True)
    position = models.PositiveIntegerField(null=True)
    text = models.CharField(max_length=limits.PROBLEM_TEXT_CHARS, blank=True)
    reason = models.TextField()
    mended = models.BooleanField(default=False)  # a person gave the entry again, and it could be read

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
