"""What is looked for, as PostgreSQL is asked for it: nothing twice, since each word costs time with every paper."""

import pytest

from papers.queries import tsquery_of
from papers.search import terms_of


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("learning", "( 'learn' | 'learning':* )"),
        ("mod", "( 'mod' | 'mod':* )"),
        ("convolutio", "( 'convolutio' | 'convolutio':* | 'convolut' )"),
        ("deep nets", "( 'deep' ) & ( 'net' | 'nets':* )"),
        ('"neural fields"', "( 'neural' <-> 'field' | 'neural' <-> 'fields' )"),
        ('"deep net"', "( 'deep' <-> 'net' )"),
        ("the of", ""),
        ("", ""),
    ],
)
def test_each_word_is_asked_for_once(typed: str, asked: str) -> None:
    assert tsquery_of(terms_of(typed)) == asked
