"""A meeting's page: its lines with clock times and presenters, and the pool beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.clock import now
from discussion.models import Assignment
from discussion.queries import OpenCandidate, shown_votes
from groups.access import meeting_of, membership_for
from groups.models import Meeting, Membership
from groups.queries import members_of
from meetings.exports.sheet import running_clock
from meetings.models import AgendaItem
from meetings.queries.pool import Proposal, candidates_of, proposal

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One line with its running clock; `item` may be a mere proposal that is not saved yet."""

    item: AgendaItem
    starts_at: datetime  # UTC
    presenter: str  # a name, or empty
    assignment: Assignment | None

    @property
    def reason(self) -> str:
        """Return why the line is there; how many votes it had stands beside it. A topic needs none."""
        if self.item.group_paper is None:
            return ""
        if self.item.pinned:
            return "Chosen by the organiser."
        return "Chosen by the votes."


@dataclass(frozen=True, slots=True)
class MeetingPage:
    membership: Membership
    meeting: Meeting
    lines: list[AgendaLine]
    is_proposal: bool  # the lines come from the votes and are not saved yet
    dropped: list[AgendaItem]  # taken off; they can be put back
    pool: list[OpenCandidate]
    lacks_minutes: dict[int, int]
    members: list[Membership]  # who can present
    counted: bool  # the member may see how many votes each line has

    @property
    def planned_minutes(self) -> int:
        return sum(line.item.minutes for line in self.lines)

    @property
    def spare_minutes(self) -> int:
        """Return the minutes left in the slot; negative when the lines need more."""
        return self.meeting.minutes - self.planned_minutes

    @property
    def voting_closed(self) -> bool:
        return self.meeting.closes_at <= now()

    @property
    def has_begun(self) -> bool:
        return self.meeting.starts_at <= now()


def meeting_page(*, by: "User", slug: str, meeting_slug: str) -> MeetingPage:
    """Gather a meeting's page for a member of the group."""
    membership = membership_for(by, slug)
    meeting = meeting_of(membership.group, meeting_slug)
    saved = _all_items(meeting)
    items = [item for item in saved if item.state != AgendaItem.State.DROPPED]
    choice = proposal(meeting, items, candidates_of(meeting.group)) if meeting.is_open else Proposal([], {}, [])
    proposed = proposed_items(meeting, choice.chosen) if not saved and meeting.state == Meeting.State.PLANNED else []
    shown = {item.group_paper_id for item in proposed}
    return MeetingPage(
        membership=membership,
        meeting=meeting,
        lines=lines_of(meeting, items or proposed),
        is_proposal=bool(proposed),
        dropped=[item for item in saved if item.state == AgendaItem.State.DROPPED],
        pool=[candidate for candidate in choice.pool if candidate.group_paper.pk not in shown],
        lacks_minutes=choice.lacks_minutes if proposed else {},
        members=[one for one in members_of(membership.group) if one.may_vote and one.presents],
        counted=are_counts_shown(membership, meeting),
    )


def are_counts_shown(membership: Membership, meeting: Meeting) -> bool:
    """Tell whether the member may see how many votes each line has; who makes the agenda has to."""
    return membership.is_organiser or not meeting.is_open or shown_votes(membership.group).counts


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """List a meeting's saved lines in order, with their papers; without those taken off."""
    return [item for item in _all_items(meeting) if item.state != AgendaItem.State.DROPPED]


def _all_items(meeting: Meeting) -> list[AgendaItem]:
    items = AgendaItem.objects.select_related("group_paper__paper", "topic_presenter").defer(
        "group_paper__paper__search"
    )
    return list(items.filter(meeting=meeting).order_by("position"))


def proposed_items(meeting: Meeting, chosen: Iterable[OpenCandidate], *, after: int = 0) -> list[AgendaItem]:
    """Make unsaved lines of what the votes chose, numbered on from position `after`."""
    return [
        AgendaItem(
            group=meeting.group,
            meeting=meeting,
            position=position,
            group_paper=candidate.group_paper,
            minutes=meeting.group.minutes_per_paper,
            votes=len(candidate.supporters),
        )
        for position, candidate in enumerate(chosen, start=after + 1)
    ]


def lines_of(meeting: Meeting, items: list[AgendaItem]) -> list[AgendaLine]:
    """Join lines with clock times and presenters."""
    assignments = presenters_of(meeting)
    begins = running_clock(meeting.starts_at, meeting.group.zone, [item.minutes for item in items])
    return [
        _line(item, starts_at, assignments.get(item.group_paper_id or 0))
        for item, starts_at in zip(items, begins, strict=True)
    ]


def presenters_of(meeting: Meeting) -> dict[int, Assignment]:
    """Map the id of a group paper to who presents it, or is asked to, at this meeting."""
    assignments = Assignment.objects.presenting().select_related("member").filter(meeting=meeting)
    return {assignment.group_paper_id: assignment for assignment in assignments.order_by("pk")}


def _line(item: AgendaItem, starts_at: datetime, assignment: Assignment | None) -> AgendaLine:
    if item.topic_presenter:
        presenter = item.topic_presenter.name
    elif assignment:
        asked = " (asked)" if assignment.state == Assignment.State.ASKED else ""
        presenter = f"{assignment.member.name}{asked}"
    else:
        presenter = ""
    return AgendaLine(item=item, starts_at=starts_at, presenter=presenter, assignment=assignment)
