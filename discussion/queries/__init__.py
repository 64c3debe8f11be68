"""What the pages about papers show."""

from discussion.queries.candidates import OpenCandidate, open_candidates
from discussion.queries.day import DayPage, day_page, latest_listing_day
from discussion.queries.paper import PaperPage, Thread, paper_page
from discussion.queries.rows import PaperRow, adding_membership, row_for, row_of, rows_for

__all__ = [
    "DayPage",
    "OpenCandidate",
    "PaperPage",
    "PaperRow",
    "Thread",
    "adding_membership",
    "day_page",
    "latest_listing_day",
    "open_candidates",
    "paper_page",
    "row_for",
    "row_of",
    "rows_for",
]
