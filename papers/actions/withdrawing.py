"""A listing is taken back, hidden, or brought back: always the same act, a state that is set."""

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from core.clock import now
from core.errors import Conflict
from core.wording import plural
from papers.access import listing_for
from papers.models import Import, Listing
from papers.queries import count_in_use

if TYPE_CHECKING:
    from accounts.models import User

State = Listing.State


class InUse(Conflict):
    """Groups talk about papers of the listing; it can be hidden instead."""

    def __init__(self, sentence: str, listing: Listing) -> None:
        super().__init__(sentence)
        self.listing = listing


def set_listing_state(by: "User", pk: int, state: str) -> Listing:
    """Show, hide or withdraw a listing; the same state again changes nothing.

    With a withdrawn listing its imports count as withdrawn, so that the same content may come in again. Raises
    InUse when a listing to withdraw has papers that groups use, Conflict when the same content has come in since.
    """
    with transaction.atomic():
        _lock_imports(listing_for(by, pk))
        listing = listing_for(by, pk, lock=True)
        if listing.state == state:
            return listing
        if state == State.WITHDRAWN:
            _check_unused(listing)
        was_withdrawn = listing.state == State.WITHDRAWN
        listing.state, listing.changed_by, listing.changed_at = state, by, now()
        listing.save(update_fields=["state", "changed_by", "changed_at"])
        if state == State.WITHDRAWN:
            _withdraw_imports(listing)
        elif was_withdrawn:
            _bring_imports_back(listing)
        return listing


def _lock_imports(listing: Listing) -> None:
    """Hold the imports before their listing, as mending does: the other way round the two would wait for each other."""
    list(listing.imports.order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def _check_unused(listing: Listing) -> None:
    used = count_in_use(listing)
    if used:
        raise InUse(
            f"Papers of this listing have votes, comments or presenters in groups: {plural(used, 'paper', 'papers')}. "
            "So it cannot be withdrawn, and nothing was changed. Hidden, it is left out of every day, and what groups "
            "did with its papers stays.",
            listing,
        )


def _withdraw_imports(listing: Listing) -> None:
    listing.imports.filter(state=Import.State.DONE).update(state=Import.State.WITHDRAWN)


def _bring_imports_back(listing: Listing) -> None:
    """Let the imports stand again, save those that filled another listing which is still withdrawn."""
    elsewhere = Listing.objects.filter(state=State.WITHDRAWN, imports__in=listing.imports.all())
    withdrawn = listing.imports.filter(state=Import.State.WITHDRAWN).exclude(listings__in=elsewhere)
    try:
        with transaction.atomic():
            withdrawn.update(state=Import.State.DONE)
    except IntegrityError as error:
        since = Import.objects.standing().filter(sha256__in=withdrawn.values("sha256")).first()
        number = f"import {since.pk}" if since else "another import"
        raise Conflict(
            f"The same content has come in again as {number}, so {listing.name} was not brought back. "
            "Publish it there, or import nothing there and then bring this one back."
        ) from error
