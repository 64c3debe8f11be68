"""Send mail, at once: the one place that does."""

import logging
from collections.abc import Sequence
from smtplib import SMTPException
from typing import NamedTuple

from django.core.mail import EmailMessage, get_connection

logger = logging.getLogger(__name__)


class Mail(NamedTuple):
    to: str
    subject: str
    text: str


def header_line(text: str) -> str:
    """Return the text on one line, without anything that a mail program might obey: "=?" begins an encoded word."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).replace("=?", "= ?").split())


def deliver(mails: Sequence[Mail]) -> list[bool]:
    """Hand the mails to the mail server over one connection; tell of each whether it was taken.

    Call it outside of a transaction: it waits for another machine.
    """
    taken = [False] * len(mails)
    try:
        with get_connection() as connection:
            for place, mail in enumerate(mails):
                subject = header_line(mail.subject)
                taken[place] = _is_taken(EmailMessage(subject, mail.text, to=[mail.to], connection=connection))
    except (OSError, SMTPException):
        logger.exception("the mail server is out of reach; %s mails were not sent", taken.count(False))
    return taken


def _is_taken(message: EmailMessage) -> bool:
    try:
        return bool(message.send())
    except SMTPException:  # this address; the others may go
        logger.warning("a mail was refused by the mail server", exc_info=True)
        return False
