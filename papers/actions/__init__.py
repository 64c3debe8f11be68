"""What changes the catalogue: an import's way from bytes to a listing, and papers merged by rank."""

from papers.actions.asking import ask
from papers.actions.columns import choose_columns
from papers.actions.fetching import fetch_due
from papers.actions.filling import fill_due
from papers.actions.following import ask_for, follow, set_following
from papers.actions.keeping import forget_content
from papers.actions.mending import mend
from papers.actions.merging import bring_named, merge_record, merge_records
from papers.actions.own_entries import add_own_paper, change_own_paper
from papers.actions.publishing import publish
from papers.actions.reading import read_into_staging
from papers.actions.receiving import Outcome, Received, receive, receive_all
from papers.actions.reviewing import Answers, answer, cancel, request_publish, retry
from papers.actions.withdrawing import InUse, set_listing_state
from papers.actions.words import count_words
from papers.actions.working import carry_on, carry_on_all, carry_through

__all__ = [
    "Answers",
    "InUse",
    "Outcome",
    "Received",
    "add_own_paper",
    "answer",
    "ask",
    "ask_for",
    "bring_named",
    "cancel",
    "carry_on",
    "carry_on_all",
    "carry_through",
    "change_own_paper",
    "choose_columns",
    "count_words",
    "fetch_due",
    "fill_due",
    "follow",
    "forget_content",
    "mend",
    "merge_record",
    "merge_records",
    "publish",
    "read_into_staging",
    "receive",
    "receive_all",
    "request_publish",
    "retry",
    "set_following",
    "set_listing_state",
]
