"""Start a group."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.answers import Request
from core.categories import categories_by_archive
from groups import actions, queries
from groups.forms import StartForm


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Ask for a name and little more; land on the new group's week page."""
    sent = request.POST if request.method == "POST" else None
    offered = queries.categories_offered(by=request.user)
    form = StartForm(sent, offered=offered, initial={"zone": request.user.zone})
    if form.is_valid():
        group = actions.start_group(by=request.user, **form.cleaned_data)
        return redirect("meetings:week", slug=group.slug)
    context = {"form": form, "archives": categories_by_archive()}
    return render(request, "groups/new.html", context, status=422 if form.is_bound else 200)
