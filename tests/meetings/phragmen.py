"""Sequential Phragmén as it was first described, by loads, to check our rule by: nothing of it is shared with ours.

Phragmén, "Sur une méthode nouvelle pour réaliser, dans les élections, la représentation proportionnelle des partis"
(1894), in the words of Brill, Freeman, Janson & Lackner, "Phragmén's Voting Methods and Justified Representation"
(AAAI 2017), section 3: who is elected puts a load of one on those who approve of them, and the next is who makes the
largest load least. `python -m tests.meetings.phragmen` writes the stored profiles anew.
"""

import json
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from random import Random

STORED = Path(__file__).parents[1] / "data" / "profiles.jsonl"
SEED, PROFILES = 20261126, 300


def elected(approvals: list[list[int]], candidates: int, seats: int) -> list[int]:
    """Return who is elected, in order; `approvals` are each voter's candidates, by number from 0.

    Between equals decides who has more approvals, then the smaller number.
    """
    load = {voter: Fraction(0) for voter in range(len(approvals))}
    by = {one: [voter for voter, liked in enumerate(approvals) if one in liked] for one in range(candidates)}
    winners: list[int] = []
    for _ in range(seats):
        open_ones = [one for one in range(candidates) if by[one] and one not in winners]
        if not open_ones:
            break
        largest = {one: (1 + sum(load[voter] for voter in by[one])) / Fraction(len(by[one])) for one in open_ones}
        best = min(open_ones, key=lambda one: (largest[one], -len(by[one]), one))
        for voter in by[best]:
            load[voter] = largest[best]
        winners.append(best)
    return winners


def misrepresented(approvals: list[list[int]], winners: set[int], seats: int) -> tuple[int, ...] | None:
    """Return voters who agree on so many candidates as their number earns, and approve of fewer winners together.

    By trying every set of voters: None is proportional justified representation, and with it, for one candidate,
    justified representation.
    """
    voters = [number for number, liked in enumerate(approvals) if liked]
    for size in range(1, len(voters) + 1):
        for some in combinations(voters, size):
            agreed = set.intersection(*(set(approvals[voter]) for voter in some))
            earns = min(size * seats // len(voters), len(agreed), seats)
            if len(winners & {one for voter in some for one in approvals[voter]}) < earns:
                return some
    return None


def _profile(random: Random) -> dict[str, object]:
    voters, candidates, seats = random.randint(1, 12), random.randint(1, 15), random.randint(1, 8)
    liking = random.choice((0.1, 0.3, 0.6))
    approvals = [[one for one in range(candidates) if random.random() < liking] for _ in range(voters)]
    return {
        "approvals": approvals,
        "candidates": candidates,
        "seats": seats,
        "elected": elected(approvals, candidates, seats),
    }


if __name__ == "__main__":
    source = Random(SEED)
    STORED.write_text("".join(json.dumps(_profile(source)) + "\n" for _ in range(PROFILES)))
