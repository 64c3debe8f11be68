"""Objects one by one out of JSON, also where it is damaged."""

import pytest

from core.json_reading import FoundObject, lines_of, objects_in, text_in, texts_in


def test_objects_are_found_with_their_lines() -> None:
    text = '[\n {"a": 1.50},\n\n {"a": {"a": "]"}}\n] ignored'

    assert list(objects_in(text)) == [
        FoundObject(2, ' {"a": 1.50},\n\n {"a": {"a": "]"}}\n] ignored'.strip(), {"a": "1.50"}),
        FoundObject(4, '{"a": {"a": "]"}}\n] ignored', {"a": {"a": "]"}}),
    ]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", []),
        ("[]", []),
        ('{"a": 1}{"a": 2},\n{"a": 3}', ["", "", ""]),
        ('[{"a": 1}, 7, {"a": 2}]', ["", "an object is expected here", ""]),
        ('[{"a": 1 "b": {"b": 2}}, {"a": 2}]', ["Expecting ',' delimiter at column 10", ""]),
        ("[" * 100_000, ["nested too deeply", "cut"]),  # how deep is too deep differs with the Python
        ('{"a": "x', ["cut"]),
        ('{"a": tru', ["cut"]),
        ('{"a"', ["cut"]),
        ('[{"a": 1}, ', ["", "cut"]),
    ],
)
def test_damage_is_told_where_it_is(text: str, messages: list[str]) -> None:
    found = list(objects_in(text))

    assert ["cut" if each.cut else each.message for each in found] == messages
    assert all((each.value is None) == bool(each.message or each.cut) for each in found)


def test_without_an_array_a_bracket_is_one_wrong_value() -> None:
    assert [each.message for each in objects_in('["a", 1]', array=False)] == ["an object is expected here"]


def test_lines_are_numbered_and_blank_ones_left_out() -> None:
    assert list(lines_of(b"a\n\nb\r\nc\r \rd")) == [(1, b"a"), (3, b"b"), (4, b"c"), (6, b"d")]


def test_a_line_too_long_to_be_a_papers_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.json_reading.LINE_BYTES", 3)

    assert list(lines_of(b"abc\nabcd\nab")) == [(1, b"abc"), (2, None), (3, b"ab")]


def test_texts_are_normalised_and_anything_else_is_empty() -> None:
    said: list[object] = ["e\u0301\r\nx", "\ud800", None, True, ["a"], {}]

    assert [text_in(each) for each in said] == ["é\nx", "\ufffd", "", "", "", ""]
    assert (texts_in(["a", None]), texts_in("b"), texts_in(None)) == (["a", ""], ["b"], [""])
