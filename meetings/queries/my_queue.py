"""A member's own page: what they present, what they saved to read, and what they voted for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.citing import Reference
from discussion.models import Assignment, QueueItem, Vote
from discussion.queries import PaperRow, VotingPage, rows_for
from groups.access import membership_for
from groups.models import Membership
from meetings.models import AgendaItem, Swap
from meetings.queries.swaps import open_swaps
from papers.queries import reference_of

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Presenting:
    """What the member presents, or is asked to; `minutes` is what the agenda gives it, else the group's usual."""

    row: PaperRow
    assignment: Assignment
    minutes: int
    on_agenda: bool


@dataclass(frozen=True, slots=True)
class ToRead:
    row: PaperRow
    item: QueueItem


@dataclass(frozen=True, slots=True)
class QueuePage(VotingPage):
    membership: Membership
    presenting: list[Presenting]  # the earliest meeting first
    to_read: list[ToRead]  # in the member's order
    voted: list[PaperRow]  # the latest vote first
    swaps: list[Swap]  # that await an answer


def queue_page(*, by: "User", slug: str) -> QueuePage:
    """Gather a member's own page; nobody else is shown it. A fixed number of statements."""
    membership = membership_for(by, slug)
    assignments, items, votes = _presented(membership), _kept(membership), _open_votes(membership)
    presented = [one.group_paper.paper for one in assignments]
    papers = [*presented, *(vote.group_paper.paper for vote in votes), *(item.paper for item in items)]
    by_paper = {paper.pk: paper for paper in papers}
    rows = {row.paper.pk: row for row in rows_for(membership, list(by_paper.values()))}
    minutes = _minutes(assignments)
    usual = membership.group.minutes_per_paper
    return QueuePage(
        membership=membership,
        presenting=[
            Presenting(rows[one.group_paper.paper_id], one, minutes.get(_line(one), usual), _line(one) in minutes)
            for one in assignments
        ],
        to_read=[ToRead(rows[item.paper_id], item) for item in items],
        swaps=open_swaps(membership),
        voted=[rows[vote.group_paper.paper_id] for vote in votes],
    )


def _presented(membership: Membership) -> list[Assignment]:
    mine = Assignment.objects.standing().not_over().filter(group=membership.group, member=membership.user)
    mine = mine.select_related("group_paper__paper", "meeting").defer("group_paper__paper__search")
    return list(mine.order_by("meeting__starts_at", "pk"))


def _kept(membership: Membership) -> list[QueueItem]:
    mine = QueueItem.objects.kept().filter(group=membership.group, member=membership.user)
    return list(mine.select_related("paper").defer("paper__search"))


def _open_votes(membership: Membership) -> list[Vote]:
    mine = Vote.objects.open().filter(group=membership.group, member=membership.user)
    mine = mine.select_related("group_paper__paper").defer("group_paper__paper__search")
    return list(mine.order_by("-cast_at", "-pk"))


def _line(assignment: Assignment) -> tuple[int, int | None]:
    return assignment.group_paper_id, assignment.meeting_id


def _minutes(assignments: list[Assignment]) -> dict[tuple[int, int | None], int]:
    """Map paper and meeting to the minutes that the saved agenda has for them."""
    items = AgendaItem.objects.filter(
        meeting__in={one.meeting_id for one in assignments}, group_paper__in=[one.group_paper_id for one in assignments]
    ).exclude(state=AgendaItem.State.DROPPED)
    return {
        (paper, meeting): minutes for paper, meeting, minutes in items.values_list("group_paper", "meeting", "minutes")
    }


def queue_references(*, by: "User", slug: str) -> list[Reference]:
    """Return what the member saved, with their notes, as references in their order."""
    return [reference_of(item.paper, note=item.note) for item in _kept(membership_for(by, slug))]
