"""The outbox: what waits to be sent and what was, what people want to be told, and the chat rooms of groups.

`scope` says whose a message is, in words that only the apps above understand ("group:5"); an empty one is the server's.
"""

import hashlib
from datetime import datetime, time
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core import limits
from core.clock import now


class Channel(models.TextChoices):
    MAIL = "mail", "Mail"
    WEBHOOK = "webhook", "Chat room"


class Kind(models.TextChoices):
    """What a message tells of; people and rooms choose by these."""

    AGENDA = "agenda", "Agenda published, or changed after that"
    ASSIGNMENT = "assignment", "You were asked to present, or no longer present"
    REMINDER = "reminder", "A reminder: you present tomorrow, have not answered yet, or can sum up what you presented"
    SESSION = "session", "A time was chosen for a session, when you had said which times suit you"
    REPLY = "reply", "A reply to what you wrote"
    MENTION = "mention", "A mention of you"
    IMPORT = "import", "A listing that you uploaded was imported, or could not be"
    REFUSED = "refused", "A member’s address that takes no mail any more"  # to admins
    COMMENT = "comment", "New comments"  # in rooms only
    TEST = "test", "Test"  # of a room


class Webhook(models.Model):
    """A chat room, or another program, to which a group's news is sent."""

    class Service(models.TextChoices):
        SLACK = "slack", "Slack"
        MATTERMOST = "mattermost", "Mattermost"
        ZULIP = "zulip", "Zulip"
        MATRIX = "matrix", "Matrix"
        DISCORD = "discord", "Discord"
        JSON = "json", "Another program (signed JSON)"

    key = models.UUIDField(unique=True)  # made with the form: a retry makes no second
    scope = models.CharField(max_length=40)
    service = models.CharField(max_length=10, choices=Service)
    url = models.CharField(max_length=limits.WEBHOOK_URL_CHARS)
    room = models.CharField(max_length=255, blank=True)  # Matrix names its room apart from the address
    secret = models.CharField(max_length=500, blank=True)  # Matrix: access token; JSON: what signatures are made with
    kinds = ArrayField(models.CharField(max_length=10), default=list)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    disabled_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)  # the last one, in a sentence
    worked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index("scope", name="webhook_of_scope")]

    def __str__(self) -> str:
        return f"{self.get_service_display()} of {self.scope}"

    @property
    def host(self) -> str:
        """Return what may be shown of the address: the rest of it is a secret."""
        return urlsplit(self.url).hostname or ""


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        """Return what is still to be sent and goes by itself, not in the mail of another message."""
        return self.filter(state=Message.State.WAITING, head__isnull=True)

    def due(self, moment: datetime) -> "MessageQuerySet":
        """Return what is to be sent now, and of a person's and a group's messages only the first.

        So two workers never make two mails of what belongs in one: the others come along with the first, or after it.
        """
        now_due = Message.objects.waiting().filter(due_at__lte=moment)
        same = {name: OuterRef(name) for name in ("channel", "recipient", "scope")}
        earlier = now_due.filter(**same, pk__lt=OuterRef("pk"))
        return self.waiting().filter(~Exists(earlier), due_at__lte=moment).order_by("due_at", "pk")


class Message(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        DROPPED = "dropped", "Not sent"
        DEAD = "dead", "Given up"

    channel = models.CharField(max_length=7, choices=Channel)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="messages")
    webhook = models.ForeignKey(Webhook, models.CASCADE, null=True, related_name="messages")
    # With the receiver these say which message it is: the same once more is no second.
    kind = models.CharField(max_length=10, choices=Kind)
    object = models.CharField(max_length=100)
    version = models.PositiveIntegerField(default=0)
    scope = models.CharField(max_length=40, blank=True)
    thread = models.CharField(max_length=100, blank=True)  # mails with the same one stand together in mail programs
    payload = models.JSONField(default=dict)  # what is said; emptied once it was sent
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)  # why it was not sent, or not yet
    created_at = models.DateTimeField(default=now, editable=False)
    due_at = models.DateTimeField()
    useful_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)  # the fencing token; see core.leases
    failures = models.PositiveSmallIntegerField(default=0)
    # The message in whose mail this one goes; settled before the first try, so that a later one is the same mail.
    settled = models.BooleanField(default=False)
    head = models.ForeignKey("self", models.SET_NULL, null=True, related_name="carried")

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "recipient", "webhook", "kind", "object", "version"],
                name="message_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(channel="mail", recipient__isnull=False, webhook__isnull=True)
                | Q(channel="webhook", recipient__isnull=True, webhook__isnull=False),
                name="message_one_receiver",
            ),
            models.CheckConstraint(condition=Q(state__in=["waiting", "sent", "dropped", "dead"]), name="message_state"),
        ]
        indexes: ClassVar = [
            models.Index("due_at", name="message_due", condition=Q(state="waiting", head__isnull=True)),
            models.Index("recipient", "scope", name="message_together", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object} to {self.recipient_id or self.webhook}"

    @property
    def digest(self) -> str:
        """Return what names the message everywhere, and is the same however often it is sent."""
        parts = (self.channel, self.recipient_id, self.webhook_id, self.kind, self.object, self.version)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]

    def end(self, state: "Message.State", reason: str = "", **kept: Any) -> None:
        """Save a last state, of what goes in the same mail too; of what was said only `kept` stays."""
        both = Message.objects.filter(Q(pk=self.pk) | Q(head=self.pk), state=Message.State.WAITING)
        sent_at = now() if state == Message.State.SENT else None
        both.update(state=state, reason=reason[:300], lease_until=None, sent_at=sent_at)
        if state != Message.State.DEAD:
            Message.objects.filter(head=self.pk).update(payload={})
            Message.objects.filter(pk=self.pk).update(payload=kept)


class Mute(models.Model):
    """Someone wants no mail at all from a scope."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    scope = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("user", "scope", name="mute_once")]

    def __str__(self) -> str:
        return f"{self.user_id} mutes {self.scope}"


# Called for, since Django's check takes a time of day for the moment of its start, whenever it runs at that very time.
def evening() -> time:
    """Return from when nobody is mailed who has not chosen otherwise."""
    return limits.QUIET_FROM


def morning() -> time:
    """Return from when mail goes again."""
    return limits.QUIET_UNTIL


class NoticeSettings(models.Model):
    """What someone is told by mail, and when; who has no row has the defaults."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_settings")
    unwanted = ArrayField(models.CharField(max_length=10), default=list)  # kinds
    digest_day = models.PositiveSmallIntegerField(null=True)  # the agenda waits for it: 0 is Monday
    quiet_from = models.TimeField(default=evening)
    quiet_until = models.TimeField(default=morning)  # the same as `quiet_from`: never quiet
    weekends = models.BooleanField("mail at weekends", default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest_day__isnull=True) | Q(digest_day__lte=6), name="digest_weekday")
        ]

    def __str__(self) -> str:
        return f"notices to {self.user_id}"
