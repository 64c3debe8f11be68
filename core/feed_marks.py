"""What arXiv's feeds write around a title or an abstract, today and before 2024; copies of feeds keep it.

Today's: https://info.arxiv.org/help/rss_specifications.html
"""

import re
from typing import NamedTuple

TYPES = frozenset({"new", "cross", "replace", "replace-cross"})

_PREFIX = re.compile(r"\s*arXiv:(\S+)\s+Announce Type:\s+(\S+)\s+(?:Abstract:(?:\s|$))?")
_SUFFIX = re.compile(r"\.?\s?\(arXiv:(\S{1,40}) \[([^\]\s]{1,40})\](?: (UPDATED|CROSS LISTED))?\)")
# "UPDATED" does not tell whether the paper was a cross-list.
_SUFFIX_TYPES = {None: "new", "UPDATED": "replace", "CROSS LISTED": "cross"}


class Mark(NamedTuple):
    """What an entry says of its announcement; `paper` as written, which may be no valid id."""

    paper: str
    announce_type: str | None
    primary_category: str | None = None


def split_prefix(text: str) -> tuple[str, Mark | None]:
    """Split "arXiv:0801.3687v1 Announce Type: new \\nAbstract: …" into the abstract and what stands before it."""
    found = _PREFIX.match(text)
    if not found:
        return text, None
    return text[found.end() :], Mark(found[1], found[2] if found[2] in TYPES else None)


def split_suffix(title: str) -> tuple[str, Mark | None]:
    """Split "A title. (arXiv:1805.06430v2 [nucl-th] UPDATED)" into the title and what stands behind it."""
    if "(arXiv:" not in title:
        return title, None
    folded = " ".join(title.split())
    marks = list(_SUFFIX.finditer(folded))
    if not marks:
        return folded, None
    found = marks[-1]  # a title may quote another
    return folded[: found.start()], Mark(found[1], _SUFFIX_TYPES[found[3]], found[2])
