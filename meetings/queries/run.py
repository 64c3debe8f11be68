"""A meeting while it runs, as everyone follows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from groups.access import meeting_of, membership_for
from groups.models import Meeting, Membership
from meetings.models import AgendaItem, Attendance, Hand, Note
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
    hands: list[Hand]  # on the current line, in the order in which they were raised
    here: set[int]  # the ids of those who said that they are there
    counted: bool

    @property
    def is_running(self) -> bool:
        return self.meeting.state == Meeting.State.RUNNING

    @property
    def is_here(self) -> bool:
        return self.membership.user_id in self.here

    @property
    def has_raised(self) -> bool:
        return any(hand.member_id == self.membership.user_id for hand in self.hands)

    @property
    def ends_at(self) -> datetime | None:
        """Return when the minutes of the current line are over."""
        if self.current is None or self.current.item.started_at is None:
            return None
        return self.current.item.started_at + timedelta(minutes=self.current.item.minutes)


def run_page(*, by: "User", slug: str, meeting_slug: str) -> RunPage:
    """Gather what the page of a running meeting shows. Eight statements."""
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
        hands=_hands_on(current.item) if current else [],
        here=_here(meeting) if running else set(),
        counted=counted,
    )


def _hands_on(item: AgendaItem) -> list[Hand]:
    return list(Hand.objects.select_related("member").filter(item=item).order_by("raised_at", "pk"))


def _here(meeting: Meeting) -> set[int]:
    here = Attendance.objects.filter(meeting=meeting, here_at__isnull=False)
    return set(here.values_list("member", flat=True))
