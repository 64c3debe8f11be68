"""Invite people by mail: a link of their own for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from core import limits
from core.clock import now
from core.errors import TooMany
from core.ids import hash_token, secret_token
from core.mailing import Mail, deliver
from core.wording import plural
from groups.access import organiser_membership_for
from groups.actions.recording import record
from groups.models import AuditEvent, Invitation, Membership

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Mailed:
    """Which of the addresses a mail is on its way to, and which the mail server did not take."""

    membership: Membership
    sent: list[str]
    failed: list[str]

    @property
    def sentence(self) -> str:
        """Say it in whole sentences."""
        said = [f"{plural(len(self.sent), 'invitation is', 'invitations are')} on the way."] if self.sent else []
        if self.failed:
            said.append(f"The mail to {', '.join(self.failed)} could not be sent: make a link and send it yourself.")
        return " ".join(said) or "These were invited already."


def invite_by_mail(*, by: "User", slug: str, key: UUID, role: str, addresses: Sequence[str]) -> Mailed:
    """Mail each address a link that works once, for a week. The same form again mails nobody twice."""
    membership, invitations = _make(by, slug, key, role, addresses)
    taken = deliver([_mail(membership, invitation, token) for token, invitation in invitations.items()])
    both = list(zip(invitations.values(), taken, strict=True))
    sent = [invitation for invitation, is_taken in both if is_taken]
    Invitation.objects.filter(pk__in=[invitation.pk for invitation in sent]).update(mailed_at=now())
    failed = [invitation.email for invitation, is_taken in both if not is_taken]
    return Mailed(membership, [invitation.email for invitation in sent], failed)


@transaction.atomic
def _make(
    by: "User", slug: str, key: UUID, role: str, addresses: Sequence[str]
) -> tuple[Membership, dict[str, Invitation]]:
    """Make an invitation for each address that this form has not invited yet; map their secrets to them."""
    membership = organiser_membership_for(by, slug, lock=True)
    keys = {uuid5(key, address.lower()): address for address in addresses}
    known = set(Invitation.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = {one: address for one, address in keys.items() if one not in known}
    _check_rate(by, len(fresh))
    ends = now() + timedelta(days=limits.INVITATION_DAYS)
    made = {}
    for one, address in fresh.items():
        token = secret_token()
        made[token] = Invitation(
            key=one,
            group=membership.group,
            token_hash=hash_token(token),
            role=role,
            max_uses=1,
            expires_at=ends,
            email=address,
            created_by=by,
        )
    Invitation.objects.bulk_create(made.values())
    if made:
        thing = f"mail, {role}, {plural(len(made), 'person', 'people')}"
        record(membership.group, AuditEvent.What.INVITED, by=by, thing=thing)
    return membership, made


def _check_rate(by: "User", more: int) -> None:
    since = now() - timedelta(days=1)
    mailed = Invitation.objects.filter(created_by=by, created_at__gt=since).exclude(email="").count()
    if mailed + more > limits.MAILED_PER_DAY:
        raise TooMany(
            f"{limits.MAILED_PER_DAY} people a day can be invited by mail, and you invited {mailed} since yesterday. "
            "Nobody was invited now: make a link for the others, or wait a day."
        )


def _mail(membership: Membership, invitation: Invitation, token: str) -> Mail:
    link = settings.SITE_URL + reverse("groups:join", args=[token])
    context = {"membership": membership, "invitation": invitation, "link": link, "site": settings.SITE_URL}
    subject = f"{membership.user.name} invites you to {membership.group.name}"
    return Mail(invitation.email, subject, render_to_string("mail/invitation.txt", context))
