"""A meeting while it runs, as everyone follows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from groups.access import meeting_of, membership_for
from groups.models import Meeting, Membership
from meetings.models import AgendaItem, Note
from meetings.queries.agenda import AgendaLine, are_counts_shown, items_of, lines_of, notes_of

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class RunPage:
    membership: Membership
    meeting: Meeting
    lines: list[AgendaLine]
    current: AgendaLine | None  # None when all is over, or nothing has begun
    following: AgendaLine | None
    over: list[AgendaLine]  # what is discussed, or carried over
    notes: list[Note]  # on the current line, in order
    counted: bool

    @property
    def is_running(self) -> bool:
        return self.meeting.state == Meeting.State.RUNNING

    @property
    def ends_at(self) -> datetime | None:
        """Return when the minutes of the current line are over."""
        if self.current is None or self.current.item.started_at is None:
            return None
        return self.current.item.started_at + timedelta(minutes=self.current.item.minutes)


def run_page(*, by: "User", slug: str, meeting_slug: str) -> RunPage:
    """Gather what the page of a running meeting shows. Six statements."""
    membership = membership_for(by, slug)
    meeting = meeting_of(membership.group, meeting_slug)
    counted = are_counts_shown(membership, meeting)
    lines = lines_of(meeting, items_of(meeting), viewer=by.pk, counted=counted)
    waiting = [line for line in lines if line.item.state == AgendaItem.State.PLANNED]
    running = meeting.state == Meeting.State.RUNNING
    current = waiting[0] if waiting and running else None
    return RunPage(
        membership=membership,
        meeting=meeting,
        lines=lines,
        current=current,
        following=waiting[1] if len(waiting) > 1 and running else None,
        over=[line for line in lines if line.item.state != AgendaItem.State.PLANNED],
        notes=notes_of([current.item]).get(current.item.pk, []) if current else [],
        counted=counted,
    )
