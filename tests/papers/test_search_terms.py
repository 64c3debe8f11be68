"""What people type, as terms to look for."""

import pytest

from papers.search import HIT, HIT_END, LESS, Term, excerpt, pieces, terms_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("graph neural", (Term("graph"), Term("neural", is_open=True))),
        ('"neural network" graph', (Term("neural network", is_phrase=True), Term("graph", is_open=True))),
        ('graph "neural net', (Term("graph"), Term("neural net", is_phrase=True))),
        ("“neural network”", (Term("neural network", is_phrase=True),)),
        ("learning -deep", (Term("learning"), Term("deep", is_excluded=True))),
        ('learning -"deep net"', (Term("learning"), Term("deep net", is_phrase=True, is_excluded=True))),
        ("self-superv", (Term("self-"), Term("superv", is_open=True))),
        ("Y. Bengio", (Term("Bengio", is_open=True),)),
        ("Bengio Y", (Term("Bengio", is_open=True),)),
        ("x", (Term("x"),)),
        ("Wei Li", (Term("Wei"), Term("Li"))),
        ("deep deep", (Term("deep", is_open=True),)),
        ("-deep", ()),
        ("- ! \" '", ()),
        ("", ()),
    ],
)
def test_terms_are_read_as_typed(text: str, terms: tuple[Term, ...]) -> None:
    assert terms_of(text) == terms


def test_excerpt_begins_shortly_before_the_first_hit_and_cuts_no_formula() -> None:
    formula = "$x _ {ij} = y$,"
    words = [*"abcdefgh", formula, "i", f"{HIT}found{HIT_END}", *["more"] * 50]

    shown = excerpt(" ".join(words))

    assert shown.split(" ", 1) == ["…", " ".join([*words[2:42], "…"])]
    assert excerpt(f"costs $5 of {HIT}it{HIT_END}") == f"costs $5 of {HIT}it{HIT_END}"


def test_pieces_are_parted_at_the_marks() -> None:
    assert pieces(f"a {LESS} {HIT}b{HIT_END} c") == [("a < ", False), ("b", True), (" c", False)]
    assert pieces("plain") == [("plain", False)]
    assert pieces("") == []
