"""The hour itself: the lines of an agenda, who comes, and which time would suit."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core import limits
from core.clock import now
from discussion.models import Assignment, GroupPaper
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
    """What someone changed of a line, so that a change that goes on from an older page is not made over it unseen.

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

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()  # of the meeting's agenda, from which on it is so
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="+")
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
                    what__in=["added", "minutes", "note", "cue", "question", "presenter", "place", "state"],
                ),
                name="agenda_change_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} of line {self.item_id}"


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


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def absent(self) -> "AttendanceQuerySet":
        """Return those of who cannot make it, and did not say in the meeting that they are there after all."""
        return self.filter(state=Attendance.State.AWAY, here_at=None)


class Attendance(models.Model):
    """Whether a member comes, or came, to a meeting; without a row they are taken to."""

    class State(models.TextChoices):
        PRESENT = "present", "Present"
        AWAY = "away", "Cannot make it"

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State)
    here_at = models.DateTimeField(null=True)  # when they said in the running meeting that they are there

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "member", name="attendance_unique"),
            models.CheckConstraint(condition=Q(state__in=["present", "away"]), name="attendance_state"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.state}"


class Hand(models.Model):
    """A member wants to speak on a line of a running meeting; gone when they spoke, or the meeting goes on."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="hands")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    raised_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("item", "member", name="hand_once")]

    def __str__(self) -> str:
        return f"{self.member_id} on line {self.item_id}"


class SwapQuerySet(models.QuerySet["Swap"]):
    def concerning(self, member: int) -> "SwapQuerySet":
        """Return those that someone asks for, or is asked for."""
        return self.filter(Q(asked_by=member) | Q(member=member))


class Swap(models.Model):
    """A presenter asks another member to present in their place; nothing changes until that one accepts."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Taken back"

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    key = models.UUIDField(unique=True)  # made with the form: a retry finds the first result
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    given = models.ForeignKey(Assignment, models.CASCADE, related_name="+")  # what who asks presents
    taken = models.ForeignKey(Assignment, models.CASCADE, null=True, related_name="+")  # in exchange; null for nothing
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    version = models.PositiveIntegerField(
        default=0
    )  # grows with each answer: what is told of an earlier one is not sent
    created_at = models.DateTimeField(default=now, editable=False)
    answered_at = models.DateTimeField(null=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("given", name="swap_one_question", condition=Q(state="asked")),
            models.CheckConstraint(condition=~Q(asked_by=models.F("member")), name="swap_between_two"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "accepted", "declined", "withdrawn"]), name="swap_state"
            ),
        ]

    def __str__(self) -> str:
        return f"swap {self.pk}"


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


class Note(models.Model):
    """What someone wrote down on a line while it was discussed; each below the others, never over one."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    key = models.UUIDField(unique=True)  # made with the form: a retry finds the first result
    text = models.TextField()
    written_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"note {self.pk}"


class Poll(models.Model):
    """Which of several times suits the members for a session outside the schedule."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    key = models.UUIDField(unique=True)  # made with the form: a retry finds the first result
    about = models.CharField(max_length=limits.POLL_ABOUT_CHARS, blank=True)
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=limits.PLACE_CHARS, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)  # since then nobody answers: a time is chosen, or none will be

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(minutes__gte=limits.MEETING_MINUTES_MIN, minutes__lte=limits.MEETING_MINUTES_MAX),
                name="poll_minutes",
            ),
        ]

    def __str__(self) -> str:
        return self.about or f"poll {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Slot(models.Model):
    """A time that a poll offers. One that is taken off keeps its answers, for when it is offered again."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)
    chosen_at = models.DateTimeField(null=True)
    # The session that was made of it; when the choice was taken back, the cancelled one, which can come back.
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, related_name="slots")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("poll", "starts_at", name="slot_once"),
            models.UniqueConstraint("poll", name="slot_one_chosen", condition=Q(chosen_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} UTC"


class SlotAnswer(models.Model):
    """Whether a time suits a member; without a row they have not said."""

    class Suits(models.TextChoices):
        YES = "yes", "Yes"
        MAYBE = "maybe", "If need be"
        NO = "no", "No"

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="answers")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    suits = models.CharField(max_length=5, choices=Suits)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("slot", "member", name="slot_answer_once"),
            models.CheckConstraint(condition=Q(suits__in=["yes", "maybe", "no"]), name="slot_answer_suits"),
        ]

    def __str__(self) -> str:
        return f"{self.suits} of {self.member_id} for {self.slot_id}"
