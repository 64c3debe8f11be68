"""How fair agendas are over half a year, by both rules, among made-up groups; and what a choice takes.

The groups are drawn from a published seed. In each, three quarters of the members care for one subject and the others
for another; they vote in three weeks of four, for what they like of some new papers, and a vote lasts four weeks. Both
rules choose from the same votes, as far as they can: what one has discussed stays in the other's pool. In a divided
group hardly anyone likes a paper of the other subject; in a mixed one half as often as of their own. A group with few
papers discusses most of what has votes: there *most votes* has the dry spells that the goals take for given. In a keen
one members vote for more of still fewer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from meetings.rotation import Held, Person, Turns, Wanted, propose, turns_of
from meetings.selection import MOST_VOTES, RULES, SHARED_TIME, Candidate, Rule, rule_for, select

SEED = 20_261_126
GROUPS, WEEKS, POOL_WEEKS = 200, 26, 4
PAPER = 15  # minutes
VOTES_IN = 0.75  # of the weeks
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Tastes:
    """What members have to choose from, and how likely they vote for it."""

    new_papers: int  # a week; the last quarter of them, rounded up, is of the smaller subject
    likes_own: float  # how likely a member votes for a new paper of their subject
    likes_other: float  # and for one of the other


TASTES = {
    "divided": Tastes(16, 0.2, 0.02),
    "mixed": Tastes(16, 0.2, 0.1),
    "few papers": Tastes(6, 0.25, 0.05),
    "keen": Tastes(5, 0.4, 0.15),
}
KINDS = (  # members, minutes, tastes
    (8, 30, "divided"),
    (12, 60, "divided"),
    (12, 60, "mixed"),
    (12, 60, "few papers"),
    (12, 60, "keen"),
    (25, 60, "divided"),
)


@dataclass
class Paper:
    key: int
    voters: frozenset[int]
    week: int


@dataclass
class Year:
    """What became of a group under one rule."""

    dry: dict[int, int] = field(default_factory=dict)  # member to meetings in a row with a vote and nothing discussed
    worst_dry: int = 0
    voters: int = 0  # over all meetings
    with_nothing: int = 0
    approvals: int = 0
    minutes: int = 0
    minority_minutes: Fraction = Fraction(0)
    minority_share: Fraction = Fraction(0)  # of those who voted, over all meetings
    presented: int = 0
    by_voters: int = 0
    history: list[Held] = field(default_factory=list)
    turns: dict[int, Turns] = field(default_factory=dict)


def run() -> dict[str, Any]:
    """Measure everything, and return it by name."""
    figures: dict[str, Any] = {"seed": SEED, "groups": GROUPS, "weeks": WEEKS}
    for members, slot, tastes in KINDS:
        figures[f"{members} members, {slot} minutes, {tastes}"] = {
            rule: _figures(
                _year(Random(f"{SEED}-{members}-{number}"), members, slot, rule, TASTES[tastes])  # noqa: S311
                for number in range(GROUPS)
            )
            for rule in (SHARED_TIME, MOST_VOTES)
        }
    figures["lone member, of 26 fair turns in 104 meetings"] = {
        rule: _lone_turns(RULES[rule]) for rule in (SHARED_TIME, MOST_VOTES)
    }
    return figures | {"select, 200 candidates and 40 members, ms": _times()}


def _year(random: Random, members: int, slot: int, rule: str, tastes: Tastes) -> Year:
    minority = frozenset(range(max(2, members // 4)))
    papers: list[Paper] = []
    saved: Mapping[int, int] = {}
    year = Year()
    for week in range(WEEKS):
        papers = [one for one in papers if one.week > week - POOL_WEEKS]
        papers += _new_papers(random, members, minority, week, tastes)
        candidates = [
            Candidate(one.key, PAPER, one.voters, MONDAY + timedelta(weeks=one.week)) for one in papers if one.voters
        ]
        applies = rule_for(rule, candidates)
        selection = RULES[applies](candidates, slot, saved, keeps=PAPER)
        saved = selection.saved
        taken = {one.key for one in selection.chosen}
        discussed = [one for one in papers if one.key in taken]
        _note(year, papers, discussed, minority)
        _present(year, discussed, members)
        papers = [one for one in papers if one.key not in taken]
    year.turns = turns_of(year.history, range(members))
    return year


def _new_papers(random: Random, members: int, minority: frozenset[int], week: int, tastes: Tastes) -> list[Paper]:
    voting = [member for member in range(members) if random.random() < VOTES_IN]
    papers = []
    for number in range(tastes.new_papers):
        is_smaller = number >= tastes.new_papers * 3 // 4
        liked = [
            member
            for member in voting
            if random.random() < (tastes.likes_own if (member in minority) == is_smaller else tastes.likes_other)
        ]
        papers.append(Paper(week * tastes.new_papers + number, frozenset(liked), week))
    return papers


def _note(year: Year, papers: Iterable[Paper], discussed: Iterable[Paper], minority: frozenset[int]) -> None:
    voters = frozenset[int]().union(*(one.voters for one in papers))
    served = frozenset[int]().union(*(one.voters for one in discussed))
    for member in voters:
        year.dry[member] = 0 if member in served else year.dry.get(member, 0) + 1
        year.worst_dry = max(year.worst_dry, year.dry[member])
    year.voters += len(voters)
    year.with_nothing += len(voters - served)
    year.minority_share += Fraction(len(voters & minority), len(voters)) if voters else 0
    for one in discussed:
        year.approvals += len(one.voters)
        year.minutes += PAPER
        year.minority_minutes += Fraction(PAPER * len(one.voters & minority), len(one.voters))


def _present(year: Year, discussed: list[Paper], members: int) -> None:
    turns = turns_of(year.history, range(members))
    people = [Person(member, turns[member]) for member in range(members)]
    asked = propose([Wanted(one.key, voters=one.voters) for one in discussed], people)
    voters = {one.key: one.voters for one in discussed}
    year.presented += len(asked)
    year.by_voters += sum(one.member in voters[one.key] for one in asked)
    year.history.append(Held(frozenset(range(members)), tuple(frozenset({one.member}) for one in asked)))


def _figures(found: Iterable[Year]) -> dict[str, Any]:
    years = list(found)
    distances = sorted(float(abs(one.presented - one.fair)) for year in years for one in year.turns.values())
    return {
        "worst dry spell, median": median(year.worst_dry for year in years),
        "worst dry spell, most": max(year.worst_dry for year in years),
        "voters with nothing, %": _percent(
            sum(year.with_nothing for year in years), sum(year.voters for year in years)
        ),
        "minority's minutes, %": _percent(
            sum(year.minority_minutes for year in years), sum(year.minutes for year in years)
        ),
        "minority's fair share, %": _percent(sum(year.minority_share for year in years), len(years) * WEEKS),
        "approvals of what was discussed": sum(year.approvals for year in years),
        "presenter's distance from the fair share, 95 %": round(distances[len(distances) * 95 // 100], 2),
        "presenter's distance, most": round(distances[-1], 2),
        "presented a paper they voted for, %": _percent(
            sum(year.by_voters for year in years), sum(year.presented for year in years)
        ),
    }


def _percent(part: Fraction | int, whole: int) -> float:
    return round(float(100 * part / whole), 1)


def _lone_turns(rule: Rule) -> int:
    """Return how often one of eight comes up in 104 meetings of 30 minutes, whom the seven others outvote."""
    rest = frozenset(range(1, 8))
    saved: Mapping[int, int] = {}
    turns = 0
    for _ in range(104):
        bloc = [Candidate(key, PAPER, rest, MONDAY) for key in range(1, 6)]
        selection = rule([*bloc, Candidate(0, PAPER, frozenset({0}), MONDAY)], 30, saved, keeps=PAPER)
        saved = selection.saved
        turns += any(one.key == 0 for one in selection.chosen)
    return turns


def _times() -> dict[str, float]:
    """Time choices from 200 candidates by 40 members with savings: 60 minutes, and two hours of short papers."""
    random = Random(SEED)  # noqa: S311
    saved = {member: random.randrange(60 * PAPER) for member in range(40)}
    cases = {"papers of 15 minutes, an hour": (PAPER, 60), "papers of 3 minutes, two hours": (3, 120)}
    found = {}
    for name, (minutes, slot) in cases.items():
        candidates = [
            Candidate(key, minutes, frozenset(random.sample(range(40), random.randint(1, 8))), MONDAY)
            for key in range(200)
        ]
        times = []
        for _ in range(20):
            began = perf_counter()
            select(candidates, slot, saved, keeps=PAPER)
            times.append(1000 * (perf_counter() - began))
        found[name] = round(median(times), 1)
    return found
