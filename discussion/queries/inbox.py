"""What others wrote and a member has not read, oldest first; papers that they muted are left out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from core import limits
from discussion.models import Comment, Follow, Mention
from discussion.queries.unread import unread_for
from groups.access import membership_for
from groups.models import Membership
from papers.models import Paper

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(slots=True)
class UnreadPaper:
    """A paper and what is new about it, the oldest first."""

    paper: Paper
    followed: bool
    comments: list[Comment] = field(default_factory=list)  # each with its author, `mentions_me` and `answers_me`

    @property
    def newest(self) -> Comment:
        return self.comments[-1]


@dataclass(frozen=True, slots=True)
class InboxPage:
    membership: Membership
    papers: list[UnreadPaper]  # by their oldest unread comment
    is_whole: bool  # no more is unread than is shown

    @property
    def newest(self) -> Comment:
        """Return the comment that was written last of those that are shown; there has to be one."""
        return max((one.newest for one in self.papers), key=lambda one: (one.written_at, one.pk))


def inbox_page(*, by: "User", slug: str) -> InboxPage:
    """Gather what is unread for a member of the group, in a fixed number of statements."""
    membership = membership_for(by, slug)
    mine = {"group": membership.group, "member": membership.user_id}
    follows = Follow.objects.filter(**mine, state=Follow.State.FOLLOW, paper=OuterRef("group_paper__paper"))
    named = Mention.objects.filter(comment=OuterRef("pk"), member=membership.user_id)
    rows = unread_for(membership).select_related("author", "parent", "group_paper__paper")
    rows = rows.defer("search", "html", "group_paper__paper__search", "parent__search", "parent__html")
    rows = rows.annotate(follows=Exists(follows), mentions_me=Exists(named), answers_me=_answers(membership))
    found = list(rows.order_by("written_at", "pk")[: limits.INBOX_COMMENTS + 1])
    papers: dict[int, UnreadPaper] = {}
    for comment in found[: limits.INBOX_COMMENTS]:
        paper = comment.group_paper.paper
        about = papers.setdefault(paper.pk, UnreadPaper(paper, comment.follows))  # type: ignore[attr-defined]  # of the query
        about.comments.append(comment)
    return InboxPage(membership, list(papers.values()), len(found) <= limits.INBOX_COMMENTS)


def next_unread(*, by: "User", slug: str, after: str = "") -> tuple[str, int] | None:
    """Return the address of the paper that has been unread longest, but `after`, and its first unread comment."""
    membership = membership_for(by, slug)
    rows = unread_for(membership).select_related("group_paper__paper").only(*_ADDRESS, "written_at")
    for comment in rows.order_by("written_at", "pk")[: limits.INBOX_COMMENTS]:
        address = comment.group_paper.paper.address
        if address != after:
            return address, comment.pk
    return None


_ADDRESS: Sequence[str] = (
    "group_paper__paper__source",
    "group_paper__paper__external_id",
    "group_paper__paper__scope",
)


def _answers(membership: Membership) -> Any:
    """Return whether a comment replies to one of the member's."""
    return Coalesce(Q(parent__author=membership.user_id), False, output_field=BooleanField())
