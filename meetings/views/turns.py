"""Whose turn it was to present, and is."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.answers import Request
from meetings import queries


@require_safe
def turns(request: Request, slug: str) -> HttpResponse:
    """Show when each member presented last, and when they will next."""
    page = queries.turns_page(by=request.user, slug=slug)
    context = {"page": page, "group": page.membership.group, "membership": page.membership}
    return render(request, "meetings/turns.html", context)
