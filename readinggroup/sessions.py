"""Who asks, in one statement: the session, and with it the person whom it belonged to the last time."""

from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, user_logged_in
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from core import limits
from core.clock import now
from core.columns import Columns

_PERSON = Columns(User, "person")
_SESSION = f"""
SELECT session.session_data, {_PERSON}
FROM django_session session LEFT JOIN accounts_user person ON person.id = %(person)s
WHERE session.session_key = %(key)s AND session.expire_date > %(now)s
"""  # noqa: S608 - names of columns

# Whom sessions belong to, by their keys: what to fetch with a session. Nobody is let in by it.
_people: dict[str, int] = {}


class SessionStore(db.SessionStore):
    """Django's sessions in the database, each read together with its person as far as this process knows whom."""

    person: User | None = None  # as fetched: whether it is whom the session names is to be looked at

    def load(self) -> dict[str, Any]:
        """Return what the session holds."""
        asked = {"key": self.session_key, "person": _people.get(self.session_key or ""), "now": now()}
        with connection.cursor() as cursor:
            cursor.execute(_SESSION, asked)
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        self.person = _PERSON.load(found, 1) if found[1] is not None else None
        held: dict[str, Any] = self.decode(found[0])
        return held


class Sessions(SessionMiddleware):
    """Django's, with the sessions above."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self.SessionStore = SessionStore


class Authentication(AuthenticationMiddleware):
    """Django's, which need not ask again for a person who came with the session."""

    def process_request(self, request: HttpRequest) -> None:
        """Give the request its person, found when first asked for."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _person_of(request))  # type: ignore[assignment]


def _person_of(request: HttpRequest) -> User | AnonymousUser:
    """Return who asks; from now on the request has them themselves, whom to remember is not to remember the request."""
    if not hasattr(request, "_cached_user"):
        request._cached_user = _as_fetched(request.session) or _as_asked(request)  # type: ignore[attr-defined]
    request.user = request._cached_user  # type: ignore[attr-defined]
    return request.user


def _as_fetched(session: SessionBase) -> User | None:
    """Return the person who came with the session if it lets them in, by the rules of `auth.get_user`."""
    names, backend, proof = (session.get(one) for one in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY))
    person = session.person if isinstance(session, SessionStore) else None
    if person is None or names != str(person.pk) or not person.is_active:
        return None
    if backend not in settings.AUTHENTICATION_BACKENDS or not proof:
        return None
    return person if constant_time_compare(proof, person.get_session_auth_hash()) else None


def _as_asked(request: HttpRequest) -> User | AnonymousUser:
    """Ask as Django does, and remember who it was."""
    person = auth.get_user(request)
    if isinstance(person, User):
        _remember(request, person)
    return person


@receiver(user_logged_in, dispatch_uid="readinggroup.sessions")
def _logged_in(request: HttpRequest, user: User, **_: Any) -> None:
    _remember(request, user)


def _remember(request: HttpRequest, person: User) -> None:
    if len(_people) >= limits.SESSIONS_REMEMBERED:
        _people.clear()
    if request.session.session_key:
        _people[request.session.session_key] = person.pk
