"""A paper's discussion as one document value, which every export draws."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from discussion.access import paper_of
from discussion.exports.sheet import Said, TalkSheet
from discussion.models import Comment
from discussion.queries.threads import discussion_of
from groups.access import membership_for
from papers.models import Paper

if TYPE_CHECKING:
    from accounts.models import User


def talk_sheet(*, by: "User", slug: str, address: str) -> TalkSheet:
    """Return what the group said about a paper as a document, for a member."""
    membership = membership_for(by, slug)
    paper = paper_of(membership.group, address)
    talk = discussion_of(membership, paper)
    page = settings.SITE_URL + reverse("discussion:paper", args=[slug, paper.address])
    return TalkSheet(
        group=membership.group.name,
        zone=membership.group.zone,
        title=paper.shown_title,
        identifier=_identifier(paper),
        paper_link=paper.source_url,
        page=page,
        summary=_said(talk.summary, page) if talk.summary else None,
        comments=tuple(
            _said(one.comment, page, one.replies) for one in talk.threads if _is_said(one.comment, one.replies)
        ),
    )


def _identifier(paper: Paper) -> str:
    if paper.source == "own":
        return ""
    return f"{'arXiv' if paper.source == 'arxiv' else paper.source}:{paper.external_id}"


def _is_said(comment: Comment, replies: list[Comment]) -> bool:
    return not comment.deleted_at or any(not one.deleted_at for one in replies)


def _said(comment: Comment, page: str, replies: list[Comment] | None = None) -> Said:
    gone = bool(comment.deleted_at)
    return Said(
        who="" if gone else comment.author_shown,
        at=comment.written_at,
        text="This comment was deleted." if gone else comment.markdown,
        html="<p>This comment was deleted.</p>" if gone else comment.html,
        label="" if gone else comment.label,
        edited_at=comment.edited_at,
        link=f"{page}#c{comment.pk}",
        replies=tuple(_said(one, page) for one in replies or () if not one.deleted_at),
    )
