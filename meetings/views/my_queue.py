"""A member's own page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.answers import Request, part_after_change
from core.citing import CITING
from core.errors import NotFound
from meetings import queries


@require_safe
def queue(request: Request, slug: str) -> HttpResponse:
    """Show what the member presents, reads and voted for."""
    page = queries.queue_page(by=request.user, slug=slug)
    context = {
        "page": page,
        "group": page.membership.group,
        "membership": page.membership,
        "exports": CITING,
    }
    if request.htmx and not request.htmx.history_restore_request:
        return part_after_change(request, part="meetings/_queue.html", context=context)
    return render(request, "meetings/queue.html", context)


@require_safe
def references(request: Request, slug: str, name: str) -> HttpResponse:
    """Give the papers that the member saved as references."""
    if name not in CITING:
        raise NotFound
    form = CITING[name]
    response = HttpResponse(
        form.render(queries.queue_references(by=request.user, slug=slug)), content_type=form.content_type
    )
    response["Content-Disposition"] = f'attachment; filename="queue-{slug}.{form.suffix}"'
    return response
