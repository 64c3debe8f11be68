"""What becomes of messages: written down with the event that they tell of, then sent, once."""

from notifications.actions.clearing import forget_old, retry
from notifications.actions.refusing import try_address_again
from notifications.actions.rooms import add_room, change_room, remove_room, try_room
from notifications.actions.sending import send_due
from notifications.actions.wishes import save_notice_settings, set_muted, set_muted_by_link
from notifications.actions.writing import announce, enqueue, renew, withdraw
from notifications.channels.notice import Notice

__all__ = [
    "Notice",
    "add_room",
    "announce",
    "change_room",
    "enqueue",
    "forget_old",
    "remove_room",
    "renew",
    "retry",
    "save_notice_settings",
    "send_due",
    "set_muted",
    "set_muted_by_link",
    "try_address_again",
    "try_room",
    "withdraw",
]
