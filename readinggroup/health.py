"""Is the process up, and can it work?"""

import contextlib

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from kombu.connection import Connection


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process runs."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when PostgreSQL does; the broker is reported, not required."""
    database = _database_answers()
    body = {
        "status": "ok" if database else "unavailable",
        "postgresql": "ok" if database else "unreachable",
        "broker": "ok" if _broker_answers() else "unreachable; imports are carried on by the sweep",
    }
    return JsonResponse(body, status=200 if database else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    options = settings.CELERY["broker_transport_options"]
    broker = Connection(settings.CELERY["broker_url"], transport_options=options)  # type: ignore[no-untyped-call]
    with contextlib.suppress(Exception), broker:
        broker.transport.establish_connection()  # one try: `connect` would wait and try again
        return True
    return False
