"""What pages show of the catalogue and of the imports that fill it."""

from papers.queries.catalogue import (
    NAMED,
    DayListing,
    day_listings,
    entries_of,
    latest_day,
    listing_days,
    named_by,
    neighbour_days,
    newest_categories,
    paper_by_address,
    papers_at,
)
from papers.queries.citing import reference_of
from papers.queries.columns import chosen_columns, columns_of
from papers.queries.completeness import Completeness, completeness
from papers.queries.dry_run import Review, border_of, ticked_ids
from papers.queries.expected import next_listing_day, why_no_listing, with_last_position
from papers.queries.finding import latest_entries, paper_by_name, papers_by_title, papers_titled
from papers.queries.following import (
    CategoryState,
    SubscriptionRow,
    SubscriptionsPage,
    category_states,
    subscriptions_page,
)
from papers.queries.history import HistoryPage, ListingRow, count_in_use, history_page
from papers.queries.imports import (
    ImportPage,
    already_imported,
    formats_read,
    import_page,
)
from papers.queries.problems import ProblemPage, ProblemRow, problem_page, problems_of
from papers.queries.related import Related, related_papers
from papers.queries.searching import (
    Marked,
    Weighed,
    marked,
    marked_papers,
    matches,
    newest_matching,
    weighed_matches,
    weight,
)
from papers.queries.sendings import SendingPage, sending_page
from papers.queries.spelling import corrected
from papers.queries.wanted import tsquery_of
from papers.queries.wording import type_words

__all__ = [
    "NAMED",
    "CategoryState",
    "Completeness",
    "DayListing",
    "HistoryPage",
    "ImportPage",
    "ListingRow",
    "Marked",
    "ProblemPage",
    "ProblemRow",
    "Related",
    "Review",
    "SendingPage",
    "SubscriptionRow",
    "SubscriptionsPage",
    "Weighed",
    "already_imported",
    "border_of",
    "category_states",
    "chosen_columns",
    "columns_of",
    "completeness",
    "corrected",
    "count_in_use",
    "day_listings",
    "entries_of",
    "formats_read",
    "history_page",
    "import_page",
    "latest_day",
    "latest_entries",
    "listing_days",
    "marked",
    "marked_papers",
    "matches",
    "named_by",
    "neighbour_days",
    "newest_categories",
    "newest_matching",
    "next_listing_day",
    "paper_by_address",
    "paper_by_name",
    "papers_at",
    "papers_by_title",
    "papers_titled",
    "problem_page",
    "problems_of",
    "reference_of",
    "related_papers",
    "sending_page",
    "subscriptions_page",
    "ticked_ids",
    "tsquery_of",
    "type_words",
    "weighed_matches",
    "weight",
    "why_no_listing",
    "with_last_position",
]
