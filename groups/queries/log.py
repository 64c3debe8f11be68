"""What was done to the running of a group, in sentences that its members read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core import limits
from groups.access import membership_for
from groups.models import AuditEvent, Group, Membership
from groups.queries.chain import Chain, chain_of

if TYPE_CHECKING:
    from accounts.models import User

What = AuditEvent.What

# In the order in which they are read: {by} did something to {about} or {object}.
_SENTENCES = {
    What.STARTED: "{by} started the group.",
    What.SETTINGS: "{by} changed the settings ({object}).",
    What.ROLE: "{by} made {about} {object}.",
    What.JOINED: "{by} joined as {object}.",
    What.LEFT: "{by} left.",
    What.REMOVED: "{by} removed {about}.",
    What.BROUGHT_BACK: "{by} brought {about} back.",
    What.INVITED: "{by} made invitations ({object}).",
    What.REVOKED: "{by} ended an invitation ({object}).",
    What.PUBLISHED: "{by} published the agenda of {object}.",
    What.HELD: "{by} closed the meeting of {object}.",
    What.ARCHIVED: "{by} archived the group.",
    What.OPENED: "{by} opened the group again.",
    What.DELETED: "{by} deleted the group.",
    What.RETURNED: "{by} brought the group back.",
    What.EXPORTED: "{by} took an export of the whole group, with the addresses of its members.",
    What.IMPORTED: "The group came in from the export of another server.",
    What.INHERITED: "{about} became organiser, since the last one’s account was deleted.",
    What.ENTERED: "{by}, who runs this server, looked into the group. The reason given: {object}.",
    What.SWAPPED: "{by} and {about} swapped what they present ({object}).",
    What.SWAPPED_BACK: "{by} and {about} present what they did before their swap ({object}).",
}
# What the clock does.
_BY_ITSELF = {
    What.PUBLISHED: "The agenda of {object} was published by itself when voting closed.",
    What.HELD: "The meeting of {object} was closed by itself a day after it.",
}
_ROLES = {"organiser": "an organiser", "member": "a member", "guest": "a guest"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done, as a sentence."""

    pk: int
    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class LogPage:
    membership: Membership
    lines: list[Line]  # the newest first
    before: int | None  # where the next page begins; None on the last one
    chain: Chain


def log_page(by: "User", slug: str, *, before: int | None = None) -> LogPage:
    """Return a page of what was done, for any member of the group: what is older than the line `before`."""
    membership = membership_for(by, slug)
    events = AuditEvent.objects.filter(group=membership.group).select_related("by", "about")
    if before is not None:
        events = events.filter(pk__lt=before)
    found = list(events.order_by("-pk")[: limits.PAGE_ROWS + 1])
    shown = found[: limits.PAGE_ROWS]
    more = shown[-1].pk if len(found) > len(shown) else None
    return LogPage(membership, list(_lines(shown)), more, chain_of(membership.group))


def whole_log(group: Group) -> Iterator[tuple[datetime, str]]:
    """Yield when and what, the oldest first; the caller has been let in."""
    events = AuditEvent.objects.filter(group=group).select_related("by", "about").order_by("pk")
    for line in _lines(events):
        yield line.at, line.sentence.translate({0x2068: None, 0x2069: None})


def _lines(events: Iterable[AuditEvent]) -> Iterator[Line]:
    for event in events:
        thing = _ROLES.get(event.object, event.object)
        words = {"by": _name(event.by), "about": _name(event.about), "object": thing}
        sentence = _SENTENCES[What(event.what)]
        if event.by is None:
            sentence = _BY_ITSELF.get(What(event.what), sentence)
        yield Line(event.pk, event.at, sentence.format_map(words))


def _name(user: "User | None") -> str:
    """Return the name in marks that keep its direction to itself."""
    return f"\u2068{user.name}\u2069" if user else "a former member"
