"""What the pages of the week, of a meeting and of a member's queue show."""

from meetings.queries.agenda import AgendaLine, MeetingPage, meeting_page
from meetings.queries.archive import (
    ARCHIVE_COLUMNS,
    ArchiveFilter,
    ArchivePage,
    archive_page,
    archive_references,
    archive_table,
)
from meetings.queries.beside import LISTS, Beside, Day, Listed, Search, beside
from meetings.queries.feeds import CalendarFeed, NewsFeed, calendar_feed, news_feed
from meetings.queries.figures import StatisticsPage, statistics_page
from meetings.queries.go import Places, places
from meetings.queries.my_queue import QueuePage, queue_page, queue_references
from meetings.queries.news import reasons_against
from meetings.queries.overview import MeetingsPage, meetings_page
from meetings.queries.polls import OpenPoll, PollPage, poll_page
from meetings.queries.pool import Proposal, proposal
from meetings.queries.review import PreviewPage, ReviewPage, preview_page, review_page
from meetings.queries.run import RunPage, run_page
from meetings.queries.sheets import agenda_sheet, latest_agenda_sheet, sheet_of
from meetings.queries.template import TemplatePage, template_page
from meetings.queries.turns_page import TurnsPage, turns_page
from meetings.queries.week import SORT_WORDS, Wanted, WeekPage, week_page
from meetings.queries.year import YearPage, year_page, year_sheet

__all__ = [
    "ARCHIVE_COLUMNS",
    "LISTS",
    "SORT_WORDS",
    "AgendaLine",
    "ArchiveFilter",
    "ArchivePage",
    "Beside",
    "CalendarFeed",
    "Day",
    "Listed",
    "MeetingPage",
    "MeetingsPage",
    "NewsFeed",
    "OpenPoll",
    "Places",
    "PollPage",
    "PreviewPage",
    "Proposal",
    "QueuePage",
    "ReviewPage",
    "RunPage",
    "Search",
    "StatisticsPage",
    "TemplatePage",
    "TurnsPage",
    "Wanted",
    "WeekPage",
    "YearPage",
    "agenda_sheet",
    "archive_page",
    "archive_references",
    "archive_table",
    "beside",
    "calendar_feed",
    "latest_agenda_sheet",
    "meeting_page",
    "meetings_page",
    "news_feed",
    "places",
    "poll_page",
    "preview_page",
    "proposal",
    "queue_page",
    "queue_references",
    "reasons_against",
    "review_page",
    "run_page",
    "sheet_of",
    "statistics_page",
    "template_page",
    "turns_page",
    "week_page",
    "year_page",
    "year_sheet",
]
