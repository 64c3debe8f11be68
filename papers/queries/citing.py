"""A paper as other programs cite it."""

from core.citing import Reference
from core.ids import parse_arxiv_id
from papers.models import Paper


def reference_of(paper: Paper, *, note: str = "") -> Reference:
    """Return what is cited of a paper; `note` is what a member says of it."""
    return Reference(
        title=paper.shown_title,
        authors=tuple(paper.authors),
        year=_year(paper),
        arxiv_id=paper.arxiv_id or "",
        category=paper.primary_category,
        doi=paper.doi,
        journal=paper.journal_ref,
        link=paper.source_url or "",
        abstract=paper.abstract,
        note=note,
    )


def _year(paper: Paper) -> int | None:
    """Return the year in which arXiv gave the id, else that of the first announcement: it may be of a replacement."""
    found = parse_arxiv_id(paper.arxiv_id or "")
    if found:
        return found.sequence[0]
    return paper.first_announced.year if paper.first_announced else None
