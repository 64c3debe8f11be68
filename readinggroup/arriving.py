"""Addresses of arXiv with our host name, and of whatever a browser's button sends: on to the paper in one's group."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.answers import Request
from core.errors import NotFound
from core.ids import parse_arxiv_id
from discussion import queries


@require_safe
def paper(request: Request, named: str) -> HttpResponse:
    """Open the paper of an arXiv id, with or without version and `.pdf`; unknown here, it can be added."""
    found = parse_arxiv_id(named.rstrip("/").removesuffix(".pdf"))
    if found is None:
        raise NotFound
    return _open(request, str(found), queries.arrival(by=request.user, q=str(found)), shown_first=False)


@require_safe
def add(request: Request) -> HttpResponse:
    """Show what `q` names before it is added."""
    q = request.GET.get("q", "")
    return _open(request, q, queries.arrival(by=request.user, q=q), shown_first=True)


def _open(request: Request, q: str, arrival: queries.Arrival, *, shown_first: bool) -> HttpResponse:
    if not arrival.memberships:
        messages.info(request, "Papers open in a group. Start one or join one, then follow the link again.")
        return redirect("home")
    places = [
        (membership.group, _place(membership.group.slug, "" if shown_first else arrival.address_in(membership), q))
        for membership in arrival.memberships
    ]
    if len(places) == 1:
        return redirect(places[0][1])
    return render(request, "arriving.html", {"q": q, "arrival": arrival, "places": places})


def _place(slug: str, address: str, q: str) -> str:
    if address:
        return reverse("discussion:paper", args=[slug, address])
    query = f"?{urlencode({'q': q})}" if q else ""
    return reverse("discussion:add", args=[slug]) + query
