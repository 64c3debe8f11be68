"""What happened to a paper in the group, told between its comments: who added and took it, and what meetings did."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from discussion.models import Assignment
from groups.models import Meeting

if TYPE_CHECKING:
    from discussion.queries.paper import Session


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is added, asked, turn, took, accepted, returned, or what a meeting came to: discussed, not reached."""

    kind: str
    at: datetime
    pk: int  # of what it tells, unique among its kind
    who: str = ""
    by: str = ""  # who asked
    meeting: Meeting | None = None


def assignment_events(assignments: Iterable[Assignment]) -> Iterator[Event]:
    """Yield who was asked, took, accepted and gave back a paper; that someone declined is nobody's business."""
    for one in assignments:
        asked = one.asked_by.name if one.asked_by and one.asked_by_id != one.member_id else ""
        told = {"pk": one.pk, "who": one.member.name, "by": asked, "meeting": one.meeting}
        by_turn = one.answer_by is not None and not asked
        yield Event("asked" if asked else "turn" if by_turn else "took", one.created_at, **told)  # type: ignore[arg-type]
        if one.answered_at and one.state == Assignment.State.RETURNED:
            yield Event("returned", one.answered_at, **told)  # type: ignore[arg-type]
        elif one.answered_at and (asked or by_turn) and one.state in (Assignment.State.ACCEPTED, Assignment.State.DONE):
            yield Event("accepted", one.answered_at, **told)  # type: ignore[arg-type]


def meeting_events(sessions: "Iterable[Session]") -> Iterator[Event]:
    """Yield what meetings that were held came to."""
    for one in sessions:
        if one.meeting.state == Meeting.State.CLOSED and one.outcome != "planned":
            yield Event(one.outcome, one.meeting.ends_at, one.meeting.pk, who=one.presenter, meeting=one.meeting)
