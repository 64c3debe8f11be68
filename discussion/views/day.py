"""The day's listing."""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core import drawing, limits
from core.answers import Request, Undo, offer, way_back
from core.errors import Invalid, NotFound
from core.keeping import kept, version_of
from discussion import actions, queries
from discussion.forms import SeenForm
from groups import queries as group_queries


@require_safe
def latest(request: Request, slug: str) -> HttpResponse:
    """Go on to the newest day that has a listing, of `?category=` if it is given; say what to expect without one."""
    category = request.GET.get("category", "")
    newest = queries.latest_listing_day(by=request.user, slug=slug, category=category)
    if newest:
        to = reverse("discussion:day", args=[slug, newest.isoformat()])
        return redirect(f"{to}?{urlencode({'category': category})}" if category else to)
    return _page(request, slug, None)


@require_safe
@kept(group_queries.version_of_pages)
def day(request: Request, slug: str, day: str) -> HttpResponse:
    """Show a day; `?category=` chooses among the group's categories, `?month=2026-11` a month of the calendar."""
    return _page(request, slug, _date(day))


@require_POST
def seen(request: Request, slug: str, day: str) -> HttpResponse:
    """Set how far the member has read the day's listing; what a script tells is answered with nothing."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        raise Invalid("This names no entry of the listing. Reload the page and try again.")
    shown = _date(day)
    before = actions.set_seen(by=request.user, slug=slug, day=shown, **form.cleaned_data)
    if form.cleaned_data["onward"]:
        return HttpResponse(status=204)
    category = form.cleaned_data["category"]
    back = way_back(request) or f"{reverse('discussion:day', args=[slug, day])}?category={category}"
    sends = {"category": category, "position": before, "next": back}
    offer(request, Undo(done=f"{category} is marked as seen.", to=request.path, sends=sends))
    return redirect(back)


def _date(day: str) -> date:
    try:
        shown = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error
    if day != shown.isoformat():  # a day has one address
        raise NotFound
    return shown


def _month(sent: str) -> date | None:
    """Return the first day of a month; None for what names none."""
    try:
        month = date.fromisoformat(f"{sent}-01")
    except ValueError:
        return None
    return month if limits.FIRST_YEAR <= month.year <= limits.LAST_YEAR else None


def _page(request: Request, slug: str, shown: date | None) -> HttpResponse:
    category = request.GET.get("category", "")
    month = _month(request.GET.get("month", ""))
    page = queries.day_page(
        by=request.user, slug=slug, day=shown, category=category, month=month, version=version_of(request)
    )
    context = {
        "page": page,
        "browses": month is not None,
        "group": page.membership.group,
        "membership": page.membership,
    }
    return drawing.page(request, "discussion/day.html", context)
