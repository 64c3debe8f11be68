"""What a person decides after the dry run: import it, or nothing of it."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from core import wake
from core.errors import Conflict, Invalid
from papers.access import import_for
from papers.models import Import

if TYPE_CHECKING:
    from accounts.models import User

State = Import.State


def request_publish(by: "User | None", pk: int, *, category: str = "", announced_on: date | None = None) -> Import:
    """Let the worker publish what was read; a repeat changes nothing.

    `category` and `announced_on` answer what the file did not say; what it said stands. `by` is None for the
    server's own command line. Raises Conflict when there is nothing to publish, Invalid when an answer is
    still missing.
    """
    with transaction.atomic():
        batch = import_for(by, pk, lock=True) if by else Import.objects.select_for_update().get(pk=pk)
        if batch.state in (State.PUBLISHING, State.DONE):
            return batch
        if batch.state != State.REVIEW:
            raise Conflict(_not_now(batch))
        batch.category = batch.category or category
        batch.announced_on = batch.announced_on or announced_on
        _check_complete(batch)
        batch.move(
            state=State.PUBLISHING,
            category=batch.category,
            announced_on=batch.announced_on,
            done=0,
            failures=0,
            lease_until=None,
        )
        if by:
            wake.after_commit("papers.tasks.carry_on_import", pk)
        return batch


def cancel(by: "User | None", pk: int) -> Import:
    """Import nothing: the staged entries go, the row stays in the history; a repeat changes nothing."""
    with transaction.atomic():
        batch = import_for(by, pk, lock=True) if by else Import.objects.select_for_update().get(pk=pk)
        if batch.state in Import.ENDED_WITHOUT:
            return batch
        if batch.state in (State.PUBLISHING, State.DONE):
            raise Conflict("This listing is being imported or is imported already, so it can no longer be cancelled.")
        batch.staged.all().delete()
        batch.end(State.CANCELLED)
        return batch


def _check_complete(batch: Import) -> None:
    if not batch.category:
        raise Invalid("The file does not say which category it lists. Please give it.", field="category")
    if not batch.announced_on:
        raise Invalid("The file does not say when it was announced. Please give the date.", field="announced_on")
    if not batch.staged.exists():
        raise Conflict("There is no paper in this listing, so there is nothing to import.")


def _not_now(batch: Import) -> str:
    if batch.state in Import.ENDED_WITHOUT:
        return "This import has ended without a result. Upload the listing again."
    return "This listing is still being read. It can be imported as soon as its dry run is shown."
