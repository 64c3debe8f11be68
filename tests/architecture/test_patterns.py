"""Regular expressions mean the same for every Python that the program runs on."""

import re

from tests.architecture.test_rooms import APPS, ROOT

# Before Python 3.11.5 a possessive repetition of more than one character begins its next try in the middle of the last.
# A bounded one can be atomic instead, `(?>(?:…){0,9})`; it remembers each turn until its end. Others go turn by turn.
_POSSESSIVE_GROUP = re.compile(r"\br[fb]?[\"'].*(?<!\\)[)}](?:[*+?]|\{+[0-9,]+\}+)\+")


def test_no_group_is_repeated_possessively() -> None:
    lines = [
        f"{path.relative_to(ROOT)}:{number}"
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if _POSSESSIVE_GROUP.search(line)
    ]
    assert not lines


def test_one_that_is_would_be_found() -> None:
    found = ["(?:a|b)*+", "(?:a|b)++", "(a)?+", "(?: {_WORD}){{0,7}}+", "(a){2}+", "{_WORD}*+"]
    fine = ["[^a]*+", r"\s++", "[a-z]{0,30}+", "(?>(?:a|b)*)", r"(\)*+)", "`{3,}+", "(?:a)+"]
    assert [text for text in found + fine if _POSSESSIVE_GROUP.search(f'r"{text}"')] == found
