"""What a group's search finds: papers that it may see, and what its members wrote about them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Case, QuerySet, Value, When

from core import limits
from core.changes import Version
from core.clock import this_minute
from core.ids import PaperName, find_paper_name
from core.keeping import remembered
from core.text import unmarked
from discussion.access import sees
from discussion.models import Assignment, Comment, SavedSearch
from discussion.queries.budget import VotingPage
from discussion.queries.filters import Chip, Filters, papers_among, presenters_of, settled
from discussion.queries.rows import PaperRow, rows_for
from groups.access import membership_for, version_of_pages
from groups.models import Group, Membership
from papers.models import Paper
from papers.queries import (
    Marked,
    Weighed,
    corrected,
    marked,
    marked_papers,
    matches,
    newest_matching,
    paper_by_name,
    tsquery_of,
    weighed_matches,
    weight,
)
from papers.search import HIT, Pieces, excerpt, pieces, terms_of

if TYPE_CHECKING:
    from accounts.models import User

_FEW = 3  # papers; then the words may have been typed wrongly
_NAME_WORDS = 2  # "arXiv: 2009.14798"; an id among more words is one of them


@dataclass(frozen=True, slots=True)
class Remark:
    """The newest comment in which it was found."""

    pk: int
    author: str  # empty for a former member
    written_at: datetime
    text: Pieces


@dataclass(frozen=True, slots=True)
class Hit:
    row: PaperRow
    title: Pieces
    authors: Pieces  # the first ones, and those that were looked for
    more_authors: int
    abstract: Pieces  # empty when nothing in it was looked for
    remark: Remark | None
    summary: str  # HTML; empty when there is none
    in_summary: bool  # found there, and in no other comment
    discussed: Assignment | None  # who presented it last

    @property
    def places(self) -> str:
        """Return where it was found: "title, authors"."""
        found = (("title", self.title), ("authors", self.authors), ("abstract", self.abstract))
        places = [name for name, pieces in found if any(is_hit for _, is_hit in pieces)]
        talk = ["a comment"] if self.remark else ["the summary"] if self.in_summary else []
        return ", ".join([*places, *talk])


@dataclass(frozen=True, slots=True)
class SearchPage(VotingPage):
    membership: Membership
    q: str
    filters: Filters
    presenters: dict[int, str]  # those who may be chosen: id to name
    saved: list[SavedSearch]  # the member's own, by name
    name: PaperName | None  # what was typed names this paper
    named: Paper | None  # it, when it is here
    meant: str  # what may have been meant instead; empty when what was typed was found
    asks: bool  # there is something in what was typed that can be looked for
    hits: list[Hit]
    count: int  # of papers; at most one more than are weighed
    own_count: int  # of those that what was typed found
    after: int | None  # where the next page begins; None on the last one
    begins_after: int | None  # the last paper of the page before; None on the first one

    @property
    def chips(self) -> list[Chip]:
        """Return each filter that is set in words, with those that are left without it."""
        return self.filters.chips(self.presenters)

    @property
    def saved_here(self) -> SavedSearch | None:
        """Return the saved search that this page shows."""
        address = self.filters.address
        return next((one for one in self.saved if (one.q, one.filters) == (self.q, address)), None)

    @property
    def is_replaced(self) -> bool:
        """Tell whether what is shown was found by what may have been meant, since nothing else was."""
        return bool(self.meant) and not self.own_count

    @property
    def is_capped(self) -> bool:
        """Tell whether there are more than were counted; then the newest come first."""
        return self.count > limits.SEARCH_CANDIDATES


@dataclass(frozen=True, slots=True)
class _Found:
    """The ids of a page's papers in order, how many there are in all, and where the next page begins."""

    ids: list[int]
    count: int
    after: int | None
    said: frozenset[int] = frozenset()  # those about which a comment was found


def search_page(
    *, by: "User", slug: str, q: str = "", filters: Filters | None = None, after: int | None = None
) -> SearchPage:
    """Gather what is found for a member; `after` is the last paper of the page before."""
    version = version_of_pages(by, slug)
    membership = membership_for(by, slug)
    presenters = presenters_of(version.shared, membership.group, this_minute())
    chosen = settled(filters or Filters(), presenters)
    name = find_paper_name(q) if len(q.split()) <= _NAME_WORDS else None
    known = paper_by_name(name) if name else None
    tsquery = "" if name else tsquery_of(terms_of(q))
    found = _found(membership.group, tsquery, chosen, after)
    own_count, meant = found.count, ""
    if tsquery and found.count < (1 if chosen else _FEW):  # filters leave few by themselves
        meant, better = _better(membership.group, q, chosen, after)
        if meant and not found.count:
            tsquery, found = tsquery_of(terms_of(meant)), better
    return SearchPage(
        membership=membership,
        q=q,
        filters=chosen,
        presenters=presenters,
        saved=_saved(version, membership),
        name=name,
        named=known if known and sees(membership.group, known) else None,
        meant=meant,
        asks=bool(tsquery),
        hits=_hits(membership, found, tsquery, version),
        count=found.count,
        own_count=own_count,
        after=found.after,
        begins_after=after,
    )


@remembered(limits.LISTS_REMEMBERED)
def _saved(version: Version, membership: Membership) -> list[SavedSearch]:
    return list(SavedSearch.objects.kept().filter(group=membership.group_id, member=membership.user_id))


def _better(group: Group, q: str, filters: Filters, after: int | None) -> tuple[str, _Found]:
    """Return what may have been meant and what it finds, if that is anything."""
    meant = corrected(q)
    found = _found(group, tsquery_of(terms_of(meant)) if meant != q else "", filters, after)
    return (meant if found.count else ""), found


def _found(group: Group, tsquery: str, filters: Filters, after: int | None) -> _Found:
    if not tsquery:
        return _Found([], 0, None)
    papers = papers_among(group, filters)
    said = _said(group, tsquery, papers if filters else None)
    matching = weighed_matches(papers, tsquery, besides=list(said))
    if len(matching) > limits.SEARCH_CANDIDATES:
        ids = newest_matching(papers, tsquery, besides=list(said), after=after, limit=limits.SEARCH_ROWS + 1)
    else:
        ranked = _ranked(matching, said)
        ids = ranked[ranked.index(after) + 1 if after in ranked else 0 :]
    shown = ids[: limits.SEARCH_ROWS]
    return _Found(
        shown, len(matching), shown[-1] if len(ids) > len(shown) else None, frozenset(said).intersection(shown)
    )


def _said(group: Group, tsquery: str, papers: QuerySet[Paper] | None) -> dict[int, float]:
    """Map the ids of papers to the weight of what the group wrote about them; the newest comments count."""
    comments = Comment.objects.kept().filter(matches(tsquery), group=group)
    if papers is not None:
        comments = comments.filter(group_paper__paper__in=papers)
    newest = comments.order_by("-written_at").values_list("group_paper__paper", weight(tsquery))
    said: dict[int, float] = {}
    for paper, heavy in newest[: limits.SEARCH_CANDIDATES]:
        said[paper] = max(heavy, said.get(paper, 0))
    return said


def _ranked(rows: Iterable[Weighed], said: Mapping[int, float]) -> list[int]:
    likeliest = sorted(
        rows, key=lambda row: (max(row.weight or 0, said.get(row.paper, 0)), row.newest, row.paper), reverse=True
    )
    return [row.paper for row in likeliest]


# --- what is shown of them ----------------------------------------------------------------------------------


def _hits(membership: Membership, found: _Found, tsquery: str, version: Version) -> list[Hit]:
    ids = found.ids
    if not ids:
        return []
    said = marked_papers(ids, tsquery)
    here = [said[pk].paper for pk in ids if pk in said]
    remarks = _remarks(membership.group, found.said, tsquery) if found.said else {}
    discussed, summaries = _discussed(membership.group, ids), _summaries(membership.group, ids)
    return [
        _hit(
            row,
            said[row.paper.pk],
            remark=remarks.get(row.paper.pk),
            summary=summaries.get(row.paper.pk, ""),
            in_summary=row.paper.pk in found.said and row.paper.pk not in remarks,
            discussed=discussed.get(row.paper.pk),
        )
        for row in rows_for(membership, here, version=version)
    ]


def _hit(
    row: PaperRow, said: Marked, *, remark: Remark | None, summary: str, in_summary: bool, discussed: Assignment | None
) -> Hit:
    first = limits.AUTHORS_IN_ROW
    names = [*said.authors[:first], *(name for name in said.authors[first:] if HIT in name)][: first * 2]
    return Hit(
        row=row,
        title=pieces(said.title),
        authors=pieces(", ".join(names)),
        more_authors=len(said.authors) - len(names),
        abstract=pieces(excerpt(said.abstract)) if HIT in said.abstract else [],
        remark=remark,
        summary=summary,
        in_summary=in_summary,
        discussed=discussed,
    )


def _remarks(group: Group, papers: Iterable[int], tsquery: str) -> dict[int, Remark]:
    comments = Comment.objects.kept().exclude(label=Comment.Label.SUMMARY)  # which is shown whole
    comments = comments.filter(matches(tsquery), group=group, group_paper__paper__in=papers)
    newest = comments.order_by("group_paper__paper", "-written_at").distinct("group_paper__paper")
    name = Case(When(anonymous=True, then=Value("a member")), default="author__name")
    rows = newest.values_list("group_paper__paper", "pk", name, "written_at", marked("markdown", tsquery))
    return {paper: Remark(pk, name or "", at, pieces(excerpt(unmarked(text)))) for paper, pk, name, at, text in rows}


def _summaries(group: Group, papers: Sequence[int]) -> dict[int, str]:
    summaries = Comment.objects.summaries().filter(group=group, group_paper__paper__in=papers)
    return dict(summaries.values_list("group_paper__paper", "html"))


def _discussed(group: Group, papers: Sequence[int]) -> dict[int, Assignment]:
    done = Assignment.objects.filter(
        group=group, group_paper__paper__in=papers, state=Assignment.State.DONE, meeting__isnull=False
    )
    done = done.select_related("group_paper", "member", "meeting").order_by("meeting__starts_at", "pk")
    return {one.group_paper.paper_id: one for one in done}
