"""The way out by mail: a letter becomes a message as RFC 5322 has it, and goes to the operator's mail server.

How it is delivered is Django's business (EMAIL_BACKEND); what went wrong is told in a sentence, and whether there is
any use in trying again.
"""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from core.clock import now
from core.mailing import header_line
from notifications.channels.notice import Notice, headline

SUBJECT_CHARS = 150
LINE_CHARS = 900  # RFC 5322 takes 998
_PERMANENT = 500


class Trouble(Exception):
    """The message did not go. `lasting`: it never will. `is_away`: no other would go either, for now.

    `refuses`: it is the receiver's address that was refused for good.
    """

    def __init__(
        self,
        sentence: str,
        *,
        lasting: bool = False,
        is_away: bool = False,
        refuses: bool = False,
        wait: int | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.lasting = lasting
        self.is_away = is_away
        self.refuses = refuses
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail: to whom, what it tells, and how to stop it."""

    name: str  # of the person
    address: str
    digest: str  # names the mail: another try has the same
    notices: Sequence[Notice]  # of one group
    stop_path: str
    settings_path: str
    changes: Sequence[str] = ()  # of an agenda that was mailed before
    mine: Sequence[int] = ()  # the numbers of the items that the person presents
    asked: Sequence[int] = ()  # and is asked to

    @property
    def sender(self) -> str:
        return self.notices[0].sender

    @property
    def thread(self) -> str:
        """Return what the mail belongs to; empty when it tells of several things."""
        threads = {notice.thread for notice in self.notices}
        return threads.pop() if len(threads) == 1 else ""


class _Mail(EmailMultiAlternatives):
    def message(self, **options: Any) -> Any:
        """Return it with addresses on one line: some programs find no link behind a folded header."""
        message = super().message(**options)
        message.policy = message.policy.clone(max_line_length=LINE_CHARS)
        return message


def send(letter: Letter) -> None:
    """Hand the letter to the mail server; returns when the server has taken it, else raises Trouble."""
    message = compose(letter)
    try:
        get_connection().send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        lasting = all(code >= _PERMANENT for code in codes)
        raise Trouble(
            f"The mail server refused the recipient ({codes[0]}).", lasting=lasting, refuses=lasting
        ) from error
    except smtplib.SMTPDataError as error:
        lasting = error.smtp_code >= _PERMANENT
        raise Trouble(f"The mail server refused the message ({error.smtp_code}).", lasting=lasting) from error
    except smtplib.SMTPResponseException as error:
        raise Trouble(f"The mail server takes no mail from here ({error.smtp_code}).", is_away=True) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Trouble("The mail server could not be reached, or broke off.", is_away=True) from error


def compose(letter: Letter) -> EmailMultiAlternatives:
    """Return the mail: text, HTML and, for an agenda, a calendar file."""
    context = _context(letter)
    name = "mail/agenda" if letter.notices[0].agenda else "mail/notices"
    message = _Mail(
        subject=_subject(letter),
        body=render_to_string(f"{name}.txt", context),
        from_email=_from(letter.sender),
        to=[_mailbox(letter.name, letter.address)],
        headers=_headers(letter),
    )
    message.attach_alternative(render_to_string(f"{name}.html", context), "text/html")
    calendar = letter.notices[0].agenda.get("calendar")
    if calendar:
        message.attach("agenda.ics", calendar, "text/calendar")
    return message


def host() -> str:
    """Return the name under which this server signs what it sends."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def absolute(path: str) -> str:
    """Return a path of ours as an address that a mail or a room can hold."""
    return f"{settings.SITE_URL}{path}"


def _context(letter: Letter) -> dict[str, Any]:
    return {
        "letter": letter,
        "notices": letter.notices,
        "stop_url": absolute(letter.stop_path),
        "settings_url": absolute(letter.settings_path),
        "absolute": absolute,
        "site": host(),
    }


def _subject(letter: Letter) -> str:
    update = "Changed: " if letter.changes and not letter.notices[0].agenda.get("is_off") else ""
    group = f"[{letter.sender}] " if letter.sender else ""
    subject = header_line(f"{group}{update}{headline(list(letter.notices))}")
    return subject if len(subject) <= SUBJECT_CHARS else f"{subject[: SUBJECT_CHARS - 1].rstrip()}…"


def _from(sender: str) -> str:
    ours, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    ours = ours or "Reading Group"
    return _mailbox(f"{sender} via {ours}" if sender else ours, address)


def _mailbox(name: str, address: str) -> str:
    return f"{_phrase(name)} <{address}>" if header_line(name) else address


def _phrase(name: str) -> str:
    """Return a name as it stands before an address: in quotes, or as encoded words of at most 75 characters."""
    plain = "".join(mark for mark in header_line(name) if mark not in '"\\<>')
    return f'"{plain}"' if plain.isascii() else Header(plain, "utf-8").encode(linesep="")


def _headers(letter: Letter) -> dict[str, str]:
    headers = {
        "Date": format_datetime(now()),
        "Message-ID": f"<{letter.digest}@{host()}>",
        "List-Id": _list_id(letter),
        "List-Unsubscribe": f"<{absolute(letter.stop_path)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday notes in answer
        "X-Auto-Response-Suppress": "All",
    }
    if letter.thread:
        # No mail has this id: it is what all mails about one paper answer to.
        root = f"<thread-{_token(letter.notices[0].scope)}-{_token(letter.thread)}@{host()}>"
        headers |= {"References": root, "In-Reply-To": root}
    return headers


def _list_id(letter: Letter) -> str:
    """Return "Galaxy group <group-5.reading.example.org>": RFC 2919, the name as an encoded word where it must be."""
    name = _phrase(letter.sender or "Reading Group")
    return f"{name} <{_token(letter.notices[0].scope) or 'server'}.{host()}>"


def _token(text: str) -> str:
    return "".join(mark if mark.isascii() and mark.isalnum() else "-" for mark in text)
