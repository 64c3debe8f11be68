"""A member brings a paper that no listing brought, or corrects what the group itself wrote down of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from core import limits, wake
from core.clock import now
from core.errors import Invalid, TooMany
from core.ids import PaperName, find_paper_name
from core.wording import wall_time
from discussion.access import own_entry_for, paper_of, scope_of, seen_by, sees
from discussion.models import GroupPaper
from discussion.queries import is_title
from groups.access import voting_membership_for
from groups.models import Group
from papers.actions import add_own_paper, bring_named, change_own_paper
from papers.models import Paper
from papers.parsers.record import Record
from papers.queries import paper_by_name, papers_by_title, papers_titled

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Added:
    group_paper: GroupPaper
    is_new: bool  # the group had not touched the paper before


@transaction.atomic
def add_paper(*, by: "User", slug: str, q: str = "", paper: str = "", title: str = "") -> Added:
    """Add the paper at the address `paper`, or the one that `q` names (an id, a DOI, a link, else the title itself).

    The same again finds the first; adding is no vote. An arXiv id that is unknown here makes a paper whose title is
    asked of arXiv. Raises Invalid at the field `title` when it takes a title to add the paper, at `q` when the title
    may mean papers that are here.
    """
    group = voting_membership_for(by, slug, lock=True).group
    found = paper_of(group, paper) if paper else _paper_meant(group, q, " ".join(title.split()))
    return _bring(by, group, found)


@transaction.atomic
def add_own_entry(
    *, by: "User", slug: str, title: str, authors: Sequence[str] = (), link: str = "", abstract: str = ""
) -> Added:
    """Add an entry of the group's own; one of the same title is taken as it is, what it lacks is filled in."""
    group = voting_membership_for(by, slug, lock=True).group
    entry = add_own_paper(scope=scope_of(group), title=title, authors=authors, link=link, abstract=abstract)
    return _bring(by, group, entry)


@transaction.atomic
def change_own_entry(
    *, by: "User", slug: str, address: str, title: str, authors: Sequence[str], link: str, abstract: str
) -> Paper:
    """Set what an entry of the group's own says; whoever made it may, and organisers."""
    entry = own_entry_for(by, slug, address, lock=True).paper
    change_own_paper(entry, title=title, authors=authors, link=link, abstract=abstract)
    return entry


def _bring(by: "User", group: Group, paper: Paper) -> Added:
    is_new = not GroupPaper.objects.filter(group=group, paper=paper).exists()
    if is_new:
        _check_pace(by)
        GroupPaper.objects.bulk_create([GroupPaper(group=group, paper=paper, added_by=by)], ignore_conflicts=True)
    return Added(GroupPaper.objects.select_related("group", "paper").get(group=group, paper=paper), is_new)


def _check_pace(by: "User") -> None:
    lately = GroupPaper.objects.filter(added_by=by, added_at__gt=now() - timedelta(hours=1)).order_by("-added_at")
    moments = list(lately.values_list("added_at", flat=True)[: limits.ADDED_PER_HOUR])
    if len(moments) == limits.ADDED_PER_HOUR:
        free = wall_time(moments[-1] + timedelta(hours=1, minutes=1), by.zone)
        raise TooMany(
            f"You have added {len(moments)} papers within an hour, which is the limit. Nothing was added: "
            f"go on at {free}."
        )


def _paper_meant(group: Group, q: str, title: str) -> Paper:
    name = find_paper_name(q)
    if name:
        return _named_paper(group, name, title)
    if title or is_title(q):
        return _titled_paper(group, q, title)
    raise Invalid("This names no paper that we can look up. Type its title, and it is added.", field="title")


def _named_paper(group: Group, name: PaperName, title: str) -> Paper:
    known = paper_by_name(name)
    if known and sees(group, known) and (known.title or not title):
        return known
    if name.arxiv:
        record = Record(position=1, arxiv_id=name.arxiv.identity, version=name.arxiv.version, title=title)
        paper = bring_named(record)
        wake.after_commit("papers.tasks.fill_papers")
        return paper
    if not title:
        raise Invalid("This paper is in no listing here yet. Type its title, and it is added.", field="title")
    return bring_named(
        Record(position=1, arxiv_id=None, doi=name.doi or None, openreview_id=name.openreview or None, title=title)
    )


def _titled_paper(group: Group, q: str, title: str) -> Paper:
    """Return the one paper of this title, else a new entry of the group's own; `q` may be a link to it."""
    seen = seen_by(group)
    same = list(papers_titled(title or q, seen=seen)[:2])
    if len(same) == 1:
        return same[0]
    if same or (not title and papers_by_title(q, seen=seen, limit=1)):
        raise Invalid("Papers that are here may be the one you mean. Choose it, or enter yours below.", field="q")
    link = q if title and q.startswith(("http://", "https://")) and len(q) <= limits.LINK_CHARS else ""
    return add_own_paper(scope=scope_of(group), title=title or q, link=link)
