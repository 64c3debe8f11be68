"""What a group did lately, in a few sentences and charts: of the group as a whole, and never a ranking of people."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek

from core import limits
from core.clock import today
from core.wording import in_words, plural, short_day
from discussion.models import GroupPaper, Vote
from discussion.models.group_paper import still_takes_part
from groups.access import membership_for
from groups.models import Group, Meeting, Membership
from groups.queries import members_of
from meetings.models import AgendaItem
from meetings.queries.turns import history_of
from meetings.rotation import Held, Turns, turns_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

WEEK = timedelta(weeks=1)
_EVERY_WEEK, _EVERY_MONTH = 6, 16  # so many weeks at most have each a label, or each month
NO_CATEGORY = "no category"


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of a chart. What `name` is called in the table; `label` stands in the chart, where there is room."""

    name: str
    count: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]

    @property
    def highest(self) -> int:
        return max((bar.count for bar in self.bars), default=0)

    @property
    def total(self) -> int:
        return sum(bar.count for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Turn:
    """How often a member presented, and how often it would have been if all had shared alike."""

    name: str
    presented: float
    fair: float


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    membership: Membership
    since: date  # a Monday
    meetings: int  # that were held since
    papers: int  # that were discussed in them
    weeks: Chart  # votes in each whole week
    usual_votes: int  # the median of the weeks in which someone voted
    usual_voters: int
    weeks_voted: int
    often: list[int]  # how often each of those who take papers presented, the fewest first
    turns: list[Turn]  # by name; for organisers
    meetings_counted: int  # for turns
    categories: Chart  # the papers voted for, the commonest category first
    years: list[int]  # with meetings, the latest first

    @property
    def is_empty(self) -> bool:
        return not (self.meetings or self.weeks.total or self.categories.total)

    @property
    def discussed(self) -> str:
        """Return "You discussed 18 papers in 6 meetings"."""
        meetings = plural(self.meetings, "meeting", "meetings")
        return f"You discussed {plural(self.papers, 'paper', 'papers')} in {meetings}"

    @property
    def voted(self) -> str:
        """Return "A week with votes had 14 votes by 5 members", or what there is to say of one week alone."""
        if not self.weeks_voted:
            return "No whole week with votes yet"
        cast = f"{plural(self.usual_votes, 'vote', 'votes')} by {plural(self.usual_voters, 'member', 'members')}"
        return f"One week so far had {cast}" if self.weeks_voted == 1 else f"A week with votes had {cast} (median)"

    @property
    def presented(self) -> str:
        """Return "Everyone presented 1–3 times", or how many did at all."""
        presented = [times for times in self.often if times]
        if not presented:
            return "Nobody has presented yet"
        times = _times(presented[0], presented[-1])
        if len(presented) == len(self.often):
            return f"Everyone presented {times}"
        return f"{len(presented)} of {len(self.often)} presented, {times}{' each' if len(presented) > 1 else ''}"

    @property
    def times(self) -> Chart:
        """Return how many members presented how often; where that differs much, so many times to so many."""
        if not self.often:
            return Chart([])
        least, most = self.often[0], self.often[-1]
        width = -(-(most - least + 1) // limits.STATISTICS_BARS)
        bars = []
        for start in range(least, most + 1, width):
            last = min(start + width - 1, most)
            members = sum(start <= times <= last for times in self.often)
            bars.append(Bar(f"{start}–{last}" if last > start else str(start), members, _times(start, last)))
        return Chart(bars)

    @property
    def came_from(self) -> str:
        """Return "62 % of the papers voted for came from cs.CL"."""
        if not self.categories.bars:
            return "No paper has votes yet"
        first = self.categories.bars[0]
        share = f"{round(100 * first.count / self.categories.total)} % of the papers voted for"
        return f"{share} have no category" if first.name == NO_CATEGORY else f"{share} came from {first.name}"


def statistics_page(*, by: "User", slug: str) -> StatisticsPage:
    """Gather what a group did in the last twelve months. Eleven statements, however many meetings and votes."""
    membership = membership_for(by, slug)
    group = membership.group
    monday = _monday(today(group.zone))
    since = monday - limits.STATISTICS_WEEKS * WEEK
    meetings, papers = _discussed(group, since)
    weeks = _weeks(group, since, monday)
    voted = [week for week in weeks if week[1]]
    history = history_of(group)
    asked = [one for one in members_of(group) if _is_asked(one)]
    turns = turns_of(history, [one.user_id for one in asked])
    members = [one for one in asked if turns[one.user_id].meetings]
    return StatisticsPage(
        membership=membership,
        since=since,
        meetings=meetings,
        papers=papers,
        weeks=Chart(_labelled(weeks)),
        usual_votes=round(median(week[1] for week in voted)) if voted else 0,
        usual_voters=round(median(week[2] for week in voted)) if voted else 0,
        weeks_voted=len(voted),
        often=_often_presented(history, [one.user_id for one in members]),
        turns=[_turn(one, turns[one.user_id]) for one in members] if membership.is_organiser else [],
        meetings_counted=len(history),
        categories=Chart(_categories(group, since)),
        years=years_met(group),
    )


def years_met(group: Group) -> list[int]:
    """Return the years with closed meetings, the latest first."""
    closed = Meeting.objects.filter(group=group, state=Meeting.State.CLOSED)
    return sorted({int(slug[:4]) for slug in closed.values_list("slug", flat=True)}, reverse=True)


def _discussed(group: Group, since: date) -> tuple[int, int]:
    """Count the meetings that discussed something, and the papers, each once."""
    lines = AgendaItem.objects.filter(
        group=group,
        state=AgendaItem.State.DISCUSSED,
        meeting__state=Meeting.State.CLOSED,
        meeting__starts_at__gte=_begins(group, since),
    )
    counted = lines.aggregate(meetings=Count("meeting", distinct=True), papers=Count("group_paper", distinct=True))
    return counted["meetings"], counted["papers"]


def _weeks(group: Group, since: date, until: date) -> list[tuple[date, int, int]]:
    """Return each Monday from the first week with votes on, with the votes of its week and those who cast them."""
    votes = _votes(group, since).filter(cast_at__lt=_begins(group, until))
    by_week = votes.annotate(week=TruncWeek("cast_at", tzinfo=ZoneInfo(group.zone))).values("week")
    counted = by_week.annotate(votes=Count("pk"), voters=Count("member", distinct=True)).order_by("week")
    found = {one["week"].date(): (one["votes"], one["voters"]) for one in counted}
    if not found:
        return []
    first = min(found)
    mondays = [first + n * WEEK for n in range((until - first).days // 7)]
    return [(monday, *found.get(monday, (0, 0))) for monday in mondays]


def _votes(group: Group, since: date) -> "QuerySet[Vote]":
    """Return the votes that counted, or do: those of someone who left count where a meeting has settled them."""
    counts = Q(settled_by__isnull=False) | Q(still_takes_part())
    return Vote.objects.filter(counts, group=group, cast_at__gte=_begins(group, since))


def _labelled(weeks: Sequence[tuple[date, int, int]]) -> list[Bar]:
    """Name each week by its Monday; where there are many, the first of a month or of a quarter has the label."""
    bars, labelled = [], None
    for monday, votes, _ in weeks:
        label, month = short_day(monday)[4:], (monday.year, monday.month)
        if len(weeks) > _EVERY_WEEK:
            begins = month != labelled and monday.day <= 7
            begins = begins and (len(weeks) <= _EVERY_MONTH or monday.month % 3 == 1)
            label, labelled = (f"{monday:%b}", month) if begins else ("", labelled)
        bars.append(Bar(f"{short_day(monday)} {monday.year}", votes, label))
    return bars


def _often_presented(history: Sequence[Held], members: Sequence[int]) -> list[int]:
    presented = Counter(member for held in history for together in held.presenters for member in together)
    return sorted(presented[member] for member in members)


def _categories(group: Group, since: date) -> list[Bar]:
    """Count the papers that have votes by primary category; what comes behind the commonest ones is one bar."""
    papers = GroupPaper.objects.filter(pk__in=_votes(group, since).values("group_paper"))
    counted = papers.values_list("paper__primary_category").annotate(count=Count("pk")).order_by("-count")
    found = sorted(((name or NO_CATEGORY, count) for name, count in counted), key=lambda one: (-one[1], one[0]))
    shown, rest = found[: limits.STATISTICS_BARS], found[limits.STATISTICS_BARS :]
    bars = [Bar(name, count, name) for name, count in shown]
    if rest:
        others = f"{in_words(len(rest))} other{'s' if len(rest) > 1 else ''}"
        bars.append(Bar(others, sum(count for _, count in rest), others))
    return bars


def _is_asked(one: Membership) -> bool:
    return one.may_vote and one.presents and one.until is None


def _turn(one: Membership, turns: Turns) -> Turn:
    return Turn(one.user.name, float(turns.presented), float(turns.fair))


def _times(least: int, most: int) -> str:
    if least != most:
        return f"{least}–{most} times"
    return {0: "never", 1: "once", 2: "twice"}.get(least) or f"{in_words(least)} times"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _begins(group: Group, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(group.zone))
