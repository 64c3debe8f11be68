"""Who reads together, and when."""

from groups.models.event import AuditEvent
from groups.models.feed_link import FeedLink
from groups.models.group import Group, Invitation, Membership, Names, OwnPapers, Role, SelectionRule
from groups.models.meeting import Break, Meeting

__all__ = [
    "AuditEvent",
    "Break",
    "FeedLink",
    "Group",
    "Invitation",
    "Meeting",
    "Membership",
    "Names",
    "OwnPapers",
    "Role",
    "SelectionRule",
]
