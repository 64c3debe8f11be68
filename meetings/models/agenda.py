"""The lines of an agenda: what each is about, who has a part in it, and how it was changed."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core import limits
from core.clock import now
from discussion.models import GroupPaper
from groups.models import Group, Meeting


class AgendaItem(models.Model):
    """A group paper or a plain topic. The presenter of a paper is its assignment for this meeting."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        DISCUSSED = "discussed", "Discussed"
        CARRIED = "carried", "Carried over"
        DROPPED = "dropped", "Dropped"

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    group_paper = models.ForeignKey(GroupPaper, models.PROTECT, null=True, related_name="agenda_items")
    title = models.CharField(max_length=limits.ITEM_TITLE_CHARS, blank=True)
    topic_presenter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    minutes = models.PositiveSmallIntegerField()
    pinned = models.BooleanField(default=False)  # put there by the organiser, not by the votes
    votes = models.PositiveSmallIntegerField(default=0)  # when it was chosen
    note = models.CharField(max_length=limits.ITEM_NOTE_CHARS, blank=True)
    # Whose votes chose it: member id to the seconds of their share that they pay; 0 where nobody pays.
    payments = models.JSONField(default=dict)
    cue = models.CharField(max_length=limits.CUE_CHARS, blank=True)  # what to read before, in the presenter's words
    question = models.CharField(max_length=limits.CUE_CHARS, blank=True)
    slides = models.CharField(max_length=limits.SLIDES_CHARS, blank=True, default="")  # where they are, https
    started_at = models.DateTimeField(null=True)  # when a running meeting came to it
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "group_paper", name="agenda_item_paper_once"),
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="agenda_item_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(group_paper__isnull=False, title="", topic_presenter__isnull=True)
                | Q(group_paper__isnull=True, title__gt=""),
                name="agenda_item_paper_or_topic",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=limits.ITEM_MINUTES_MAX), name="agenda_item_minutes"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "discussed", "carried", "dropped"]),
                name="agenda_item_state",
            ),
            models.CheckConstraint(
                condition=Q(slides="") | Q(slides__startswith="https://"), name="agenda_item_slides"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title or self.group_paper_id}"

    @property
    def supporters(self) -> frozenset[int]:
        """Return the ids of the members whose votes chose it."""
        return frozenset(map(int, self.payments))

    @property
    def slides_host(self) -> str:
        """Return on whose server the slides are, to be read before one goes there."""
        return urlsplit(self.slides).hostname or ""


class AgendaChange(models.Model):
    """What someone changed, so that a change that goes on from an older page is not made over it unseen.

    Of a line; of the length of a paper in the pool; or else of the meeting's time and place.

    A fact of lasting interest it is not: it goes with its meeting, and stays behind when a group moves.
    """

    class What(models.TextChoices):
        ADDED = "added", "added"
        MINUTES = "minutes", "minutes"
        NOTE = "note", "note"
        CUE = "cue", "what to read before"
        QUESTION = "question", "question"
        PRESENTER = "presenter", "presenter"
        PLACE = "place", "place"
        STATE = "state", "on or off"
        KIND = "kind", "length of a paper"
        TIME = "time", "time"
        LENGTH = "length", "length of the meeting"
        ROOM = "room", "place"

    OF_MEETING: ClassVar = [What.TIME, What.LENGTH, What.ROOM]

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()  # of the meeting's agenda, from which on it is so
    item = models.ForeignKey(AgendaItem, models.CASCADE, null=True, related_name="+")
    group_paper = models.ForeignKey(GroupPaper, models.CASCADE, null=True, related_name="+")  # that has no line
    what = models.CharField(max_length=9, choices=What)
    before = models.CharField(max_length=limits.ITEM_NOTE_CHARS, blank=True)  # a presenter by id
    after = models.CharField(max_length=limits.ITEM_NOTE_CHARS, blank=True)
    passed = ArrayField(models.BigIntegerField(), default=list)  # by id, the lines that a moved one came to stand past
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("item", "revision", "what", name="agenda_change_once"),
            models.CheckConstraint(
                condition=Q(
                    item__isnull=False,
                    group_paper__isnull=True,
                    what__in=["added", "minutes", "note", "cue", "question", "presenter", "place", "state"],
                )
                | Q(item__isnull=True, group_paper__isnull=False, what="kind")
                | Q(item__isnull=True, group_paper__isnull=True, what__in=["time", "length", "room"]),
                name="agenda_change_of_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} of line {self.item_id}" if self.item_id else self.what


class Part(models.Model):
    """Who else has a part in a line: presents it too, or has a role in its discussion."""

    class Role(models.TextChoices):
        CO_PRESENTER = "co-presenter", "Also presents"
        LEAD = "lead", "Lead"
        REVIEWER = "reviewer", "Friendly reviewer"
        SCEPTIC = "sceptic", "Sceptic"
        ARCHAEOLOGIST = "archaeologist", "Archaeologist"

    BY_TURN: ClassVar = [Role.LEAD, Role.REVIEWER, Role.SCEPTIC, Role.ARCHAEOLOGIST]

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="parts")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(max_length=13, choices=Role)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("item", "member", name="part_one_each"),
            models.UniqueConstraint("item", "role", name="part_role_once", condition=~Q(role="co-presenter")),
            models.CheckConstraint(
                condition=Q(role__in=["co-presenter", "lead", "reviewer", "sceptic", "archaeologist"]),
                name="part_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.role}"
