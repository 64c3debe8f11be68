"""Where arXiv says what a category announced: today's feed, and its pages of the newest day and of the past week."""

from urllib.parse import quote

_ENTRIES = 2000  # the most that a page of arXiv's shows


def feed_of(category: str) -> str:
    """Return the address of the category's feed, which has the newest listing alone."""
    return f"https://rss.arxiv.org/rss/{quote(category)}"


def newest_page_of(category: str) -> str:
    """Return the address of the page that has the newest listing and states how much is in it."""
    return f"https://arxiv.org/list/{quote(category)}/new?skip=0&show={_ENTRIES}"


def past_week_of(category: str) -> str:
    """Return the address of the page that has the last five listings."""
    return f"https://arxiv.org/list/{quote(category)}/pastweek?skip=0&show={_ENTRIES}"
