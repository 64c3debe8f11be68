"""A paper in a group is obtained here and nowhere else."""

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from core.errors import NotAllowed, NotFound
from discussion.models import Assignment, Comment, GroupPaper
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
    group_paper = _known_group_paper(group, address)
    if group_paper is None:
        paper = paper_of(group, address)
        # Someone else's first touch may come at the same time: theirs is taken then.
        GroupPaper.objects.bulk_create([GroupPaper(group=group, paper=paper)], ignore_conflicts=True)
        group_paper = GroupPaper.objects.get(group=group, paper=paper)
        group_paper.group, group_paper.paper = group, paper
    return group_paper


def _known_group_paper(group: Group, address: str) -> GroupPaper | None:
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


def answer_token(assignment: Assignment) -> str:
    """Return what stands in the address that answers a question without a log-in: signed, for this one alone."""
    return _answer_signer().sign(f"{assignment.pk}.{assignment.member_id}")


def asked_by_link(token: str) -> tuple[Membership, Assignment]:
    """Return the question that a link answers, however it stands, and the membership of whom it asked.

    The link is the right to see it, for whoever is in the group still.
    """
    try:
        pk, _, member = _answer_signer().unsign(token).partition(".")
    except BadSignature:
        raise NotFound from None
    about = Assignment.objects.select_related("group_paper__paper", "meeting", "member", "asked_by", "group")
    found = about.filter(pk=int(pk), member=int(member), member__is_active=True).first()
    if found is None:
        raise NotFound
    return membership_for(found.member, found.group.slug), found


def _answer_signer() -> Signer:
    return Signer(salt="discussion.answer", sep="~")


def thread_of(group_paper: GroupPaper, comment: int) -> Comment:
    """Return the comment that opens the thread in which `comment` of this paper stands."""
    found = Comment.objects.select_related("parent").filter(group_paper=group_paper, pk=comment).first()
    if found is None:
        raise NotFound
    return found.parent or found


def kept_comment_of(group: Group, address: str, comment: int) -> Comment:
    """Return a comment on a paper in the group that was not deleted; the caller has been let in."""
    found = Comment.objects.kept().filter(group=group, group_paper__paper=paper_of(group, address), pk=comment).first()
    if found is None:
        raise NotFound
    return found


def comment_of(paper: Paper, group: Group, comment: int) -> Comment:
    """Return, locked, a comment on a paper in the group, deleted or not; the caller has been let in."""
    comments = Comment.objects.select_for_update(of=("self",))
    comments = comments.select_related("author", "group_paper__group", "group_paper__paper")
    found = comments.filter(group=group, group_paper__paper=paper, pk=comment).first()
    if found is None:
        raise NotFound
    return found


def author_mark(key: UUID, user: int) -> str:
    """Return what marks the author of a comment without a name: it tells nothing to whoever has the database alone.

    With the secret key of the server one could try all members; without it there is nothing to compare with.
    """
    return salted_hmac(f"discussion.comment.{key}", str(user), algorithm="sha256").hexdigest()


def is_own(comment: Comment, membership: Membership) -> bool:
    """Tell whether the member wrote the comment, with or without their name."""
    if comment.anonymous:
        return constant_time_compare(comment.author_mark, author_mark(comment.key, membership.user_id))
    return comment.author_id == membership.user_id


def may_edit(comment: Comment, membership: Membership) -> bool:
    """Tell whether the member may change what a comment says: their own, and of all but guests the summary."""
    if comment.label == Comment.Label.SUMMARY:
        return membership.may_vote
    return is_own(comment, membership)


def may_bring_back(comment: Comment, membership: Membership) -> bool:
    """Tell whether the member may bring back a deleted comment: who deleted it, and any organiser what one of them did.

    What its author took away stays theirs alone.
    """
    if comment.deleted_by_id == membership.user_id:
        return True
    if comment.anonymous and comment.deleted_by_id is None:  # its author did it, and is not named here either
        return is_own(comment, membership)
    by_organiser = comment.deleted_by_id is not None and comment.deleted_by_id != comment.author_id
    return membership.is_organiser and by_organiser
