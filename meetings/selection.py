"""Which papers a meeting discusses: votes and minutes in, ordered picks out.

Pure and deterministic: no clock, no chance, and neither the order of the candidates nor the members' names
matter. Every rule has the same signature, so that a group's setting is a key of `RULES`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction


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
    """What a rule decided. `saved` maps member to the whole seconds that they carry to the next meeting."""

    chosen: list[Chosen]
    left_out: list[LeftOut]
    saved: dict[int, int]


Rule = Callable[[Iterable[Candidate], int, Mapping[int, int]], Selection]


def most_votes(candidates: Iterable[Candidate], slot: int, saved: Mapping[int, int]) -> Selection:
    """Take the papers with the most votes that still fit into `slot` minutes, and go on down the list.

    Equal votes go to the earlier first vote, then to the smaller key. A paper without votes is never taken.
    Nobody pays, so `saved` comes back as it was. The caller has taken pinned minutes off the slot.
    """
    ranked = sorted((one for one in candidates if one.supporters), key=_most_votes_first)
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


def _most_votes_first(candidate: Candidate) -> tuple[int, datetime, int]:
    return -len(candidate.supporters), candidate.first_vote, candidate.key


RULES: dict[str, Rule] = {"most_votes": most_votes}
