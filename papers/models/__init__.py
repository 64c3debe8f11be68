"""Facts of the world: papers, the listings they stand in, and the imports that brought them."""

from papers.models.columns import ColumnChoice
from papers.models.imports import Import, Problem, StagedEntry
from papers.models.listing import Entry, Listing
from papers.models.paper import Paper, PaperVersion, Rank, Source
from papers.models.subscription import Pace, Subscription
from papers.models.word import Word

__all__ = [
    "ColumnChoice",
    "Entry",
    "Import",
    "Listing",
    "Pace",
    "Paper",
    "PaperVersion",
    "Problem",
    "Rank",
    "Source",
    "StagedEntry",
    "Subscription",
    "Word",
]
