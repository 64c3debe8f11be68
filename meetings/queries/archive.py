"""What the group has discussed: its closed meetings, the latest first, with the papers and who presented them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from core import limits
from core.citing import Reference
from core.clock import today
from core.wording import short_day
from discussion.models import Assignment, Comment
from groups.access import membership_for
from groups.dates import Term, terms
from groups.models import Group, Meeting, Membership
from meetings.models import AgendaItem
from papers.queries import reference_of

if TYPE_CHECKING:
    from accounts.models import User


ARCHIVE_COLUMNS = (
    "date",
    "title",
    "authors",
    "id",
    "categories",
    "presenter",
    "votes",
    "minutes",
    "comments",
    "note",
    "summary",
    "link",
    "slides",
)


@dataclass(frozen=True, slots=True)
class ArchiveFilter:
    """What an address of the archive chooses; empty is everything.

    `presenter` is a member's id. A term is named by its first day, and the first one, which has none, by "first".
    """

    presenter: int | None = None
    category: str = ""
    year: int | None = None
    term: str = ""
    since: date | None = None
    until: date | None = None
    has_summary: bool = False
    term_days: tuple[date | None, date | None] = (None, None)  # of the term, once it is looked up

    def address(self, **changes: Any) -> str:
        """Return the query of the address with some of it changed."""
        wanted = replace(self, **changes) if changes else self
        sent = {
            "presenter": wanted.presenter,
            "category": wanted.category,
            "year": wanted.year,
            "term": wanted.term,
            "since": wanted.since,
            "until": wanted.until,
            "summary": wanted.has_summary and "on",
        }
        return urlencode({name: value for name, value in sent.items() if value})

    @property
    def is_set(self) -> bool:
        return self != ArchiveFilter()


@dataclass(frozen=True, slots=True)
class ArchiveLine:
    """A line of an agenda that was discussed; `comments` counts those of all time."""

    item: AgendaItem
    presenter: str  # a name, or empty
    comments: int
    summary: str  # HTML
    summary_text: str  # the same in Markdown


@dataclass(frozen=True, slots=True)
class HeldMeeting:
    meeting: Meeting
    lines: list[ArchiveLine]


@dataclass(frozen=True, slots=True)
class ArchivePage:
    membership: Membership
    wanted: ArchiveFilter
    held: list[HeldMeeting]
    more_before: str  # the slug of the meeting to go on from, or empty
    presenters: list[tuple[int, str]]  # who has presented: id and name
    categories: list[str]
    years: list[int]  # the latest first
    terms: dict[str, str]  # those that have begun, the latest first: name in addresses to words

    @property
    def chips(self) -> list[tuple[str, str]]:
        """Return each filter that is set in words, with the query of the address without it."""
        wanted = self.wanted
        named: list[tuple[str | None, dict[str, Any]]] = [
            (self.terms.get(wanted.term, ""), {"term": ""}),
            (str(wanted.year) if wanted.year else None, {"year": None}),
            (f"From {_day(wanted.since)}" if wanted.since else None, {"since": None}),
            (f"Until {_day(wanted.until)}" if wanted.until else None, {"until": None}),
            (dict(self.presenters).get(wanted.presenter or 0), {"presenter": None}),
            (wanted.category, {"category": ""}),
            ("Has a summary" if wanted.has_summary else None, {"has_summary": False}),
        ]
        return [(words, wanted.address(**without)) for words, without in named if words]


def archive_page(*, by: "User", slug: str, wanted: ArchiveFilter, before: str = "") -> ArchivePage:
    """Gather a page of the archive for a member; `before` goes on from a meeting's slug. Nine statements at most."""
    membership = membership_for(by, slug)
    group = membership.group
    known = terms_of(group)
    wanted = _settled(wanted, known)
    meetings = meetings_among(group, wanted)
    if before:
        start = Meeting.objects.filter(group=group, slug=before).values("starts_at")
        meetings = meetings.filter(starts_at__lt=start)
    found = list(meetings[: limits.ARCHIVE_MEETINGS + 1])
    shown = found[: limits.ARCHIVE_MEETINGS]
    discussed = AgendaItem.objects.filter(group=group, state=AgendaItem.State.DISCUSSED, group_paper__isnull=False)
    categories = discussed.values_list("group_paper__paper__primary_category", flat=True).distinct()
    return ArchivePage(
        membership=membership,
        wanted=wanted,
        held=held_among(shown, wanted),
        more_before=shown[-1].slug if len(found) > len(shown) else "",
        presenters=_presenters(group),
        categories=sorted(filter(None, categories)),
        years=sorted({int(name[:4]) for name in _closed(group).values_list("slug", flat=True)}, reverse=True),
        terms={_name(term): _words(term) for term in known},
    )


def archive_table(*, by: "User", slug: str, wanted: ArchiveFilter) -> list[dict[str, str | int]]:
    """Return every paper that was discussed as the fields of a table, the latest meeting first."""
    group = membership_for(by, slug).group
    wanted = _settled(wanted, terms_of(group))
    held = held_among(list(meetings_among(group, wanted)), wanted)
    return [_row(one.meeting, line) for one in held for line in one.lines if line.item.group_paper]


def archive_references(*, by: "User", slug: str, wanted: ArchiveFilter) -> list[Reference]:
    """Return every paper that was discussed, once, as a reference that says when."""
    group = membership_for(by, slug).group
    wanted = _settled(wanted, terms_of(group))
    references: dict[int, Reference] = {}
    for one in held_among(list(meetings_among(group, wanted)), wanted):
        for line in one.lines:
            if line.item.group_paper:
                paper = line.item.group_paper.paper
                said = f"Discussed on {short_day(one.meeting.day)} {one.meeting.day.year}"
                references.setdefault(paper.pk, reference_of(paper, note=said))
    return list(references.values())


def _closed(group: Group) -> QuerySet[Meeting]:
    return Meeting.objects.filter(group=group, state=Meeting.State.CLOSED)


def terms_of(group: Group) -> list[Term]:
    """Return the terms of a group as its long breaks part them, the latest first."""
    breaks = list(group.breaks.values_list("first_day", "last_day"))
    return terms(breaks, until=today(group.zone), long=timedelta(days=limits.TERM_BREAK_DAYS))


def _settled(wanted: ArchiveFilter, known: list[Term]) -> ArchiveFilter:
    """Put the days of a term into place; a term that there is not is left out."""
    term = next((one for one in known if _name(one) == wanted.term), None)
    if term is None:
        return replace(wanted, term="")
    return replace(wanted, term_days=(term.first_day, term.last_day))


def _name(term: Term) -> str:
    return term.first_day.isoformat() if term.first_day else "first"


def _words(term: Term) -> str:
    """Return "Term 5 Jan 2026 – 27 Mar 2026"."""
    first, last = ((f"{day.day} {day:%b %Y}" if day else "") for day in (term.first_day, term.last_day))
    if first and last:
        return f"Term {first} – {last}"
    return f"Term since {first}" if first else f"Term until {last}"


def _day(day: date) -> str:
    return f"{short_day(day)} {day.year}"


def meetings_among(group: Group, wanted: ArchiveFilter) -> QuerySet[Meeting]:
    """Return the closed meetings with a line that is wanted, the latest first."""
    lines = _lines(wanted).filter(meeting=OuterRef("pk"))
    meetings = _closed(group).filter(Exists(lines))
    if wanted.year:
        meetings = meetings.filter(slug__startswith=f"{wanted.year:04d}-")
    zone = ZoneInfo(group.zone)
    for since, until in ((wanted.since, wanted.until), wanted.term_days):
        if since:
            meetings = meetings.filter(starts_at__gte=datetime.combine(since, time(), zone))
        if until:
            meetings = meetings.filter(starts_at__lt=datetime.combine(until + timedelta(days=1), time(), zone))
    return meetings.order_by("-starts_at", "-pk")


def _lines(wanted: ArchiveFilter) -> QuerySet[AgendaItem]:
    lines = AgendaItem.objects.filter(state=AgendaItem.State.DISCUSSED)
    if wanted.category:
        lines = lines.filter(group_paper__paper__categories__contains=[wanted.category])
    if wanted.has_summary:
        lines = lines.filter(Exists(Comment.objects.summaries().filter(group_paper=OuterRef("group_paper"))))
    if wanted.presenter:
        presented = Assignment.objects.filter(
            meeting=OuterRef("meeting"),
            group_paper=OuterRef("group_paper"),
            member=wanted.presenter,
            state=Assignment.State.DONE,
        )
        lines = lines.filter(Q(topic_presenter=wanted.presenter) | Exists(presented))
    return lines


def held_among(meetings: list[Meeting], wanted: ArchiveFilter) -> list[HeldMeeting]:
    """Join meetings with their lines; three statements, however many."""
    items = _lines(wanted).filter(meeting__in=meetings).order_by("meeting", "position")
    items = items.select_related("group_paper__paper", "topic_presenter").defer("group_paper__paper__search")
    by_meeting: defaultdict[int, list[AgendaItem]] = defaultdict(list)
    for item in items:
        by_meeting[item.meeting_id].append(item)
    done = Assignment.objects.filter(meeting__in=meetings, state=Assignment.State.DONE)
    names = {
        (meeting, paper): name for meeting, paper, name in done.values_list("meeting", "group_paper", "member__name")
    }
    papers = {item.group_paper_id for items in by_meeting.values() for item in items if item.group_paper_id}
    said = Comment.objects.kept().filter(group_paper__in=papers)
    is_summary = Q(label=Comment.Label.SUMMARY)
    counted = said.values_list("group_paper").annotate(
        count=Count("pk"), summary=Max("html", filter=is_summary), text=Max("markdown", filter=is_summary)
    )
    talk = {paper: (count, summary or "", text or "") for paper, count, summary, text in counted.order_by()}
    return [
        HeldMeeting(
            meeting,
            [
                ArchiveLine(item, _presenter(item, names), *talk.get(item.group_paper_id or 0, (0, "", "")))
                for item in by_meeting[meeting.pk]
            ],
        )
        for meeting in meetings
    ]


def _presenter(item: AgendaItem, names: Mapping[tuple[int, int], str]) -> str:
    if item.topic_presenter:
        return item.topic_presenter.name
    return names.get((item.meeting_id, item.group_paper_id or 0), "")


def _presenters(group: Group) -> list[tuple[int, str]]:
    done = Assignment.objects.filter(group=group, state=Assignment.State.DONE)
    people = set(done.values_list("member", "member__name").distinct())
    return sorted(people, key=lambda person: (person[1].casefold(), person[0]))


def _row(meeting: Meeting, line: ArchiveLine) -> dict[str, str | int]:
    paper = line.item.group_paper.paper  # type: ignore[union-attr]  # the caller leaves topics out
    day: date = meeting.day
    return {
        "date": day.isoformat(),
        "title": paper.shown_title,
        "authors": "; ".join(paper.authors[: limits.AUTHORS_SHOWN]),
        "id": paper.external_id,
        "categories": " ".join(paper.categories),
        "presenter": line.presenter,
        "votes": line.item.votes,
        "minutes": line.item.minutes,
        "comments": line.comments,
        "note": line.item.note,
        "summary": line.summary_text,
        "link": paper.source_url or "",
        "slides": line.item.slides,
    }
