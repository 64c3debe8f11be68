"""A paper as one line of a list: day, week, and the small answers after a change."""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Model, OuterRef, Subquery
from django.db.models.functions import JSONObject

from core import limits
from core.among import among
from core.authors import People
from core.changes import UNKNOWN, Version
from core.clock import now, this_minute
from core.keeping import remembered
from core.wording import short_day
from discussion.access import paper_of
from discussion.models import Assignment, Comment, GroupPaper, Vote
from discussion.queries.events import Event
from discussion.queries.following import OwnMarks, newly_announced, own_marks, page_marks
from discussion.queries.voters import voters_for
from groups.access import membership_for
from groups.models import Group, Membership, Names
from groups.queries import is_voting_over
from papers.models import Entry, Paper
from papers.queries import entries_of

if TYPE_CHECKING:
    from accounts.models import User

_NO_ENTRIES: Mapping[int, Entry] = MappingProxyType({})
_NOT_LIKED: Mapping[int, Sequence[str]] = MappingProxyType({})


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
class SharedRow:
    """A paper and what the group has done with it, the same for all of its members."""

    paper: Paper
    voters: Mapping[int, str]  # member id to name, in the order of their votes
    comments: int
    presenter: Assignment | None
    entry: Entry | None
    replaced: int | None  # the version before the one that the entry announces
    ours: frozenset[int]  # places of the authors who belong to the group
    digest: bytes  # of all of it
    pk: int  # the paper's
    seen: dict[Hashable, "PaperRow"] = field(default_factory=dict, compare=False)  # as members see it, made once


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
    following: str = "normal"  # what this member wants to hear of its discussion; on its own page alone
    added: Sequence[Event] = ()  # who added it to the group; on its own page alone
    # What they are writing: text and version, by the id of the thread, 0 for none; on its own page alone.
    drafts: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    followed: Sequence[Mapping[str, str]] = ()  # name, q and filters of this member's searches that a new paper matches
    digest: bytes = b""  # of what all members see alike

    key: str = field(
        init=False, default="", compare=False
    )  # equal for rows that look the same to members with the same rights

    def __post_init__(self) -> None:
        own = (self.votes, self.voted, self.uncounted, self.voters, self.unread, self.saved, self.hidden)
        searches = [sorted(one.items()) for one in self.followed]
        object.__setattr__(self, "key", repr((self.digest, own, tuple(self.liked_for), searches)))

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
    def authors_left_out(self) -> list[str]:
        """Return those whom the line leaves out, in order."""
        authors, first = self.paper.authors, limits.AUTHORS_IN_ROW
        return [name for place, name in enumerate(authors[first:], first) if place not in self.ours]

    @property
    def presents_on(self) -> str:
        """Return "Thu 26 Nov", the day of the presenter's meeting; empty when none is planned."""
        meeting = self.presenter.meeting if self.presenter else None
        return short_day(meeting.day) if meeting else ""


def rows_for(
    membership: Membership, papers: Sequence[Paper], entries: Mapping[int, Entry] = _NO_ENTRIES
) -> list[PaperRow]:
    """List the papers as rows in the order given, in three statements.

    `entries` maps a paper's id to its entry.
    """
    return _seen_by(membership, _shared(membership.group, [(paper, entries.get(paper.pk)) for paper in papers]))


def announced_rows(
    membership: Membership,
    entries: Sequence[int],
    version: Version,
    liked_for: Mapping[int, Sequence[str]] = _NOT_LIKED,
) -> list[PaperRow]:
    """List the papers of the entries with these ids as rows, in the order given, in four statements at most.

    `version` is that of the group's pages: what its members share is gathered once for it. `liked_for` maps an entry's
    id to why its paper is likely for this member.
    """
    known = _known_rows(version.shared, membership.group, this_minute())
    missing = [entry for entry in entries if entry not in known]
    if missing:
        rows = _shared(membership.group, [(entry.paper, entry) for entry in entries_of(missing)])
        known.update((row.entry.pk, row) for row in rows if row.entry)
    return _seen_by(membership, [known[entry] for entry in entries if entry in known], version, liked_for)


@remembered(limits.GROUPS_REMEMBERED)
def _known_rows(version: str, group: Group, minute: datetime) -> dict[int, SharedRow]:
    """Return where rows are kept, by the ids of their entries. Meetings end, so that none is older than a minute."""
    return {}


def _shared(group: Group, listed: Sequence[tuple[Paper, Entry | None]]) -> list[SharedRow]:
    """Gather what the group has done with papers, in two statements."""
    ids = [paper.pk for paper, _ in listed]
    talk, presenters = _votes_and_comments(group, ids), _presenters(group, ids)
    own_authors = People(group.own_authors)
    return [
        _shared_row(
            paper=paper,
            voters=talk[paper.pk].voters,
            comments=talk[paper.pk].comments,
            presenter=presenters.get(paper.pk),
            entry=entry,
            replaced=getattr(entry, "replaced", None) if entry and entry.replaces else None,
            ours=own_authors.among(paper.authors),
        )
        for paper, entry in listed
    ]


def _shared_row(**fields: Any) -> SharedRow:
    presenter = fields["presenter"]
    said = [
        _columns(fields["paper"]),
        _columns(fields["entry"]),
        (presenter.state, presenter.member_id, presenter.member.name) if presenter else None,
        _columns(presenter.meeting) if presenter else None,
        [fields[name] for name in ("voters", "comments", "replaced", "ours")],
    ]
    return SharedRow(
        **fields,
        pk=fields["paper"].pk,
        digest=hashlib.blake2b(repr(said).encode(errors="replace"), digest_size=16).digest(),
    )


def _columns(row: Model | None) -> dict[str, object]:
    """Return a row's own columns, all of them, so that none is forgotten."""
    return {name: value for name, value in vars(row).items() if name != "_state"} if row else {}


def _seen_by(
    membership: Membership,
    shared: Sequence[SharedRow],
    version: Version = UNKNOWN,
    liked_for: Mapping[int, Sequence[str]] = _NOT_LIKED,
) -> list[PaperRow]:
    """Return the rows as one member sees them, in one statement."""
    mine = own_marks(
        membership,
        [row.pk for row in shared],
        new=newly_announced(row.entry for row in shared if row.entry),
        version=version,
    )
    shown = shown_votes(membership.group)
    return [_seen(row, membership, shown, mine, liked_for) for row in shared]


def _seen(
    row: SharedRow,
    membership: Membership,
    shown: "ShownVotes",
    mine: OwnMarks,
    liked_for: Mapping[int, Sequence[str]],
) -> PaperRow:
    """Return a row as one member sees it, which is as most others do: such rows are made once."""
    pk = row.pk
    followed = mine.followed.get(pk, ())
    because = liked_for.get(row.entry.pk, ()) if row.entry and liked_for else ()
    own = (membership.user_id in row.voters, mine.unread.get(pk, 0), pk in mine.saved, pk in mine.hidden, shown)
    known = row.seen.get(own)
    if known is not None and not followed and not because:
        return known
    made = PaperRow(
        paper=row.paper,
        **_as_shown(row.voters, membership, shown),
        comments=row.comments,
        presenter=row.presenter,
        unread=own[1],
        saved=own[2],
        hidden=own[3],
        entry=row.entry,
        replaced=row.replaced,
        ours=row.ours,
        liked_for=because,
        followed=followed,
        digest=row.digest,
    )
    if not followed and not because:
        row.seen[own] = made
    return made


def row_for(membership: Membership, paper: Paper) -> PaperRow:
    """Return the one row of a paper."""
    return rows_for(membership, [paper])[0]


def own_row_for(membership: Membership, paper: Paper) -> PaperRow:
    """Return the row of a paper on whose page comments and presenters are gathered anyway, in one statement."""
    mine = page_marks(membership, paper.pk)
    voters = dict(mine["voters"][0]["in_order"] or ())
    return PaperRow(
        paper=paper,
        **_as_shown(voters, membership, shown_votes(membership.group)),
        comments=0,
        presenter=None,
        saved=bool(mine["saved"]),
        hidden=bool(mine["hidden"]),
        ours=People(membership.group.own_authors).among(paper.authors),
        following=next((one["state"] for one in mine["follow"]), "normal"),
        added=[Event("added", datetime.fromisoformat(one["at"]), one["pk"], who=one["who"]) for one in mine["added"]],
        drafts={one["parent"]: one for one in mine["draft"]},
    )


def votes_for(membership: Membership, paper: Paper) -> PaperVotes:
    """Return the open votes of one paper, in one statement."""
    return as_voted(membership, paper, voters_for(membership.group, paper))


def as_voted(membership: Membership, paper: Paper, voters: Mapping[int, str]) -> PaperVotes:
    """Return the open votes of one paper as the member may know them: what an answer to a vote shows."""
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


class _Talk(NamedTuple):
    voters: dict[int, str]  # member id to name
    comments: int


def _votes_and_comments(group: Group, papers: Iterable[int]) -> defaultdict[int, _Talk]:
    """Map a paper's id to what the group has said of it, in one statement."""
    votes = Vote.objects.open().filter(group_paper=OuterRef("pk")).order_by("cast_at", "pk")
    voters = ArraySubquery(votes.values(said=JSONObject(member="member", name="member__name")))
    comments = Comment.objects.kept().filter(group_paper=OuterRef("pk")).order_by().values("group_paper")
    written = Subquery(comments.values(count=Count("pk")))
    found: defaultdict[int, _Talk] = defaultdict(lambda: _Talk({}, 0))
    group_papers = GroupPaper.objects.filter(among("paper", papers), group=group)
    for paper, voted, count in group_papers.values_list("paper", voters, written):
        found[paper] = _Talk({one["member"]: one["name"] for one in voted}, count or 0)
    return found


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


def row_of(*, by: "User", slug: str, address: str) -> tuple[Membership, PaperRow]:
    """Return one paper's row as this member sees it: what an answer to an assignment shows."""
    membership = membership_for(by, slug)
    return membership, row_for(membership, paper_of(membership.group, address))


def own_row_of(*, by: "User", slug: str, address: str) -> tuple[Membership, PaperRow]:
    """Return the row of a paper's own page as this member sees it."""
    membership = membership_for(by, slug)
    return membership, own_row_for(membership, paper_of(membership.group, address))
