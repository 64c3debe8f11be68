"""What leaves papers out of a search: chosen by menu, kept in the address."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from core import limits
from core.clock import today
from core.keeping import remembered
from core.wording import short_day
from discussion.access import seen_by
from discussion.models import Assignment, Comment, GroupPaper, Vote
from groups.models import Group
from papers.models import Paper

MONTH, YEAR = "month", "year"
PERIODS = {MONTH: "This month", YEAR: "This year"}
Chip = tuple[str, "Filters"]  # a filter in words, and all others


@dataclass(frozen=True, slots=True)
class Filters:
    """What each of them asks for; a period counts while there are no dates."""

    category: str = ""
    in_group: bool = False
    has_comments: bool = False
    has_summary: bool = False
    was_discussed: bool = False
    presenter: int | None = None  # id of a member
    when: str = ""  # of PERIODS
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def sent(self) -> dict[str, Any]:
        """Return what a form sends of them."""
        days = {"since": self.since, "until": self.until}
        sent = {
            "category": self.category,
            "group": self.in_group and "on",
            "talk": self.has_comments and "on",
            "summary": self.has_summary and "on",
            "discussed": self.was_discussed and "on",
            "presenter": self.presenter,
            "when": self.when,
            **{name: day.isoformat() for name, day in days.items() if day},
        }
        return {name: value for name, value in sent.items() if value}

    @property
    def address(self) -> str:
        """Return what an address says of them, with an ampersand in front; empty without any."""
        return f"&{urlencode(self.sent)}" if self else ""

    def chips(self, presenters: dict[int, str]) -> list[Chip]:
        """Return each filter that is set in words, with those that are left without it."""
        return [
            (words, replace(self, **without))
            for words, without in (
                (self.category, {"category": ""}),
                (self.in_group and "In our group", {"in_group": False}),
                (self.has_comments and "Has comments", {"has_comments": False}),
                (self.has_summary and "Has a summary", {"has_summary": False}),
                (self.was_discussed and "Discussed", {"was_discussed": False}),
                (self.presenter and f"Presented by {presenters[self.presenter]}", {"presenter": None}),
                (PERIODS.get(self.when), {"when": ""}),
                (self.since and f"From {_day(self.since)}", {"since": None}),
                (self.until and f"Until {_day(self.until)}", {"until": None}),
            )
            if words
        ]


def settled(filters: Filters, presenters: dict[int, str]) -> Filters:
    """Leave out what the group does not know, and a period beside dates."""
    is_known = filters.when in PERIODS and not (filters.since or filters.until)
    return replace(
        filters,
        presenter=filters.presenter if filters.presenter in presenters else None,
        when=filters.when if is_known else "",
    )


@remembered(limits.GROUPS_REMEMBERED)
def presenters_of(version: str, group: Group, minute: datetime) -> dict[int, str]:
    """Map the ids of those who present or presented to their names, by name; in one statement."""
    presenting = Assignment.objects.presenting().filter(group=group).order_by("member__name", "member")
    return dict(presenting.values_list("member", "member__name").distinct())


def papers_among(group: Group, filters: Filters) -> QuerySet[Paper]:
    """Return the papers that the group may see and that the filters leave."""
    papers = Paper.objects.filter(seen_by(group))
    if filters.category:
        papers = papers.filter(categories__contains=[filters.category])
    if filters.in_group:
        papers = papers.filter(pk__in=GroupPaper.objects.filter(group=group).values("paper"))
    if filters.has_comments:
        papers = papers.filter(pk__in=Comment.objects.kept().filter(group=group).values("group_paper__paper"))
    if filters.has_summary:
        papers = papers.filter(pk__in=Comment.objects.summaries().filter(group=group).values("group_paper__paper"))
    if filters.was_discussed:
        papers = papers.filter(_discussed(group))
    if filters.presenter:
        presenting = Assignment.objects.presenting().filter(group=group, member=filters.presenter)
        papers = papers.filter(pk__in=presenting.values("group_paper__paper"))
    since, until = _period(group, filters)
    return papers.filter(_between(group, since, until)) if since or until else papers


def _period(group: Group, filters: Filters) -> tuple[date | None, date | None]:
    if filters.when not in PERIODS:
        return filters.since, filters.until
    first = today(group.zone).replace(day=1)
    return (first if filters.when == MONTH else first.replace(month=1)), None


def _between(group: Group, since: date | None, until: date | None) -> Q:
    """Return the condition of what was announced, or met about, on these days of the group's calendar."""
    zone = ZoneInfo(group.zone)
    announced, met = {}, {}
    if since:
        announced["first_announced__gte"] = since
        met["starts_at__gte"] = datetime.combine(since, time(), zone)
    if until:
        announced["first_announced__lte"] = until
        met["starts_at__lt"] = datetime.combine(until + timedelta(days=1), time(), zone)
    return Q(**announced) | _discussed(group, **met)


def _discussed(group: Group, **met: datetime) -> Q:
    """Return the condition of what was presented, or settled its votes, in a meeting."""
    presented = {f"meeting__{name}": value for name, value in met.items()}
    settled = {f"settled_by__{name}": value for name, value in met.items()}
    done = Assignment.objects.filter(group=group, state=Assignment.State.DONE, meeting__isnull=False, **presented)
    votes = Vote.objects.filter(group=group, settled_by__isnull=False, **settled)
    return Q(pk__in=done.values("group_paper__paper")) | Q(pk__in=votes.values("group_paper__paper"))


def _day(day: date) -> str:
    return f"{short_day(day)} {day.year}"
