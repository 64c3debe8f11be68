"""Shared time with savings: what it promises, as properties.

`HYPOTHESIS_PROFILE=thorough` tries each with 2,000 cases; the suite takes a few.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meetings.selection import RULES, Candidate, Chosen, LeftOut, Rule, Selection, most_votes, rule_for, select, settle
from tests.meetings.phragmen import STORED, elected, misrepresented

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
FEW = 30  # cases of each in the suite, where a default is 100
cases = settings(max_examples=FEW if settings().max_examples <= 100 else settings().max_examples)
PAPER = 15  # minutes


def paper(key: int, *supporters: int, minutes: int = PAPER, hours: int = 0) -> Candidate:
    return Candidate(key, minutes, frozenset(supporters), MONDAY + timedelta(hours=hours))


@st.composite
def ballots(draw: st.DrawFn, *, members: int = 8) -> list[Candidate]:
    lengths = st.sampled_from([1, 3, 10, 15, 30]) if draw(st.booleans()) else st.just(PAPER)
    return [
        Candidate(
            key,
            draw(lengths),
            draw(st.frozensets(st.integers(1, members))),
            MONDAY + timedelta(hours=draw(st.integers(0, 2))),
        )
        for key in draw(st.lists(st.integers(1, 99), max_size=12, unique=True))
    ]


slots = st.integers(-5, 130)
savings = st.dictionaries(st.integers(1, 10), st.integers(0, 60 * PAPER))


# --- by example ---------------------------------------------------------------------------------------------


def test_supporters_buy_a_paper_as_soon_as_they_can_pay_for_it() -> None:
    selection = select([paper(1, 1, 2, 3), paper(2, 4)], 15, {})

    fifth = Fraction(5)
    assert selection == Selection(
        chosen=[Chosen(1, 15, {1: fifth, 2: fifth, 3: fifth})],
        left_out=[LeftOut(2, lacks_minutes=10)],
        saved={1: 0, 2: 0, 3: 0, 4: 300},
    )
    assert (selection.earned, selection.cut) == (5, 0)


def test_savings_come_first_and_are_paid_in_proportion() -> None:
    selection = select([paper(1, 1, 2), paper(2, 3, 4, 5)], 15, {1: 900, 2: 300, 6: 77})

    assert selection.chosen == [Chosen(1, 15, {1: Fraction(45, 4), 2: Fraction(15, 4)})]
    assert selection.saved == {1: 225, 2: 75, 3: 0, 4: 0, 5: 0, 6: 77}
    assert selection.left_out == [LeftOut(2, lacks_minutes=15)]


def test_nobody_keeps_more_than_a_paper() -> None:
    selection = select([paper(1, 1, minutes=40), paper(2, 2)], 40, {}, keeps=15)

    assert selection.saved == {1: 900, 2: 0}
    assert [one.key for one in selection.chosen] == [2]
    assert (selection.earned, selection.cut) == (15, 0)
    assert select([paper(1, 1), paper(2, 2)], 15, {2: 1800}, keeps=15).cut == Fraction(0)
    assert select([paper(1, 1), paper(2, 2, minutes=20)], 15, {2: 1800}, keeps=15).cut == Fraction(30)


def test_seconds_that_cannot_be_shared_go_to_the_larger_remainders_and_then_to_who_has_less() -> None:
    selection = select([paper(1, 1, 2, 3, 4, 5, 6, 7, minutes=10), paper(2, 8)], 10, {})

    assert selection.earned == Fraction(10, 7)
    assert selection.saved[8] == 86
    assert sum(selection.saved.values()) == 86


def test_equal_papers_go_to_more_supporters_then_to_the_earlier_vote_then_to_the_smaller_key() -> None:
    later, earlier, smaller = paper(1, 1, hours=1), paper(3, 2), paper(2, 3)

    assert [one.key for one in select([later, earlier, smaller], 45, {}).chosen] == [2, 3, 1]
    assert [one.key for one in select([paper(1, 1), paper(2, 2, 3)], 45, {1: 900, 2: 900}).chosen] == [2, 1]


@pytest.mark.parametrize("slot", [0, -5, 14])
def test_no_time_chooses_nothing_and_nobody_earns(slot: int) -> None:
    assert select([paper(1, 1)], slot, {1: 60}) == Selection([], [LeftOut(1, 14)], {1: 60})


def test_nothing_to_choose_from_changes_nothing() -> None:
    assert select([paper(1)], 60, {1: 60}) == Selection([], [], {1: 60})


def test_fewer_than_three_voters_have_nothing_to_share() -> None:
    assert rule_for("shared_time", [paper(1, 1, 2)]) == "most_votes"
    assert rule_for("shared_time", [paper(1, 1, 2), paper(2, 3)]) == "shared_time"
    assert rule_for("most_votes", [paper(1, 1, 2, 3)]) == "most_votes"
    assert {name: rule.__name__ for name, rule in RULES.items()} == {
        "shared_time": "select",
        "most_votes": "most_votes",
    }


def test_many_short_papers_out_of_savings_stay_exact_and_quick() -> None:
    random = Random(5)
    candidates = [paper(key, *random.sample(range(12), 4), minutes=3) for key in range(60)]
    saved = {member: random.randrange(900) for member in range(12)}

    selection = select(candidates, 120, saved, keeps=PAPER)

    assert len(selection.chosen) == 40
    assert all(sum(one.paid.values()) == 3 for one in selection.chosen)


# --- for whatever members vote ------------------------------------------------------------------------------


@cases
@given(ballots(), slots, savings)
def test_never_more_than_the_slot_and_nothing_left_out_would_fit(
    candidates: list[Candidate], slot: int, saved: dict[int, int]
) -> None:
    selection = select(candidates, slot, saved, keeps=PAPER)

    by_key = {one.key: one for one in candidates}
    left = slot - sum(one.minutes for one in selection.chosen)
    assert left >= min(slot, 0)
    assert all(by_key[one.key].minutes > left for one in selection.left_out)
    assert sorted(one.key for one in [*selection.chosen, *selection.left_out]) == sorted(
        one.key for one in candidates if one.supporters
    )


@cases
@given(ballots(), slots, savings, st.randoms(use_true_random=False))
def test_neither_order_nor_names_matter(
    candidates: list[Candidate], slot: int, saved: dict[int, int], random: Random
) -> None:
    names = dict(zip(range(1, 11), random.sample(range(101, 111), 10), strict=True))
    renamed = [replace(one, supporters=frozenset(names[each] for each in one.supporters)) for one in candidates]
    random.shuffle(renamed)

    here = select(candidates, slot, saved, keeps=PAPER)
    there = select(renamed, slot, {names[member]: seconds for member, seconds in saved.items()}, keeps=PAPER)

    back = {new: old for old, new in names.items()}
    assert [replace(one, paid={back[each]: paid for each, paid in one.paid.items()}) for one in there.chosen] == (
        here.chosen
    )
    assert there.left_out == here.left_out
    assert sorted(there.saved.values()) == sorted(here.saved.values()), "a second that is over goes by amount"
    assert select(candidates, slot, saved, keeps=PAPER) == here


@cases
@given(ballots(), slots, savings)
def test_no_time_is_made_or_lost(candidates: list[Candidate], slot: int, saved: dict[int, int]) -> None:
    selection = select(candidates, slot, saved, keeps=PAPER)

    voters = frozenset[int]().union(*(one.supporters for one in candidates))
    paid = [sum(one.paid.values(), Fraction(0)) for one in selection.chosen]
    brought = sum((Fraction(saved.get(member, 0), 60) for member in voters), Fraction(0))
    carried = sum(Fraction(selection.saved[member], 60) for member in voters)
    left = slot - sum(one.minutes for one in selection.chosen)
    assert paid == [one.minutes for one in selection.chosen]
    assert all(share >= 0 for one in selection.chosen for share in one.paid.values())
    assert sum(paid, Fraction(0)) + left == slot
    exactly = brought + len(voters) * selection.earned - sum(paid, Fraction(0)) - selection.cut
    assert abs(60 * (exactly - carried)) <= Fraction(1, 2), "rounding keeps the sum to the second"
    assert {member: seconds for member, seconds in saved.items() if member not in voters} == {
        member: seconds for member, seconds in selection.saved.items() if member not in voters
    }


@cases
@given(ballots(), slots, savings)
def test_nobody_holds_more_than_one_papers_minutes_or_less_than_none(
    candidates: list[Candidate], slot: int, saved: dict[int, int]
) -> None:
    selection = select(candidates, slot, saved, keeps=PAPER)

    assert all(0 <= seconds <= 60 * PAPER for seconds in selection.saved.values())
    assert all(one.lacks_minutes >= 0 for one in selection.left_out)


@st.composite
def profiles(draw: st.DrawFn) -> tuple[list[list[int]], int, int]:
    """Draw at most eight voters' approvals, how many candidates there are, and how many seats."""
    candidates = draw(st.integers(1, 8))
    liked = st.lists(st.integers(0, candidates - 1), unique=True)
    return draw(st.lists(liked, min_size=1, max_size=8)), candidates, draw(st.integers(1, 6))


def winners(approvals: list[list[int]], candidates: int, seats: int) -> list[int]:
    """Elect by our rule: each candidate a paper of a minute, each seat a minute."""
    voted = [
        Candidate(one, 1, frozenset(voter for voter, liked in enumerate(approvals) if one in liked), MONDAY)
        for one in range(candidates)
    ]
    return [one.key for one in select(voted, seats, {}).chosen]


@cases
@given(profiles())
def test_who_agrees_is_represented_by_as_many_as_they_are(profile: tuple[list[list[int]], int, int]) -> None:
    approvals, candidates, seats = profile

    assert misrepresented(approvals, set(winners(approvals, candidates, seats)), seats) is None


def test_the_search_for_the_misrepresented_finds_them() -> None:
    approvals = [[0, 1, 2], [0, 1, 2], [0, 1, 2], [3]]

    assert misrepresented(approvals, {0, 1, 2}, 4) == (3,)
    assert misrepresented(approvals, {0, 3}, 4) == (0, 1)
    assert misrepresented(approvals, {0, 1, 2, 3}, 4) is None


@cases
@given(profiles())
def test_without_savings_it_is_sequential_phragmen(profile: tuple[list[list[int]], int, int]) -> None:
    assert winners(*profile) == elected(*profile)


def test_without_savings_it_elects_as_stored() -> None:
    stored = [json.loads(line) for line in STORED.read_text().splitlines()]

    assert len(stored) == 300
    assert [winners(one["approvals"], one["candidates"], one["seats"]) for one in stored] == [
        one["elected"] for one in stored
    ]


# --- over many meetings -------------------------------------------------------------------------------------


def meetings_without(
    rule: Rule, rounds: Iterable[list[Candidate]], slot: int, saved: Mapping[int, int], *, length: int
) -> list[int]:
    """Hold the meetings and return after how many each paper of member 0 came, from the start or the one before."""
    waits, waited = [], 0
    for candidates in rounds:
        selection = rule([*candidates, Candidate(0, length, frozenset({0}), MONDAY)], slot, saved, keeps=length)
        saved, waited = selection.saved, waited + 1
        if any(one.key == 0 for one in selection.chosen):
            waits.append(waited)
            waited = 0
    return [*waits, waited] if waited else waits


groups = st.tuples(st.integers(3, 12), st.sampled_from([3, 10, 15, 30]), st.integers(1, 4))


def bloc(members: int, length: int, per_meeting: int, meetings: int) -> list[list[Candidate]]:
    """Return what a bloc of all but member 0 votes for: each time more than the meeting has room for."""
    rest = frozenset(range(1, members))
    return [[Candidate(key, length, rest, MONDAY) for key in range(1, per_meeting + 3)] for _ in range(meetings)]


@cases
@given(groups)
@example((12, 15, 4))
def test_lone_member_waits_for_no_more_meetings_than_their_share(group: tuple[int, int, int]) -> None:
    members, length, per_meeting = group
    slot = length * per_meeting

    waits = meetings_without(select, bloc(members, length, per_meeting, 40), slot, {}, length=length)

    assert max(waits) <= ceil(members * length / slot)


def test_lone_member_would_wait_for_ever_if_the_most_votes_filled_the_agenda() -> None:
    waits = meetings_without(most_votes, bloc(12, PAPER, 4, 40), 60, {}, length=PAPER)

    assert waits == [40]
    assert max(waits) > ceil(12 * PAPER / 60), "the test above is red for this rule"


@cases
@given(st.data(), groups, st.booleans())
def test_lone_member_waits_no_longer_whatever_the_others_vote_for(
    data: st.DataObject, group: tuple[int, int, int], rich: bool
) -> None:
    """Twice as long at most when all others bring all the time that one can save."""
    members, length, per_meeting = group
    slot, most = length * per_meeting, ceil(members * length / (length * per_meeting))
    random = data.draw(st.randoms(use_true_random=False))
    rest = range(1, members)
    rounds = [
        [
            Candidate(key, length, frozenset(random.sample(rest, random.randint(1, members - 1))), MONDAY)
            for key in range(1, per_meeting + 5)
        ]
        for _ in range(2 * most)
    ]

    waits = meetings_without(select, rounds, slot, dict.fromkeys(rest, 60 * length if rich else 0), length=length)

    assert waits[0] <= (floor(2 * (members - 1) * length / slot) + 1 if rich else most)


@settings(cases, max_examples=cases.max_examples // 5 if cases.max_examples <= FEW else cases.max_examples)
@given(st.integers(4, 12), st.data())
def test_bloc_gets_its_share_of_two_years(members: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, members - 1))
    sides = frozenset(range(size)), frozenset(range(size, members))
    saved: Mapping[int, int] = {}
    minutes = [0, 0]
    for _ in range(104):
        candidates = [Candidate(10 * side + one, PAPER, sides[side], MONDAY) for side in (0, 1) for one in range(5)]
        selection = select(candidates, 60, saved, keeps=PAPER)
        saved = selection.saved
        for one in selection.chosen:
            minutes[one.key // 10] += one.minutes

    assert sum(minutes) == 104 * 60
    assert abs(minutes[0] - Fraction(104 * 60 * size, members)) <= 60


# --- when it was held ---------------------------------------------------------------------------------------


@cases
@given(ballots(), st.integers(0, 130), savings)
def test_what_was_discussed_as_chosen_is_paid_as_chosen(
    candidates: list[Candidate], slot: int, saved: dict[int, int]
) -> None:
    choice = select(candidates, slot, saved, keeps=PAPER)
    by_key = {one.key: one for one in candidates}
    voters = frozenset[int]().union(*(one.supporters for one in candidates))

    held = settle([by_key[one.key] for one in choice.chosen], saved, voters=voters, keeps=PAPER)

    assert held == Selection(choice.chosen, [], choice.saved)


def test_what_was_not_reached_is_not_paid() -> None:
    reached, carried = paper(1, 1, 2, 3), paper(2, 1, 4)

    held = settle([reached], {1: 60}, voters=[1, 2, 3, 4, 5], keeps=PAPER)

    assert [one.key for one in held.chosen] == [1]
    assert held.saved == {1: 0, 2: 0, 3: 0, 4: 280, 5: 280}
    assert settle([], {1: 60}, voters=[1, 4], keeps=PAPER) == Selection([], [], {1: 60, 4: 0})
    assert carried.supporters == {1, 4}
