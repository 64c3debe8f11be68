"""The searches that a member keeps. All is set, never toggled; what was dropped rests a while."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from core import limits
from core.clock import now
from core.errors import Invalid, NotFound
from core.wording import plural
from discussion.models import SavedSearch
from discussion.queries import Filters
from groups.access import membership_for
from groups.models import Membership
from papers.queries import tsquery_of
from papers.search import terms_of

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def save_search(*, by: "User", slug: str, q: str, filters: Filters) -> SavedSearch:
    """Keep a search under its own words; one that was dropped comes back as it was."""
    membership = membership_for(by, slug, lock=True)
    tsquery = tsquery_of(terms_of(q))
    if not tsquery:
        raise Invalid("There is nothing to look for in this search. Type a word first.", field="q")
    mine = SavedSearch.objects.filter(group=membership.group, member=by)
    if not mine.kept().filter(q=q, filters=filters.address).exists():
        _check_room(membership)
    name = q[: limits.SAVED_SEARCH_NAME_CHARS]
    saved, _ = SavedSearch.objects.update_or_create(
        group=membership.group,
        member=by,
        q=q,
        filters=filters.address,
        defaults={"dropped_at": None, "tsquery": tsquery},
        create_defaults={"name": name, "category": filters.category, "tsquery": tsquery},
    )
    return saved


@transaction.atomic
def rename_search(*, by: "User", slug: str, pk: int, name: str) -> SavedSearch:
    """Give a search of the member's another name."""
    return _set(membership_for(by, slug, lock=True), pk, name=name)


@transaction.atomic
def follow_search(*, by: "User", slug: str, pk: int, on: bool) -> SavedSearch:
    """Set whether new papers that match carry the name of the search."""
    return _set(membership_for(by, slug, lock=True), pk, follows=on)


@transaction.atomic
def keep_search(*, by: "User", slug: str, pk: int, on: bool) -> SavedSearch:
    """Drop a search of the member's, or bring it back."""
    membership = membership_for(by, slug, lock=True)
    if on:
        _check_room(membership)
        return _set(membership, pk, dropped_at=None)
    old = now() - timedelta(days=limits.DROPPED_DAYS)
    SavedSearch.objects.filter(group=membership.group, member=by, dropped_at__lt=old).delete()
    return _set(membership, pk, dropped_at=now())


def _set(membership: Membership, pk: int, **change: object) -> SavedSearch:
    saved = SavedSearch.objects.filter(group=membership.group, member=membership.user, pk=pk).first()
    if saved is None:
        raise NotFound
    for name, value in change.items():
        setattr(saved, name, value)
    saved.save(update_fields=list(change))
    return saved


def _check_room(membership: Membership) -> None:
    kept = SavedSearch.objects.filter(group=membership.group, member=membership.user).kept().count()
    if kept >= limits.SAVED_SEARCHES:
        raise Invalid(
            f"You have saved {plural(kept, 'search', 'searches')} in this group, and {limits.SAVED_SEARCHES} is the "
            "limit. Nothing was saved: drop one first."
        )
