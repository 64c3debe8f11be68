"""The chat rooms of a group."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.answers import Request
from core.errors import Conflict
from core.errors import Invalid as NotTaken
from groups import actions, queries
from groups.forms import RoomChangeForm, RoomForm


@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request: Request, slug: str) -> HttpResponse:
    """Show the rooms to an organiser; add one."""
    page = queries.rooms_page(by=request.user, slug=slug)
    services, kinds = queries.ROOM_CHOICES
    form = RoomForm(request.POST or None, services=services, kinds=kinds)
    if request.method == "POST" and form.is_valid() and _add(request, slug, form):
        return redirect("groups:rooms", slug=slug)
    group = {"group": page.membership.group, "membership": page.membership}
    context = {"page": page, "form": form, "kinds": kinds, **group}
    return render(request, "groups/rooms.html", context, status=422 if form.errors else 200)


@require_POST
def room(request: Request, slug: str, pk: int) -> HttpResponse:
    """Send a test, switch on or off, remove, or set what goes there."""
    form = RoomChangeForm(request.POST, kinds=queries.ROOM_CHOICES[1])
    if not form.is_valid():
        raise NotTaken("Choose one of the listed things to do.")
    match form.cleaned_data["do"]:
        case "test":
            actions.try_room(by=request.user, slug=slug, pk=pk)
            said = "A test is on its way; how it went stands here in a moment."
        case "remove":
            actions.remove_room(by=request.user, slug=slug, pk=pk)
            said = "Removed. Nothing more goes there."
        case "kinds":
            actions.change_room(by=request.user, slug=slug, pk=pk, kinds=form.cleaned_data["kinds"])
            said = "Saved."
        case state:
            actions.change_room(by=request.user, slug=slug, pk=pk, on=state == "on")
            said = "Switched on." if state == "on" else "Switched off."
    messages.success(request, said)
    return redirect("groups:rooms", slug=slug)


def _add(request: Request, slug: str, form: forms.Form) -> bool:
    """Add the room; tell False, with the reason in the form, when it cannot be one."""
    try:
        added = actions.add_room(by=request.user, slug=slug, **form.cleaned_data)
    except (NotTaken, Conflict) as error:
        form.add_error(getattr(error, "field", None), error.sentence)
        return False
    said = f"{added.get_service_display()} was added. Send a test to see whether it works."
    if added.service == "json":
        said += f" Its signatures are made with this secret, which is shown only now: {added.secret}"
    messages.success(request, said)
    return True
