"""What is shown of a paper before it is added."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from core import limits
from core.ids import PaperName, find_paper_name
from discussion.access import own_entry_for, seen_by, sees
from discussion.models import GroupPaper
from discussion.queries.rows import PaperRow, rows_for
from groups.access import voting_membership_for
from groups.models import Group, Membership
from papers.models import Paper
from papers.queries import latest_entries, paper_by_name, papers_by_title

if TYPE_CHECKING:
    from accounts.models import User

# An address, or a word that is an identifier rather than a title.
_NO_TITLE = re.compile(
    r"\S*(?:://|www\.)\S*|(?:arxiv:)?(?:\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(?:v\d+)?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class AddPage:
    membership: Membership
    q: str  # what was typed; empty when nothing was yet
    name: PaperName | None  # what it names
    rows: list[PaperRow]  # the papers here that it may mean, the likeliest first
    in_group: frozenset[int]  # ids of those papers that the group has
    asks_arxiv: bool  # titles that nobody here knows are asked of arXiv

    @property
    def standing(self) -> Paper | None:
        """Return the paper that was named, when the group has it already."""
        paper = self.rows[0].paper if self.name and self.rows else None
        return paper if paper and paper.pk in self.in_group else None

    @property
    def title(self) -> str:
        """Return the title that was typed, empty when it was something else."""
        return self.q if is_title(self.q) and not self.name else ""

    @property
    def link(self) -> str:
        """Return the address that was typed, when it is none of a paper that can be looked up."""
        return self.q if not self.name and self.q.startswith(("http://", "https://")) else ""


def is_title(text: str) -> bool:
    """Tell whether a text can be a title, and is not an address or nearly an id."""
    return not _NO_TITLE.fullmatch(text)


def add_page(*, by: "User", slug: str, q: str = "") -> AddPage:
    """Gather what is known here of the paper that `q` names or describes; guests add nothing."""
    membership = voting_membership_for(by, slug)
    name = find_paper_name(q)
    papers = _papers_meant(membership.group, q, name)
    in_group = GroupPaper.objects.filter(group=membership.group, paper__in=papers)
    return AddPage(
        membership=membership,
        q=q,
        name=name,
        rows=rows_for(membership, papers, latest_entries(papers)),
        in_group=frozenset(in_group.values_list("paper", flat=True)),
        asks_arxiv=settings.ARXIV_REQUESTS,
    )


def own_entry_page(*, by: "User", slug: str, address: str) -> tuple[Membership, Paper]:
    """Return an entry of the group's own to someone who may change it, with the membership."""
    entry = own_entry_for(by, slug, address)
    return entry.membership, entry.paper


def _papers_meant(group: Group, q: str, name: PaperName | None) -> list[Paper]:
    if name:
        known = paper_by_name(name)
        return [known] if known and sees(group, known) else []
    if not q or not is_title(q):
        return []
    return papers_by_title(q, seen=seen_by(group), limit=limits.FOUND_SHOWN)
