"""Every limit of the program, with its unit and its reason. Shown in pages and in errors by these names."""

from datetime import time

# --- what comes in ----------------------------------------------------------------------------------------
UPLOAD_BYTES = 25 * 1024 * 1024  # bytes as sent; kept in PostgreSQL, so that a backup has them
UPLOAD_FILES = 50  # at once; Django takes 100 a request
UNPACKED_BYTES = 50 * 1024 * 1024  # of all archives sent at once
UNPACKED_RATIO = 100  # times the packed size; listings reach 10
ARCHIVE_MEMBERS = 100  # files
ARCHIVE_DIRECTORY_BYTES = 64 * 1024  # the table of contents of a zip; 100 files need about 10 KB
UPLOAD_ENTRIES = 20_000  # entries a file; the largest arXiv day has about 1,500
PART_LINES = 5_000  # papers a part of a larger file of lines: few enough for memory, many enough for speed
PAGE_BYTES = 20 * 1024 * 1024  # bytes of a saved page: it is read whole, and arXiv's longest has about 6 MB
FILENAME_CHARS = 200
TITLE_CHARS = 1_000
ABSTRACT_CHARS = 20_000
AUTHORS = 10_000  # names a paper; the longest author lists have about 5,000
AUTHOR_NAME_CHARS = 300  # a collaboration's name may be long
PROBLEM_TEXT_CHARS = 120
EVIDENCE_CHARS = 120  # the words of a file from which its category or date was taken
SAMPLE_ROWS = 5  # rows shown in a dry run
DAYS_IN_REVIEW = 10  # shown of a file that fills several days
LISTINGS_IN_REPORT = 20  # with what can be done to each; all stand by day
IDS_SHOWN = 300  # of a text that has nothing but ids
UNCONFIRMED_SHOWN = 300  # tick boxes for bare numbers; Django takes 1,000 fields a form
STAGING_BATCH = 500  # entries a transaction while reading
STAGING_BATCH_AFTER_LOSS = 20  # after a worker was lost, to keep more of what was read, and to come closer to the cause
UPLOADS_PER_HOUR = 200  # a person; two full archives
REQUEST_BYTES = UPLOAD_BYTES + 1024 * 1024  # a whole request: the largest upload and the form around it
FIRST_YEAR, LAST_YEAR = 1991, 2099  # of announcements: arXiv opened in August 1991; a slip would stand as the last day
CSV_COLUMNS = 500  # a header has at most 1,000 characters
MENDED_LINES = 60  # of a file, offered to be corrected
MENDED_CHARS = 30_000  # one entry given again; an abstract may have 20,000
CONTENT_DAYS = 30  # how long uploaded bytes are kept after an import has ended
PROBLEMS_SHOWN = 300  # on the page of an import; the CSV has all

# --- what the server fetches ------------------------------------------------------------------------------
FETCH_SECONDS = 30  # a whole request, redirects included; arXiv's API takes up to 20 for a hundred papers
FETCH_BYTES = UPLOAD_BYTES  # an answer; what is larger could not be kept
FETCH_REDIRECTS = 3
FOLLOWED_AT_ONCE = 50  # categories in one form
ARXIV_PAUSE_SECONDS = 3  # between two requests; https://info.arxiv.org/help/api/tou.html
FILL_BATCH = 100  # ids a request to arXiv's API; longer addresses are refused
FILL_BATCHES = 5  # requests a pass, so that fetching listings comes in between
FILL_TRIES = 5  # then a paper stays as it is
FILL_PAUSES = (5, 30, 180, 1440)  # minutes between them; an outage of a day costs nothing
RETRY_MINUTES = 5  # the first pause after a failed fetch; doubled each time
RETRY_HOURS = 6  # the longest
LATE_MINUTES = 60  # between two looks for a listing that should be out
SHORT_RETRIES = 3  # looks at arXiv's page of the newest day, until it is as whole as it states
SHORT_MINUTES = 30  # between two of them
CATCH_UP_DAYS = 7  # how far back arXiv's page of the past week reaches
GAPS_KEPT = 60  # missing days, the newest, of a category

# --- text -------------------------------------------------------------------------------------------------
COMMENT_CHARS = 20_000
SUMMARY_CHARS = 600  # two or three sentences; it stands in agendas and in the archive
PAPERS_NAMED = 100  # arXiv ids of a text that are looked up
COMMENT_REVISIONS = 100  # how often a comment can be changed; all that it said before is kept
DELETED_DAYS = 30  # how long a deleted comment keeps its text, for who wants it back
FORMULA_CHARS = 5_000
FORMULA_NESTING = 50  # braces deep; the converter recurses
FORMULAS_PER_TEXT = 200
AUTHORS_IN_ROW = 6  # names on the grey line of a list
AUTHORS_UNFOLDED = 100  # more names that open on that line; beyond, on the paper's page
AUTHORS_SHOWN = 20  # then "show n more"

# --- people and groups ------------------------------------------------------------------------------------
NAME_CHARS = 100
EMAIL_CHARS = 254  # RFC 5321
GROUP_NAME_CHARS = 80
SLUG_CHARS = 60
GROUP_CATEGORIES = 30
GROUP_MEMBERS = 500
MARKED_WORDS = 50  # that a group looks out for
MARKED_CHARS = 80
OWN_AUTHORS = 200  # names that a group calls its own
OWN_PAPER_DAYS = 7  # how long a member is told that a paper of theirs was announced
PLACE_CHARS = 200
LINK_CHARS = 200
INVITATION_DAYS = 7
INVITATION_USES = 20
INVITATION_GUESSES = "20/m/ip"  # wrong links, then 429; a right one is never counted
FEED_GUESSES = INVITATION_GUESSES
FEED_PAST_DAYS = 90  # meetings that a calendar keeps; older ones are in the archive
FEED_ENTRIES = 50  # in a feed of news; readers keep what they have seen
FEED_DUTY_HOURS = 24  # before a meeting, when what one presents has to be ready
REMOVED_DAYS = 7  # an organiser can bring a removed member back
LOOK_MINUTES = 60  # how long an admin looks into a group that is none of theirs
GROUP_EXPORT_BYTES = 500 * 1024 * 1024  # unpacked; ten years of a large group have about 50 MB
GROUP_REST_DAYS = 30  # a deleted group can come back
ACCOUNT_REST_DAYS = 7  # and so can an account
EVENT_CHARS = 1_000  # of the thing that a line of the activity log names
EVENT_VALUE_CHARS = 60  # of a setting, as the log says it
INVITED_DAYS = 30  # how long the address of someone invited by mail is kept
MAILED_AT_ONCE = 30  # invitations in one form
MAILED_PER_DAY = 200  # invitations a person, so that nobody sends unwanted mail from here
CLOSES_HOURS_MAX = 168  # a week before the meeting
VOTE_BUDGET_MAX = 100  # votes a week
PASSWORD_MIN_CHARS = 12
RESET_LINK_SECONDS = 3600
REAUTHENTICATION_SECONDS = 300  # how long one is known to be oneself, for changes to the account
SESSION_IDLE_SECONDS = 14 * 24 * 3600
SECRET_KEY_CHARS = 50

# --- meetings ---------------------------------------------------------------------------------------------
MEETING_MINUTES_MIN = 10
MEETING_MINUTES_MAX = 480
ITEM_MINUTES_MAX = 240
ITEM_TITLE_CHARS = 200
ITEM_NOTE_CHARS = 500
AGENDA_ITEMS = 100
TEMPLATE_CHARS = 10_000  # of a group's own form of the agenda
TEMPLATE_STEPS = 50_000  # that drawing one may take, some 50 ms; a hundred items with all that they have take 5,000
TEMPLATE_DRAWN_CHARS = 500_000
MEETINGS_AHEAD = 4  # planned by themselves
BREAKS = 50  # of a group, from today on
BREAK_CHARS = 80
BREAK_DAYS = 366
TERM_BREAK_DAYS = 14  # a break so long lies between two terms
SESSION_YEARS = 2  # ahead
FORMER_SLUGS = 10  # days from which a meeting was moved, under which it is still found
SLOTS_MIN, SLOTS_MAX = 3, 5  # times that are offered for a session; more are no easier to agree on
POLLS_OPEN = 5  # of a group, at a time
POLL_ABOUT_CHARS = 200
POLL_DAYS = 60  # how long the list of meetings leads to a poll that is over
POOL_WEEKS = 4  # votes older than this lapse
POOL_WEEKS_MAX = 26
SHORT_MINUTES, DEEP_MINUTES = 3, 30  # for a short paper, and for one that is read closely
RUN_NOTE_CHARS = 2_000
RUN_NOTES = 200  # of a line
RUN_SECONDS = 2  # between two looks of a page that follows a meeting
START_MINUTES = 30  # before its time a meeting can begin
CUE_CHARS = 280  # "read §3, figure 2"; and the presenter's one question
REASON_CHARS = 300  # why someone is asked
ANSWER_HOURS = 24  # that a member has to say whether they present; then the next is asked
REMIND_HOURS = 24  # before a meeting its presenters are reminded
SLIDES_CHARS = 500  # of their address
CO_PRESENTERS = 5  # of a line
SWAP_CHOICES = 100  # of what others present, to choose from
SWAP_TITLE_CHARS = 60  # of each
CLOSE_HOURS = 24  # after its end a meeting that nobody closed is taken as held
MISSED_SHOWN = 5  # papers that just missed an agenda

# --- messages that leave -----------------------------------------------------------------------------------
BUNDLE_MINUTES = 15  # that a notice waits for others, so that they come in one mail
BUNDLE_NOTICES = 50  # in one mail
QUIET_FROM, QUIET_UNTIL = time(20), time(8)  # on the member's own clock, and weekends
SEND_PAUSES = (1, 5, 15, 60, 240, 720, 1440)  # minutes between tries; after the last one a message is a dead letter
REFUSALS = 3  # of an address, for good and in a row; then nothing is mailed there until its owner tries again
MAIL_SECONDS = 20  # that the mail server may take for one step
NOTICE_CHARS = 1_500  # of a comment in a mail; the rest is behind the link
NEWS_CHARS = 300  # of a comment in a chat room
MESSAGES_DAYS = 30  # how long a dead letter keeps its text; what was sent keeps none
MESSAGE_ROWS_DAYS = 400  # how long a row without its text keeps an event from being told again
STOP_GUESSES = "20/m/ip"  # wrong unsubscribe links, then 429
WEBHOOKS = 10  # a group
WEBHOOK_SECONDS = 10  # a whole request
WEBHOOK_ANSWER_BYTES = 64 * 1024  # read of an answer; more is not looked at
WEBHOOK_FAILURES = 10  # in a row, then it is switched off
WEBHOOK_TESTS_PER_HOUR = 20  # a group
WEBHOOK_URL_CHARS = 500
WEBHOOK_PORTS = (443, 8443, 8448)  # https only; 8448 is Matrix's

# --- adding and finding papers ----------------------------------------------------------------------------
ADDED_PER_HOUR = 60  # papers a person, over all groups; a reading list pasted one by one still fits
FOUND_SHOWN = 10  # papers that a title finds
SEARCH_WORDS = 32  # of what is typed; more make a search slow and no better
SEARCH_CHARS = 300  # typed into the search field; a long title still fits
SEARCH_ROWS = 20  # papers a page of what was found
SEARCH_CANDIDATES = 1_000  # matches that are weighed; a single common word has more
LIKED_PAPERS = 300  # the latest that a member voted for or saved, and as many that they put aside
LIKED_AT_LEAST = 3  # papers; fewer tell nothing
PASSED_PAPERS = 5_000  # the latest of the group's listings, beside which the liked ones are counted
LIKING_WORDS = 100  # kept of what was learned; more fit what was voted for, and less what comes
LIKING_AUTHORS = 100
LIKING_CATEGORIES = 50
LIKED_FOR = 3  # reasons that a row names
LEARN_SECONDS = 60  # between two times that the same is learned
SAVED_SEARCHES = 20  # a member of a group; each that is followed costs time with every list of new papers
SAVED_SEARCH_NAME_CHARS = 60
FILTERS_CHARS = 700  # as an address says them; a category of 40 letters in any script still fits
RELATED_SHOWN = 5  # papers beside one that share something with it
RELATED_CANDIDATES = 200  # weighed, the newest ones
RELATED_AUTHORS = 10  # that are looked for, the first ones
RELATED_WORDS = 5  # of the title, the rarest ones
RELATED_COMMON = 20_000  # papers; a word that more have in title or authors relates no two
RELATED_PAIRS = 4  # of words of the title that are looked for together
RELATED_BY_CHANCE = 50_000  # papers with the one times papers with the other: in abstracts both are far more common
RELATED_NAMES = 1_000  # at most have one of the words of a name that is looked for

# --- a queue of one's own ---------------------------------------------------------------------------------
QUEUE_ITEMS = 500  # papers a member of a group; the page shows all
UNREAD_DAYS = 30  # what is older is no news to whoever never looked at the discussion
QUEUE_NOTE_CHARS = 1_000
DROPPED_DAYS = 30  # how long a dropped paper keeps its note and place

# --- pages ------------------------------------------------------------------------------------------------
TALK_ROWS, TALK_BESIDE = 20, 5  # latest comments, on their page and beside the week
TALK_CHARS = 160  # of each
PAGE_ROWS = 100
GROUPS_REMEMBERED = 8  # whose rows a web process keeps while nothing changes
ENTRIES_REMEMBERED = 2_000  # of listings, with their papers, some 10 kB each
DAYS_REMEMBERED = 32
INBOXES_REMEMBERED = 512  # how much is unread, of a member each
LISTS_REMEMBERED = 128  # which papers a member has still to deal with, and what those of a page are to them
SESSIONS_REMEMBERED = 10_000  # whose person a web process knows
TSQUERIES_REMEMBERED = 1_000  # as PostgreSQL writes them
LINES_DRAWN = 2_000  # whose markup a web process keeps, some 6 kB each
LIVE_SECONDS = 30  # between two looks of an open page for what others did
ARCHIVE_MEETINGS = 20  # a page
STATISTICS_WEEKS = 52  # that the statistics of a group look back
STATISTICS_BARS = 7  # of a chart of categories, or of how often members presented; the rest shares one
CATEGORY_CHARS = 40
HISTORY_ROWS = 50
INBOX_COMMENTS, INBOX_SHOWN = 100, 3  # the oldest unread ones, and so many of each paper
REMOVED_ROWS = 200  # the latest deleted comments of a group that are looked through for one's own

# --- running ----------------------------------------------------------------------------------------------
LEASE_SECONDS = 60
SWEEP_SECONDS = 15
ATTEMPTS = 3  # errors, or workers lost without progress; then quarantined
DELAYED_SECONDS = 20  # an import that has not moved for this long says so
BROKER_SECONDS = 1
BROKER_PAUSE_SECONDS = 0.5  # before a broker that did not answer is asked again
TASK_SECONDS = 600
