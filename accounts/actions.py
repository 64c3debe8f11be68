"""What people change about themselves."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import User
from core.errors import NotFound


def save_looks(
    *, by: "User", theme: str = "", density: str = "", shortcuts: bool | None = None, abstracts: bool | None = None
) -> None:
    """Set how pages look and behave for the person; what is not named stays as it is."""
    chosen = {"theme": theme or None, "density": density or None, "shortcuts": shortcuts, "abstracts": abstracts}
    changed = {name: value for name, value in chosen.items() if value is not None}
    for name, value in changed.items():
        setattr(by, name, value)
    with transaction.atomic():
        by.save(update_fields=list(changed))


def save_preferences(
    *, by: "User", name: str, zone: str, theme: str, density: str, shortcuts: bool, own_papers: bool, likely: bool
) -> None:
    """Save the person's name, how pages look and behave for them, and what they are told."""
    by.name = name
    by.zone = zone
    by.theme = theme
    by.density = density
    by.shortcuts = shortcuts
    by.own_papers = own_papers
    by.likely = likely
    with transaction.atomic():
        by.save(update_fields=["name", "zone", "theme", "density", "shortcuts", "own_papers", "likely"])


def note_refusal(*, person: int, address: str) -> bool:
    """Count, in the caller's transaction, that an address was refused for good; tell whether nothing is sent there now.

    Of an address that the person has no longer nothing is counted.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=person)
    if user.email != address or user.takes_no_mail:
        return False
    user.refusals = user.refusals + 1 if user.refused_address == address else 1
    user.refused_address = address
    user.save(update_fields=["refusals", "refused_address"])
    return user.takes_no_mail


def forget_refusals(*, people: Iterable[int]) -> bool:
    """Let mail go to people's addresses again, in the caller's transaction; tell whether any had been refused."""
    refused = User.objects.filter(pk__in=people).exclude(refusals=0)
    return bool(refused.update(refusals=0, refused_address=""))


def end_session(*, by: "User", pk: int) -> None:
    """End one of the person's log-ins, wherever it is."""
    session = UserSession.objects.filter(user=by, pk=pk).first()
    if session is None:
        raise NotFound
    _end([session])


def end_other_sessions(*, by: "User", key: str) -> int:
    """End all of the person's log-ins but the one with this key; return how many."""
    others = list(UserSession.objects.filter(user=by).exclude(session_key=key))
    _end(others)
    return len(others)


def _end(sessions: list[UserSession]) -> None:
    with transaction.atomic():
        Session.objects.filter(session_key__in=[session.session_key for session in sessions]).delete()
        UserSession.objects.filter(pk__in=[session.pk for session in sessions]).delete()
