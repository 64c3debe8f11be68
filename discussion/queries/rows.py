"""A paper as one line of a list: day, week, and the small answers after a change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db.models import Count, JSONField, Value
from django.db.models.functions import Cast

from core import limits
from core.among import among
from core.authors import People
from core.clock import now
from core.wording import short_day
from discussion.access import paper_of
from discussion.models import Assignment, Comment, Hidden, QueueItem, Vote
from discussion.queries.following import matching, newly_announced
from discussion.queries.unread import last_read, new_to
from groups.access import membership_for
from groups.models import Group, Membership, Names
from groups.queries import is_voting_over
from papers.models import Entry, Paper

if TYPE_CHECKING:
    from accounts.models import User

_NO_ENTRIES: Mapping[int, Entry] = MappingProxyType({})
_NO_VERSIONS: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PaperVotes:
    """A paper and the open votes for it, seen by one member."""

    paper: Paper
    votes: int  # as far as this member may know: 0 while they are `uncounted`
    voted: bool
    voters: tuple[str, ...]  # names, in the order of their votes; empty when the group does not show them
    uncounted: bool  # the number of votes is hidden from this member for now

    @property
    def address(self) -> str:
        return self.paper.address


@dataclass(frozen=True, slots=True)
class PaperRow(PaperVotes):
    """A paper and what the group has done with it, seen by one member."""

    comments: int
    presenter: Assignment | None
    unread: int = 0  # comments by others that this member has not seen
    saved: bool = False  # in this member's queue
    hidden: bool = False  # not for this member
    entry: Entry | None = None
    replaced: int | None = None  # the version before the one that the entry announces
    ours: frozenset[int] = frozenset()  # places of the authors who belong to the group
    liked_for: Sequence[str] = ()  # why it is likely for this member, when sorted so
    followed: Sequence[Mapping[str, str]] = ()  # name, q and filters of this member's searches that a new paper matches

    @property
    def all_authors(self) -> list[tuple[str, bool]]:
        """Return all authors, each with whether they are the group's own."""
        return [(name, place in self.ours) for place, name in enumerate(self.paper.authors)]

    @property
    def authors_in_line(self) -> list[tuple[str, bool]]:
        """Return the first authors, and behind them those who are the group's own; each with whether they are."""
        authors, first = self.paper.authors, limits.AUTHORS_IN_ROW
        places = [*range(min(first, len(authors))), *sorted(place for place in self.ours if place >= first)]
        return [(authors[place], place in self.ours) for place in places]

    @property
    def presents_on(self) -> str:
        """Return "Thu 26 Nov", the day of the presenter's meeting; empty when none is planned."""
        meeting = self.presenter.meeting if self.presenter else None
        return short_day(meeting.day) if meeting else ""


def rows_for(
    membership: Membership,
    papers: Sequence[Paper],
    entries: Mapping[int, Entry] = _NO_ENTRIES,
    replaced: Mapping[int, int] = _NO_VERSIONS,
) -> list[PaperRow]:
    """List the papers as rows in the order given, in four statements.

    `entries` maps a paper's id to its entry, `replaced` to the version before that of its entry.
    """
    ids = [paper.pk for paper in papers]
    votes = _open_votes(membership.group, ids)
    comments = _comment_counts(membership, ids)
    presenters = _presenters(membership.group, ids)
    shown = shown_votes(membership.group)
    mine = _own_state(membership, ids, newly_announced(entries.values()))
    own_authors = People(membership.group.own_authors)
    return [
        PaperRow(
            paper=paper,
            **_as_shown(votes[paper.pk], membership, shown),
            comments=comments.get(paper.pk, (0, 0))[0],
            unread=comments.get(paper.pk, (0, 0))[1],
            presenter=presenters.get(paper.pk),
            saved=paper.pk in mine["saved"],
            hidden=paper.pk in mine["hidden"],
            entry=entries.get(paper.pk),
            replaced=replaced.get(paper.pk),
            ours=own_authors.among(paper.authors),
            followed=mine["followed"].get(paper.pk, ()),
            liked_for=getattr(entries.get(paper.pk), "liked_for", ()),
        )
        for paper in papers
    ]


def row_for(membership: Membership, paper: Paper) -> PaperRow:
    """Return the one row of a paper."""
    return rows_for(membership, [paper])[0]


def own_row_for(membership: Membership, paper: Paper) -> PaperRow:
    """Return the row of a paper on whose page comments and presenters are gathered anyway, in two statements."""
    votes = _open_votes(membership.group, [paper.pk])[paper.pk]
    mine = _own_state(membership, [paper.pk])
    return PaperRow(
        paper=paper,
        **_as_shown(votes, membership, shown_votes(membership.group)),
        comments=0,
        presenter=None,
        saved=bool(mine["saved"]),
        hidden=bool(mine["hidden"]),
        ours=People(membership.group.own_authors).among(paper.authors),
    )


def votes_for(membership: Membership, paper: Paper) -> PaperVotes:
    """Return the open votes of one paper, in one statement: what an answer to a vote shows."""
    voters = _open_votes(membership.group, [paper.pk])[paper.pk]
    return PaperVotes(paper=paper, **_as_shown(voters, membership, shown_votes(membership.group)))


@dataclass(frozen=True, slots=True)
class ShownVotes:
    """What of the votes the group lets its members see for now, before they vote themselves."""

    names: bool
    counts: bool


def shown_votes(group: Group) -> ShownVotes:
    """Return what is shown; one statement for a group that waits for the end of voting, none for others."""
    if group.names_shown != Names.CLOSED and not group.counts_wait:
        return ShownVotes(names=group.names_shown == Names.ALWAYS, counts=True)
    over = is_voting_over(group)
    names = group.names_shown == Names.ALWAYS or (group.names_shown == Names.CLOSED and over)
    return ShownVotes(names=names, counts=over or not group.counts_wait)


def _as_shown(votes: Mapping[int, str], membership: Membership, shown: ShownVotes) -> dict[str, Any]:
    """Return the fields of a row that tell of a paper's votes, as far as the member may know."""
    voted = membership.user_id in votes
    known = shown.counts or voted
    return {
        "votes": len(votes) if known else 0,
        "voted": voted,
        "voters": tuple(votes.values()) if known and shown.names else (),
        "uncounted": not known,
    }


def _open_votes(group: Group, papers: Iterable[int]) -> Mapping[int, dict[int, str]]:
    """Map a paper's id to its voters: member id to name."""
    votes = Vote.objects.open().filter(among("group_paper__paper", papers), group=group).order_by("cast_at", "pk")
    voters: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for paper, member, name in votes.values_list("group_paper__paper", "member", "member__name"):
        voters[paper][member] = name
    return voters


def _comment_counts(membership: Membership, papers: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Map a paper's id to how many comments it has, and how many of them are new to the member."""
    comments = Comment.objects.kept().filter(among("group_paper__paper", papers), group=membership.group)
    counts = comments.alias(**last_read(membership)).values_list("group_paper__paper")
    counted = counts.annotate(written=Count("pk"), new=Count("pk", filter=new_to(membership))).order_by()
    return {paper: (written, new) for paper, written, new in counted}


def _presenters(group: Group, papers: Iterable[int]) -> dict[int, Assignment]:
    """Map a paper's id to the assignment that stands for it: of several the next meeting's, else the last one's."""
    standing = Assignment.objects.standing().not_over().filter(among("group_paper__paper", papers), group=group)
    standing = standing.select_related("group_paper", "member", "meeting").order_by("meeting__starts_at", "pk")
    moment = now()
    presenters: dict[int, Assignment] = {}
    for assignment in standing:
        earlier = presenters.get(assignment.group_paper.paper_id)
        if earlier is None or (earlier.meeting and earlier.meeting.ends_at <= moment):
            presenters[assignment.group_paper.paper_id] = assignment
    return presenters


def _own_state(
    membership: Membership, papers: Sequence[int], new: Sequence[int] = ()
) -> Mapping[str, Mapping[int, Sequence[Mapping[str, str]]]]:
    """Return the papers that this member "saved", and those that they "hid", by their ids; in one statement.

    Those of the `new` ones that match searches which are "followed" come with them.
    """
    mine = {"group": membership.group, "member": membership.user_id}
    here = among("paper", papers)
    nothing = Cast(Value(None), JSONField())
    saved = QueueItem.objects.filter(here, **mine, dropped_at__isnull=True).values_list(
        "paper", Value("saved"), nothing
    )
    hidden = Hidden.objects.filter(here, **mine).values_list("paper", Value("hidden"), nothing)
    rows = saved.union(hidden, *([matching(membership, new)] if new else []), all=True)
    found: defaultdict[str, dict[int, Sequence[Mapping[str, str]]]] = defaultdict(dict)
    for paper, state, searches in rows:
        found[state][paper] = searches or ()
    return found


def row_of(*, by: "User", slug: str, address: str) -> tuple[Membership, PaperRow]:
    """Return one paper's row as this member sees it: what an answer to an assignment shows."""
    membership = membership_for(by, slug)
    return membership, row_for(membership, paper_of(membership.group, address))
