"""A paper's page: what the world says of it, and what the group does."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings

from core.citing import Reference
from discussion.access import may_change, paper_of
from discussion.models import Assignment, Comment
from discussion.queries.rows import PaperRow, row_for
from groups.access import membership_for
from groups.models import Group, Meeting, Membership
from groups.queries import coming_meetings, members_of, next_meeting
from papers.models import Entry, Listing, Paper, PaperVersion
from papers.queries import reference_of

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(slots=True)
class Thread:
    """A comment and the replies to it, in the order of time."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)

    def __contains__(self, comment: object) -> bool:
        return comment in {self.comment.pk, *(reply.pk for reply in self.replies)}


@dataclass(frozen=True, slots=True)
class PaperPage:
    membership: Membership
    row: PaperRow
    entry: Entry | None  # the latest listing of it that the group follows
    versions: list[PaperVersion]  # those that listings named, in order
    threads: list[Thread]
    members: list[Membership]
    meetings: list[Meeting]  # still to come: what a paper can be taken for
    next_meeting: Meeting | None  # what it is taken for unless another one is named
    standing: list[Assignment]  # who presents it, or is asked to, the earliest meeting first
    discussed: list[Assignment]  # who presented it before, the latest meeting first
    asks_arxiv: bool  # what is lacking is asked of arXiv
    may_change: bool  # it is an entry of the group's own, and the member may correct it
    reference: Reference

    @property
    def presenters(self) -> list[Membership]:
        """Return who can be asked to present."""
        return [one for one in self.members if one.may_vote and one.presents]

    @property
    def is_free(self) -> bool:
        """Tell whether the paper can be taken for the next meeting."""
        taken_for = {assignment.meeting_id for assignment in self.standing}
        return taken_for.isdisjoint({None, self.next_meeting and self.next_meeting.pk})

    @property
    def comments(self) -> int:
        return sum(1 + len(thread.replies) for thread in self.threads)

    def thread_with(self, comment: int | None) -> int | None:
        """Return the id of the comment that opens the thread in which a comment stands; None when it is not here."""
        threads = (thread for thread in self.threads if comment in thread)
        return next((thread.comment.pk for thread in threads), None)


def paper_page(*, by: "User", slug: str, address: str) -> PaperPage:
    """Gather a paper's page for a member of the group, in a fixed number of statements."""
    membership = membership_for(by, slug)
    group = membership.group
    paper = paper_of(group, address)
    standing, discussed = _assignments(group, paper)
    return PaperPage(
        membership=membership,
        row=row_for(membership, paper),
        entry=_latest_entry(group, paper),
        versions=list(paper.versions.order_by("number")),
        threads=_threads(group, paper),
        members=members_of(group),
        meetings=coming_meetings(group),
        next_meeting=next_meeting(group),
        standing=standing,
        discussed=discussed,
        asks_arxiv=settings.ARXIV_REQUESTS,
        may_change=may_change(membership, paper),
        reference=reference_of(paper),
    )


def paper_reference(*, by: "User", slug: str, address: str) -> Reference:
    """Return what is cited of a paper that the group sees."""
    return reference_of(paper_of(membership_for(by, slug).group, address))


def _latest_entry(group: Group, paper: Paper) -> Entry | None:
    shown = Listing.objects.shown().filter(category__in=group.categories)
    entries = Entry.objects.select_related("listing").filter(paper=paper, listing__in=shown)
    return entries.order_by("-listing__announced_on", "pk").first()


def _threads(group: Group, paper: Paper) -> list[Thread]:
    comments = Comment.objects.select_related("author").filter(group=group, group_paper__paper=paper)
    replies: defaultdict[int, list[Comment]] = defaultdict(list)
    first: list[Comment] = []
    for comment in comments.order_by("written_at", "pk"):
        if comment.parent_id:
            replies[comment.parent_id].append(comment)
        else:
            first.append(comment)
    return [Thread(comment, replies[comment.pk]) for comment in first]


def _assignments(group: Group, paper: Paper) -> tuple[list[Assignment], list[Assignment]]:
    """Return those that stand, and those that are done."""
    found = Assignment.objects.presenting().filter(group=group, group_paper__paper=paper)
    found = found.select_related("member", "asked_by", "meeting").order_by("meeting__starts_at", "pk")
    done = [assignment for assignment in found if assignment.state == Assignment.State.DONE]
    standing = [one for one in found if one not in done and not one.is_over]
    return standing, done[::-1]
