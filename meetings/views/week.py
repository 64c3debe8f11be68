"""The group's home."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.answers import Request
from meetings import queries


@require_safe
def week(request: Request, slug: str) -> HttpResponse:
    """Show the candidates for the next meeting; `?show=` chooses the tab, `?start=` goes on down the new papers."""
    start = request.GET.get("start", "0")
    page = queries.week_page(
        by=request.user,
        slug=slug,
        show=request.GET.get("show", ""),
        start=int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0,
    )
    context = {"page": page, "group": page.membership.group, "membership": page.membership}
    return render(request, "meetings/week.html", context)
