"""The gate of the catalogue: who brings listings in. Papers themselves are facts of the world and have no gate."""

from typing import TYPE_CHECKING

from core.errors import NotAllowed, NotFound
from papers.models import Import, Listing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def may_import(by: "User | AnonymousUser") -> bool:
    """Say whether the person brings in listings: an admin, or someone with the permission `papers.add_import`."""
    return by.is_staff or by.has_perm("papers.add_import")


def require_importer(by: "User | AnonymousUser") -> None:
    """Let admins pass; everyone else is told who can help."""
    if not may_import(by):
        raise NotAllowed("Listings are brought in by an admin of this server. Ask one of them for a category.")


def import_for(by: "User | AnonymousUser", pk: int, *, lock: bool = False) -> Import:
    """Return an import with its uploader loaded.

    `lock` holds the row until the transaction ends, so that a worker's next step waits for the action.
    """
    require_importer(by)
    imports = Import.objects.select_related("created_by").filter(pk=pk)
    if lock:
        imports = imports.select_for_update(of=("self",))
    batch = imports.first()
    if batch is None:
        raise NotFound
    return batch


def listing_for(by: "User | AnonymousUser", pk: int, *, lock: bool = False) -> Listing:
    """Return a listing for those who may take it back; `lock` holds the row until the transaction ends."""
    require_importer(by)
    listings = Listing.objects.filter(pk=pk)
    if lock:
        listings = listings.select_for_update(no_key=True)
    listing = listings.first()
    if listing is None:
        raise NotFound
    return listing
