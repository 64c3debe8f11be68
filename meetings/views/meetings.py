"""Meetings: the list, one meeting, publishing, closing and exports."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.answers import Request
from core.errors import Invalid, NotFound
from core.keeping import kept
from groups import queries as group_queries
from meetings import actions, queries
from meetings.exports.registry import EXPORTS, filename
from meetings.forms import CloseForm
from meetings.views.agenda import agenda_answer, both_shown, meeting_context, seen_by
from meetings.views.review import review_context
from meetings.views.sessions import meetings_context


@require_safe
def meetings(request: Request, slug: str) -> HttpResponse:
    """List the meetings to come and those held."""
    return render(request, "meetings/meetings.html", meetings_context(request, slug))


@require_safe
@kept(group_queries.version_of_pages)
def meeting(request: Request, slug: str, day: str) -> HttpResponse:
    """Show a meeting with its agenda; organisers get the builder. One that was moved to another day is found there."""
    context = meeting_context(request, slug, day)
    if context["meeting"].slug != day:
        return redirect("meetings:meeting", slug=slug, day=context["meeting"].slug)
    return render(request, "meetings/meeting.html", context)


@require_POST
@both_shown
def publish(request: Request, slug: str, day: str) -> HttpResponse:
    """Publish the agenda to the members; of one that is published, mail what changed."""
    try:
        published = actions.publish_agenda(by=request.user, slug=slug, meeting=day, seen=seen_by(request))
    except actions.Stale as stale:
        if "reviewed" not in request.POST:
            raise
        context = review_context(request, slug, day, versions=stale.versions)
        return render(request, "meetings/review.html", context, status=409)
    said = "The update is on its way." if published.sequence else "Agenda published. Members see it now."
    return agenda_answer(request, slug, day, said=said)


@require_POST
def close(request: Request, slug: str, day: str) -> HttpResponse:
    """Close a meeting that was held."""
    form = CloseForm(request.POST)
    if not form.is_valid():
        raise Invalid("Lines that were not reached are named by their numbers. Reload the page and try again.")
    actions.close_meeting(by=request.user, slug=slug, meeting=day, carried=form.cleaned_data["carried"])
    return redirect("meetings:meeting", slug=slug, day=day)


@require_safe
def export(request: Request, slug: str, day: str, name: str) -> HttpResponse:
    """Give the agenda in one of the formats of the registry; the printed page opens, the others download."""
    sheet = queries.agenda_sheet(by=request.user, slug=slug, meeting_slug=day)
    if name not in EXPORTS:
        raise NotFound
    form = EXPORTS[name]
    response = HttpResponse(form.render(sheet), content_type=form.content_type)
    how = "inline" if name == "html" else "attachment"
    response["Content-Disposition"] = f'{how}; filename="{filename(sheet, form.suffix)}"'
    return response
