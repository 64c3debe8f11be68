"""Everywhere one can go, on one page; the palette of commands is made of it."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.queries import DENSITIES, THEMES
from core.answers import Request, page_or_part
from meetings import queries


@require_safe
def go(request: Request, slug: str) -> HttpResponse:
    """List the places of the group, the other groups, and how pages look."""
    places = queries.places(by=request.user, slug=slug)
    context = {
        "places": places,
        "group": places.membership.group,
        "membership": places.membership,
        "themes": THEMES,
        "densities": DENSITIES,
    }
    return page_or_part(request, page="meetings/go.html", part="meetings/_palette.html", context=context)
