"""A paper in a group is obtained here and nowhere else."""

from typing import TYPE_CHECKING

from core.errors import NotFound
from discussion.models import Comment, GroupPaper
from groups.access import membership_for
from groups.models import Group
from papers.models import Paper
from papers.queries import paper_by_address

if TYPE_CHECKING:
    from accounts.models import User


def scope_of(group: Group) -> str:
    """Return the name under which a group's own entries are kept among all papers."""
    return f"group-{group.pk}"


def paper_of(group: Group, address: str) -> Paper:
    """Return a paper that a group may see, one of the world's or its own; the caller has been let in."""
    paper = paper_by_address(address, scope=scope_of(group))
    if paper is None:
        raise NotFound
    return paper


def group_paper_for(by: "User", slug: str, address: str) -> GroupPaper:
    """Return what a member's group has of a paper; it is made when the group has not touched the paper yet.

    Call it inside an action's transaction.
    """
    return group_paper_of(membership_for(by, slug).group, address)


def group_paper_of(group: Group, address: str) -> GroupPaper:
    """Return, or make, what a group has of a paper; the caller has been let in."""
    paper = paper_of(group, address)
    found = GroupPaper.objects.filter(group=group, paper=paper)
    group_paper = found.first()
    if group_paper is None:
        # Someone else's first touch may come at the same time: theirs is taken then.
        GroupPaper.objects.bulk_create([GroupPaper(group=group, paper=paper)], ignore_conflicts=True)
        group_paper = found.get()
    group_paper.group, group_paper.paper = group, paper
    return group_paper


def thread_of(group_paper: GroupPaper, comment: int) -> Comment:
    """Return the comment that opens the thread in which `comment` of this paper stands."""
    found = Comment.objects.select_related("parent").filter(group_paper=group_paper, pk=comment).first()
    if found is None:
        raise NotFound
    return found.parent or found
