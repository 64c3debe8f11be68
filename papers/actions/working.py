"""The worker's side: claim an import, take it as far as it goes without a person, count failures."""

import logging
import secrets
import time

from django.db import InterfaceError, OperationalError, transaction

from core import limits
from core.errors import ReadingGroupError
from core.leases import LeaseLost, claim, heartbeat, held
from core.wording import plural
from papers.actions.publishing import publish
from papers.actions.reading import Deadly, read_into_staging
from papers.actions.reviewing import cancel, request_publish
from papers.actions.telling import tell_of_end
from papers.models import Import
from papers.parsers.record import Unreadable

WAIT_SECONDS = 0.2  # between two looks at an import that another process has taken on
logger = logging.getLogger(__name__)


def carry_on_all() -> None:
    """Carry on every import that waits for a worker and that no one holds, oldest first."""
    for pk in list(Import.objects.waiting().values_list("pk", flat=True)):
        carry_on(pk)


def carry_on(pk: int) -> None:
    """Take an import on from where it stands, unless someone else holds it or a person has to decide first."""
    batch = claim(Import.objects.waiting().filter(pk=pk))
    if batch is None:
        return
    token = batch.attempts
    try:
        with heartbeat(Import, pk, token):
            _step(batch, token)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, not the file's: the lease ends by itself, and the sweep tries again
    except KeyboardInterrupt:  # a person stopped the command: who goes on need not wait, and the file is not to blame
        Import.objects.filter(pk=pk, attempts=token).update(lease_until=None, losses=0)
        raise
    except Exception as error:
        _settle(batch.pk, token, error)


def carry_through(pk: int) -> Import:
    """Read and publish an import in this process, without a review, and return it in its last state.

    What the review would ask for must be known: else the import is cancelled, and Invalid or Conflict raised.
    """
    _work_off(pk)
    batch = Import.objects.get(pk=pk)
    if batch.state == Import.State.REVIEW:
        try:
            request_publish(None, pk)
        except ReadingGroupError:
            cancel(None, pk)
            raise
        _work_off(pk)
    return Import.objects.get(pk=pk)


def _work_off(pk: int) -> None:
    """Carry the import on until it waits for a person or has ended; a worker may have been faster with a step."""
    while Import.objects.waiting().filter(pk=pk).exists():
        carry_on(pk)
        if Import.objects.waiting().filter(pk=pk).exists():
            time.sleep(WAIT_SECONDS)


def _step(batch: Import, token: int) -> None:
    if batch.state == Import.State.PUBLISHING:
        publish(batch, token)
    else:
        read_into_staging(batch, token)


def _settle(pk: int, token: int, error: Exception) -> None:
    """Write down that a step ended early, unless the import is someone else's by now."""
    try:
        if isinstance(error, LeaseLost):
            raise error
        with transaction.atomic():
            batch = held(Import, pk, token)
            if isinstance(error, Unreadable):
                _give_up(batch, Import.State.FAILED, str(error))
            elif isinstance(error, Deadly):
                _give_up(batch, Import.State.QUARANTINED, _lost_sentence(error.done))
            else:
                _count_failure(batch, error)
    except LeaseLost:
        logger.info("import %s was cancelled or is held by someone else; stopped", pk)


def _count_failure(batch: Import, error: Exception) -> None:
    reference = secrets.token_hex(6)
    logger.error("import %s failed (reference %s)", batch.pk, reference, exc_info=error)
    batch.failures += 1
    if batch.failures < limits.ATTEMPTS:
        batch.move(failures=batch.failures, losses=0, lease_until=None)  # the worker is still there
        return
    sentence = (
        f"This listing could not be processed, and {limits.ATTEMPTS} attempts ended the same way, so it was set aside. "
        f"Nothing of it was imported. The server’s log has the cause under the reference {reference}."
    )
    _give_up(batch, Import.State.QUARANTINED, sentence)


def _lost_sentence(done: int) -> str:
    place = f"after {plural(done, 'entry', 'entries')}" if done else "before its first entry"
    return (
        f"The worker was lost {limits.ATTEMPTS} times while it read this listing, {place}, so it was set aside; the "
        "others go on. Nothing of it was imported. Its content is kept, so that it can be tried again. If that ends "
        "the same way, split the file to find the entry that does it."
    )


def _give_up(batch: Import, state: Import.State, sentence: str) -> None:
    batch.staged.all().delete()
    batch.end(state, error=sentence, failures=batch.failures)
    tell_of_end(batch)
