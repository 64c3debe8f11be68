"""Who is asked to present what: turns taken in the past, wishes and the votes in; whom to ask next, and why, out.

Pure and deterministic: no clock, no chance. Turns are counted in slots: a paper is one, and who presents together share
it. A debt is what a member owes the others: their share of the slots of the meetings that they attended, less the slots
that they presented. Declining costs nothing, since only what was presented counts, and a swap moves the slot alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

Why = Literal["volunteer", "floor", "author", "voter", "turn"]
AVOID, ALLOW, PREFER = "avoid", "allow", "prefer"


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting of the past: who of those that present was there, and for each paper who presented it."""

    present: frozenset[int]
    presenters: tuple[frozenset[int], ...]  # of each paper that was discussed; several shared it


@dataclass(frozen=True, slots=True)
class Turns:
    """Where a member stands: what they owe, in slots; what they presented, and in how many meetings they were."""

    debt: Fraction
    presented: Fraction = Fraction(0)
    meetings: int = 0
    last: int | None = None  # the place of the meeting in which they last presented; None for never
    fair: Fraction = Fraction(0)  # what would have been their share


@dataclass(frozen=True, slots=True)
class Person:
    """A member who may be asked: how they stand, and how many slots they have on the day already."""

    member: int
    turns: Turns
    away: bool = False
    opted_out: bool = False
    on_the_day: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper that needs a presenter: who offered, who voted for it, who said no, and who is among its authors."""

    key: int
    voters: frozenset[int] = frozenset()
    volunteers: frozenset[int] = frozenset()
    declined: frozenset[int] = frozenset()
    authors: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom to ask for a paper, and why them."""

    key: int
    member: int
    why: Why
    debts: dict[int, Fraction] = field(default_factory=dict, compare=False)  # of everyone who could have been asked


@dataclass(frozen=True, slots=True)
class Part:
    """Who has a role in the discussion of a paper."""

    key: int
    role: str
    member: int


def turns_of(history: Sequence[Held], members: Iterable[int]) -> dict[int, Turns]:
    """Return how each of the members stands after the meetings, the earliest first.

    Whoever comes for the first time begins at the median of those who were there before, so that nobody has to catch
    up on the years before them; so do `members` who never came.
    """
    turns: dict[int, Turns] = {}
    for place, held in enumerate(history):
        presented: dict[int, Fraction] = {}
        for together in held.presenters:
            for member in together:
                presented[member] = presented.get(member, Fraction(0)) + Fraction(1, len(together))
        there = held.present | presented.keys()
        start = _median(turns)
        share = Fraction(sum(1 for together in held.presenters if together), len(there)) if there else Fraction(0)
        for member in there:
            before = turns.get(member, Turns(debt=start))
            slots = presented.get(member, Fraction(0))
            turns[member] = Turns(
                debt=before.debt + share - slots,
                presented=before.presented + slots,
                meetings=before.meetings + 1,
                last=place if slots else before.last,
                fair=before.fair + share,
            )
    newcomers = Turns(debt=_median(turns))
    return {member: turns.get(member, newcomers) for member in members}


def _median(turns: Mapping[int, Turns]) -> Fraction:
    debts = sorted(one.debt for one in turns.values())
    if not debts:
        return Fraction(0)
    middle = len(debts) // 2
    return debts[middle] if len(debts) % 2 else (debts[middle - 1] + debts[middle]) / 2


def propose(wanted: Sequence[Wanted], people: Iterable[Person], *, own_papers: str = AVOID) -> list[Asked]:
    """Return whom to ask for each paper, in the order of the papers; a paper that nobody can present is left out.

    A volunteer comes first, unless they are more than a slot ahead of the others. Then, if the group prefers it, an
    author. Then who alone voted for the paper, to whom the floor is offered like to a volunteer. Then a member who
    voted for it and owes within a slot of the most; else who owes most. Between equals, who has waited longest. Nobody
    presents twice on a day while someone else can.
    """
    everyone = {one.member: one for one in people if not (one.away or one.opted_out)}
    on_the_day = {one.member: one.on_the_day for one in everyone.values()}
    asked = []
    for paper in wanted:
        able = [one for one in everyone.values() if _may(one.member, paper, own_papers)]
        fewest = min((on_the_day[one.member] for one in able), default=0)
        able = [one for one in able if on_the_day[one.member] == fewest]
        if not able:
            continue
        one, why = _next(paper, able, own_papers)
        on_the_day[one.member] += 1
        asked.append(Asked(paper.key, one.member, why, {each.member: each.turns.debt for each in able}))
    return asked


def share_roles(
    papers: Sequence[Wanted], people: Mapping[str, Sequence[Person]], *, filled: Collection[tuple[int, str]] = ()
) -> list[Part]:
    """Return who has which role in the discussion of each paper: for each role, in order, who owes most turns in it.

    `people` maps a role to who may have it, with their turns in that role alone. `declined` of a paper is whoever has
    a part in it already, and `filled` says which roles are taken. Nobody has two parts in a paper, nor a second one on
    the day while someone else could have it; a role that nobody is left for stays open.
    """
    taken = {paper.key: set(paper.declined) for paper in papers}
    busy: Counter[int] = Counter()
    parts = []
    for role, able in people.items():
        open_to = [Wanted(key, declined=frozenset(there)) for key, there in taken.items() if (key, role) not in filled]
        free = [replace(one, on_the_day=one.on_the_day + busy[one.member]) for one in able]
        for asked in propose(open_to, free, own_papers=ALLOW):
            parts.append(Part(asked.key, role, asked.member))
            taken[asked.key].add(asked.member)
            busy[asked.member] += 1
    return parts


def _may(member: int, paper: Wanted, own_papers: str) -> bool:
    if member in paper.declined:
        return False
    return own_papers != AVOID or member not in paper.authors or member in paper.volunteers


def _next(paper: Wanted, able: Sequence[Person], own_papers: str) -> tuple[Person, Why]:
    most = max(one.turns.debt for one in able)
    offers = [one for one in able if one.member in paper.volunteers and not _is_ahead(one, able)]
    if offers:
        return _longest_waiting(offers), "volunteer"
    authors = [one for one in able if one.member in paper.authors]
    if authors and own_papers == PREFER:
        return _longest_waiting(authors), "author"
    voters = [one for one in able if one.member in paper.voters]
    if len(paper.voters) == 1 and voters and not _is_ahead(voters[0], able):
        return voters[0], "floor"
    owing = [one for one in voters if one.turns.debt >= most - 1]
    if owing:
        return _longest_waiting(owing), "voter"
    return _longest_waiting(able), "turn"


def _is_ahead(one: Person, able: Sequence[Person]) -> bool:
    """Tell whether someone has presented more than a slot beyond the others' average."""
    others = [each.turns.debt for each in able if each.member != one.member]
    return bool(others) and one.turns.debt < sum(others, Fraction(0)) / len(others) - 1


def _longest_waiting(people: Sequence[Person]) -> Person:
    """Return who owes most; of these who presented longest ago, or never."""
    return min(people, key=lambda one: (-one.turns.debt, -1 if one.turns.last is None else one.turns.last, one.member))
