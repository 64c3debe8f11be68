"""Lines of authors split into names, TeX accents decoded, and names turned round."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import limits
from core.names import decode_tex_accents, split_authors, turned


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("", ()),
        ("Ada Lovelace", ("Ada Lovelace",)),
        ("A. One, B. Two and C. Three", ("A. One", "B. Two", "C. Three")),
        ("A. One,\n  B. Two, and\n C. Three", ("A. One", "B. Two", "C. Three")),
        (
            "Pieter M. van Staden and Peter A. Forsyth and Yuying Li",
            ("Pieter M. van Staden", "Peter A. Forsyth", "Yuying Li"),
        ),
        ("A. One & B. Two \\& C. Three", ("A. One", "B. Two", "C. Three")),
        ("Andy Sander, Roland Anderson", ("Andy Sander", "Roland Anderson")),
        ("A. One (Here, and There), B. Two (CPT)", ("A. One", "B. Two")),
        ("A. One (1), B. Two (2) ((1) Inst, City, (2) Other and Co)", ("A. One", "B. Two")),
        ("A. One (1), B. Two (2)((1)\n Inst; (2) Other)", ("A. One", "B. Two")),
        ("A. One (1), B. Two (2), (1) Inst, City, (2) Other", ("A. One", "B. Two")),
        ("A. One ((1) Inst (old), (2) Other", ("A. One",)),
        ("A. One (Inst, B. Two", ("A. One", "B. Two")),
        ("A. One) and B. Two", ("A. One", "B. Two")),
        ("The ATLAS Collaboration: G. Aad, B. Abbott", ("The ATLAS Collaboration", "G. Aad", "B. Abbott")),
        ("Planck Collaboration", ("Planck Collaboration",)),
        ("(CMS Collaboration)", ("CMS Collaboration",)),
        ("{The X and Y Collaboration}, A. One", ("The X and Y Collaboration", "A. One")),
        (": , A. One, 1", ("A. One",)),
        ("Martin King, Jr., B. Two, III and C. Three, sr", ("Martin King Jr.", "B. Two III", "C. Three sr")),
        ("Isaac Chappell II and S. James Gates Jr", ("Isaac Chappell II", "S. James Gates Jr")),
        (r"Alberto Hern\'andez, Micha{\l} Barski", ("Alberto Hernández", "Michał Barski")),
        (r"J.\,P. Elliott, B. Two", (r"J. P. Elliott", "B. Two")),
        ("A. One$^{1,2}$, B. Two$^*$", ("A. One", "B. Two")),
        ("A. One for the X, on behalf of the Y Collaboration", ("A. One for the X", "Y Collaboration")),
        ("A. One, for the X and Y Collaborations", ("A. One", "X", "Y Collaborations")),
        ("J. -H. Jureit, C. A. Stephan", ("J. -H. Jureit", "C. A. Stephan")),
        (
            "N. Stoilova (CPT), J. Van der Jeugt (One, and Two), Jan de Boer",
            ("N. Stoilova", "J. Van der Jeugt", "Jan de Boer"),
        ),
        ("A. One (CPT), Jr. (CPT), Jr Two, B. Three Jr", ("A. One Jr.", "Jr Two", "B. Three Jr")),
    ],
)
def test_a_line_of_authors_becomes_names(line: str, names: tuple[str, ...]) -> None:
    assert split_authors(line) == (names, ())


@pytest.mark.parametrize(
    ("line", "names", "notes"),
    [
        (
            "A. One, B. Two, et al. (84 additional authors not shown)",
            ("A. One", "B. Two"),
            ("84 additional authors not shown",),
        ),
        ("A. One et al. (1 additional author not shown)", ("A. One",), ("1 additional authors not shown",)),
        ("A. One (X) (3 additional authors not shown)", ("A. One",), ("3 additional authors not shown",)),
        ("A. One (3 additional authors not shown)", ("A. One",), ("3 additional authors not shown",)),
        ("A. One, B. de Two, Etal", ("A. One", "B. de Two"), ("more authors than the file names",)),
        ("A. One et al.", ("A. One",), ("more authors than the file names",)),
        (r"A. One {\it et al.}", ("A. One",), ("more authors than the file names",)),
        ("A. One and others", ("A. One",), ("more authors than the file names",)),
        ("et al. (2 additional authors not shown)", (), ("2 additional authors not shown",)),
    ],
)
def test_authors_that_are_not_named_are_a_note(line: str, names: tuple[str, ...], notes: tuple[str, ...]) -> None:
    assert split_authors(line) == (names, notes)


def test_more_authors_than_the_limit_are_a_note() -> None:
    names, notes = split_authors("A. One, " * (limits.AUTHORS + 2))

    assert len(names) == limits.AUTHORS
    assert notes == ("2 authors beyond 10,000 left out",)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (r"Hern\'andez", "Hernández"),
        (r"Pei{\ss}ker", "Peißker"),
        (r"Felipe S. Abrah\~ao", "Felipe S. Abrahão"),
        (r"Pawe{\l}", "Paweł"),
        (r"D\k{a}browski", "Dąbrowski"),
        (r"Mart\'{\i}n", "Martín"),
        (r"Mart\'\i n", "Martín"),
        (r"Erd\H{o}s", "Erdős"),
        (r"Ho\v s", "Hoš"),
        (r"Nguy\~{\^e}n", "Nguyễn"),
        (r"{\AA}ke \O stby", "Åke Østby"),
        (r"Nguy{\~{\^{e}}}n", "Nguyễn"),
        (r"\'{\i}\.{I}\t{oo}\o{}x", "íİooøx"),
        (r"Fran\c cois \textsc{H\'enault}", "François Hénault"),
        (r"Smith \& Sons", "Smith & Sons"),
        ("J.~P.  Elliott", "J. P. Elliott"),
        ("{The X Collaboration}", "The X Collaboration"),
        ("François Hénault", "François Hénault"),
        (r"Bal\'azs 100%", "Balázs 100%"),
        # What is not an accent stays as it is written.
        (r"A \unknown{b}", r"A \unknown{b}"),
        (r"A {\'e", r"A {\'e"),
        ("The $B$ Group", "The $B$ Group"),
        (r"\input{x}", r"\input{x}"),
        ("$^1$", "$^1$"),
        ("\\", "\\"),
    ],
)
def test_tex_accents_become_letters(written: str, name: str) -> None:
    assert decode_tex_accents(written) == name


def test_a_name_longer_than_the_limit_is_cut() -> None:
    assert decode_tex_accents("x" * 1000) == "x" * 299 + "…"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Burt, David", "David Burt"),
        ("King, Jr, Martin", "Martin King Jr"),
        ("Gates, S. James, Jr.", "S. James Gates Jr."),
        ("King, Jr.", "King Jr."),
        ("Planck Collaboration", "Planck Collaboration"),
        ("van der Berg,  Jan", "Jan van der Berg"),
        ("Family,", "Family"),
        ("A, B, C", "A, B, C"),
        ("", ""),
    ],
)
def test_names_are_turned(written: str, name: str) -> None:
    assert turned(written) == name


@given(st.text(alphabet="aA(){},:&\\'~$^ \n1and", max_size=200))
def test_any_text_splits_into_names_within_bounds(line: str) -> None:
    names, _ = split_authors(line)

    assert all(name and len(name) <= limits.AUTHOR_NAME_CHARS and "\n" not in name for name in names)


@pytest.mark.parametrize(
    "part",
    [
        "(",
        ")",
        "{",
        "()",
        "({",
        "a, ",
        " and ",
        "\\'",
        "{\\'",
        " ",
        "et al ",
        "(1) a, ",
        "$^",
        "\\'a, ",
        "\\~{\\^e}x, ",
    ],
)
def test_hostile_lines_take_linear_time(part: str) -> None:
    begun = time.process_time()

    split_authors(part * (200_000 // len(part)))

    assert time.process_time() - begun < 2
