"""What the pages about papers show."""

from discussion.queries.adding import AddPage, add_page, is_title, own_entry_page
from discussion.queries.answering import WISHES, AnswerPage, answer_page
from discussion.queries.arriving import Arrival, arrival
from discussion.queries.budget import VotesLeft, VotingPage, votes_left
from discussion.queries.candidates import OpenCandidate, count_open_candidates, open_candidates
from discussion.queries.day import DayPage, day_page, latest_listing_day
from discussion.queries.filters import PERIODS, Filters
from discussion.queries.history import History, history_of
from discussion.queries.inbox import InboxPage, inbox_page, next_unread
from discussion.queries.naming import known_in, preview
from discussion.queries.news import reasons_against
from discussion.queries.own_papers import own_papers
from discussion.queries.paper import PaperPage, paper_page, paper_reference
from discussion.queries.removed import RemovedPage, removed_page
from discussion.queries.rows import (
    PaperRow,
    PaperVotes,
    announced_rows,
    as_voted,
    own_row_of,
    row_for,
    row_of,
    rows_for,
    shown_votes,
    votes_for,
)
from discussion.queries.search import SearchPage, search_page
from discussion.queries.talk import Talk, latest_talk
from discussion.queries.talk_sheet import talk_sheet
from discussion.queries.threads import Discussion, Thread, discussion_of, reacted, summaries_of
from discussion.queries.triage import DISCUSSION, LEFT_OUT, LIKELY, NEWEST, VOTES, Announced
from discussion.queries.unread import unread_counts
from discussion.queries.voters import open_votes

__all__ = [
    "DISCUSSION",
    "LEFT_OUT",
    "LIKELY",
    "NEWEST",
    "PERIODS",
    "VOTES",
    "WISHES",
    "AddPage",
    "Announced",
    "AnswerPage",
    "Arrival",
    "DayPage",
    "Discussion",
    "Filters",
    "History",
    "InboxPage",
    "OpenCandidate",
    "PaperPage",
    "PaperRow",
    "PaperVotes",
    "RemovedPage",
    "SearchPage",
    "Talk",
    "Thread",
    "VotesLeft",
    "VotingPage",
    "add_page",
    "announced_rows",
    "answer_page",
    "arrival",
    "as_voted",
    "count_open_candidates",
    "day_page",
    "discussion_of",
    "history_of",
    "inbox_page",
    "is_title",
    "known_in",
    "latest_listing_day",
    "latest_talk",
    "next_unread",
    "open_candidates",
    "open_votes",
    "own_entry_page",
    "own_papers",
    "own_row_of",
    "paper_page",
    "paper_reference",
    "preview",
    "reacted",
    "reasons_against",
    "removed_page",
    "row_for",
    "row_of",
    "rows_for",
    "search_page",
    "shown_votes",
    "summaries_of",
    "talk_sheet",
    "unread_counts",
    "votes_for",
    "votes_left",
]
