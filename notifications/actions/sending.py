"""The worker's side of the outbox: claim a message, send it with what goes in the same mail, mark it.

A crash between the mail server's OK and the mark sends the mail once more, under the same Message-ID; nothing else
does.
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from accounts.models import User
from core import limits
from core.clock import now
from core.leases import LeaseLost, claim, heartbeat, held
from notifications.access import stop_token
from notifications.actions.refusing import NO_MAIL, was_refused, works_again
from notifications.actions.rooms import note_failure, note_success
from notifications.channels import chats, mail, webhook
from notifications.channels.mail import Letter, Trouble
from notifications.channels.notice import Notice
from notifications.dates import humane
from notifications.models import Channel, Kind, Message, NoticeSettings, Webhook
from notifications.queries import earlier_outline, hours_of, is_outdated, letter_to, reasons_against

State = Message.State
logger = logging.getLogger(__name__)


def send_due() -> None:
    """Send what is due and held by no one.

    While the mail server is away, a pass ends with the first message: each pass finds out anew.
    """
    for channel in Channel:
        while head := claim(Message.objects.due(now()).filter(channel=channel)):
            if not _attend(head):
                break


def _attend(head: Message) -> bool:
    """Send a claimed message; tell whether there is any use in trying the next."""
    token, notices = head.attempts, list[Message]()
    try:
        with heartbeat(Message, head.pk, token):
            notices = _prepare(head.pk, token)
            if notices:
                _send(notices)
    except LeaseLost:
        logger.info("message %s is someone else's by now", head.pk)
        return True
    except (OperationalError, InterfaceError):
        raise  # the database's trouble: the lease ends by itself, and the next pass tries again
    except Trouble as trouble:
        return _failed(head.pk, token, trouble, notices) and not trouble.is_away
    except Exception:
        reference = secrets.token_hex(6)
        logger.exception("message %s could not be sent (reference %s)", head.pk, reference)
        mistake = Trouble(f"The program made a mistake; its log has it under {reference}.")
        return _failed(head.pk, token, mistake, notices)
    if notices:
        _mark_sent(head.pk, token)
    return True


def _prepare(pk: int, token: int) -> list[Message]:
    """Settle what goes together with the message, and return all of it; nothing when it is not sent now."""
    with transaction.atomic():
        head = held(Message, pk, token)
        if head.recipient and head.recipient.takes_no_mail:
            head.end(State.DEAD, NO_MAIL)
            return []
        if quiet_until := _quiet_until(head):
            Message.objects.filter(pk=pk).update(due_at=quiet_until, lease_until=None)
            return []
        if not head.settled:
            _settle(head)
        together = [head, *head.carried.filter(state=State.WAITING).order_by("pk")]
        reasons = reasons_against(_with_people(together))
        if _reads_as_before(head):
            reasons[pk] = "Nothing has changed."
        elif is_outdated(head):
            reasons[pk] = "What it was about has changed since, and goes out as it is now."
        for one in together:
            if one.pk in reasons:
                _drop(one, reasons[one.pk])
        if pk in reasons:
            return []
        return [one for one in together if one.pk not in reasons]


def _with_people(messages: Sequence[Message]) -> Sequence[Message]:
    for one in messages:
        one.recipient = messages[0].recipient  # the same person's: asked for once
    return messages


def _settle(head: Message) -> None:
    """Let what waits for the same person from the same group come along, for as long as one mail can hold it."""
    Message.objects.filter(pk=head.pk).update(settled=True)
    if head.channel != Channel.MAIL or head.kind == Kind.AGENDA:
        return
    same = Message.objects.waiting().filter(
        channel=head.channel, recipient=head.recipient_id, scope=head.scope, failures=0, lease_until__isnull=True
    )
    others = same.exclude(pk=head.pk).exclude(kind=Kind.AGENDA).select_for_update(skip_locked=True).order_by("pk")
    found = [one.pk for one in others[: limits.BUNDLE_NOTICES - 1]]
    Message.objects.filter(pk__in=found).update(head=head)


def _drop(message: Message, reason: str) -> None:
    """Drop a message; what would have come along with it goes by itself."""
    Message.objects.filter(head=message.pk, state=State.WAITING).update(head=None)
    changed: dict[str, Any] = {"state": State.DROPPED, "reason": reason, "payload": {}, "lease_until": None}
    Message.objects.filter(pk=message.pk).update(**changed)


def _reads_as_before(head: Message) -> bool:
    """Tell whether it is an agenda that its receiver has already, word for word."""
    if head.kind != Kind.AGENDA:
        return False
    before = earlier_outline(head)
    return before is not None and before == head.payload["agenda"]["outline"]


def _quiet_until(head: Message) -> datetime | None:
    """Return until when the person wants no mail; None when it may go now."""
    if head.recipient is None:
        return None
    moment = now()
    wished = NoticeSettings.objects.filter(user=head.recipient).first()
    wanted = humane(moment, hours_of(head.recipient, wished))
    too_late = head.useful_until and wanted >= head.useful_until
    return wanted if wanted > moment and not too_late else None


def _send(messages: Sequence[Message]) -> None:
    head = messages[0]
    if head.webhook:
        request = chats.request_for(_room(head.webhook), _notice(head), message_id=head.digest, at=now())
        webhook.post(request)
    elif head.recipient:
        mail.send(_letter(head.recipient, messages))


def _letter(person: User, messages: Sequence[Message]) -> Letter:
    head = messages[0]
    notices = _once_each([_notice(one) for one in messages])
    before = earlier_outline(head) if notices[0].agenda else None
    return letter_to(person, notices, digest=head.digest, stop=stop_token(person.pk, head.scope), before=before)


def _once_each(notices: Sequence[Notice]) -> list[Notice]:
    """Let a comment that answers and mentions someone stand there once, with both sentences."""
    found: dict[str, Notice] = {}
    for one in notices:
        before = found.get(f"{one.object} {one.version}")
        said = f"{before.said} {one.said}" if before and before.said != one.said else one.said
        found[f"{one.object} {one.version}"] = replace(one, said=said)
    return list(found.values())


def _notice(message: Message) -> Notice:
    columns = {name: getattr(message, name) for name in ("kind", "object", "version", "scope", "thread")}
    return Notice.of(message.payload, **columns)


def _room(room: Webhook) -> chats.Room:
    return chats.Room(service=room.service, url=room.url, room=room.room, secret=room.secret)


def _mark_sent(pk: int, token: int) -> None:
    try:
        with transaction.atomic():
            head = held(Message, pk, token)
            outline = head.payload.get("agenda", {}).get("outline")
            head.end(State.SENT, **({"outline": outline} if outline else {}))
            if head.webhook_id:
                note_success(head.webhook_id)
            if head.recipient and head.recipient.refusals:
                works_again(head.recipient.pk)
    except LeaseLost:
        logger.warning("message %s was sent, and is someone else's by now: it may be sent twice", pk)


def _failed(pk: int, token: int, trouble: Trouble, sent: Sequence[Message]) -> bool:
    """Write down that a try failed: the next is later each time, until the message is a dead letter."""
    try:
        with transaction.atomic():
            head = held(Message, pk, token)
            if head.webhook_id:
                note_failure(head.webhook_id, trouble.sentence, lasting=trouble.lasting)
            if sent and sent[0].recipient:
                was_refused(sent[0].recipient, trouble)
            if trouble.lasting or head.failures >= len(limits.SEND_PAUSES):
                logger.warning("message %s is given up: %s", pk, trouble.sentence)
                head.end(State.DEAD, trouble.sentence)
                return True
            pause = max(timedelta(minutes=limits.SEND_PAUSES[head.failures]), timedelta(seconds=trouble.wait or 0))
            changed = {"failures": head.failures + 1, "due_at": now() + pause, "reason": trouble.sentence}
            Message.objects.filter(pk=pk).update(lease_until=None, **changed)
    except LeaseLost:
        logger.info("message %s is someone else's by now", pk)
    return True
