"""A year of a group, to look back on and to take away."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.answers import Request
from meetings import queries
from meetings.exports.markdown import render_year


@require_safe
def year(request: Request, slug: str, year: int) -> HttpResponse:
    """Show what was read in a year, month by month."""
    page = queries.year_page(by=request.user, slug=slug, year=year)
    context = {"page": page, "group": page.membership.group, "membership": page.membership}
    return render(request, "meetings/year.html", context)


@require_safe
def year_file(request: Request, slug: str, year: int) -> HttpResponse:
    """Give the same as Markdown."""
    sheet = queries.year_sheet(by=request.user, slug=slug, year=year)
    response = HttpResponse(render_year(sheet), content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{year}.md"'
    return response
