"""arXiv is asked in turn: one request at a time and one in three seconds, whichever process of the deployment asks."""

import time
from datetime import timedelta

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import DateTimeField, Func

from core import limits
from papers.models import Pace
from papers.sources.fetch import Answer, Asked, Door, Trouble

ARXIV = "arxiv"
VERSION = "0.1.0"
_OFF = "This server asks arXiv nothing, since ARXIV_REQUESTS is off."
_BUSY = "arXiv is being asked for something else."
_HOLD_SECONDS = 3600  # the longest that all requests wait because arXiv asked for it


class _DatabaseClock(Func):
    """The database's present moment, not that of the transaction's beginning."""

    function = "clock_timestamp"
    output_field = DateTimeField()


def ask(asked: Asked, *, patience: float | None = None) -> Answer:
    """Ask arXiv when it is this process's turn, and keep the turn until the answer is here.

    The row that is the turn stays locked during the request, so whoever dies gives it back. `patience` is how many
    seconds to wait for the turn at most, None for as long as it takes. Raises Trouble.
    """
    if not settings.ARXIV_REQUESTS:
        raise Trouble(_OFF)
    if not Pace.objects.filter(name=ARXIV).exists():
        Pace.objects.bulk_create([Pace(name=ARXIV)], ignore_conflicts=True)
    try:
        with transaction.atomic():
            _take_turn(patience)
            outcome = _outcome(asked)
            _give_turn(outcome)
    except OperationalError as error:
        if patience is None:
            raise
        raise Trouble(_BUSY) from error
    if isinstance(outcome, Trouble):
        raise outcome
    return outcome


def _take_turn(patience: float | None) -> None:
    if patience is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{int(patience * 1000)}ms"])
    pace = Pace.objects.select_for_update().get(name=ARXIV)
    # Asked in a statement of its own: the one above may have waited for long.
    moment = Pace.objects.filter(name=ARXIV).values_list(_DatabaseClock(), flat=True)[0]
    wait = (pace.asked_at + timedelta(seconds=limits.ARXIV_PAUSE_SECONDS) - moment) if pace.asked_at else timedelta()
    if wait > timedelta(seconds=limits.ARXIV_PAUSE_SECONDS):
        raise Trouble("arXiv has asked this server to wait.", int(wait.total_seconds()) + 1)
    time.sleep(max(wait.total_seconds(), 0))


def _outcome(asked: Asked) -> Answer | Trouble:
    contact = f"; mailto:{settings.ARXIV_CONTACT}" if settings.ARXIV_CONTACT else ""
    door = Door(f"ReadingGroup/{VERSION} (+{settings.SITE_URL}{contact})", test_origin=settings.ARXIV_TEST_ORIGIN)
    try:
        return door.fetch(asked)
    except Trouble as trouble:
        return trouble


def _give_turn(outcome: Answer | Trouble) -> None:
    """Note when the request ended; when arXiv asked to be left alone, nobody asks until then."""
    hold = min(outcome.wait or 0, _HOLD_SECONDS) if isinstance(outcome, Trouble) else 0
    Pace.objects.filter(name=ARXIV).update(asked_at=_DatabaseClock() + timedelta(seconds=hold))
