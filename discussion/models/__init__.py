"""What a group does with a paper."""

from discussion.models.assignment import Assignment
from discussion.models.comment import Comment
from discussion.models.group_paper import GroupPaper, Vote

__all__ = ["Assignment", "Comment", "GroupPaper", "Vote"]
