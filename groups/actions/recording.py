"""Write a line of a group's activity log."""

from typing import TYPE_CHECKING

from core import limits
from groups.models import AuditEvent, Group

if TYPE_CHECKING:
    from accounts.models import User


def record(
    group: Group, what: AuditEvent.What, *, by: "User | None", about: "User | None" = None, thing: str = ""
) -> None:
    """Record who did what; call it in the transaction of what was done, so that neither comes without the other.

    `thing` names a role, a day, settings: never a person, who is named by `about`.
    """
    AuditEvent.objects.create(group=group, what=what, by=by, about=about, object=thing[: limits.EVENT_CHARS])
