"""A paper in a group is obtained here and nowhere else."""

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from core.errors import NotAllowed, NotFound
from discussion.models import Comment, GroupPaper
from groups.access import membership_for, voting_membership_for
from groups.models import Group, Membership
from papers.models import Paper, Source
from papers.queries import paper_by_address, papers_at

if TYPE_CHECKING:
    from accounts.models import User


def scope_of(group: Group) -> str:
    """Return the name under which a group's own entries are kept among all papers."""
    return f"group-{group.pk}"


def paper_of(group: Group, address: str) -> Paper:
    """Return a paper that a group may see, one of the world's or its own; the caller has been let in."""
    paper = paper_by_address(address, scope=scope_of(group))
    if paper is None or not sees(group, paper):
        raise NotFound
    return paper


def sees(group: Group, paper: Paper) -> bool:
    """Tell whether a paper of the world may be shown to the group: one that only members named, to their groups."""
    return not paper.by_members or GroupPaper.objects.filter(group=group, paper=paper).exists()


def seen_by(group: Group) -> Q:
    """Return the condition of the papers that the group may see: the world's, its own, and those that it named."""
    named = GroupPaper.objects.filter(group=group, paper__by_members=True).values("paper")
    return Q(scope="", by_members=False) | Q(scope=scope_of(group)) | Q(pk__in=named)


def group_paper_for(by: "User", slug: str, address: str) -> GroupPaper:
    """Return what a member's group has of a paper; it is made when the group has not touched the paper yet.

    Call it inside an action's transaction.
    """
    return group_paper_of(membership_for(by, slug).group, address)


def group_paper_of(group: Group, address: str) -> GroupPaper:
    """Return, or make, what a group has of a paper; the caller has been let in."""
    group_paper = known_group_paper_of(group, address)
    if group_paper is None:
        paper = paper_of(group, address)
        # Someone else's first touch may come at the same time: theirs is taken then.
        GroupPaper.objects.bulk_create([GroupPaper(group=group, paper=paper)], ignore_conflicts=True)
        group_paper = GroupPaper.objects.get(group=group, paper=paper)
        group_paper.group, group_paper.paper = group, paper
    return group_paper


def known_group_paper_of(group: Group, address: str) -> GroupPaper | None:
    """Return what a group has of a paper, None when it has not touched it; the caller has been let in.

    In one statement: whatever a group has touched, it may see.
    """
    named = papers_at(address, scope=scope_of(group)).values("pk")
    found = GroupPaper.objects.select_related("paper").defer("paper__search").filter(group=group, paper__in=named)
    group_paper = found.first()
    if group_paper is not None:
        group_paper.group = group
    return group_paper


class OwnEntry(NamedTuple):
    membership: Membership
    paper: Paper


def own_entry_for(by: "User", slug: str, address: str, *, lock: bool = False) -> OwnEntry:
    """Return an entry of the group's own to whoever may change it: the member who made it, and organisers.

    `lock` holds the membership and the entry until the transaction ends.
    """
    membership = voting_membership_for(by, slug, lock=lock)
    paper = paper_of(membership.group, address)
    if paper.source != Source.OWN:
        raise NotFound
    if not may_change(membership, paper):
        raise NotAllowed("This entry can be changed by the member who made it and by organisers of the group.")
    return OwnEntry(membership, Paper.objects.select_for_update(no_key=True).get(pk=paper.pk) if lock else paper)


def may_change(membership: Membership, paper: Paper) -> bool:
    """Tell whether the member may change what is said of the paper: only of the group's own, and of one's own there."""
    if paper.source != Source.OWN or not membership.may_vote:
        return False
    mine = GroupPaper.objects.filter(group=membership.group, paper=paper, added_by=membership.user_id)
    return membership.is_organiser or mine.exists()


def thread_of(group_paper: GroupPaper, comment: int) -> Comment:
    """Return the comment that opens the thread in which `comment` of this paper stands."""
    found = Comment.objects.select_related("parent").filter(group_paper=group_paper, pk=comment).first()
    if found is None:
        raise NotFound
    return found.parent or found


def comment_of(paper: Paper, group: Group, comment: int) -> Comment:
    """Return, locked, a comment on a paper in the group, deleted or not; the caller has been let in."""
    comments = Comment.objects.select_for_update(of=("self",)).select_related("group_paper")
    found = comments.filter(group=group, group_paper__paper=paper, pk=comment).first()
    if found is None:
        raise NotFound
    return found
