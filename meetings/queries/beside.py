"""The paper before or behind another one, in the list from which it was opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from core import limits
from discussion.access import paper_of
from discussion.queries import Filters, day_page, search_page
from groups.access import membership_for
from meetings.queries.my_queue import queue_page
from meetings.queries.week import ALL, TRIAGE, Wanted, announced_for, settled, week_page
from papers.models import Paper

if TYPE_CHECKING:
    from accounts.models import User

LISTS = frozenset({"meetings:week", "meetings:queue", "discussion:day", "discussion:search"})


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    category: str


@dataclass(frozen=True, slots=True)
class Search:
    q: str
    filters: Filters
    after: int | None


Listed = Wanted | Day | Search | None  # None is the member's queue


@dataclass(frozen=True, slots=True)
class _Shown:
    """The ids of a list's papers in its order, and the place of the one that was opened, if it is among them."""

    papers: list[int]
    at: int | None
    is_whole: bool = True  # not one page of several
    is_gone: bool = False  # dealt with since: the list will not show it again
    after: int | None = None  # where the next page of a search begins


@dataclass(frozen=True, slots=True)
class Beside:
    """Where to go: a paper, or back to the list, there to the row of the paper; with changes of the list's address."""

    paper: Paper | None
    row: int | None
    changes: Mapping[str, int]


def beside(*, by: "User", slug: str, address: str, listed: Listed, step: int) -> Beside:
    """Return the next paper (`step` 1), the previous one (-1), or where the list goes on with this one (0)."""
    paper = paper_of(membership_for(by, slug).group, address)
    shown = _shown(by, slug, listed, paper.pk)
    if shown.at is None:
        return Beside(None, None, {})
    to = shown.at + (step or _still_there(shown))
    if to == len(shown.papers) and shown.after and isinstance(listed, Search):
        return _first_of_next_page(by, slug, listed, shown.after)
    if not 0 <= to < len(shown.papers):
        return Beside(None, shown.papers[shown.at], {})
    changes = {"start": to - to % limits.PAGE_ROWS} if isinstance(listed, Wanted) and shown.is_whole else {}
    row = shown.papers[to]
    return Beside(Paper.objects.filter(pk=row).first() if step else None, row, changes)


def _still_there(shown: _Shown) -> int:
    """Return how far from the paper the list goes on: it may have left the list by what was done with it."""
    if not shown.is_gone:
        return 0
    return 1 if shown.at is not None and shown.at + 1 < len(shown.papers) else -1


def _shown(by: "User", slug: str, listed: Listed, paper: int) -> _Shown:
    if isinstance(listed, Wanted):
        return _week(by, slug, listed, paper)
    after = None
    if isinstance(listed, Day):
        sections = day_page(by=by, slug=slug, day=listed.day, category=listed.category).sections
        papers = [row.paper.pk for section in sections for row in section.rows]
    elif isinstance(listed, Search):
        found = search_page(by=by, slug=slug, q=listed.q, filters=listed.filters, after=listed.after)
        papers, after = [hit.row.paper.pk for hit in found.hits], found.after
    else:
        queue = queue_page(by=by, slug=slug)
        rows = [*(one.row for one in queue.presenting), *(one.row for one in queue.to_read), *queue.voted]
        papers = list(dict.fromkeys(row.paper.pk for row in rows))
    return _Shown(papers, _place(papers, paper), after=after)


def _week(by: "User", slug: str, wanted: Wanted, paper: int) -> _Shown:
    membership = membership_for(by, slug)
    wanted = settled(wanted, membership)
    if wanted.show not in (TRIAGE, ALL):
        rows = [row for section in week_page(by=by, slug=slug, wanted=wanted).sections for row in section.rows]
        papers = [row.paper.pk for row in rows]
        return _Shown(papers, _place(papers, paper), is_whole=False)
    announced = announced_for(membership, wanted)
    if announced is None:
        return _Shown([], None)
    unread = wanted.unread or wanted.show == TRIAGE
    papers = announced.papers(unread=unread, sort=wanted.sort, besides=paper)
    is_gone = unread and not announced.is_open(paper)
    return _Shown(papers, _place(papers, paper), is_gone=is_gone)


def _first_of_next_page(by: "User", slug: str, listed: Search, after: int) -> Beside:
    found = search_page(by=by, slug=slug, q=listed.q, filters=listed.filters, after=after)
    first = found.hits[0].row.paper if found.hits else None
    return Beside(first, first.pk if first else None, {"after": after})


def _place(papers: list[int], paper: int) -> int | None:
    return papers.index(paper) if paper in papers else None
