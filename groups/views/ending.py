"""Archive a group, delete it, and bring it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.answers import Request, Undo, offer
from core.errors import Invalid
from groups import actions, queries
from groups.forms import DeletionForm, StateForm


@require_POST
def archive(request: Request, slug: str) -> HttpResponse:
    """Archive the group, or open it again (`state`)."""
    form = StateForm(request.POST)
    if not form.is_valid():
        raise Invalid("A group is archived, or it is open.")
    on = form.cleaned_data["state"] == "on"
    actions.set_archived(by=request.user, slug=slug, on=on)
    if on:
        undo = Undo(
            done="The group is archived: it can be read, and nothing in it changes.",
            to=request.path,
            sends={"state": "off"},
        )
        offer(request, undo)
    if not on or "undone" in request.POST:
        messages.success(request, "The group is open again.")
    return redirect("groups:settings", slug=slug)


@require_POST
def deletion(request: Request, slug: str) -> HttpResponse:
    """Delete the group when its name was typed, or bring it back (`state`)."""
    form = DeletionForm(request.POST)
    if not form.is_valid():
        return _not_deleted(request, slug, form)
    on = form.cleaned_data["state"] == "on"
    try:
        group = actions.set_deleted(by=request.user, slug=slug, on=on, name=form.cleaned_data["name"])
    except Invalid as refused:
        form.add_error("name", refused.sentence)
        return _not_deleted(request, slug, form)
    if not on:
        messages.success(request, f"{group.name} is back, as it was.")
        return redirect("groups:settings", slug=slug)
    undo = Undo(done="The group is deleted:", about=group.name, to=request.path, sends={"state": "off"})
    offer(request, undo)
    return redirect(f"{reverse('accounts:me')}#resting")


def _not_deleted(request: Request, slug: str, form: DeletionForm) -> HttpResponse:
    page = queries.settings_page(by=request.user, slug=slug)
    context = {"membership": page.membership, "group": page.membership.group, "deletion_form": form}
    return render(request, "groups/deletion.html", context, status=422)
