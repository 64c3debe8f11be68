"""Pages without gate, engine, parts and rules: one statement or two, and the bytes put together by hand.

`?bytes=` says how long the answer shall be, which is as long as ours: what the floor itself has to say is shorter, and
the rest is filled up.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_POST, require_safe

from core import limits

_PAPERS = """
SELECT p.id, p.external_id, p.title_html, p.abstract_html, p.authors->>0, p.primary_category
FROM papers_entry e JOIN papers_paper p ON p.id = e.paper_id JOIN papers_listing l ON l.id = e.listing_id
WHERE {} ORDER BY l.announced_on DESC, l.category, e.position LIMIT %s
"""
_VOTES = """
SELECT gp.paper_id, count(*), bool_or(v.member_id = %s)
FROM discussion_vote v JOIN discussion_grouppaper gp ON gp.id = v.group_paper_id
WHERE v.settled_by_id IS NULL AND gp.paper_id = ANY(%s) AND gp.group_id = (SELECT id FROM groups_group WHERE slug = %s)
GROUP BY gp.paper_id
"""
_ON = """
INSERT INTO discussion_vote (group_id, group_paper_id, member_id, cast_at)
SELECT gp.group_id, gp.id, %s, now() FROM discussion_grouppaper gp
JOIN groups_group g ON g.id = gp.group_id JOIN papers_paper p ON p.id = gp.paper_id
WHERE g.slug = %s AND p.source = 'arxiv' AND p.scope = '' AND p.external_id = %s
ON CONFLICT DO NOTHING
"""
_OFF = """
DELETE FROM discussion_vote v USING discussion_grouppaper gp, groups_group g, papers_paper p
WHERE v.member_id = %s AND v.settled_by_id IS NULL AND v.group_paper_id = gp.id AND g.id = gp.group_id
AND p.id = gp.paper_id AND g.slug = %s AND p.source = 'arxiv' AND p.scope = '' AND p.external_id = %s
"""
_FOUND = """
SELECT p.id, p.external_id, p.title_html, p.abstract_html, p.authors->>0, p.primary_category
FROM papers_paper p WHERE p.search @@ plainto_tsquery('english', %s) LIMIT %s
"""
_NEWEST = "SELECT max(id) FROM groups_membership WHERE group_id = (SELECT id FROM groups_group WHERE slug = %s)"


@require_safe
def day(request: HttpRequest, slug: str, day: str) -> HttpResponse:
    """Answer a day's papers with their votes."""
    return _page(request, slug, _asked(_PAPERS.format("l.announced_on = %s"), [day, 1_000]))


@require_safe
def week(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the newest papers with their votes."""
    return _page(request, slug, _asked(_PAPERS.format("true"), [limits.PAGE_ROWS]))


@require_safe
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer papers that have the words, with their votes."""
    return _page(request, slug, _asked(_FOUND, [request.GET["q"], limits.SEARCH_ROWS]))


@require_POST
def vote(request: HttpRequest, slug: str, paper: str) -> HttpResponse:
    """Set a vote by one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ON if request.POST["state"] == "on" else _OFF, [request.user.pk, slug, paper])
    return HttpResponse(_filled(request, get_token(request)))


@require_safe
def unchanged(request: HttpRequest, slug: str) -> HttpResponse:
    """Say by one statement's worth that nothing has changed."""
    _asked(_NEWEST, [slug])
    return HttpResponse(status=304 if "If-None-Match" in request.headers else 204)


def _asked(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _page(request: HttpRequest, slug: str, papers: list[tuple[Any, ...]]) -> HttpResponse:
    votes = {found[0]: found[1:] for found in _asked(_VOTES, [request.user.pk, [one[0] for one in papers], slug])}
    token = get_token(request)
    return HttpResponse(_filled(request, "".join(_rows(slug, papers, votes, token))))


def _rows(slug: str, papers: Iterable[tuple[Any, ...]], votes: dict[int, Any], token: str) -> Iterable[str]:
    for pk, address, title, abstract, author, category in papers:
        count, mine = votes.get(pk, (0, False))
        yield (
            f'<li><form method="post" action="/g/{slug}/papers/{address}/vote/">'
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
            f'<button name="state" value="{"off" if mine else "on"}">{count}</button></form>'
            f"<h3>{title}</h3><p>{escape(author or '')} {escape(category)}</p>{abstract}</li>"
        )


def _filled(request: HttpRequest, html: str) -> str:
    return html.ljust(int(request.GET.get("bytes", "0")))
