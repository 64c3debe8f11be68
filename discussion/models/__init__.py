"""What a group does with a paper, and what a member keeps to themselves."""

from discussion.models.assignment import Assignment
from discussion.models.comment import Comment, CommentRevision, Mention, Reaction
from discussion.models.group_paper import GroupPaper, Vote
from discussion.models.mine import Draft, Follow, Hidden, LastRead, Noticed, QueueItem, Seen
from discussion.models.saved_search import SavedSearch
from discussion.models.taste import Taste

__all__ = [
    "Assignment",
    "Comment",
    "CommentRevision",
    "Draft",
    "Follow",
    "GroupPaper",
    "Hidden",
    "LastRead",
    "Mention",
    "Noticed",
    "QueueItem",
    "Reaction",
    "SavedSearch",
    "Seen",
    "Taste",
    "Vote",
]
