"""Make, renew and end the secret address of a member's feeds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from core.clock import now
from core.ids import hash_token
from groups.access import membership_for
from groups.models import FeedLink, Membership

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A fresh address with its secret, which is known only now: the database keeps a hash."""

    membership: Membership
    token: str


def renew_feed_link(*, by: "User", slug: str, key: UUID) -> MadeLink:
    """Give the member an address for the group's feeds; one that was there before no longer works.

    The secret is derived from the form's random key, which is kept nowhere, so that sending the form twice gives the
    same address twice.
    """
    with transaction.atomic():
        membership = membership_for(by, slug, lock=True, frozen=True)
        said = f"{key}:{membership.group_id}:{membership.user_id}"
        token = salted_hmac("groups.feed_link", said, algorithm="sha256").hexdigest()
        FeedLink.objects.update_or_create(
            group=membership.group, member=membership.user, defaults={"token_hash": hash_token(token), "made_at": now()}
        )
    return MadeLink(membership, token)


def end_feed_link(*, by: "User", slug: str) -> Membership:
    """End the member's address at once; harmless to repeat."""
    with transaction.atomic():
        membership = membership_for(by, slug, lock=True, frozen=True)
        FeedLink.objects.filter(group=membership.group, member=membership.user).delete()
    return membership
