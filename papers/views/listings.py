"""What came in so far."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.answers import Request
from papers import queries
from papers.forms import PlaceForm


@require_safe
def history(request: Request) -> HttpResponse:
    """Show the listings by day and the imports, newest first."""
    form = PlaceForm(request.GET)
    place = form.cleaned_data if form.is_valid() else {}
    page = queries.history_page(by=request.user, before=place.get("before"), until=place.get("until"))
    return render(request, "papers/listings.html", {"page": page})
