"""What becomes of each reference to a person: in the download of one's data, and when the account goes.

A key is the path "app.Model.field" of a foreign key that points at a person, or at a row that is a person's own. When
an account goes, its row stays as a "former member" without name and address, so that what refers to it stays whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class End(Enum):
    """What happens to the rows when the account goes."""

    DELETE = "the rows go"
    STAY = "the rows stay, as a former member's"
    CHOICE = "the rows stay as a former member's, or lose their text, as the member chose"
    FOLLOW = "the rows share the fate of the row that they point at"


@dataclass(frozen=True, slots=True)
class Rule:
    """One reference. `own` means that the row as a whole is the person's: theirs to take out."""

    end: End
    own: bool = True
    only: Mapping[str, Any] = field(default_factory=dict)  # which of the rows go
    columns: tuple[str, ...] = ()  # taken out; all when empty and `own`
    secret: tuple[str, ...] = ()  # never taken out: what opens a door
    person: str = ""  # the path to the person, when it is longer than the field
    why: str = ""  # of a reference that is nobody's own


def touched(*columns: str) -> Rule:
    """Return the rule for a row that is someone else's, or the group's, and that the person only touched."""
    return Rule(End.STAY, own=False, columns=columns)


RULES: dict[str, Rule] = {
    # --- the account itself ---
    "account.EmailAddress.user": Rule(End.DELETE),
    "account.EmailConfirmation.email_address": Rule(End.FOLLOW, person="email_address__user", secret=("key",)),
    "accounts.User_groups.user": Rule(End.DELETE),
    "accounts.User_user_permissions.user": Rule(End.DELETE),
    "admin.LogEntry.user": Rule(End.DELETE),
    "mfa.Authenticator.user": Rule(End.DELETE, secret=("data",)),
    "socialaccount.SocialAccount.user": Rule(End.DELETE),
    "socialaccount.SocialToken.account": Rule(End.FOLLOW, person="account__user", secret=("token", "token_secret")),
    "usersessions.UserSession.user": Rule(End.DELETE, secret=("session_key", "data")),
    # --- what they are told ---
    "notifications.Message.head": Rule(own=False, end=End.STAY, why="says which messages went in one mail"),
    "notifications.Message.recipient": Rule(End.DELETE),
    "notifications.Mute.user": Rule(End.DELETE),
    "notifications.NoticeSettings.user": Rule(End.DELETE),
    "notifications.Webhook.created_by": touched("id", "service", "created_at"),
    # --- the server's listings ---
    "papers.ColumnChoice.chosen_by": touched("id"),
    "papers.Import.created_by": touched("id", "kind", "filename", "created_at"),
    "papers.Listing.changed_by": touched("id", "category", "announced_on"),
    "papers.Subscription.asked_by": touched("id", "category"),
    # --- groups ---
    "groups.AuditEvent.about": touched("id", "at", "what", "object"),
    "groups.AuditEvent.by": touched("id", "at", "what", "object"),
    "groups.FeedLink.member": Rule(End.DELETE, secret=("token_hash",)),
    "groups.Group.deleted_by": touched("id", "name", "delete_on"),
    "groups.Invitation.created_by": touched("id", "role", "max_uses", "used", "created_at"),
    "groups.Membership.removed_by": touched("id", "left_at"),
    "groups.Membership.user": Rule(End.STAY),
    # --- what is said and done there ---
    "discussion.Assignment.asked_by": touched("id", "created_at"),
    "discussion.Assignment.member": Rule(End.STAY),
    "discussion.Comment.author": Rule(End.CHOICE),
    "discussion.Comment.deleted_by": touched("id", "deleted_at"),
    "discussion.Comment.edited_by": touched("id", "edited_at"),
    "discussion.Comment.parent": Rule(own=False, end=End.STAY, why="a reply is its author's, not of whom it answers"),
    "discussion.CommentRevision.comment": Rule(own=False, end=End.STAY, why="what it said is its writer's"),
    "discussion.CommentRevision.writer": Rule(End.CHOICE),
    "discussion.Mention.comment": Rule(own=False, end=End.STAY, why="is of whom it names"),
    "discussion.Mention.member": Rule(End.DELETE),
    "discussion.Reaction.comment": Rule(own=False, end=End.STAY, why="is of whoever thanks, not of who is thanked"),
    "discussion.Reaction.member": Rule(End.DELETE),
    "meetings.Attendance.member": Rule(End.STAY),
    "meetings.Hand.member": Rule(End.DELETE),
    "meetings.Note.author": Rule(End.STAY),
    "meetings.Poll.made_by": touched("id", "about", "made_at"),
    "meetings.SlotAnswer.member": Rule(End.DELETE),
    "meetings.Part.member": Rule(End.STAY),
    "meetings.SavedTime.member": Rule(End.STAY),
    "meetings.AgendaChange.by": touched("id", "made_at", "what"),
    "meetings.Swap.asked_by": Rule(End.DELETE),
    "meetings.Swap.given": Rule(own=False, end=End.STAY, why="is a question of who asks and who is asked"),
    "meetings.Swap.member": Rule(End.DELETE),
    "meetings.Swap.taken": Rule(own=False, end=End.STAY, why="is a question of who asks and who is asked"),
    "meetings.AgendaTemplate.changed_by": touched("id", "changed_at"),
    "meetings.AgendaItem.topic_presenter": touched("id", "title"),
    "discussion.GroupPaper.added_by": touched("id", "added_at"),
    # A settled vote is part of what a meeting was; an open one leaves the pool.
    "discussion.Vote.member": Rule(End.DELETE, only={"settled_by": None}),
    # --- what a member keeps to themselves ---
    "discussion.Draft.member": Rule(End.DELETE),
    "discussion.Draft.parent": Rule(own=False, end=End.STAY, why="is of whoever writes, not of whom they answer"),
    "discussion.Follow.member": Rule(End.DELETE),
    "discussion.Hidden.member": Rule(End.DELETE),
    "discussion.LastRead.member": Rule(End.DELETE),
    "discussion.Noticed.member": Rule(End.DELETE),
    "discussion.QueueItem.member": Rule(End.DELETE),
    "discussion.SavedSearch.member": Rule(End.DELETE),
    "discussion.Seen.member": Rule(End.DELETE),
    "discussion.Taste.member": Rule(End.DELETE),
}

# Columns of the person's own row that are not taken out.
SECRET_OF_PERSON = ("password",)
# Columns that are worked out from others.
DERIVED = {"discussion.Comment": ("html", "search")}
# How a row that another one points at is named, where its number says nothing.
NAMES = {
    "groups.Group": ("name",),
    "groups.Meeting": ("slug",),
    "papers.Paper": ("source", "external_id", "title"),
    "papers.Listing": ("category", "announced_on"),
    "meetings.Slot": ("starts_at",),
    "discussion.GroupPaper": ("paper__source", "paper__external_id", "paper__title"),
}
