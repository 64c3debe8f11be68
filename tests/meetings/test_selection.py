from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.selection import Candidate, Chosen, LeftOut, Selection, most_votes

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def candidate(key: int, votes: int, *, minutes: int = 15, after_minutes: int = 0) -> Candidate:
    return Candidate(key, minutes, frozenset(range(votes)), MONDAY + timedelta(minutes=after_minutes))


@st.composite
def ballots(draw: st.DrawFn) -> list[Candidate]:
    keys = draw(st.lists(st.integers(1, 500), max_size=15, unique=True))
    return [
        Candidate(
            key,
            draw(st.integers(1, 60)),
            draw(st.frozensets(st.integers(1, 8))),
            MONDAY + timedelta(minutes=draw(st.integers(0, 3))),
        )
        for key in keys
    ]


slots = st.integers(-30, 180)
savings = st.dictionaries(st.integers(1, 8), st.integers(0, 3600))


def test_most_votes_come_first_and_smaller_papers_fill_the_rest() -> None:
    candidates = [
        candidate(1, votes=2, minutes=20),
        candidate(2, votes=5, minutes=30),
        candidate(3, votes=4, minutes=40),
        candidate(4, votes=1, minutes=10),
        candidate(5, votes=1, minutes=5),
        candidate(6, votes=0, minutes=1),
    ]

    selection = most_votes(candidates, 60, {7: 120})

    assert selection == Selection(
        chosen=[Chosen(2, 30, {}), Chosen(1, 20, {}), Chosen(4, 10, {})],
        left_out=[LeftOut(3, lacks_minutes=40), LeftOut(5, lacks_minutes=5)],
        saved={7: 120},
    )


def test_equal_votes_go_to_the_earlier_first_vote_then_to_the_smaller_key() -> None:
    candidates = [
        candidate(3, votes=2, after_minutes=5),
        candidate(2, votes=2, after_minutes=5),
        candidate(9, votes=2, after_minutes=1),
    ]

    assert [one.key for one in most_votes(candidates, 60, {}).chosen] == [9, 2, 3]


def test_lacking_minutes_are_counted_from_what_is_left_at_the_end() -> None:
    candidates = [candidate(1, votes=3, minutes=45), candidate(2, votes=2, minutes=19)]

    assert most_votes(candidates, 60, {}).left_out == [LeftOut(2, lacks_minutes=4)]


@pytest.mark.parametrize("slot", [0, -5])
def test_no_time_chooses_nothing_and_says_how_much_is_missing(slot: int) -> None:
    assert most_votes([candidate(1, votes=3)], slot, {}) == Selection([], [LeftOut(1, 15 - slot)], {})


def test_nothing_to_choose_from_is_an_empty_selection() -> None:
    assert most_votes([], 60, {}) == Selection([], [], {})


@settings(deadline=None)
@given(ballots(), slots, savings)
def test_selection_fits_the_slot_and_takes_only_what_has_votes(
    candidates: list[Candidate], slot: int, saved: dict[int, int]
) -> None:
    selection = most_votes(candidates, slot, saved)

    by_key = {one.key: one for one in candidates}
    used = sum(one.minutes for one in selection.chosen)
    with_votes = {one.key for one in candidates if one.supporters}
    named = [one.key for one in [*selection.chosen, *selection.left_out]]
    assert used <= max(slot, 0)
    assert sorted(named) == sorted(with_votes)
    assert all(one.minutes == by_key[one.key].minutes and one.paid == {} for one in selection.chosen)
    assert selection.saved == saved


@settings(deadline=None)
@given(ballots(), slots)
def test_nothing_left_out_would_still_fit(candidates: list[Candidate], slot: int) -> None:
    selection = most_votes(candidates, slot, {})

    left = slot - sum(one.minutes for one in selection.chosen)
    lengths = {one.key: one.minutes for one in candidates}
    assert all(lengths[one.key] > left for one in selection.left_out)
    assert all(one.lacks_minutes == lengths[one.key] - left for one in selection.left_out)


@settings(deadline=None)
@given(ballots(), slots)
def test_left_out_paper_never_loses_to_one_with_fewer_votes_that_took_its_room(
    candidates: list[Candidate], slot: int
) -> None:
    selection = most_votes(candidates, slot, {})

    by_key = {one.key: one for one in candidates}
    for missed in (by_key[one.key] for one in selection.left_out):
        ahead = [
            by_key[one.key] for one in selection.chosen if len(by_key[one.key].supporters) >= len(missed.supporters)
        ]
        assert missed.minutes > slot - sum(one.minutes for one in ahead)


@settings(deadline=None)
@given(ballots(), slots, st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(candidates: list[Candidate], slot: int, random: Random) -> None:
    other_names = list(range(101, 109))
    random.shuffle(other_names)
    renamed = [
        Candidate(one.key, one.minutes, frozenset(other_names[member - 1] for member in one.supporters), one.first_vote)
        for one in candidates
    ]
    random.shuffle(renamed)

    assert most_votes(renamed, slot, {}) == most_votes(candidates, slot, {})
    assert most_votes(iter(candidates), slot, {}) == most_votes(candidates, slot, {})
