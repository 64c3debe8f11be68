"""What a text may name: members of the group, by "@" and their names, and papers that the group sees, by arXiv ids."""

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from django.urls import reverse

from core import limits
from core.ids import find_arxiv_ids
from core.text import Known, comment_text
from discussion.access import paper_of, seen_by
from groups.access import membership_for
from groups.models import Group
from groups.queries import members_of
from papers.models import Paper, Source

if TYPE_CHECKING:
    from accounts.models import User


def known_in(group: Group, text: str) -> Known:
    """Return whom and what the text may name; asks for nothing when it names nothing."""
    return Known(people=_people(group) if "@" in text else {}, papers=_papers(group, text))


def preview(*, by: "User", slug: str, address: str, text: str) -> str:
    """Return what a comment on a paper would look like; empty when it would look as it was typed."""
    group = membership_for(by, slug).group
    paper_of(group, address)
    html = comment_text(text, known_in(group, text)).html
    return "" if "<" not in html.replace("<p>", "").replace("</p>", "") else html


def _people(group: Group) -> dict[str, list[int]]:
    """Map names in small letters to members: whole names, and first ones that one member alone has."""
    whole: defaultdict[str, list[int]] = defaultdict(list)
    first: defaultdict[str, list[int]] = defaultdict(list)
    for member in members_of(group):
        name = member.user.name.lower().split()
        if name:
            whole[" ".join(name)].append(member.user_id)
            first[name[0]].append(member.user_id)
    return {name: ids for name, ids in first.items() if len(ids) == 1} | whole


def _papers(group: Group, text: str) -> dict[str, tuple[str, str]]:
    ids = {one.identity for one in islice(find_arxiv_ids(text), limits.PAPERS_NAMED)}
    if not ids:
        return {}
    papers = Paper.objects.filter(seen_by(group), source=Source.ARXIV, scope="", external_id__in=ids, title__gt="")
    return {
        name: (reverse("discussion:paper", args=[group.slug, name]), title)
        for name, title in papers.values_list("external_id", "title")
    }
