"""Whether two written names may be one person's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.authors import People, is_same_name

NAMES = ["S. Kjeldsen", "Søren Kjeldsen", "Kjeldsen, Søren", "Soren Kjeldsen", "Kjeldsen, S.", "SØREN KJELDSEN"]


@pytest.mark.parametrize("one", NAMES)
@pytest.mark.parametrize("other", NAMES)
def test_one_person_is_written_in_several_ways(one: str, other: str) -> None:
    assert is_same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Søren Kjeldsen", "Kjeldsen", False),
        ("Kjeldsen", "Kjeldsen", False),
        ("Søren Kjeldsen", "T. Kjeldsen", False),
        ("Søren Kjeldsen", "Sven Kjeldsen", False),
        ("Søren Kjeldsen", "Søren Kjeldgaard", False),
        ("Søren Aage Kjeldsen", "S. A. Kjeldsen", True),
        ("Søren Aage Kjeldsen", "S. B. Kjeldsen", False),
        ("Søren Aage Kjeldsen", "Søren Kjeldsen", True),
        ("Jean-Paul Sartre", "J.-P. Sartre", True),
        ("Jean-Paul Sartre", "J.P. Sartre", True),
        ("Martin Luther King Jr.", "King, Martin Luther", True),
        ("Paul Erdős", "P. Erdos", True),
        ("Łukasz Żak", "Lukasz Zak", True),
        ("Anna van der Berg", "A. van der Berg", True),
        ("李 明", "李 明", True),
        ("", "", False),
        (",", "Jr.", False),
    ],
)
def test_names_that_may_be_one_and_that_may_not(one: str, other: str, same: bool) -> None:
    assert is_same_name(one, other) is same
    assert is_same_name(other, one) is same


LETTERS = (
    st.text("abcdefghijklmnopqrstuvwxyzäéøłß", min_size=2, max_size=9)
    .map(str.capitalize)
    .filter(lambda word: word.lower() not in ("jr", "sr", "ii", "iii", "iv"))
)


@given(given=LETTERS, family=LETTERS)
def test_any_name_is_known_by_its_initial_and_turned_round(given: str, family: str) -> None:
    whole = f"{given} {family}"

    for written in (whole, f"{family}, {given}", f"{given[0]}. {family}", f"{family}, {given[0]}.", whole.upper()):
        assert is_same_name(whole, written)
    assert not is_same_name(whole, family)


@given(one=st.text(max_size=40), other=st.text(max_size=40))
def test_any_texts_can_be_compared_either_way_round(one: str, other: str) -> None:
    assert is_same_name(one, other) == is_same_name(other, one)


@given(given=LETTERS, other=LETTERS, family=LETTERS)
def test_another_initial_is_another_person(given: str, other: str, family: str) -> None:
    from core.authors import folded

    if folded(given)[0] != folded(other)[0]:
        assert not is_same_name(f"{given[0]}. {family}", f"{other} {family}")


def test_people_are_found_among_the_authors_of_a_paper() -> None:
    people = People(["Kjeldsen, Søren", "Emmy Noether", "Planck"])

    assert people.among(["Ada Lovelace", "S. Kjeldsen", "Max Planck", "E. Noether", "Noether, E."]) == {1, 3, 4}
    assert not People(["Planck", ""])
