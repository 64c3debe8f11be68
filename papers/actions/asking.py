"""arXiv is asked in turn: one request at a time and one in three seconds, whichever process of the deployment asks."""

import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, Func

from core import limits
from papers.models import Pace
from papers.sources.fetch import Answer, Asked, Door, Trouble

ARXIV = "arxiv"
VERSION = "0.1.0"  # the program's, as in pyproject.toml
_OFF = "This server asks arXiv nothing, since ARXIV_REQUESTS is off."
_HOLD_SECONDS = 3600  # the longest that all requests wait because arXiv asked for it


class _DatabaseClock(Func):
    """The database's present moment, not that of the transaction's beginning."""

    function = "clock_timestamp"
    output_field = DateTimeField()


def ask(asked: Asked) -> Answer:
    """Ask arXiv when it is this process's turn, and keep the turn until the answer is here; raises Trouble.

    The row that is the turn stays locked during the request, so whoever dies gives it back.
    """
    if not settings.ARXIV_REQUESTS:
        raise Trouble(_OFF)
    if not Pace.objects.filter(name=ARXIV).exists():
        Pace.objects.bulk_create([Pace(name=ARXIV)], ignore_conflicts=True)
    with transaction.atomic():
        _take_turn()
        outcome = _outcome(asked)
        _give_turn(outcome)
    if isinstance(outcome, Trouble):
        raise outcome
    return outcome


def _take_turn() -> None:
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
