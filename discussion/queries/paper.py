"""A paper's page: what the world says of it, and what the group does."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, QuerySet

from core.citing import Reference
from discussion.access import may_change, paper_of, seen_by
from discussion.models import Assignment, Comment, GroupPaper
from discussion.queries.budget import VotingPage
from discussion.queries.rows import PaperRow, own_row_for
from discussion.queries.unread import last_read, new_to
from groups.access import membership_for
from groups.models import Group, Meeting, Membership
from groups.queries import coming_meetings, members_of, next_of
from papers.models import Entry, Listing, Paper, PaperVersion
from papers.queries import Related, reference_of, related_papers

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
class Session:
    """A meeting that has the paper on its agenda, or at which someone presents it."""

    meeting: Meeting
    presenter: str
    outcome: str  # "discussed", "planned" or "not reached"


@dataclass(frozen=True, slots=True)
class PaperPage(VotingPage):
    membership: Membership
    row: PaperRow
    entry: Entry | None  # the latest listing of it that the group follows
    versions: list[PaperVersion]  # those that listings named, in order
    threads: list[Thread]
    members: list[Membership]
    meetings: list[Meeting]  # still to come: what a paper can be taken for
    next_meeting: Meeting | None  # what it is taken for unless another one is named
    standing: list[Assignment]  # who presents it, or is asked to, the earliest meeting first
    sessions: list[Session]  # the latest first
    asks_arxiv: bool  # what is lacking is asked of arXiv
    may_change: bool  # it is an entry of the group's own, and the member may correct it
    reference: Reference
    related: list[Related]

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
        return sum(not one.deleted_at for thread in self.threads for one in (thread.comment, *thread.replies))

    @property
    def unread(self) -> list[Comment]:
        """Return the comments that are new to the member, in the order of the page."""
        shown = [one for thread in self.threads for one in (thread.comment, *thread.replies)]
        return [one for one in shown if one.is_new]  # type: ignore[attr-defined]

    @property
    def newest_comment(self) -> Comment:
        """Return the comment that was written last; there has to be one."""
        shown = [one for thread in self.threads for one in (thread.comment, *thread.replies)]
        return max(shown, key=lambda one: (one.written_at, one.pk))

    def thread_with(self, comment: int | None) -> int | None:
        """Return the id of the comment that opens the thread in which a comment stands; None when it is not here."""
        threads = (thread for thread in self.threads if comment in thread)
        return next((thread.comment.pk for thread in threads), None)


def paper_page(*, by: "User", slug: str, address: str) -> PaperPage:
    """Gather a paper's page for a member of the group, in a fixed number of statements."""
    membership = membership_for(by, slug)
    group = membership.group
    paper = paper_of(group, address)
    assignments = _assignments(group, paper)
    meetings = coming_meetings(group)
    return PaperPage(
        membership=membership,
        row=own_row_for(membership, paper),
        entry=_latest_entry(group, paper),
        versions=list(paper.versions.order_by("number")),
        threads=_threads(membership, paper),
        members=members_of(group),
        meetings=meetings,
        next_meeting=next_of(meetings),
        standing=[one for one in assignments if one.state != Assignment.State.DONE and not one.is_over],
        sessions=_sessions(group, paper, assignments),
        asks_arxiv=settings.ARXIV_REQUESTS,
        may_change=may_change(membership, paper),
        reference=reference_of(paper),
        related=related_papers(paper, seen=seen_by(group), near=_in_group(group)),
    )


def paper_reference(*, by: "User", slug: str, address: str) -> Reference:
    """Return what is cited of a paper that the group sees."""
    return reference_of(paper_of(membership_for(by, slug).group, address))


def _latest_entry(group: Group, paper: Paper) -> Entry | None:
    shown = Listing.objects.shown().filter(category__in=group.categories)
    entries = Entry.objects.select_related("listing").filter(paper=paper, listing__in=shown)
    return entries.order_by("-listing__announced_on", "pk").first()


def _threads(membership: Membership, paper: Paper) -> list[Thread]:
    comments = Comment.objects.select_related("author").filter(group=membership.group, group_paper__paper=paper)
    is_new = ExpressionWrapper(new_to(membership), output_field=BooleanField())
    comments = comments.alias(**last_read(membership)).annotate(is_new=is_new)
    replies: defaultdict[int, list[Comment]] = defaultdict(list)
    first: list[Comment] = []
    for comment in comments.order_by("written_at", "pk"):
        if comment.parent_id is None:
            first.append(comment)
        elif _has_place(comment, membership):
            replies[comment.parent_id].append(comment)
    return [Thread(one, replies[one.pk]) for one in first if replies[one.pk] or _has_place(one, membership)]


def _has_place(comment: Comment, membership: Membership) -> bool:
    """Tell whether a comment is shown for itself: a deleted one to whoever deleted it and can bring it back."""
    return not comment.deleted_at or (comment.deleted_by_id == membership.user_id and bool(comment.markdown))


def _assignments(group: Group, paper: Paper) -> list[Assignment]:
    """Return those that stand, and those that are done, the earliest meeting first."""
    found = Assignment.objects.presenting().filter(group=group, group_paper__paper=paper)
    return list(found.select_related("member", "asked_by", "meeting").order_by("meeting__starts_at", "pk"))


# What an agenda says of its lines, in the words of this page; the lines themselves are known further up.
_OUTCOMES = {"planned": "planned", "discussed": "discussed", "carried": "not reached"}


def _sessions(group: Group, paper: Paper, assignments: Sequence[Assignment]) -> list[Session]:
    presenting = {one.meeting_id: one for one in assignments if one.meeting_id}
    lines = Meeting.objects.filter(group=group, items__group_paper__paper=paper, items__state__in=_OUTCOMES)
    lines = lines.exclude(state=Meeting.State.CANCELLED)
    on_agenda = {meeting.pk: (meeting, _OUTCOMES[state]) for meeting, state in _with_state(lines)}
    for one in presenting.values():
        outcome = "discussed" if one.state == Assignment.State.DONE else "planned"
        if one.meeting and not (outcome == "planned" and one.is_over):
            on_agenda.setdefault(one.meeting.pk, (one.meeting, outcome))
    sessions = [
        Session(meeting, presenting[pk].member.name if pk in presenting else "", outcome)
        for pk, (meeting, outcome) in on_agenda.items()
    ]
    return sorted(sessions, key=lambda one: one.meeting.starts_at, reverse=True)


def _with_state(meetings: QuerySet[Meeting]) -> list[tuple[Meeting, str]]:
    return [(meeting, meeting.line_state) for meeting in meetings.annotate(line_state=F("items__state"))]


def _in_group(group: Group) -> Exists:
    return Exists(GroupPaper.objects.filter(group=group, paper=OuterRef("pk")))
