"""What was done to the running of a group."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.answers import Request
from groups import queries


@require_safe
def log(request: Request, slug: str) -> HttpResponse:
    """Show the activity log to every member; `before` is where an older page begins."""
    sent = request.GET.get("before", "")
    before = int(sent) if sent.isdecimal() and len(sent) < 19 else None
    page = queries.log_page(by=request.user, slug=slug, before=before)
    context = {"page": page, "membership": page.membership, "group": page.membership.group}
    return render(request, "groups/log.html", context)
