"""A paper as one line of a list: day, week, and the small answers after a change."""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import Model

from core import limits
from core.authors import People
from core.changes import UNKNOWN, Version
from core.clock import now, this_minute
from core.keeping import remembered
from core.wording import short_day
from discussion.access import paper_of
from discussion.models import Assignment
from discussion.queries.events import Event
from discussion.queries.following import OwnMarks, newly_announced, own_marks, page_marks
from discussion.queries.voters import open_votes, voters_for
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

    # Equal for rows that look the same to members with the same rights.
    key: str = field(init=False, default="", compare=False)

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


@dataclass(frozen=True, slots=True)
class _Known:
    """A paper and its entry, as whoever lists them has them."""

    paper: Paper
    entry: Entry | None
    columns: bytes  # digest of all of theirs


def rows_for(
    membership: Membership,
    papers: Sequence[Paper],
    entries: Mapping[int, Entry] = _NO_ENTRIES,
    version: Version = UNKNOWN,
) -> list[PaperRow]:
    """List the papers as rows in the order given, in three statements at most.

    `entries` maps a paper's id to its entry; `version` is that of the group's pages, if it is known.
    """
    listed = [_known(paper, entries.get(paper.pk)) for paper in papers]
    return _seen_by(membership, _shared(membership.group, listed, version), version)


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
        rows = _shared(membership.group, _listed(version.papers, missing), version)
        known.update((row.entry.pk, row) for row in rows if row.entry)
    return _seen_by(membership, [known[entry] for entry in entries if entry in known], version, liked_for)


@remembered(limits.GROUPS_REMEMBERED)
def _known_rows(version: str, group: Group, minute: datetime) -> dict[int, SharedRow]:
    """Return where rows are kept, by the ids of their entries. Meetings end, so that none is older than a minute."""
    return {}


def _listed(version: str, entries: Sequence[int]) -> list[_Known]:
    """Return the entries with these ids that there are, in one statement at most; `version` is that of all papers."""
    known = _known_entries(version)
    found = {entry: one for entry in entries if (one := known.get(entry))}  # another thread may empty it now
    missing = [entry for entry in entries if entry not in found]
    new = {entry.pk: _known(entry.paper, entry) for entry in (entries_of(missing) if missing else ())}
    if len(known) + len(new) > limits.ENTRIES_REMEMBERED:
        known.clear()
    known.update(new)
    found.update(new)
    return [found[entry] for entry in entries if entry in found]


@remembered(1)
def _known_entries(version: str) -> dict[int, _Known]:
    """Return where entries are kept, by their ids: whatever groups do, they stay as they are."""
    return {}


def _known(paper: Paper, entry: Entry | None) -> _Known:
    return _Known(paper, entry, _digest(_columns(paper), _columns(entry)))


def _digest(*said: object) -> bytes:
    return hashlib.blake2b(repr(said).encode(errors="replace"), digest_size=16).digest()


def _shared(group: Group, listed: Sequence[_Known], version: Version) -> list[SharedRow]:
    """Gather what the group has done with papers, in two statements at most."""
    ids = [one.paper.pk for one in listed]
    talk, presenters = _votes_and_comments(group, ids), _presenters(version.shared, group, this_minute())
    own_authors = People(group.own_authors)
    return [_shared_row(one, talk[pk], presenters.get(pk), own_authors) for pk, one in zip(ids, listed, strict=True)]


def _shared_row(known: _Known, talk: "_Talk", presenter: Assignment | None, own_authors: People) -> SharedRow:
    ours, entry = own_authors.among(known.paper.authors), known.entry
    presents = (presenter.state, presenter.member_id, presenter.member.name) if presenter else None
    return SharedRow(
        paper=known.paper,
        voters=talk.voters,
        comments=talk.comments,
        presenter=presenter,
        entry=entry,
        replaced=getattr(entry, "replaced", None) if entry and entry.replaces else None,
        ours=ours,
        digest=_digest(
            known.columns, presents, _columns(presenter.meeting if presenter else None), *talk, sorted(ours)
        ),
        pk=known.paper.pk,
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


_TALK = f"""
SELECT listed.paper_id, ARRAY(
    SELECT ARRAY[vote.member_id::text, person.name] {open_votes("listed.id")} ORDER BY vote.cast_at, vote.id
), (SELECT count(*) FROM discussion_comment said WHERE said.group_paper_id = listed.id AND said.deleted_at IS NULL)
FROM discussion_grouppaper listed WHERE listed.group_id = %(group)s AND listed.paper_id = ANY(%(papers)s)
"""  # noqa: S608 - constants, all


def _votes_and_comments(group: Group, papers: Sequence[int]) -> defaultdict[int, _Talk]:
    """Map a paper's id to what the group has said of it, in one statement."""
    found: defaultdict[int, _Talk] = defaultdict(lambda: _Talk({}, 0))
    with connection.cursor() as cursor:
        cursor.execute(_TALK, {"group": group.pk, "papers": list(papers)})
        for paper, voters, count in cursor:
            found[paper] = _Talk({int(member): name for member, name in voters}, count)
    return found


@remembered(limits.GROUPS_REMEMBERED)
def _presenters(version: str, group: Group, minute: datetime) -> dict[int, Assignment]:
    """Map a paper's id to the assignment that stands for it: of several the next meeting's, else the last one's.

    Of all papers of the group: they are few, and every list asks for them.
    """
    standing = Assignment.objects.standing().not_over().filter(group=group)
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
