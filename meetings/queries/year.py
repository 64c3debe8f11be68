"""A year of a group: what was read, month by month, and what it comes to."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from core.wording import plural
from discussion.models import Assignment
from groups.access import membership_for
from groups.models import Group, Meeting, Membership
from meetings.exports.markdown import YearSheet
from meetings.exports.sheet import SheetItem
from meetings.queries.archive import ArchiveFilter, ArchiveLine, held_among, meetings_among
from meetings.queries.figures import NO_CATEGORY, Bar, Chart, years_met

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Read:
    """A paper that was discussed, and when."""

    meeting: Meeting
    line: ArchiveLine


@dataclass(frozen=True, slots=True)
class Month:
    first_day: date
    papers: list[Read]  # the earliest first


@dataclass(frozen=True, slots=True)
class YearPage:
    membership: Membership
    year: int
    months: list[Month]  # those with papers
    meetings: int
    papers: int  # each once
    presenters: int
    comments: int  # about these papers, of all time
    summaries: int
    categories: Chart  # the commonest first
    years: list[int]  # with meetings, the latest first

    @property
    def before(self) -> int | None:
        """Return the year with meetings before this one."""
        return max((year for year in self.years if year < self.year), default=None)

    @property
    def after(self) -> int | None:
        """Return the year with meetings after this one."""
        return min((year for year in self.years if year > self.year), default=None)

    @property
    def totals(self) -> str:
        """Return what the year comes to, in one or two sentences."""
        read = f"{plural(self.papers, 'paper', 'papers')} in {plural(self.meetings, 'meeting', 'meetings')}"
        by = f", presented by {plural(self.presenters, 'member', 'members')}" if self.presenters else ""
        if not self.comments:
            return f"{read}{by}."
        among = f", among them {plural(self.summaries, 'summary', 'summaries')}" if self.summaries else ""
        return f"{read}{by}. Written about them: {plural(self.comments, 'comment', 'comments')}{among}."


def year_page(*, by: "User", slug: str, year: int) -> YearPage:
    """Gather a year for a member. Seven statements, however much was read."""
    membership = membership_for(by, slug)
    group = membership.group
    wanted = ArchiveFilter(year=year)
    meetings = list(meetings_among(group, wanted))[::-1]
    read = [
        Read(one.meeting, line)
        for one in held_among(meetings, wanted)
        for line in one.lines
        if line.item.group_paper_id
    ]
    papers = {one.line.item.group_paper_id: one.line for one in read}
    done = Assignment.objects.filter(meeting__in=meetings, state=Assignment.State.DONE)
    return YearPage(
        membership=membership,
        year=year,
        months=_by_month(read),
        meetings=len(meetings),
        papers=len(papers),
        presenters=done.values("member").distinct().count(),
        comments=sum(line.comments for line in papers.values()),
        summaries=sum(bool(line.summary) for line in papers.values()),
        categories=_categories(list(papers.values())),
        years=years_met(group),
    )


def year_sheet(*, by: "User", slug: str, year: int) -> YearSheet:
    """Return a year as a document, for a member of the group."""
    page = year_page(by=by, slug=slug, year=year)
    group = page.membership.group
    return YearSheet(
        group=group.name,
        year=year,
        page=settings.SITE_URL + reverse("meetings:year", args=[slug, year]),
        totals=page.totals,
        months=tuple(
            (f"{month.first_day:%B}", tuple(_item(group, number, one) for number, one in enumerate(month.papers, 1)))
            for month in page.months
        ),
        categories=tuple((bar.name, bar.count) for bar in page.categories.bars),
    )


def _by_month(read: list[Read]) -> list[Month]:
    months: dict[date, Month] = {}
    for one in read:
        first = one.meeting.day.replace(day=1)
        months.setdefault(first, Month(first, [])).papers.append(one)
    return list(months.values())


def _categories(lines: list[ArchiveLine]) -> Chart:
    papers = [line.item.group_paper.paper for line in lines if line.item.group_paper]
    counted = Counter(paper.primary_category or NO_CATEGORY for paper in papers)
    by_count = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return Chart([Bar(name, count, name) for name, count in by_count])


def _item(group: Group, number: int, read: Read) -> SheetItem:
    """Return a paper as exports know it."""
    item = read.line.item
    paper = item.group_paper.paper  # type: ignore[union-attr]  # topics are left out
    return SheetItem(
        number=number,
        kind="paper",
        title=paper.shown_title,
        minutes=item.minutes,
        starts_at=read.meeting.starts_at.astimezone(ZoneInfo(group.zone)),
        presenter=read.line.presenter or None,
        authors=tuple(paper.authors),
        authors_known=bool(paper.authors),
        paper_link=paper.source_url,
        page_link=settings.SITE_URL + reverse("discussion:paper", args=[group.slug, paper.address]),
        summary=read.line.summary_text,
    )
