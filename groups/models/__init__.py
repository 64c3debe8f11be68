"""Who reads together, and when."""

from groups.models.group import Group, Invitation, Membership, Names, Role
from groups.models.meeting import Meeting

__all__ = ["Group", "Invitation", "Meeting", "Membership", "Names", "Role"]
