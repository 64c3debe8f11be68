"""What people change about themselves."""

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from core.errors import NotFound

if TYPE_CHECKING:
    from accounts.models import User


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
