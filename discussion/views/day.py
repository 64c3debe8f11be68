"""The day's listing."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.answers import Request
from core.errors import NotFound
from discussion import queries


@require_safe
def latest(request: Request, slug: str) -> HttpResponse:
    """Go on to the newest day that has a listing; say what to expect when there is none."""
    newest = queries.latest_listing_day(by=request.user, slug=slug)
    if newest:
        return redirect("discussion:day", slug=slug, day=newest.isoformat())
    return _page(request, slug, None)


@require_safe
def day(request: Request, slug: str, day: str) -> HttpResponse:
    """Show a day; `?category=` chooses among the group's categories."""
    try:
        shown = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error
    if day != shown.isoformat():  # a day has one address
        raise NotFound
    return _page(request, slug, shown)


def _page(request: Request, slug: str, shown: date | None) -> HttpResponse:
    category = request.GET.get("category", "")
    page = queries.day_page(by=request.user, slug=slug, day=shown, category=category)
    context = {"page": page, "group": page.membership.group, "membership": page.membership}
    return render(request, "discussion/day.html", context)
