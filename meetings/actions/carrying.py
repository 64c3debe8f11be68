"""What was prepared of a paper comes along onto another agenda: who presents it, who else has a part, what to read.

These trust their caller, who has locked the meeting.
"""

from collections.abc import Sequence
from operator import attrgetter

from discussion.actions import bring_assignment
from discussion.models import Assignment
from groups.models import Meeting
from groups.queries import members_of
from meetings.models import AgendaItem, Attendance, Part

PREPARED = ("cue", "question", "slides")


def bring_along(meeting: Meeting, items: Sequence[AgendaItem]) -> None:
    """Let lines that are new on an agenda have what was prepared for an earlier one that did not come to them."""
    lines = {item.group_paper_id: item for item in items if item.group_paper}
    for item in lines.values():
        bring_assignment(item.group_paper, meeting)  # type: ignore[arg-type]  # only lines with a paper
    elsewhere = AgendaItem.objects.filter(group_paper__in=lines).exclude(meeting=meeting).select_related("meeting")
    latest = {one.group_paper_id: one for one in sorted(elsewhere, key=attrgetter("meeting.starts_at", "pk"))}
    open_ones = {paper: one for paper, one in latest.items() if one.state != AgendaItem.State.DISCUSSED}
    for paper, earlier in open_ones.items():
        for column in PREPARED:
            setattr(lines[paper], column, getattr(earlier, column))
    AgendaItem.objects.bulk_update([lines[paper] for paper in open_ones], PREPARED)
    _bring_parts(meeting, {earlier.pk: lines[paper] for paper, earlier in open_ones.items()})


def _bring_parts(meeting: Meeting, lines: dict[int, AgendaItem]) -> None:
    """Copy parts, as the agenda that was held keeps its own; `lines` maps the id of an earlier line to the new one."""
    if not lines:
        return
    away = set(Attendance.objects.absent().filter(meeting=meeting).values_list("member", flat=True))
    able = {one.user_id for one in members_of(meeting.group) if one.may_vote and one.presents} - away
    presenting = set(Assignment.objects.standing().filter(meeting=meeting).values_list("group_paper", "member"))
    Part.objects.bulk_create(
        Part(group=meeting.group, item=lines[one.item_id], member_id=one.member_id, role=one.role)
        for one in Part.objects.filter(item__in=lines, member__in=able).order_by("pk")
        if (lines[one.item_id].group_paper_id, one.member_id) not in presenting
    )
