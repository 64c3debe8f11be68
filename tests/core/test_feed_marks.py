"""The marks of arXiv's feeds around titles and abstracts, of both generations."""

import pytest

from core.feed_marks import Mark, split_prefix, split_suffix


@pytest.mark.parametrize(
    ("text", "abstract", "mark"),
    [
        ("arXiv:0801.3687v1 Announce Type: new \nAbstract: We say.", "We say.", Mark("0801.3687v1", "new")),
        ("arXiv:0801.3687v1 Announce Type: cross  Abstract: We say.", "We say.", Mark("0801.3687v1", "cross")),
        (
            "\narXiv:hep-th/9901001v2 Announce Type: replace-cross \nAbstract: Abstract: twice.",
            "Abstract: twice.",
            Mark("hep-th/9901001v2", "replace-cross"),
        ),
        ("arXiv:0801.3687v1 Announce Type: other \nAbstract: x", "x", Mark("0801.3687v1", None)),
        ("arXiv:0801.3687v1 Announce Type: new \nAbstract:", "", Mark("0801.3687v1", "new")),
        ("We say. arXiv:0801.3687v1 Announce Type: new", "We say. arXiv:0801.3687v1 Announce Type: new", None),
        ("", "", None),
    ],
)
def test_the_prefix_of_an_abstract_is_split_off_once(text: str, abstract: str, mark: Mark | None) -> None:
    assert split_prefix(text) == (abstract, mark)


@pytest.mark.parametrize(
    ("written", "title", "mark"),
    [
        ("A title. (arXiv:1805.08875v1 [hep-ex])", "A title", Mark("1805.08875v1", "new", "hep-ex")),
        ("A title. (arXiv:1805.06430v2 [nucl-th] UPDATED)", "A title", Mark("1805.06430v2", "replace", "nucl-th")),
        (
            "A\n title?. (arXiv:math/0301001v1 [math.AG]\n CROSS LISTED)",
            "A title?",
            Mark("math/0301001v1", "cross", "math.AG"),
        ),
        (
            "On (arXiv:1805.08875v1 [hep-ex]). (arXiv:1805.08876v1 [hep-ex])",
            "On (arXiv:1805.08875v1 [hep-ex])",
            Mark("1805.08876v1", "new", "hep-ex"),
        ),
        ("A title (with brackets).", "A title (with brackets).", None),
        ("", "", None),
    ],
)
def test_the_suffix_of_a_title_is_split_off(written: str, title: str, mark: Mark | None) -> None:
    assert split_suffix(written) == (title, mark)
