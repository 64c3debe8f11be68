"""What a comment said over time, and what each change took away and added."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from core import limits
from core.errors import NotFound
from discussion.access import may_edit, paper_of
from discussion.models import Comment, CommentRevision
from groups.access import membership_for
from groups.models import Membership
from papers.models import Paper

if TYPE_CHECKING:
    from accounts.models import User

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_FEW_WORDS = 2_000  # of both texts; longer ones are compared by lines, since the time grows with the square

Change = tuple[Literal["same", "gone", "new"], str]


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    writer: str  # empty for a former member
    written_at: datetime
    markdown: str
    changes: list[Change]  # against the version before; of the first one, all is the same


@dataclass(frozen=True, slots=True)
class History:
    membership: Membership
    paper: Paper
    comment: Comment
    versions: list[Version]  # the latest first
    may_edit: bool


def history_of(*, by: "User", slug: str, address: str, comment: int) -> History:
    """Gather what a comment said, for a member of the group; a deleted one has no history."""
    membership = membership_for(by, slug)
    paper = paper_of(membership.group, address)
    comments = Comment.objects.kept().select_related("author", "edited_by")
    found = comments.filter(group=membership.group, group_paper__paper=paper, pk=comment).first()
    if found is None:
        raise NotFound
    return History(membership, paper, found, _versions(found), may_edit(found, membership))


def _versions(comment: Comment) -> list[Version]:
    said = [
        _now(comment),
        *CommentRevision.objects.filter(comment=comment).select_related("writer").order_by("-number"),
    ]
    shown = said[: limits.HISTORY_ROWS]
    before = [one.markdown for one in said[1:]]
    return [
        Version(
            number=one.number,
            writer=one.writer.name if one.writer else "",
            written_at=one.written_at,
            markdown=one.markdown,
            changes=list(changes(before[at], one.markdown)) if at < len(before) else [("same", one.markdown)],
        )
        for at, one in enumerate(shown)
    ]


def _now(comment: Comment) -> CommentRevision:
    """Return how the comment stands as if it were a revision."""
    writer = comment.edited_by if comment.revision else comment.author
    at = comment.edited_at or comment.written_at
    return CommentRevision(number=comment.revision, markdown=comment.markdown, writer=writer, written_at=at)


def changes(before: str, after: str) -> Iterator[Change]:
    """Yield what stayed, went and came between two texts, in the order of reading."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > _FEW_WORDS:
        old, new = _LINES.findall(before), _LINES.findall(after)
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", _joined(old, a, b)
            continue
        if b > a:
            yield "gone", _joined(old, a, b)
        if d > c:
            yield "new", _joined(new, c, d)


def _joined(pieces: Sequence[str], start: int, end: int) -> str:
    return "".join(pieces[start:end])
