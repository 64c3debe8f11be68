"""Where arXiv's API says what is known of papers. https://info.arxiv.org/help/api/user-manual.html"""

from collections.abc import Sequence
from urllib.parse import quote


def papers_by_id(arxiv_ids: Sequence[str]) -> str:
    """Return the address that answers with the newest version of each paper; ids that do not exist are left out."""
    ids = quote(",".join(arxiv_ids), safe=",/")
    return f"https://export.arxiv.org/api/query?id_list={ids}&max_results={len(arxiv_ids)}"
