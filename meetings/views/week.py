"""The group's home."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from core import drawing
from core.answers import Request
from core.keeping import kept, version_of
from groups import queries as group_queries
from meetings import queries
from meetings.forms import wanted_of


@require_safe
@kept(group_queries.version_of_pages)
def week(request: Request, slug: str) -> HttpResponse:
    """Show what is up for the next meeting; the address chooses tab, sort, filters and where a page begins."""
    page = queries.week_page(by=request.user, slug=slug, wanted=wanted_of(request.GET), version=version_of(request))
    context = {
        "page": page,
        "group": page.membership.group,
        "membership": page.membership,
        "sorts": page.sorts,
    }
    return drawing.page(request, "meetings/week.html", context)
