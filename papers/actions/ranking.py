"""Whom to believe: arXiv's own word first, then the later announcement, then the source that says it better."""

from papers.models import Rank
from papers.parsers import (
    abstract_page,
    announcement_mail,
    api_atom,
    bibtex,
    conference_json,
    csv_papers,
    feed,
    json_lines,
    list_page,
    markdown_headings,
    markdown_post,
    markdown_tables,
    monthly_text,
    oai_pmh,
    preprint_json,
    ris,
    seed_markdown,
)

# From the least exact to the most exact of each rank. Feeds come before mail and page, since they name versions and
# are made for machines; the mail is wrapped, and the page leaves out aliases of categories.
_BY_RANK = {
    Rank.UPLOAD: (
        markdown_tables.NAME,
        markdown_headings.NAME,
        markdown_post.NAME,
        csv_papers.NAME,
        ris.NAME,
        bibtex.NAME,
        conference_json.NAME,
        feed.COPY_NAME,
        seed_markdown.NAME,
        preprint_json.NAME,
        json_lines.NAME,
    ),
    Rank.FEED: (
        monthly_text.NAME,
        abstract_page.NAME,
        list_page.NAME,
        announcement_mail.NAME,
        *(dialect.name for dialect in reversed(feed.DIALECTS)),
    ),
    Rank.API: (oai_pmh.NAME, api_atom.NAME),
}
RANKS = {name: rank for rank, names in _BY_RANK.items() for name in names}
_EXACTNESS = {name: place for names in _BY_RANK.values() for place, name in enumerate(names, start=1)}


def rank_of(format: str) -> Rank:
    """Return the rank of what a file of this format says."""
    return RANKS.get(format, Rank.UPLOAD)


def exactness_of(format: str) -> int:
    """Return the place of the format among those of its rank, from 0 (not known) to 99."""
    return _EXACTNESS.get(format, 0)
