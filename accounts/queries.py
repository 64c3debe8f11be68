"""What the account page shows."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from accounts.models import User
from core.clock import now

THEMES = User.Theme.choices
DENSITIES = User.Density.choices


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose; the names are those of the form."""

    name: str
    zone: str
    theme: str
    density: str
    shortcuts: bool
    own_papers: bool
    likely: bool

    def as_initial(self) -> dict[str, Any]:
        """Return the values to begin the form with."""
        return asdict(self)


def preferences(by: User) -> Preferences:
    """Return what the person chose."""
    return Preferences(by.name, by.zone, by.theme, by.density, by.shortcuts, by.own_papers, by.likely)


def lacks_second_factor(by: User, whom: str) -> bool:
    """Tell whether the operator asks such people ("organisers", "admins") for a second step, and this one has none.

    Asks the database only where the operator does.
    """
    if whom not in settings.SECOND_FACTOR_REQUIRED:
        return False
    return not Authenticator.objects.filter(user_id=by.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A log-in that still holds."""

    pk: int
    begun_at: datetime
    browser: str
    is_this: bool


def own_sessions(by: User, *, key: str) -> list[OwnSession]:
    """Return the person's log-ins, the present one (its `key`) first, then the newest."""
    living = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now())
    sessions = UserSession.objects.filter(Exists(living), user=by).order_by("-created_at")
    shown = [OwnSession(one.pk, one.created_at, browser(one.user_agent), one.session_key == key) for one in sessions]
    return sorted(shown, key=lambda one: not one.is_this)


_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def browser(user_agent: str) -> str:
    """Return "Firefox on Linux" for what a browser says of itself."""
    name = next((name for sign, name in _BROWSERS.items() if f"{sign}/" in user_agent), "")
    system = next((name for sign, name in _SYSTEMS.items() if sign in user_agent), "")
    return " on ".join(filter(None, (name or "A browser", system)))
