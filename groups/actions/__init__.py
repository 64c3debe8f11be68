"""What people do with groups: start, run, invite, join and leave; and the meetings that exist by themselves."""

from groups.actions.ending import set_archived, set_deleted
from groups.actions.entering import look_into
from groups.actions.feed_links import MadeLink, end_feed_link, renew_feed_link
from groups.actions.founding import start_group
from groups.actions.invitations import Invited, invite, join, revoke
from groups.actions.mailing import Mailed, invite_by_mail
from groups.actions.members import hand_on, set_presence, set_role
from groups.actions.recording import record
from groups.actions.rooms import add_room, change_room, remove_room, try_room
from groups.actions.running import change_settings
from groups.actions.schedule import Replanned, ensure_meetings, plan_all_meetings
from groups.actions.sessions import add_break, add_session, move_session, remove_break, set_cancelled

__all__ = [
    "Invited",
    "MadeLink",
    "Mailed",
    "Replanned",
    "add_break",
    "add_room",
    "add_session",
    "change_room",
    "change_settings",
    "end_feed_link",
    "ensure_meetings",
    "hand_on",
    "invite",
    "invite_by_mail",
    "join",
    "look_into",
    "move_session",
    "plan_all_meetings",
    "record",
    "remove_break",
    "remove_room",
    "renew_feed_link",
    "revoke",
    "set_archived",
    "set_cancelled",
    "set_deleted",
    "set_presence",
    "set_role",
    "start_group",
    "try_room",
]
