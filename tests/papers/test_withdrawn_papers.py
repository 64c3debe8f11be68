"""Papers that say of themselves that they were withdrawn."""

import pytest

from papers.models import Paper


@pytest.mark.parametrize(
    ("comments", "abstract"),
    [
        ("This paper has been withdrawn", ""),
        ("This paper has been withdrawn by the author due to a crucial error in equation 3", "We prove it."),
        ("12 pages, 3 figures. This article had been withdrawn on Feb 06, 2013 !", ""),
        ("arXiv admin note: This submission has been withdrawn by arXiv administrators", ""),
        ("Withdrawn", ""),
        ("paper withdrawn, Lemma 2 is wrong", ""),
        ("The authors have withdrawn this paper", ""),
        ("Withdrawn from arXiv for copyright reasons", ""),
        ("", "This paper has been withdrawn by the author(s), due to the requirement of the journal."),
        ("", " *** This manuscript is withdrawn ***"),
        ("", "The author has withdrawn this paper."),
    ],
)
def test_what_was_withdrawn_says_so(comments: str, abstract: str) -> None:
    assert Paper(comments=comments, abstract=abstract).is_withdrawn


@pytest.mark.parametrize(
    ("comments", "abstract"),
    [
        ("", ""),
        ("12 pages", "We prove it."),
        ("An earlier version has been withdrawn", ""),
        ("accepted by A, withdrawn from B", ""),
        ("", "Withdrawn money is spent. We model it."),
        ("", "We look at how troops have been withdrawn."),
        ("", "We show that this paper has been withdrawn from the market."),
    ],
)
def test_others_do_not(comments: str, abstract: str) -> None:
    assert not Paper(comments=comments, abstract=abstract).is_withdrawn
