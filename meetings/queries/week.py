"""The group's home: what is up for the next meeting."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Subquery

from core import limits
from core.changes import UNKNOWN, Version
from core.clock import now, this_minute
from core.keeping import remembered
from discussion.models import Assignment
from discussion.queries import (
    DISCUSSION,
    LEFT_OUT,
    LIKELY,
    NEWEST,
    VOTES,
    Announced,
    OpenCandidate,
    PaperRow,
    VotingPage,
    announced_rows,
    own_papers,
    rows_for,
    shown_votes,
)
from groups.access import membership_for
from groups.models import Group, Meeting, Membership
from groups.queries import coming_meetings, next_of
from meetings.models import AgendaItem
from meetings.queries.polls import OpenPoll, open_polls
from meetings.queries.pool import candidates_of, count_candidates_of, proposal
from papers.models import Listing, Paper

if TYPE_CHECKING:
    from accounts.models import User

TRIAGE, TOP, ASSIGNED, ALL = "triage", "top", "assigned", "all"
SORTS = {TRIAGE: NEWEST, TOP: VOTES, ASSIGNED: "", ALL: NEWEST}  # the tabs, and how each is sorted by itself
SORT_WORDS = {NEWEST: "Newest first", VOTES: "Most votes first", DISCUSSION: "Most discussed first"}
LIKELY_WORDS = "Likely for me first"  # in lists of what was announced
NEW_DAYS = 5  # announcement days that count as new while none came since the last meeting: arXiv's week


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address of the week chooses; what it does not say is as the tab has it by itself."""

    show: str = ""
    sort: str = ""
    category: str = ""
    unread: bool = False
    hide: tuple[str, ...] = ()
    start: int = 0

    def address(self, **changes: Any) -> str:
        """Return the query of the address with some of it changed; changing anything begins at the first page."""
        wanted = replace(self, **{"start": 0, **changes})
        sent = [("show", wanted.show), ("sort", wanted.sort), ("category", wanted.category)]
        sent += [("unread", "on" if wanted.unread else ""), *(("hide", kind) for kind in wanted.hide)]
        sent.append(("start", str(wanted.start or "")))
        return f"?{urlencode([(name, value) for name, value in sent if value])}"

    @property
    def filters(self) -> int:
        """Return how many filters are set."""
        return bool(self.category) + self.unread + len(self.hide)


@dataclass(frozen=True, slots=True)
class WeekSection:
    """Rows under one heading: a listing's day, or everything when sorted otherwise."""

    category: str
    day: date | None
    rows: list[PaperRow]

    def around(self, paper: int | None) -> tuple[list[PaperRow], list[PaperRow]]:
        """Return the rows down to the paper with this id, none when it is not among them; and all others."""
        end = next((place for place, row in enumerate(self.rows, 1) if row.paper.pk == paper), 0) if paper else 0
        return self.rows[:end], self.rows[end:]


@dataclass(frozen=True, slots=True)
class WeekPage(VotingPage):
    membership: Membership
    meeting: Meeting | None
    on_agenda: int  # lines of the saved agenda
    wanted: Wanted  # as it is shown: with a tab, and with a sort if it has one
    counts: dict[str, int]
    sections: list[WeekSection]
    fits_after: int | None  # id of the last paper that the votes would put on the agenda
    fitting: int  # how many papers stand above that line
    next_start: int | None  # where the next page begins
    own_papers: list[Paper]  # of the member, newly announced
    polls: list[OpenPoll]  # about times, which the member has still to answer

    @property
    def show(self) -> str:
        return self.wanted.show

    @property
    def sorts(self) -> dict[str, str]:
        """Return the orders that the tab may have, in words."""
        return sorts_for(self.show, self.membership)

    @property
    def knows_liking(self) -> bool:
        """Tell whether anything is known that makes a paper likely."""
        return any(row.liked_for for section in self.sections for row in section.rows)

    @property
    def voting_closed(self) -> bool:
        return self.meeting is not None and self.meeting.closes_at <= now()


@dataclass(frozen=True, slots=True)
class _Coming:
    """What is up for the next meeting, the same for all members of a group."""

    meeting: Meeting | None
    lines: int  # of its saved agenda
    assigned: list[Paper]
    since: date | None  # from when on papers count as new; None when there are none
    polls: list[OpenPoll]


def week_page(*, by: "User", slug: str, wanted: Wanted, version: Version = UNKNOWN) -> WeekPage:
    """Gather the week page; `version` is that of the group's pages, if it is known."""
    membership = membership_for(by, slug)
    wanted = settled(wanted, membership)
    coming = _coming(version.shared, membership.group, this_minute())
    total, still_open, listed, next_start = _announced(membership, coming.since, wanted, version)
    # Only what shows candidates, or says how many of them fit, needs more than their number.
    candidates = candidates_of(membership.group) if wanted.show == TOP or not still_open else None
    top = _count_candidates(version.shared, membership.group, this_minute()) if candidates is None else len(candidates)
    chosen = _chosen(coming.meeting, coming.lines, candidates) if candidates else []
    if wanted.show == TOP:
        # What the votes choose stands above the line, also a paper of few to whom it is their turn.
        ranked = sorted((one.group_paper.paper for one in candidates or ()), key=lambda one: one.pk not in chosen)
        sections = _one_section(membership, ranked, wanted)
    elif wanted.show == ASSIGNED:
        sections = _one_section(membership, coming.assigned, wanted)
    else:
        sections = _announced_sections(membership, listed, wanted, version)
    in_order = not any(row.uncounted for section in sections for row in section.rows)
    return WeekPage(
        membership=membership,
        meeting=coming.meeting,
        on_agenda=coming.lines,
        wanted=wanted,
        counts={TRIAGE: still_open, TOP: top, ASSIGNED: len(coming.assigned), ALL: total},
        sections=sections,
        fits_after=_last_above(sections, chosen) if in_order and wanted.show == TOP and wanted.sort == VOTES else None,
        fitting=len(chosen),
        next_start=next_start,
        own_papers=own_papers(membership),
        polls=[one for one in coming.polls if one.waits_for(membership)],
    )


@remembered(limits.GROUPS_REMEMBERED)
def _coming(version: str, group: Group, minute: datetime) -> _Coming:
    """Gather it in four statements."""
    lines = Count("items", filter=~Q(items__state=AgendaItem.State.DROPPED))
    meeting = next_of(coming_meetings(group, lines=lines))
    return _Coming(
        meeting=meeting,
        lines=meeting.lines if meeting else 0,  # type: ignore[attr-defined]  # as counted above
        assigned=_assigned_papers(group),
        since=_new_since(group),
        polls=open_polls(group),
    )


def _announced(
    membership: Membership, since: date | None, wanted: Wanted, version: Version
) -> tuple[int, int, dict[int, Sequence[str]], int | None]:
    """Return how many new papers there are, and how many of them the member has still to deal with.

    With them come the entries that the page shows, in order, each with why its paper is likely for the member, and
    where the next page begins, if there is one.
    """
    if since is None:
        return 0, 0, {}, None
    announced = Announced(membership, since, wanted.category, wanted.hide, version)
    unread = wanted.unread or wanted.show == TRIAGE
    end = wanted.start + limits.PAGE_ROWS
    if wanted.show not in (TRIAGE, ALL):
        return *announced.counts(), {}, None
    if wanted.sort == LIKELY:  # to say why costs more than the order
        total, still_open = announced.counts()
        listed = announced.likely(unread=unread, start=wanted.start, count=limits.PAGE_ROWS)
    else:
        entries = announced.entries(unread=unread, sort=wanted.sort)
        listed = dict.fromkeys(entries[wanted.start : end], ())
        followed = (wanted.category,) if wanted.category else tuple(membership.group.categories)
        total = _count_new(version.papers, membership.group, followed, since, wanted.hide) if unread else len(entries)
        still_open = len(entries) if unread else announced.counts()[1]
    return total, still_open, listed, end if (still_open if unread else total) > end else None


@remembered(limits.GROUPS_REMEMBERED)
def _count_candidates(version: str, group: Group, minute: datetime) -> int:
    return count_candidates_of(group)


@remembered(limits.DAYS_REMEMBERED)
def _count_new(version: str, group: Group, followed: tuple[str, ...], since: date, hide: tuple[str, ...]) -> int:
    """Count the papers that were announced in these categories, whoever looks. One statement."""
    return Announced(Membership(group=Group(categories=list(followed))), since, hide=hide).count()


def sorts_for(show: str, membership: Membership) -> dict[str, str]:
    """Return the orders that a tab may have, in words; what is likely for someone they may have switched off."""
    is_likely = show in (TRIAGE, ALL) and membership.user.likely
    return SORT_WORDS | {LIKELY: LIKELY_WORDS} if is_likely else SORT_WORDS


def settled(wanted: Wanted, membership: Membership) -> Wanted:
    """Leave out what the page does not know, and fill in what the tab has by itself."""
    show = wanted.show if wanted.show in SORTS else TRIAGE
    sort = wanted.sort if wanted.sort in sorts_for(show, membership) else SORTS[show]
    if sort == VOTES and show != TOP and not shown_votes(membership.group).counts:
        sort = NEWEST
    return replace(
        wanted,
        show=show,
        sort=sort,
        category=wanted.category if wanted.category in membership.group.categories else "",
        hide=tuple(kind for kind in LEFT_OUT if kind in wanted.hide),
    )


def _one_section(membership: Membership, papers: Sequence[Paper], wanted: Wanted) -> list[WeekSection]:
    rows = rows_for(membership, [one for one in papers if not wanted.category or wanted.category in one.categories])
    if wanted.unread:
        rows = [row for row in rows if not (row.voted or row.hidden)]
    if wanted.sort == DISCUSSION:
        rows.sort(key=lambda row: -row.comments)
    elif wanted.sort == NEWEST or any(row.uncounted for row in rows):  # an order by votes would tell them
        rows.sort(key=lambda row: row.paper.first_announced or date.min, reverse=True)
        if wanted.sort == VOTES:
            rows.sort(key=lambda row: -row.votes)
    elif wanted.sort == VOTES and wanted.show != TOP:  # the candidates come in their order
        rows.sort(key=lambda row: -row.votes)
    return [WeekSection(category="", day=None, rows=rows)] if rows else []


def _assigned_papers(group: Group) -> list[Paper]:
    standing = Assignment.objects.standing().filter(group=group).exclude(meeting__state=Meeting.State.CLOSED)
    standing = (
        standing.select_related("group_paper__paper")
        .defer("group_paper__paper__search")
        .order_by("meeting__starts_at", "pk")
    )
    papers = {one.group_paper.paper_id: one.group_paper.paper for one in standing}
    return list(papers.values())


def announced_for(membership: Membership, wanted: Wanted) -> Announced | None:
    """Return what was announced since the last meeting; when nothing was, on the latest days that are in."""
    since = _new_since(membership.group)
    return Announced(membership, since, wanted.category, wanted.hide) if since else None


def _new_since(group: Group) -> date | None:
    met = Meeting.objects.filter(group=group, starts_at__lt=now()).exclude(state=Meeting.State.CANCELLED)
    last = Subquery(met.order_by("-starts_at").values("starts_at")[:1])
    listings = Listing.objects.shown().filter(category__in=group.categories).order_by("-announced_on")
    days = list(listings.values_list("announced_on", last).distinct()[:NEW_DAYS])
    if not days:
        return None
    newest: date = days[0][0]
    since: date = days[-1][0]
    last_met = days[0][1]
    if last_met and last_met.date() <= newest:
        since = max(last_met, now() - timedelta(weeks=group.pool_weeks)).date()
    return min(since, newest)


def _announced_sections(
    membership: Membership, listed: Mapping[int, Sequence[str]], wanted: Wanted, version: Version
) -> list[WeekSection]:
    sections: list[WeekSection] = []
    for row in announced_rows(membership, list(listed), version, liked_for=listed):
        listing = row.entry.listing if row.entry and wanted.sort == NEWEST else None
        category, day = (listing.category, listing.announced_on) if listing else ("", None)
        if not sections or (sections[-1].category, sections[-1].day) != (category, day):
            sections.append(WeekSection(category=category, day=day, rows=[]))
        sections[-1].rows.append(row)
    return sections


def _last_above(sections: Sequence[WeekSection], chosen: Collection[int]) -> int | None:
    """Return the id of the last row that the votes put on the agenda; what they choose stands first."""
    above = [row.paper.pk for section in sections for row in section.rows if row.paper.pk in chosen]
    return above[-1] if above else None


def _chosen(meeting: Meeting | None, lines: int, candidates: Sequence[OpenCandidate]) -> list[int]:
    """Return the ids of the papers that the votes would put on the agenda, in order."""
    if meeting is None or lines:
        return []
    return [one.group_paper.paper_id for one in proposal(meeting, [], candidates).chosen]
