"""What a group did lately."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.answers import Request
from meetings import queries


@require_safe
def statistics(request: Request, slug: str) -> HttpResponse:
    """Show the last twelve months of a group in sentences and charts."""
    page = queries.statistics_page(by=request.user, slug=slug)
    context = {"page": page, "group": page.membership.group, "membership": page.membership}
    return render(request, "meetings/statistics.html", context)
