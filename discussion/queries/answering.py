"""The page behind the links of the mail that asks someone to present."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.clock import now
from discussion.access import asked_by_link
from discussion.models import Assignment
from groups.models import Membership

if TYPE_CHECKING:
    from accounts.models import User

WISHES = {"yes": "I’ll present it", "no": "I can’t"}

_STATE = Assignment.State
_ENDED = {
    _STATE.RETURNED: "The question was taken back, or the paper was given back since.",
    _STATE.LAPSED: "The time to answer is over, and the question goes to someone else.",
    _STATE.DONE: "The meeting was held, and you presented this paper.",
}


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """A question to present a paper, as whoever has the link sees it."""

    membership: Membership  # of whom it asks
    assignment: Assignment

    @property
    def is_open(self) -> bool:
        return is_open(self.membership, self.assignment)

    @property
    def is_archived(self) -> bool:
        return self.membership.group.archived_at is not None

    @property
    def is_answered(self) -> bool:
        return self.assignment.state in (_STATE.ACCEPTED, _STATE.DECLINED)

    @property
    def accepted(self) -> bool:
        return self.assignment.state == _STATE.ACCEPTED

    @property
    def ended(self) -> str:
        """Return why a question that has no answer takes none any more."""
        if self.assignment.state != _STATE.ASKED:
            return _ENDED[_STATE(self.assignment.state)]
        if self.is_archived:
            return "The group is archived, and takes no answers. Once it is opened again, the links work again."
        if not self.membership.may_vote:
            return "You do not take papers in this group at present."
        meeting = self.assignment.meeting
        if meeting and (self.assignment.is_over or meeting.ends_at <= now()):
            return "The meeting was held or cancelled."
        return _ENDED[_STATE.LAPSED]


def is_open(membership: Membership, assignment: Assignment) -> bool:
    """Tell whether the question can be answered by its link: nobody has, and its time is not over."""
    meeting, moment = assignment.meeting, now()
    in_time = not assignment.is_over and (meeting is None or meeting.ends_at > moment)
    waits = assignment.answer_by is None or assignment.answer_by > moment
    return assignment.state == _STATE.ASKED and membership.may_vote and in_time and waits


def answer_page(token: str, *, by: "User") -> AnswerPage:
    """Return what the link is about, for whoever holds it; raises NotFound when it is none of ours."""
    return AnswerPage(*asked_by_link(token))
