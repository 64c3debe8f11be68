"""Which papers a meeting discusses: votes, minutes and saved time in; ordered picks out.

Pure and deterministic: no clock, no chance, and neither the order of the candidates nor the members' names
matter. Every rule has the same signature, so that a group's setting is a key of `RULES`.

`select` is Phragmén's rule in minutes with a balance that is carried on from meeting to meeting (perpetual Phragmén:
Lackner & Maly, "Proportional Decisions in Perpetual Voting", AAAI 2023). Inside one meeting it counts in exact
fractions; between meetings in whole seconds, since exact fractions that are carried on grow without end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Protocol

SHARED_TIME, MOST_VOTES = "shared_time", "most_votes"
VOTERS_FOR_SHARING = 3  # with fewer, there is nothing to share


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that could be discussed; `minutes` are whole, `supporters` those whose vote is open."""

    key: int
    minutes: int
    supporters: frozenset[int]
    first_vote: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pick. `paid` maps member to minutes of their own share; empty under rules in which nobody pays."""

    key: int
    minutes: int
    paid: dict[int, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate with votes that was not picked, and how many minutes more it would have needed."""

    key: int
    lacks_minutes: int


@dataclass(frozen=True, slots=True)
class Selection:
    """What a rule decided. `saved` maps member to the whole seconds that they carry to the next meeting.

    `earned` is the minutes that each member with an open vote earned; `cut`, those of all together that no one may
    carry on, since nobody keeps more than one paper's.
    """

    chosen: list[Chosen]
    left_out: list[LeftOut]
    saved: dict[int, int]
    earned: Fraction = field(default=Fraction(0), compare=False)
    cut: Fraction = field(default=Fraction(0), compare=False)


class Rule(Protocol):
    """`keeps` is one paper's minutes: the most that a member may carry on; the longest candidate's when not told."""

    def __call__(
        self, candidates: Iterable[Candidate], slot: int, saved: Mapping[int, int], *, keeps: int | None = None
    ) -> Selection: ...


def select(
    candidates: Iterable[Candidate], slot: int, saved: Mapping[int, int], *, keeps: int | None = None
) -> Selection:
    """Let everyone with an open vote earn the same time, and buy each paper as soon as its supporters can.

    `slot` is in whole minutes (the caller has taken pinned minutes off), `saved` in whole seconds. Who has no open
    vote keeps what they have and earns nothing. Equal papers go to more supporters, then to the earlier first vote,
    then to the smaller key. What is left out lacks the minutes that its supporters do not hold in the end.
    """
    voted = [one for one in candidates if one.supporters]
    members = frozenset[int]().union(*(one.supporters for one in voted))
    most = keeps if keeps is not None else max((one.minutes for one in voted), default=0)
    return _share(voted, slot, saved, members=members, keeps=most)


def settle(discussed: Iterable[Candidate], saved: Mapping[int, int], *, voters: Iterable[int], keeps: int) -> Selection:
    """Return who paid what for the papers that were really discussed, and what everyone has saved then.

    The same as `select`, but these papers alone are bought, all of them; `voters` are all who had an open vote, also
    for others. When everything that was chosen is discussed, everyone pays what the choice said.
    """
    bought = [one for one in discussed if one.supporters]
    members = frozenset(voters).union(*(one.supporters for one in bought))
    return _share(bought, sum(one.minutes for one in bought), saved, members=members, keeps=keeps)


def _share(
    voted: Sequence[Candidate], slot: int, saved: Mapping[int, int], *, members: frozenset[int], keeps: int
) -> Selection:
    purse = _Purse({member: saved.get(member, 0) for member in members})
    chosen = _bought(voted, slot, purse)
    held = purse.balances()
    kept = {member: min(minutes, Fraction(keeps)) for member, minutes in held.items()}
    taken = {one.key for one in chosen}
    return Selection(
        chosen=chosen,
        left_out=[_left_out(one, kept) for one in sorted(voted, key=_equal_papers) if one.key not in taken],
        saved={**saved, **whole_seconds(kept)},
        earned=purse.earned,
        cut=sum(held.values(), Fraction(0)) - sum(kept.values(), Fraction(0)),
    )


def _bought(voted: Sequence[Candidate], slot: int, purse: "_Purse") -> list[Chosen]:
    """Buy what can be paid first, again and again, until nothing fits any more."""
    waiting, chosen, left = list(voted), [], slot
    parts = lcm(*(len(one.supporters) for one in voted))  # so that waits are whole numbers
    while waiting := [one for one in waiting if one.minutes <= left]:
        waits = ((purse.wait(one, parts), _equal_papers(one), one) for one in waiting)
        wait, _, best = min(waits, key=lambda one: one[:2])
        purse.earn(Fraction(wait, parts))
        chosen.append(Chosen(best.key, best.minutes, purse.pay(best.supporters, best.minutes)))
        left -= best.minutes
        waiting.remove(best)
    return chosen


class _Purse:
    """What each member holds, exactly: a whole number of one unit for all, which is made finer when it has to be.

    A payment out of savings makes the unit finer by as many digits as it has, so that the twentieth would take
    hours. Beyond `_EXACT` units a minute shares are rounded down to the nanosecond, and who holds most pays the rest.
    """

    _EXACT = 10**60
    _COARSE = 60 * 10**9

    def __init__(self, seconds: Mapping[int, int]) -> None:
        self.unit = 60  # of them are a minute
        self.held = dict(seconds)
        self.earned = Fraction(0)

    def balances(self) -> dict[int, Fraction]:
        return {member: Fraction(amount, self.unit) for member, amount in self.held.items()}

    def wait(self, candidate: Candidate, parts: int) -> int:
        """Return how much everyone still has to earn until the paper's supporters can pay; in `parts` of our unit."""
        lacks = candidate.minutes * self.unit - self._of(candidate.supporters)
        return max(0, lacks) * (parts // len(candidate.supporters))

    def earn(self, each: Fraction) -> None:
        """Give everyone so many of our unit, as the smallest wait said."""
        self.earned += each / self.unit
        self._refine(self.unit * each.denominator)
        self.held = {member: amount + each.numerator for member, amount in self.held.items()}

    def pay(self, members: frozenset[int], minutes: int) -> dict[int, Fraction]:
        """Let the members pay in proportion to what they hold; return the minutes that each paid."""
        together = self._of(members)
        paid = {member: Fraction(minutes * self.held[member], together) for member in sorted(members)}
        unit = lcm(self.unit, *(share.denominator for share in paid.values()))
        if unit > self._EXACT:
            paid = self._rounded(paid, minutes)
            unit = lcm(self.unit, *(share.denominator for share in paid.values()))
        self._refine(unit)
        for member, share in paid.items():
            self.held[member] -= share.numerator * (unit // share.denominator)
        return paid

    def _rounded(self, paid: dict[int, Fraction], minutes: int) -> dict[int, Fraction]:
        most = max(self.held[member] for member in paid)
        richest = [member for member in paid if self.held[member] == most]
        rounded = {member: Fraction(floor(share * self._COARSE), self._COARSE) for member, share in paid.items()}
        rest = minutes - sum(rounded.values(), Fraction(0))
        rounded |= {member: rounded[member] + rest / len(richest) for member in richest}
        # Who holds hardly more than the paper costs would owe a part of a nanosecond: they pay exactly.
        return rounded if rounded[richest[0]] * self.unit <= most else paid

    def _of(self, members: frozenset[int]) -> int:
        return sum([self.held[member] for member in members])

    def _refine(self, unit: int) -> None:
        if unit != self.unit:
            finer = unit // self.unit
            self.held = {member: amount * finer for member, amount in self.held.items()}
            self.unit = unit


def _left_out(candidate: Candidate, kept: Mapping[int, Fraction]) -> LeftOut:
    held = sum((kept[member] for member in candidate.supporters), Fraction(0))
    return LeftOut(candidate.key, lacks_minutes=max(0, ceil(candidate.minutes - held)))


def whole_seconds(minutes: Mapping[int, Fraction]) -> dict[int, int]:
    """Round minutes to whole seconds by largest remainder, so that the sum keeps to the second.

    Of equal remainders the smaller amount is rounded up first; only between equal amounts does the key decide.
    """
    exact = {member: 60 * amount for member, amount in minutes.items()}
    seconds = {member: floor(amount) for member, amount in exact.items()}
    over = floor(sum(exact.values(), Fraction(1, 2))) - sum(seconds.values())
    up = sorted(exact, key=lambda member: (seconds[member] - exact[member], seconds[member], member))
    return seconds | {member: seconds[member] + 1 for member in up[:over]}


def most_votes(
    candidates: Iterable[Candidate], slot: int, saved: Mapping[int, int], *, keeps: int | None = None
) -> Selection:
    """Take the papers with the most votes that still fit into `slot` minutes, and go on down the list.

    Equal votes go to the earlier first vote, then to the smaller key. A paper without votes is never taken.
    Nobody pays, so `saved` comes back as it was. The caller has taken pinned minutes off the slot.
    """
    ranked = sorted((one for one in candidates if one.supporters), key=_equal_papers)
    left = slot
    chosen, missed = [], []
    for candidate in ranked:
        if candidate.minutes > left:
            missed.append(candidate)
            continue
        chosen.append(Chosen(candidate.key, candidate.minutes))
        left -= candidate.minutes
    left_out = [LeftOut(one.key, lacks_minutes=one.minutes - left) for one in missed]
    return Selection(chosen, left_out, dict(saved))


def _equal_papers(candidate: Candidate) -> tuple[int, datetime, int]:
    return -len(candidate.supporters), candidate.first_vote, candidate.key


RULES: dict[str, Rule] = {SHARED_TIME: select, MOST_VOTES: most_votes}


def rule_for(wanted: str, candidates: Iterable[Candidate]) -> str:
    """Return the name of the rule that applies: a group's own, unless too few members voted to share anything."""
    voters = frozenset[int]().union(*(one.supporters for one in candidates))
    return wanted if len(voters) >= VOTERS_FOR_SHARING else MOST_VOTES
