"""What members do with a paper."""

from discussion.actions.adding import Added, add_own_entry, add_paper, change_own_entry
from discussion.actions.assignments import answer_assignment, answer_by_link, ask_member, give_back, take_paper
from discussion.actions.comments import add_comment, forget_deleted, set_deleted
from discussion.actions.drafts import DraftConflict, save_draft
from discussion.actions.editing import Stale, change_comment
from discussion.actions.forgetting import forget_mentions
from discussion.actions.learning import learn, learn_anew, learn_stale
from discussion.actions.mine import (
    move_saved,
    notice_own_paper,
    set_all_read,
    set_following,
    set_hidden,
    set_kept,
    set_note,
    set_read,
    set_saved,
    set_seen,
    set_unread,
)
from discussion.actions.presenting import (
    ask_by_turn,
    bring_assignment,
    finish_assignments,
    free_presenter,
    hand_over,
    lapse_unanswered,
    set_presenter_of,
    settle_votes,
)
from discussion.actions.reactions import set_reaction
from discussion.actions.saved_searches import follow_search, keep_search, rename_search, save_search
from discussion.actions.telling import answers_to
from discussion.actions.votes import set_vote

__all__ = [
    "Added",
    "DraftConflict",
    "Stale",
    "add_comment",
    "add_own_entry",
    "add_paper",
    "answer_assignment",
    "answer_by_link",
    "answers_to",
    "ask_by_turn",
    "ask_member",
    "bring_assignment",
    "change_comment",
    "change_own_entry",
    "finish_assignments",
    "follow_search",
    "forget_deleted",
    "forget_mentions",
    "free_presenter",
    "give_back",
    "hand_over",
    "keep_search",
    "lapse_unanswered",
    "learn",
    "learn_anew",
    "learn_stale",
    "move_saved",
    "notice_own_paper",
    "rename_search",
    "save_draft",
    "save_search",
    "set_all_read",
    "set_deleted",
    "set_following",
    "set_hidden",
    "set_kept",
    "set_note",
    "set_presenter_of",
    "set_reaction",
    "set_read",
    "set_saved",
    "set_seen",
    "set_unread",
    "set_vote",
    "settle_votes",
    "take_paper",
]
