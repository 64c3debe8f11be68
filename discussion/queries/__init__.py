"""What the pages about papers show."""

from discussion.queries.candidates import OpenCandidate, open_candidates
from discussion.queries.day import DayPage, day_page, latest_listing_day
from discussion.queries.paper import PaperPage, Thread, paper_page
from discussion.queries.rows import PaperRow, membership_of, row_for, row_of, rows_for

__all__ = [
    "DayPage",
    "OpenCandidate",
    "PaperPage",
    "PaperRow",
    "Thread",
    "day_page",
    "latest_listing_day",
    "membership_of",
    "open_candidates",
    "paper_page",
    "row_for",
    "row_of",
    "rows_for",
]
