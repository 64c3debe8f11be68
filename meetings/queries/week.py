"""The group's home: what is up for the next meeting."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Subquery

from core import limits
from core.clock import now
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
    own_papers,
    rows_for,
    shown_votes,
)
from groups.access import membership_for
from groups.models import Meeting, Membership
from groups.queries import next_meeting
from meetings.models import AgendaItem
from meetings.queries.agenda import items_of
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


def week_page(*, by: "User", slug: str, wanted: Wanted) -> WeekPage:
    """Gather the week page."""
    membership = membership_for(by, slug)
    wanted = settled(wanted, membership)
    meeting = next_meeting(membership.group)
    assigned = _assigned_papers(membership)
    announced = announced_for(membership, wanted)
    total, still_open = announced.count() if announced else (0, 0)
    items = items_of(meeting) if meeting else []
    # Only what shows candidates, or says how many of them fit, needs more than their number.
    candidates = candidates_of(membership.group) if wanted.show == TOP or not still_open else None
    top = count_candidates_of(membership.group) if candidates is None else len(candidates)
    chosen = _chosen(meeting, items, candidates) if candidates else []
    sections, next_start = [], None
    if wanted.show == TOP:
        # What the votes choose stands above the line, also a paper of few to whom it is their turn.
        ranked = sorted((one.group_paper.paper for one in candidates or ()), key=lambda one: one.pk not in chosen)
        sections = _one_section(membership, ranked, wanted)
    elif wanted.show == ASSIGNED:
        sections = _one_section(membership, assigned, wanted)
    elif announced:
        sections, next_start = _announced_sections(announced, wanted)
    in_order = not any(row.uncounted for section in sections for row in section.rows)
    return WeekPage(
        membership=membership,
        meeting=meeting,
        on_agenda=len(items),
        wanted=wanted,
        counts={TRIAGE: still_open, TOP: top, ASSIGNED: len(assigned), ALL: total},
        sections=sections,
        fits_after=_last_above(sections, chosen) if in_order and wanted.show == TOP and wanted.sort == VOTES else None,
        fitting=len(chosen),
        next_start=next_start,
        own_papers=own_papers(membership),
    )


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


def _assigned_papers(membership: Membership) -> list[Paper]:
    standing = Assignment.objects.standing().filter(group=membership.group).exclude(meeting__state=Meeting.State.CLOSED)
    standing = (
        standing.select_related("group_paper__paper")
        .defer("group_paper__paper__search")
        .order_by("meeting__starts_at", "pk")
    )
    papers = {one.group_paper.paper_id: one.group_paper.paper for one in standing}
    return list(papers.values())


def announced_for(membership: Membership, wanted: Wanted) -> Announced | None:
    """Return what was announced since the last meeting; when nothing was, on the latest days that are in."""
    group = membership.group
    met = Meeting.objects.filter(group=group, starts_at__lt=now()).exclude(state=Meeting.State.CANCELLED)
    last = Subquery(met.order_by("-starts_at").values("starts_at")[:1])
    listings = Listing.objects.shown().filter(category__in=group.categories).order_by("-announced_on")
    days = list(listings.values_list("announced_on", last).distinct()[:NEW_DAYS])
    if not days:
        return None
    newest, last_met = days[0]
    since = days[-1][0]
    if last_met and last_met.date() <= newest:
        since = max(last_met, now() - timedelta(weeks=group.pool_weeks)).date()
    return Announced(membership, min(since, newest), wanted.category, wanted.hide)


def _announced_sections(announced: Announced, wanted: Wanted) -> tuple[list[WeekSection], int | None]:
    unread = wanted.unread or wanted.show == TRIAGE
    entries = announced.page(unread=unread, sort=wanted.sort, start=wanted.start, count=limits.PAGE_ROWS + 1)
    shown = entries[: limits.PAGE_ROWS]
    by_paper = {entry.paper_id: entry for entry in shown}
    rows = rows_for(announced.membership, [entry.paper for entry in shown], by_paper)
    sections: list[WeekSection] = []
    for entry, row in zip(shown, rows, strict=True):
        listing = entry.listing
        category, day = (listing.category, listing.announced_on) if wanted.sort == NEWEST else ("", None)
        if not sections or (sections[-1].category, sections[-1].day) != (category, day):
            sections.append(WeekSection(category=category, day=day, rows=[]))
        sections[-1].rows.append(row)
    return sections, wanted.start + limits.PAGE_ROWS if len(entries) > limits.PAGE_ROWS else None


def _last_above(sections: Sequence[WeekSection], chosen: Collection[int]) -> int | None:
    """Return the id of the last row that the votes put on the agenda; what they choose stands first."""
    above = [row.paper.pk for section in sections for row in section.rows if row.paper.pk in chosen]
    return above[-1] if above else None


def _chosen(meeting: Meeting | None, items: Sequence[AgendaItem], candidates: Sequence[OpenCandidate]) -> list[int]:
    """Return the ids of the papers that the votes would put on the agenda, in order."""
    if meeting is None or items:
        return []
    return [one.group_paper.paper_id for one in proposal(meeting, items, candidates).chosen]
