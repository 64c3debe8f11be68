"""Pages as text."""

import pytest

from core.html_reading import has_class, is_html, of_class, parsed, text_of, whole_text_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>a <b>b</b> c</p>", "a b c"),
        ("<p>a<br>b</p>", "a\n\nb"),
        ("<p>at <a href='https://example.org/x'>this https URL</a>.</p>", "at https://example.org/x."),
        ("<p>at <a href='https://example.org/x'>home</a>.</p>", "at home."),
        ("<p><span class='descriptor'>Title:</span> a &lt; &amp;lt; b</p>", " a < &lt; b"),
        ("<p>a<!-- no -->b<script>no</script><style>no</style>c</p>", "abc"),
        (
            "<p><span class='MathJax_Preview'>x</span><span class='MathJax'>β</span>"
            "<script type='math/tex'>\\beta</script> x</p>",
            "$\\beta$ x",
        ),
    ],
)
def test_text_is_what_a_reader_sees(text: str, expected: str) -> None:
    root = parsed(f"<html><body>{text}</body></html>")

    assert root is not None
    assert text_of(root[0][0], without=("descriptor",)) == expected


def test_the_whole_text_has_what_a_reader_does_not_see() -> None:
    root = parsed(
        "<html><body><p> a <b class='descriptor'>b</b><!-- no --><br>c<script>d</script>&amp;</p><p></p></body>"
    )

    assert root is not None
    assert [whole_text_of(each) for each in root[0]] == [" a bcd&", ""]


def test_elements_are_found_by_class() -> None:
    root = parsed("<p class='a b'>1</p><p class='ab'>2</p><p class='b'>3</p>")

    assert root is not None
    assert [text_of(each) for each in of_class(root, "b")] == ["1", "3"]
    assert [has_class(each, "ab") for each in root.iter("p")] == [False, True, False]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "<html><p " + "a " * 400 + ">x</p>",
        "<HTML><P " + "A " * 400 + ">x</P>",
        "<p x='<' " + 'a="\'>" ' * 400 + ">",
        "<SCRIPT " + "A=1 " * 400 + ">",
    ],
)
def test_nothing_and_hostile_tags_are_no_page(text: str) -> None:
    assert parsed(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>" + "<p a=1>x y z</p>" * 1000,
        "<html><!-- " + "a " * 1000 + "--><p>x</p>",
        "<html><meta content='" + "an abstract of words " * 500 + "'>",
        "<html><p>" + "one " * 1000 + "</p>",
    ],
)
def test_long_pages_and_values_are_fine(text: str) -> None:
    assert parsed(text) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!DOCTYPE html>", True),
        ("\ufeff \n<html lang='en'>", True),
        ("<?xml version='1.0'?><!-- a\nb --><!doctype HTML PUBLIC>", True),
        ("<rss><html>", False),
        ("<htmlx>", False),
        ("html", False),
    ],
)
def test_pages_are_known_by_their_beginning(text: str, expected: bool) -> None:
    assert is_html(text) == expected
