"""A meeting's page: its lines with clock times and presenters, and the pool beside them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from core import limits
from core.clock import now
from discussion.models import Assignment
from discussion.queries import OpenCandidate, shown_votes, summaries_of
from groups.access import meeting_of, membership_for
from groups.models import Group, Meeting, Membership
from groups.queries import members_of
from meetings.exports.sheet import running_clock
from meetings.models import AgendaItem, Attendance, Note, Part, Swap
from meetings.queries.pool import Proposal, candidates_of, proposal
from meetings.queries.reasons import EXPLAINED, why, why_not
from meetings.queries.swaps import SwapChoice, open_swaps, swap_choices
from meetings.selection import MOST_VOTES, SHARED_TIME

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One line with its running clock; `item` may be a mere proposal that is not saved yet."""

    item: AgendaItem
    starts_at: datetime  # UTC
    presenter: str  # a name, or empty
    assignment: Assignment | None
    reason: str  # why the line is there; a topic needs none
    parts: Sequence[Part] = ()  # co-presenters, and the roles in the discussion

    @property
    def co_presenters(self) -> list[str]:
        """Return the names of those who present it too."""
        return [one.member.name for one in self.parts if one.role == Part.Role.CO_PRESENTER]

    @property
    def roles(self) -> list[tuple[str, str]]:
        """Return the roles in its discussion, in order, each with a name."""
        held = {one.role: one.member.name for one in self.parts}
        return [(str(role.label), held[role]) for role in Part.BY_TURN if role in held]


@dataclass(frozen=True, slots=True)
class Missed:
    """A paper with votes that is not on the agenda, and the sentence why."""

    candidate: OpenCandidate
    sentence: str


@dataclass(frozen=True, slots=True)
class MeetingPage:
    membership: Membership
    meeting: Meeting
    lines: list[AgendaLine]
    is_proposal: bool  # the lines come from the votes and are not saved yet
    dropped: list[AgendaItem]  # taken off; they can be put back
    pool: list[OpenCandidate]
    members: list[Membership]  # who can present
    counted: bool  # the member may see how many votes each line has
    missed: list[Missed]  # the nearest first; nothing while the member may not know the counts
    explained: str  # how votes choose, in one sentence, where they share time
    saved_minutes: int  # of the member's own
    notes: dict[int, list[Note]]  # what was written down in the meeting, by the ids of lines
    is_away: bool  # the member said that they cannot make it
    other_chosen: list[OpenCandidate] = field(default_factory=list)  # by the other rule, for organisers
    summaries: Mapping[int, str] = field(default_factory=dict)  # of a held meeting's papers, by group paper
    swaps: list[Swap] = field(default_factory=list)  # that the member asks for, or is asked for
    swap_choices: list[SwapChoice] = field(default_factory=list)  # whom the member, who presents here, can ask

    def presented(self, line: AgendaLine) -> bool:
        """Tell whether the member presented a line of a meeting that was held."""
        me, item, held = self.membership.user_id, line.item, line.assignment
        if item.state != AgendaItem.State.DISCUSSED:
            return False
        together = any(one.member_id == me and one.role == Part.Role.CO_PRESENTER for one in line.parts)
        is_done = held is not None and held.state == Assignment.State.DONE and held.member_id == me
        return is_done or together or item.topic_presenter_id == me

    @property
    def roles(self) -> list[tuple[str, str]]:
        """Return the parts that a line can have beside its presenter: value and words."""
        by_turn = Part.BY_TURN if self.membership.group.discussion_roles else []
        return [(str(role.value), str(role.label)) for role in (Part.Role.CO_PRESENTER, *by_turn)]

    @property
    def can_begin(self) -> bool:
        return self.meeting.starts_at <= now() + timedelta(minutes=limits.START_MINUTES)

    @property
    def on_agenda(self) -> set[int | None]:
        """Return the ids of the group papers that have a line."""
        return {line.item.group_paper_id for line in self.lines}

    @property
    def kinds(self) -> list[tuple[str, str, int]]:
        """Return the kinds of papers: name, words, and the group's minutes."""
        group = self.membership.group
        return [
            ("short", "Short", group.short_minutes),
            ("normal", "Normal", group.minutes_per_paper),
            ("deep", "Deep", group.deep_minutes),
        ]

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
    saved = all_items_of(meeting)
    items = [item for item in saved if item.state != AgendaItem.State.DROPPED]
    choice = proposal(meeting, items, candidates_of(meeting.group)) if meeting.is_open else NOTHING_TO_CHOOSE
    proposed = proposed_items(meeting, choice) if not saved and meeting.state == Meeting.State.PLANNED else []
    shown = {item.group_paper_id for item in proposed}
    counted = are_counts_shown(membership, meeting)
    members = members_of(membership.group)
    lines = lines_of(
        meeting, items or proposed, viewer=by.pk, counted=counted, names={one.user_id: one.user.name for one in members}
    )
    presenters = [one for one in members if one.may_vote and one.presents]
    is_ahead = meeting.is_open and meeting.starts_at > now()
    return MeetingPage(
        membership=membership,
        meeting=meeting,
        lines=lines,
        is_proposal=bool(proposed),
        dropped=[item for item in saved if item.state == AgendaItem.State.DROPPED],
        pool=[candidate for candidate in choice.pool if candidate.group_paper.pk not in shown],
        members=presenters,
        counted=counted,
        missed=_missed(choice) if counted and proposed else [],
        explained=EXPLAINED if SHARED_TIME in (choice.rule, meeting.rule_used) else "",
        saved_minutes=choice.saved.get(by.pk, 0) // 60,
        notes={} if meeting.is_open else notes_of(items),
        is_away=Attendance.objects.filter(meeting=meeting, member=by, state=Attendance.State.AWAY).exists(),
        summaries=summaries_of(papers) if (papers := _papers(meeting, items)) else {},
        swaps=open_swaps(membership, meeting) if is_ahead else [],
        swap_choices=swap_choices(membership, presenters) if is_ahead and _presents(lines, by.pk) else [],
        other_chosen=choice.other_chosen if membership.is_organiser and proposed else [],
    )


def _papers(meeting: Meeting, items: Sequence[AgendaItem]) -> list[int]:
    """Return the papers of a held meeting, which can have a summary."""
    papers = [item.group_paper_id for item in items if item.group_paper_id]
    return papers if meeting.state == Meeting.State.CLOSED else []


def _presents(lines: Sequence[AgendaLine], member: int) -> bool:
    mine = (line.assignment for line in lines if line.assignment and line.assignment.member_id == member)
    is_presenting = any(one.state == Assignment.State.ACCEPTED for one in mine)
    return is_presenting or any(line.item.topic_presenter_id == member for line in lines)


NOTHING_TO_CHOOSE = Proposal(pool=[], slot=0, keeps=0, saved={}, spendable={}, rule=MOST_VOTES)


def _missed(choice: Proposal) -> list[Missed]:
    return [Missed(one, why_not(one, left, choice)) for one, left in choice.missed[: limits.MISSED_SHOWN]]


def are_counts_shown(membership: Membership, meeting: Meeting) -> bool:
    """Tell whether the member may see how many votes each line has; who makes the agenda has to."""
    return membership.is_organiser or not meeting.is_open or shown_votes(membership.group).counts


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """List a meeting's saved lines in order, with their papers; without those taken off."""
    return [item for item in all_items_of(meeting) if item.state != AgendaItem.State.DROPPED]


def items_by_meeting(meetings: Collection[Meeting]) -> defaultdict[int, list[AgendaItem]]:
    """Map the id of each meeting to its saved lines, as above, in one statement."""
    found: defaultdict[int, list[AgendaItem]] = defaultdict(list)
    for item in _items().filter(meeting__in=meetings).exclude(state=AgendaItem.State.DROPPED).order_by("position"):
        found[item.meeting_id].append(item)
    return found


def all_items_of(meeting: Meeting) -> list[AgendaItem]:
    """List a meeting's saved lines in order, those taken off too."""
    return list(_items().filter(meeting=meeting).order_by("position"))


def _items() -> QuerySet[AgendaItem]:
    lines = AgendaItem.objects.select_related("group_paper__paper", "topic_presenter")
    return lines.defer("group_paper__paper__search")


def proposed_items(meeting: Meeting, choice: Proposal, *, after: int = 0) -> list[AgendaItem]:
    """Make unsaved lines of what the votes chose, numbered on from position `after`."""
    payments = choice.payments
    return [
        AgendaItem(
            group=meeting.group,
            meeting=meeting,
            position=position,
            group_paper=candidate.group_paper,
            minutes=candidate.group_paper.minutes,
            votes=len(candidate.supporters),
            payments=payments[candidate.group_paper.pk],
        )
        for position, candidate in enumerate(choice.chosen, start=after + 1)
    ]


def lines_of(
    meeting: Meeting,
    items: list[AgendaItem],
    *,
    viewer: int | None = None,
    counted: bool = True,
    names: Mapping[int, str] = MappingProxyType({}),
    assignments: Mapping[int, Assignment] | None = None,
    parts: Mapping[int, Sequence[Part]] | None = None,
) -> list[AgendaLine]:
    """Join lines with clock times, presenters and, as `why` says them to the viewer, the reasons."""
    assignments = presenters_of(meeting) if assignments is None else assignments
    parts = parts_of(meeting.group, items) if parts is None else parts
    begins = running_clock(meeting.starts_at, meeting.group.zone, [item.minutes for item in items])
    return [
        _line(
            item,
            starts_at,
            assignments.get(item.group_paper_id or 0),
            parts=parts.get(item.pk, ()),
            reason=why(item, viewer=viewer, counted=counted, names=names),
        )
        for item, starts_at in zip(items, begins, strict=True)
    ]


def presenters_of(meeting: Meeting) -> dict[int, Assignment]:
    """Map the id of a group paper to who presents it, or is asked to, at this meeting."""
    assignments = Assignment.objects.presenting().select_related("member").filter(meeting=meeting)
    return {assignment.group_paper_id: assignment for assignment in assignments.order_by("pk")}


def parts_of(group: Group, items: Collection[AgendaItem]) -> dict[int, list[Part]]:
    """Map the id of a line to who else has a part in it, roles only while the group wants them. One statement."""
    found: defaultdict[int, list[Part]] = defaultdict(list)
    parts = Part.objects.select_related("member").filter(item__in=[item.pk for item in items if item.pk])
    if not group.discussion_roles:
        parts = parts.filter(Q(role=Part.Role.CO_PRESENTER) | Q(item__meeting__state=Meeting.State.CLOSED))
    order = [str(role) for role in Part.Role]
    for one in sorted(parts, key=lambda part: (order.index(part.role), part.pk)):
        found[one.item_id].append(one)
    return dict(found)


def _line(
    item: AgendaItem, starts_at: datetime, assignment: Assignment | None, *, parts: Sequence[Part], reason: str
) -> AgendaLine:
    if item.topic_presenter:
        presenter = item.topic_presenter.name
    elif assignment:
        asked = " (asked)" if assignment.state == Assignment.State.ASKED else ""
        presenter = f"{assignment.member.name}{asked}"
    else:
        presenter = ""
    return AgendaLine(
        item=item, starts_at=starts_at, presenter=presenter, assignment=assignment, reason=reason, parts=parts
    )


def notes_of(items: Sequence[AgendaItem]) -> dict[int, list[Note]]:
    """Map the id of a line to its notes, in order. One statement."""
    found: defaultdict[int, list[Note]] = defaultdict(list)
    for note in Note.objects.select_related("author").filter(item__in=items).order_by("written_at", "pk"):
        found[note.item_id].append(note)
    return dict(found)
