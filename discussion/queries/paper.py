"""A paper's page: what the world says of it, and what the group does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet

from core.citing import Reference
from discussion.access import may_change, paper_of, seen_by
from discussion.models import Assignment, GroupPaper
from discussion.queries.budget import VotingPage
from discussion.queries.events import Event, assignment_events, meeting_events
from discussion.queries.rows import PaperRow, own_row_for
from discussion.queries.threads import Discussion, Thread, discussion_of
from groups.access import membership_for
from groups.models import Group, Meeting, Membership
from groups.queries import coming_meetings, members_of, next_of
from papers.models import Entry, Listing, Paper, PaperVersion
from papers.queries import Related, reference_of, related_papers

if TYPE_CHECKING:
    from accounts.models import User


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
    talk: Discussion
    members: list[Membership]
    meetings: list[Meeting]  # still to come: what a paper can be taken for
    next_meeting: Meeting | None  # what it is taken for unless another one is named
    standing: list[Assignment]  # who presents it, or is asked to, the earliest meeting first
    sessions: list[Session]  # the latest first
    events: list[Event]
    asks_arxiv: bool  # what is lacking is asked of arXiv
    may_change: bool  # it is an entry of the group's own, and the member may correct it
    reference: Reference
    related: list[Related]

    @property
    def timeline(self) -> list[Thread | Event]:
        """Return what was said and what happened, in the order of time."""
        both: list[Thread | Event] = [*self.talk.threads, *self.events]
        return sorted(both, key=lambda one: one.at)

    @property
    def presenters(self) -> list[Membership]:
        """Return who can be asked to present."""
        return [one for one in self.members if one.may_vote and one.presents]

    @property
    def is_free(self) -> bool:
        """Tell whether the paper can be taken for the next meeting."""
        taken_for = {assignment.meeting_id for assignment in self.standing}
        return taken_for.isdisjoint({None, self.next_meeting and self.next_meeting.pk})


def paper_page(*, by: "User", slug: str, address: str) -> PaperPage:
    """Gather a paper's page for a member of the group, in a fixed number of statements."""
    membership = membership_for(by, slug)
    group = membership.group
    paper = paper_of(group, address)
    assignments = _assignments(group, paper)
    presenting = [one for one in assignments if one.is_presenting]  # type: ignore[attr-defined]  # of the query
    sessions = _sessions(group, paper, presenting)
    meetings = coming_meetings(group)
    row = own_row_for(membership, paper)
    return PaperPage(
        membership=membership,
        row=row,
        entry=_latest_entry(group, paper),
        versions=list(paper.versions.order_by("number")),
        talk=discussion_of(membership, paper),
        members=members_of(group),
        meetings=meetings,
        next_meeting=next_of(meetings),
        standing=[one for one in presenting if one.state != Assignment.State.DONE and not one.is_over],
        sessions=sessions,
        events=[*row.added, *assignment_events(assignments), *meeting_events(sessions)],
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


def _assignments(group: Group, paper: Paper) -> list[Assignment]:
    """Return all there ever were, the earliest meeting first; `is_presenting` marks those that stand or are done."""
    mine = Assignment.objects.filter(pk=OuterRef("pk"))
    found = Assignment.objects.filter(group=group, group_paper__paper=paper)
    found = found.annotate(is_presenting=Exists(mine.presenting()))
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
