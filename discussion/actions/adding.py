"""A member brings a paper that no listing brought."""

from typing import TYPE_CHECKING

from django.db import transaction

from core.ids import find_arxiv_ids, secret_token
from core.text import inline_html
from discussion.access import group_paper_of, scope_of
from discussion.models import GroupPaper
from groups.access import voting_membership_for
from papers.models import Paper, Rank, Source

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def add_paper(*, by: "User", slug: str, q: str, title: str = "") -> GroupPaper | None:
    """Add the paper that `q` names (an arXiv id or link, else the title itself) to the group.

    Returns None when a title is needed first: arXiv's paper is not in the catalogue yet.
    """
    group = voting_membership_for(by, slug, lock=True).group
    found = next(iter(find_arxiv_ids(q)), None)
    if found is None:
        paper = Paper.objects.create(
            source=Source.OWN,
            scope=scope_of(group),
            external_id=secret_token()[:12],
            title=title or q,
            title_html=inline_html(title or q),
            rank=Rank.MEMBER,
        )
    else:
        if not Paper.objects.filter(source=Source.ARXIV, external_id=found.identity).exists() and not title:
            return None
        named = Paper(external_id=found.identity, title=title, title_html=inline_html(title), rank=Rank.MEMBER)
        Paper.objects.bulk_create([named], ignore_conflicts=True)
        paper = Paper.objects.get(source=Source.ARXIV, external_id=found.identity, scope="")
    group_paper = group_paper_of(group, paper.address)
    if group_paper.added_by_id is None:
        group_paper.added_by = by
        group_paper.save(update_fields=["added_by"])
    return group_paper
