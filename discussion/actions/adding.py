"""A member brings a paper that no listing brought."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from core.errors import Invalid
from core.ids import find_arxiv_ids
from discussion.access import scope_of
from discussion.models import GroupPaper
from groups.access import voting_membership_for
from groups.models import Group
from papers.actions import add_own_paper, merge_record
from papers.models import Paper, Source
from papers.parsers.record import Record

if TYPE_CHECKING:
    from accounts.models import User

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]{1,180}", re.ASCII)
# An address, or a word that is an identifier rather than a title.
_NO_TITLE = re.compile(
    r"\S*(?:://|www\.)\S*|(?:arxiv:)?(?:\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(?:v\d+)?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Added:
    group_paper: GroupPaper
    is_new: bool  # the group had not touched the paper before


@transaction.atomic
def add_paper(*, by: "User", slug: str, q: str, title: str = "") -> Added:
    """Add the paper that `q` names (an arXiv id, a DOI, a link with one of them, else the title itself).

    The same again finds the first; adding is no vote. Raises Invalid at the field `title` when it takes a title to
    add the paper.
    """
    group = voting_membership_for(by, slug, lock=True).group
    paper = _named_paper(group, q, " ".join(title.split()))
    is_new = not GroupPaper.objects.filter(group=group, paper=paper).exists()
    GroupPaper.objects.bulk_create([GroupPaper(group=group, paper=paper, added_by=by)], ignore_conflicts=True)
    return Added(GroupPaper.objects.select_related("paper").get(group=group, paper=paper), is_new)


def _named_paper(group: Group, q: str, title: str) -> Paper:
    record = _record(q, title)
    if record is None:
        if not title and _NO_TITLE.fullmatch(q):
            raise Invalid("This names no paper that we can look up. Type its title, and it is added.", field="title")
        return add_own_paper(scope=scope_of(group), title=title or q)
    source = Source.ARXIV if record.arxiv_id else Source.DOI
    known = Paper.objects.filter(source=source, scope="", external_id=record.arxiv_id or record.doi).first()
    if known:
        return known
    if not title:
        raise Invalid("This paper is in no listing here yet. Type its title, and it is added.", field="title")
    return merge_record(record)


def _record(q: str, title: str) -> Record | None:
    """Return what the text says of a paper of the world, None when it names none."""
    found = next(find_arxiv_ids(q), None)
    if found:
        return Record(position=1, arxiv_id=found.identity, version=found.version, title=title)
    doi = _DOI.search(q)
    return Record(position=1, arxiv_id=None, doi=doi[0].rstrip(".,;:)]").lower(), title=title) if doi else None
