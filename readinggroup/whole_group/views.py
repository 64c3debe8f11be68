"""Take a whole group out."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from core.answers import Request
from core.clock import now
from readinggroup.whole_group import actions


@require_POST
def export(request: Request, slug: str) -> HttpResponse:
    """Give an organiser the whole group."""
    response = HttpResponse(actions.export_group(by=request.user, slug=slug), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{now():%Y-%m-%d}.zip"'
    return response
