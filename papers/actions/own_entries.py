"""Papers that are nowhere: the entries that a scope makes for itself."""

import hashlib
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from core import limits
from core.errors import Invalid
from core.text import abstract_html, inline_html
from papers.models import Paper, Rank, Source


def add_own_paper(*, scope: str, title: str, authors: Sequence[str] = (), link: str = "", abstract: str = "") -> Paper:
    """Return the scope's own entry of this title, made at the first call; the same title again is the same entry.

    What the entry lacked so far is taken over; what it has stays.
    """
    paper = Paper(source=Source.OWN, scope=scope, rank=Rank.MEMBER)
    _write(paper, title=title, authors=authors, link=link, abstract=abstract)
    with transaction.atomic():
        Paper.objects.bulk_create([paper], ignore_conflicts=True)
        entries = Paper.objects.filter(source=Source.OWN, external_id=paper.external_id, scope=scope)
        standing = entries.select_for_update(no_key=True).get()
        lacking = [name for name in _WRITTEN if getattr(paper, name) and not getattr(standing, name)]
        for name in lacking:
            setattr(standing, name, getattr(paper, name))
        if lacking:
            standing.save(update_fields=lacking)
    return standing


def change_own_paper(paper: Paper, *, title: str, authors: Sequence[str], link: str, abstract: str) -> None:
    """Set what an own entry says; its address stays. Raises Invalid when another entry has the title."""
    _write(paper, title=title, authors=authors, link=link, abstract=abstract)
    try:
        with transaction.atomic():
            paper.save(update_fields=["external_id", *_WRITTEN])
    except IntegrityError as error:
        raise Invalid("The group has another entry with this title.", field="title") from error


_WRITTEN = ("title", "title_html", "authors", "link", "abstract", "abstract_html")


def _write(paper: Paper, *, title: str, authors: Sequence[str], link: str, abstract: str) -> None:
    paper.title = " ".join(title.split())[: limits.TITLE_CHARS]
    paper.title_html = inline_html(paper.title)
    paper.external_id = hashlib.sha256(paper.title.casefold().encode()).hexdigest()[:32]
    paper.authors = list(authors)
    paper.link = link
    paper.abstract = abstract
    paper.abstract_html = abstract_html(abstract)
