"""The landing page, or on to my group."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from groups.queries import groups_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send a member of one group on to it; offer several to choose from; tell everyone else what this is."""
    if not request.user.is_authenticated:
        return render(request, "home.html", {"groups": []})
    groups = groups_of(by=request.user)
    if len(groups) == 1:
        return redirect("meetings:week", slug=groups[0].slug)
    return render(request, "home.html", {"groups": groups})
