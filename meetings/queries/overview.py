"""The list of a group's meetings: those to come, and those held."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from core import limits
from core.clock import today
from groups.access import membership_for
from groups.models import Break, Meeting, Membership
from meetings.models import Poll
from meetings.queries.polls import recent_polls

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    membership: Membership
    coming: list[Meeting]  # with `papers`: how many stand on the agenda
    past: list[Meeting]  # latest first; with `papers`
    more_before: str  # the slug to go on from, or empty
    breaks: list[Break]  # that are not over
    polls: list[Poll]  # about times for sessions, the latest first


def meetings_page(*, by: "User", slug: str, before: str = "") -> MeetingsPage:
    """Gather the meetings of a group; `before` goes on down the past ones from a meeting's slug."""
    membership = membership_for(by, slug)
    meetings = Meeting.objects.filter(group=membership.group).annotate(
        papers=Count("items", filter=Q(items__group_paper__isnull=False))
    )
    is_past = Q(state__in=[Meeting.State.CLOSED, Meeting.State.CANCELLED])
    past = meetings.filter(is_past).order_by("-starts_at", "-pk")
    if before:
        past = past.filter(
            starts_at__lt=Meeting.objects.filter(group=membership.group, slug=before).values("starts_at")
        )
    rows = list(past[: limits.HISTORY_ROWS + 1])
    return MeetingsPage(
        membership=membership,
        coming=list(meetings.exclude(is_past).order_by("starts_at", "pk")[: limits.HISTORY_ROWS]),
        past=rows[: limits.HISTORY_ROWS],
        breaks=list(
            membership.group.breaks.filter(last_day__gte=today(membership.group.zone)).order_by("first_day", "pk")
        ),
        polls=recent_polls(membership.group),
        more_before=rows[limits.HISTORY_ROWS - 1].slug if len(rows) > limits.HISTORY_ROWS else "",
    )
