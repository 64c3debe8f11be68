"""What dates, numbers and licences are called on the screen."""

import pytest

from core.wording import license_words


@pytest.mark.parametrize(
    ("license", "words"),
    [
        ("http://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/3.0", "CC BY-NC-SA 3.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("http://arxiv.org/licenses/nonexclusive-distrib/1.0/", "arXiv’s own, non-exclusive"),
        ("http://arxiv.org/licenses/assumed-1991-2003/", "arXiv’s own, non-exclusive"),
        ("https://example.org/licenses/by/4.0/", "https://example.org/licenses/by/4.0/"),
        ("All rights reserved", "All rights reserved"),
    ],
)
def test_licences_are_called_by_their_short_names(license: str, words: str) -> None:
    assert license_words(license) == words
