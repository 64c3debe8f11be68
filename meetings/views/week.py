"""The group's home."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.answers import Request
from meetings import queries


@require_safe
def week(request: Request, slug: str) -> HttpResponse:
    """Show what is up for the next meeting; the address chooses tab, sort, filters and where a page begins."""
    sent, start = request.GET, request.GET.get("start", "0")
    wanted = queries.Wanted(
        show=sent.get("show", ""),
        sort=sent.get("sort", ""),
        category=sent.get("category", ""),
        unread="unread" in sent,
        hide=tuple(sent.getlist("hide")),
        start=int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0,
    )
    page = queries.week_page(by=request.user, slug=slug, wanted=wanted)
    context = {
        "page": page,
        "group": page.membership.group,
        "membership": page.membership,
        "sorts": queries.SORT_WORDS,
    }
    return render(request, "meetings/week.html", context)
