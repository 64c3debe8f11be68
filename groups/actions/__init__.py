"""What people do with groups: start, run, invite, join and leave; and the meetings that exist by themselves."""

from groups.actions.founding import start_group
from groups.actions.invitations import Invited, invite, join, revoke
from groups.actions.members import set_presence, set_role
from groups.actions.rooms import add_room, change_room, remove_room, try_room
from groups.actions.running import change_settings
from groups.actions.schedule import Replanned, ensure_meetings, plan_all_meetings

__all__ = [
    "Invited",
    "Replanned",
    "add_room",
    "change_room",
    "change_settings",
    "ensure_meetings",
    "invite",
    "join",
    "plan_all_meetings",
    "remove_room",
    "revoke",
    "set_presence",
    "set_role",
    "start_group",
    "try_room",
]
