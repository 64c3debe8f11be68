"""Words marked in HTML: in its text alone, never in a formula or a tag."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.marking import highlighted
from core.text import abstract_html

TAG = re.compile(r"<[^>]*>")


@pytest.mark.parametrize(
    ("markup", "words", "marked"),
    [
        ("Latent Diffusion", ["diffusion"], "Latent <mark>Diffusion</mark>"),
        ("Diffusions diffuse", ["diffusion"], "Diffusions diffuse"),
        ("Diffusions diffuse", ["diffus*"], "<mark>Diffusions</mark> <mark>diffuse</mark>"),
        ("dark  matter, dark energy", ["dark matter"], "<mark>dark  matter</mark>, dark energy"),
        ("dark matter", ["dark", "dark matter"], "<mark>dark matter</mark>"),
        ('<em class="mark">mark</em>', ["mark", "em", "class"], '<em class="mark"><mark>mark</mark></em>'),
        ("R&amp;D &lt;amp lt", ["amp", "lt", "R&D"], "<mark>R&amp;D</mark> &lt;<mark>amp</mark> <mark>lt</mark>"),
        ("<math><mi>alpha</mi></math> alpha", ["alpha", "mi"], "<math><mi>alpha</mi></math> <mark>alpha</mark>"),
        ("C++ and .NET", ["C++", ".net"], "<mark>C++</mark> and <mark>.NET</mark>"),
        ("Anything", [], "Anything"),
        ("Anything", ["", "*", "  "], "Anything"),
    ],
)
def test_words_are_marked(markup: str, words: list[str], marked: str) -> None:
    assert highlighted(markup, words) == marked


@given(text=st.text(max_size=200), words=st.lists(st.text(max_size=12), max_size=5))
def test_nothing_but_marks_is_added(text: str, words: list[str]) -> None:
    markup = str(abstract_html(text + " $x<y$ <b>"))

    marked = highlighted(markup, words)

    assert re.sub(r"</?mark>", "", marked) == markup
    for formula in re.findall(r"<math.*?</math>", marked, re.DOTALL):
        assert "<mark>" not in formula
    assert not any("mark" in tag for tag in TAG.findall(marked) if tag not in ("<mark>", "</mark>"))
