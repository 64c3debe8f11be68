"""The papers of the group's listings that a member has not dealt with yet, and all others, each once."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from core import limits
from core.among import among
from core.changes import UNKNOWN, Version
from core.clock import this_minute
from core.keeping import remembered
from core.prepared import Prepared, blank
from discussion.models import Hidden, Seen, Vote
from discussion.queries.liking import liked
from groups.models import Group, Membership, Role
from papers.models import Entry, Listing

NEWEST, VOTES, DISCUSSION, LIKELY = "new", "votes", "discussion", "likely"
_TYPES = Entry.AnnounceType
# What an address calls them, and what it leaves out.
LEFT_OUT = {"replacements": (_TYPES.REPLACE, _TYPES.REPLACE_CROSS), "cross": (_TYPES.CROSS, _TYPES.REPLACE_CROSS)}


@dataclass(frozen=True, slots=True)
class Announced:
    """The entries of the group's listings from a day on, as one member sees them."""

    membership: Membership
    since: date
    category: str = ""  # one of the group's, else all of them
    hide: tuple[str, ...] = ()  # of LEFT_OUT
    version: Version = UNKNOWN  # that of the group's pages, if it is known

    def counts(self) -> tuple[int, int]:
        """Return how many papers there are, and how many of them the member has still to deal with."""
        return _known_counts(self.version, self)

    def count_anew(self) -> tuple[int, int]:
        """Return the same, asked in one statement."""
        counts = self._entries().aggregate(all=Count("pk"), open=Count("pk", filter=self._open()))
        return counts["all"], counts["open"]

    def count(self) -> int:
        """Return how many papers there are, whoever looks."""
        return self._entries().count()

    def entries(self, *, unread: bool, sort: str) -> Sequence[int]:
        """Return the ids of all entries in order, those that the member has dealt with left out on `unread`."""
        return _known_list(self.version, self, unread, sort, this_minute())

    def list_anew(self, *, unread: bool, sort: str) -> Sequence[int]:
        """Return the same, asked in one statement."""
        if sort != NEWEST:
            return array("q", self._listed(unread, sort).values_list("pk", flat=True))
        asked = {"member": self.membership.user_id, "group": self.membership.group_id, "since": self.since}
        return array("q", (pk for (pk,) in _newest(unread, self.hide).ask(categories=self._categories(), **asked)))

    def likely(self, *, unread: bool, start: int, count: int) -> dict[int, Sequence[str]]:
        """Map the ids of `count` entries, the likeliest for the member first, to why they are."""
        listed = self._listed(unread, LIKELY)[start : start + count]
        return dict(listed.values_list("pk", "liked_for"))  # type: ignore[misc]  # annotated by the order

    def _listed(self, unread: bool, sort: str) -> QuerySet[Entry]:
        entries = self._entries()
        if unread:
            entries = entries.filter(self._open())
        entries, order = self._ordered(entries, sort)
        return entries.order_by(*order)

    def papers(self, *, unread: bool, sort: str, besides: int) -> list[int]:
        """Return the ids of all papers in the order of the pages; the paper `besides` even when it was dealt with."""
        entries = self._entries()
        if unread:
            entries = entries.filter(self._open() | Q(paper=besides))
        entries, order = self._ordered(entries, sort)
        return list(entries.order_by(*order).values_list("paper", flat=True))

    def is_open(self, paper: int) -> bool:
        """Tell whether the member has still to deal with the paper."""
        return self._entries().filter(self._open(), paper=paper).exists()

    def _ordered(self, entries: QuerySet[Entry], sort: str) -> tuple[QuerySet[Entry], list[str]]:
        order = ["-listing__announced_on", "listing__category", "position"]
        if sort == LIKELY:
            return entries.annotate(**liked(self.membership)), ["-liking", *order]
        if sort in (VOTES, DISCUSSION):
            return entries.annotate(**self._standing(sort)), ["-standing", *order]
        return entries, order

    def _entries(self) -> QuerySet[Entry]:
        """Return a paper's latest entry alone, and of a day's the one in the first category."""
        day, category = OuterRef("listing__announced_on"), OuterRef("listing__category")
        before = Q(listing__announced_on__gt=day) | Q(listing__announced_on=day, listing__category__lt=category)
        others = self._announced().filter(before, paper=OuterRef("paper"))
        return self._announced().filter(~Exists(others))

    def _announced(self) -> QuerySet[Entry]:
        listed = {"listing__state": Listing.State.SHOWN, "listing__announced_on__gte": self.since}
        left_out = {kind for name in self.hide for kind in LEFT_OUT[name]}
        entries = Entry.objects.filter(among("listing__category", self._categories()), **listed)
        return entries.exclude(announce_type__in=left_out) if left_out else entries

    def _categories(self) -> list[str]:
        return [self.category] if self.category else self.membership.group.categories

    def _open(self) -> Q:
        """Return the condition of what the member has neither voted for, nor hidden, nor seen in any listing.

        By EXISTS: with IN, PostgreSQL gathers first what is left out, and then reads all entries that there are.
        """
        paper = OuterRef("paper")
        mine: dict[str, Any] = {"member": self.membership.user_id, "group": self.membership.group_id}
        voted = Vote.objects.filter(**mine, group_paper__paper=paper)
        hidden = Hidden.objects.filter(**mine, paper=paper)
        seen = Seen.objects.filter(member=mine["member"], listing__announced_on__gte=self.since)
        seen = seen.filter(listing__entries__paper=paper, listing__entries__position__lte=F("position"))
        return Q(~Exists(voted), ~Exists(hidden), ~Exists(seen))

    def _standing(self, sort: str) -> dict[str, Any]:
        """Return what counts the group's votes or comments, by joins: a subquery for each row takes minutes."""
        group = self.membership.group
        ours = FilteredRelation("paper__group_papers", condition=Q(paper__group_papers__group=group))
        if sort == DISCUSSION:
            kept = Q(ours__comments__deleted_at__isnull=True)
            return {"ours": ours, "standing": Count("ours__comments", distinct=True, filter=kept)}
        voting = Membership.objects.present().exclude(role=Role.GUEST).filter(group=group).values("user")
        open_votes = Q(ours__votes__settled_by__isnull=True, ours__votes__member__in=voting)
        return {"ours": ours, "standing": Count("ours__votes", distinct=True, filter=open_votes)}


# A member's own, until they or the group do something: for the next page, the other tabs and the way back. Who looks
# into a group for a while has a vote there until then, so that no order is older than a minute.


@cache
def _newest(unread: bool, hide: tuple[str, ...]) -> Prepared:
    """Return the statement of the usual order, which is asked after each change."""
    of: dict[str, Any] = {name: blank(name) for name in ("member", "group", "since", "categories")}
    whose = Membership(user_id=of["member"], group=Group(pk=of["group"], categories=of["categories"]))
    return Prepared(Announced(whose, of["since"], hide=hide)._listed(unread, NEWEST).values_list("pk"))


@remembered(limits.LISTS_REMEMBERED)
def _known_counts(version: Version, announced: Announced) -> tuple[int, int]:
    return announced.count_anew()


@remembered(limits.LISTS_REMEMBERED)
def _known_list(version: Version, announced: Announced, unread: bool, sort: str, minute: datetime) -> Sequence[int]:
    return announced.list_anew(unread=unread, sort=sort)
