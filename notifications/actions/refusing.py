"""Addresses that the mail server refuses for good: after a few times nothing is sent there, and nothing is lost.

What was meant for them is kept as dead letters, and goes when the address works again.
"""

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.actions import forget_refusals, note_refusal
from accounts.models import User
from core.clock import now
from notifications.actions.clearing import try_again
from notifications.actions.writing import enqueue
from notifications.channels.notice import Notice
from notifications.models import Channel, Kind, Message

if TYPE_CHECKING:
    from notifications.channels.mail import Trouble

NO_MAIL = "The address takes no mail."


def try_address_again(*, by: "User") -> None:
    """Mail to the person's address again, and what was kept for it; for whoever has put right what was wrong."""
    with transaction.atomic():
        works_again(by.pk)


def works_again(person: int) -> None:
    """Forget, in the caller's transaction, that a person's mail was refused, and let what was kept wait again."""
    if forget_refusals(people=[person]):
        try_again(Message.objects.filter(channel=Channel.MAIL, recipient=person))


def was_refused(person: User, trouble: "Trouble") -> None:
    """Count, in the caller's transaction, that a person as they were mailed was refused; tell admins of the last time.

    Of one person they are told once a week at most.
    """
    if trouble.refuses and note_refusal(person=person.pk, address=person.email):
        admins = User.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk)
        enqueue(_refused(person, trouble.sentence), to=admins.values_list("pk", flat=True), by=None)


def _refused(person: User, sentence: str) -> Notice:
    return Notice(
        kind=Kind.REFUSED,
        object=f"refused:{person.pk}",
        version=now().toordinal() // 7,
        about=f"{person.email} takes no mail",
        said=f"Nothing more is mailed to {person.email}: {sentence} Every page tells its owner how to put that right.",
        address=reverse("admin:notifications_message_changelist") + "?state__exact=dead",
    )
