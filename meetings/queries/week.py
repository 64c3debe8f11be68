"""The group's home: what is up for the next meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from core import limits
from core.clock import now
from discussion.models import Assignment
from discussion.queries import OpenCandidate, PaperRow, rows_for
from groups.access import membership_for
from groups.models import Meeting, Membership
from groups.queries import next_meeting
from meetings.models import AgendaItem
from meetings.queries.agenda import items_of
from meetings.queries.pool import candidates_of, proposal
from papers.models import Paper
from papers.queries import count_entries_since, entries_since, listing_days

if TYPE_CHECKING:
    from accounts.models import User

CANDIDATES, NEW, ASSIGNED = "candidates", "new", "assigned"
NEW_DAYS = 5  # announcement days that count as new: arXiv's week


@dataclass(frozen=True, slots=True)
class WeekSection:
    """Rows under one heading: a listing's day, or everything when sorted by votes."""

    category: str
    day: date | None
    rows: list[PaperRow]


@dataclass(frozen=True, slots=True)
class WeekPage:
    membership: Membership
    meeting: Meeting | None
    on_agenda: int  # lines of the saved agenda
    show: str
    counts: dict[str, int]
    sections: list[WeekSection]
    fits_after: int | None  # id of the last paper that the votes would put on the agenda
    next_start: int | None  # where the next page begins

    @property
    def voting_closed(self) -> bool:
        return self.meeting is not None and self.meeting.closes_at <= now()


def week_page(*, by: "User", slug: str, show: str = "", start: int = 0) -> WeekPage:
    """Gather the week page; `show` is one of the tabs, `start` where a page of new papers begins."""
    membership = membership_for(by, slug)
    group = membership.group
    meeting = next_meeting(group)
    candidates = candidates_of(group)
    assigned = _assigned_papers(membership)
    since = _new_since(group.categories)
    new = count_entries_since(group.categories, since) if since else 0
    counts = {CANDIDATES: len(candidates), NEW: new, ASSIGNED: len(assigned)}
    show = show if show in counts else (CANDIDATES if candidates else NEW)
    items = items_of(meeting) if meeting else []
    sections, next_start = [], None
    if show == CANDIDATES:
        papers = [one.group_paper.paper for one in candidates]
        sections = _one_section(rows_for(membership, papers))
    elif show == ASSIGNED:
        sections = _one_section(rows_for(membership, assigned))
    elif since:
        sections, next_start = _new_papers(membership, since, start)
    return WeekPage(
        membership=membership,
        meeting=meeting,
        on_agenda=len(items),
        show=show,
        counts=counts,
        sections=sections,
        fits_after=_last_that_fits(meeting, items, candidates) if show == CANDIDATES else None,
        next_start=next_start,
    )


def _one_section(rows: list[PaperRow]) -> list[WeekSection]:
    return [WeekSection(category="", day=None, rows=rows)] if rows else []


def _assigned_papers(membership: Membership) -> list[Paper]:
    standing = Assignment.objects.standing().filter(group=membership.group).exclude(meeting__state=Meeting.State.CLOSED)
    standing = (
        standing.select_related("group_paper__paper")
        .defer("group_paper__paper__search")
        .order_by("meeting__starts_at", "pk")
    )
    papers = {one.group_paper.paper_id: one.group_paper.paper for one in standing}
    return list(papers.values())


def _new_since(categories: Sequence[str]) -> date | None:
    """Return the first of the latest announcement days that are in, however long ago they were."""
    days = listing_days(categories, limit=NEW_DAYS)
    return days[-1] if days else None


def _new_papers(membership: Membership, since: date, start: int) -> tuple[list[WeekSection], int | None]:
    entries = entries_since(membership.group.categories, since, start=start, count=limits.PAGE_ROWS + 1)
    shown = entries[: limits.PAGE_ROWS]
    rows = rows_for(membership, [entry.paper for entry in shown], {entry.paper_id: entry for entry in shown})
    sections: list[WeekSection] = []
    for entry, row in zip(shown, rows, strict=True):
        listing = entry.listing
        if not sections or (sections[-1].category, sections[-1].day) != (
            listing.category,
            listing.announced_on,
        ):
            sections.append(WeekSection(category=listing.category, day=listing.announced_on, rows=[]))
        sections[-1].rows.append(row)
    return sections, start + limits.PAGE_ROWS if len(entries) > limits.PAGE_ROWS else None


def _last_that_fits(
    meeting: Meeting | None, items: Sequence[AgendaItem], candidates: Sequence[OpenCandidate]
) -> int | None:
    if meeting is None or items:
        return None
    chosen = proposal(meeting, items, candidates).chosen
    return chosen[-1].group_paper.paper_id if chosen else None
