"""What a group says about a paper: its summary, and threads of comments and replies in the order of time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, Func, JSONField, OuterRef
from django.db.models.functions import Cast, JSONObject

from core.errors import NotFound
from discussion.access import is_own, paper_of
from discussion.models import Comment, Reaction
from discussion.queries.unread import last_read, new_to
from groups.access import membership_for
from groups.models import Membership
from papers.models import Paper

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(slots=True)
class Thread:
    """A comment and the replies to it, in the order of time."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.comment.written_at

    def __contains__(self, comment: object) -> bool:
        return comment in {self.comment.pk, *(reply.pk for reply in self.replies)}


@dataclass(frozen=True, slots=True)
class Discussion:
    summary: Comment | None
    threads: list[Thread]

    @property
    def shown(self) -> list[Comment]:
        """Return all that has a place, deleted or not, in the order of the page."""
        said = [one for thread in self.threads for one in (thread.comment, *thread.replies)]
        return [self.summary, *said] if self.summary else said

    @property
    def count(self) -> int:
        return sum(not one.deleted_at for one in self.shown)

    @property
    def unread(self) -> list[Comment]:
        """Return the comments that are new to the member, in the order of the page."""
        return [one for one in self.shown if one.is_new]

    @property
    def newest(self) -> Comment:
        """Return the comment that was written last; there has to be one."""
        return max(self.shown, key=lambda one: (one.written_at, one.pk))

    def thread_with(self, comment: int | None) -> int | None:
        """Return the id of the comment that opens the thread in which a comment stands; None when it is not here."""
        threads = (thread for thread in self.threads if comment in thread)
        return next((thread.comment.pk for thread in threads), None)


def discussion_of(membership: Membership, paper: Paper) -> Discussion:
    """Gather what was said about a paper, as the member sees it; in one statement."""
    summary: Comment | None = None
    replies: defaultdict[int, list[Comment]] = defaultdict(list)
    first: list[Comment] = []
    for comment in _comments(membership, paper):
        if comment.label == Comment.Label.SUMMARY and not comment.deleted_at:
            summary = comment
        elif comment.parent_id is None:
            first.append(comment)
        elif _has_place(comment, membership):
            replies[comment.parent_id].append(comment)
    threads = [Thread(one, replies[one.pk]) for one in first if replies[one.pk] or _has_place(one, membership)]
    return Discussion(summary, threads)


def reacted(*, by: "User", slug: str, address: str, comment: int) -> tuple[Membership, Paper, Comment]:
    """Return a comment with its reactions as the member sees them: what an answer to a reaction shows."""
    membership = membership_for(by, slug)
    paper = paper_of(membership.group, address)
    found = next((one for one in _comments(membership, paper, only=comment) if not one.deleted_at), None)
    if found is None:
        raise NotFound
    return membership, paper, found


def summaries_of(group_papers: Iterable[int]) -> dict[int, str]:
    """Map the ids of papers in a group to their summaries in Markdown; in one statement."""
    summaries = Comment.objects.summaries().filter(group_paper__in=list(group_papers))
    return dict(summaries.values_list("group_paper", "markdown"))


def _comments(membership: Membership, paper: Paper, only: int | None = None) -> list[Comment]:
    comments = Comment.objects.select_related("author", "edited_by")
    is_new = ExpressionWrapper(new_to(membership), output_field=BooleanField())
    comments = comments.filter(group=membership.group, group_paper__paper=paper, **({"pk": only} if only else {}))
    comments = comments.alias(**last_read(membership)).annotate(is_news=is_new).order_by("written_at", "pk")
    return [_for(membership, comment) for comment in comments.annotate(reactions_given=_reactions())]


def _reactions() -> Cast:
    """Return each reaction to a comment, as its kind and who gave it."""
    given = Reaction.objects.filter(comment=OuterRef("pk")).values(said=JSONObject(kind="kind", member="member"))
    return Cast(Func(ArraySubquery(given), function="to_jsonb"), JSONField())


def _for(membership: Membership, comment: Comment) -> Comment:
    given: list[dict[str, Any]] = comment.reactions_given  # type: ignore[attr-defined]  # of the query
    comment.is_new = comment.is_news  # type: ignore[attr-defined]  # of the query
    comment.is_mine = is_own(comment, membership)
    comment.thanks = sum(one["kind"] == Reaction.Kind.THANKS for one in given)
    comment.same = sum(one["kind"] == Reaction.Kind.SAME for one in given)
    comment.gave = frozenset(one["kind"] for one in given if one["member"] == membership.user_id)
    return comment


def _has_place(comment: Comment, membership: Membership) -> bool:
    """Tell whether a comment is shown for itself: a deleted one to whoever deleted it and can bring it back."""
    return not comment.deleted_at or comment.is_resting_for(membership.user_id)
