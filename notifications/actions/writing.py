"""Write messages down, inside the transaction of what they tell of: they are sent if and only if it happened."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from accounts.models import User
from core import limits
from core.clock import now
from notifications.channels.notice import Notice
from notifications.dates import digest_moment, humane
from notifications.models import Channel, Kind, Message, NoticeSettings, Webhook
from notifications.queries import hours_of, rooms_told, waiting_for

if TYPE_CHECKING:
    from notifications.dates import Hours


def enqueue(notice: Notice, *, to: Iterable[int], by: "User | None") -> int:
    """Let the people (by their ids) be told by mail, once; return how many are. Whoever did it is not.

    Call it in the transaction of the event. The same notice again changes nothing. An agenda takes the place of an
    earlier version that still waits. Who has left, mutes the group or has an unconfirmed address is found when it is
    sent. In a fixed number of statements.
    """
    if not settings.MAILS_NOTICES:
        return 0
    receivers = set(to) - ({by.pk} if by else set())
    users = User.objects.filter(pk__in=receivers, is_active=True).only("pk", "zone")
    wishes = {one.user_id: one for one in NoticeSettings.objects.filter(user__in=receivers)}
    moment, held = now(), receivers - _told_before(notice, receivers)
    messages = [
        _message(
            notice,
            channel=Channel.MAIL,
            recipient=user,
            due_at=_due(notice, moment, hours_of(user, wished), held=user.pk in held),
        )
        for user in users
        if not ((wished := wishes.get(user.pk)) and notice.kind in wished.unwanted)
    ]
    _put_aside(notice, Channel.MAIL)
    return _write(messages)


def announce(notice: Notice) -> int:
    """Let the rooms of the notice's scope be told that want its kind; return how many are."""
    rooms = rooms_told(notice)
    messages = [_message(notice, channel=Channel.WEBHOOK, webhook=room, due_at=now()) for room in rooms]
    return _write(messages)


def renew(notice: Notice) -> int:
    """Let what still waits to be mailed of the same object say this; return how many messages that was."""
    waiting = waiting_for(kind=notice.kind, object=notice.object)
    return waiting.update(payload=notice.payload(), useful_until=notice.useful_until)


def withdraw(*, kind: str, object: str, to: Iterable[int]) -> int:
    """Take back what still waits to be mailed to these people; return how many messages that was."""
    waiting = Message.objects.waiting().filter(kind=kind, object=object, recipient__in=list(to))
    return _drop(waiting, "It was taken back before it was sent.")


def _put_aside(notice: Notice, channel: Channel) -> None:
    """Let a later version of an agenda take the place of one that nobody has yet."""
    if notice.kind == Kind.AGENDA:
        earlier = Message.objects.waiting().filter(channel=channel, kind=notice.kind, object=notice.object)
        _drop(earlier.filter(version__lt=notice.version), "A later version took its place.")


def _drop(messages: "Iterable[Message]", reason: str) -> int:
    """Drop messages that nobody is just sending."""
    unheld = Message.objects.filter(pk__in=[one.pk for one in messages], lease_until__isnull=True)
    return unheld.filter(state=Message.State.WAITING).update(state=Message.State.DROPPED, reason=reason, payload={})


def _told_before(notice: Notice, receivers: set[int]) -> set[int]:
    """Return who had an earlier mail of an agenda: what is new about it does not wait for the day of the week."""
    if notice.kind != Kind.AGENDA or notice.agenda.get("is_off"):
        return receivers
    sent = Message.objects.filter(channel=Channel.MAIL, kind=notice.kind, object=notice.object)
    return set(sent.filter(state=Message.State.SENT, recipient__in=receivers).values_list("recipient", flat=True))


def _due(notice: Notice, moment: datetime, hours: "Hours", *, held: bool) -> datetime:
    """Return when to send: after others had time to come along, and at a humane hour unless that is too late.

    `held`: it waits for the day of the week that the person chose.
    """
    ready = moment + timedelta(minutes=limits.BUNDLE_MINUTES)
    wanted = digest_moment(ready, hours) if held else humane(ready, hours)
    if notice.useful_until and wanted >= notice.useful_until:
        wanted = humane(ready, hours)
    return ready if notice.useful_until and wanted >= notice.useful_until else wanted


def _message(
    notice: Notice,
    *,
    channel: Channel,
    due_at: datetime,
    recipient: User | None = None,
    webhook: Webhook | None = None,
) -> Message:
    return Message(
        channel=channel,
        recipient=recipient,
        webhook=webhook,
        kind=notice.kind,
        object=notice.object,
        version=notice.version,
        scope=notice.scope,
        thread=notice.thread,
        payload=notice.payload(),
        due_at=due_at,
        useful_until=notice.useful_until,
    )


def _write(messages: list[Message]) -> int:
    """Insert what is not there yet; the unique key decides, also between two who come at once."""
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages)
